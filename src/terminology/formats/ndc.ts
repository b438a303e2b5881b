// The National Drug Code directory of the FDA (https://www.fda.gov/drugs/drug-approvals-and-databases/national-drug-code-directory):
// product.txt and package.txt, fields between tabs, a line of names first. Products have two parts (labeler-product), packages three.
import { fail, ok } from '../../fhir/result.ts';
import type { Said } from '../contract.ts';
import { quoted } from '../load/broken.ts';
import { type LineReader, linePass } from '../load/line-pass.ts';
import type { ReleaseFormat } from '../load/plan.ts';
import { tableReader } from './csv.ts';

const productProperties = [
  'PRODUCTTYPENAME',
  'PROPRIETARYNAME',
  'NONPROPRIETARYNAME',
  'DOSAGEFORMNAME',
  'ROUTENAME',
  'LABELERNAME',
  'SUBSTANCENAME',
  'MARKETINGCATEGORYNAME',
  'APPLICATIONNUMBER',
  'DEASCHEDULE',
  'STARTMARKETINGDATE',
  'ENDMARKETINGDATE',
];
const packageProperties = ['STARTMARKETINGDATE', 'ENDMARKETINGDATE', 'SAMPLE_PACKAGE'];

export const ndc: ReleaseFormat = {
  name: 'NDC',
  published: 'ndctext.zip with product.txt and package.txt',
  recognise(files, version) {
    const products = files.find(({ begin }) => /^PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME/i.test(begin));
    const packages = files.find(({ begin }) => /^PRODUCTID\tPRODUCTNDC\tNDCPACKAGECODE/i.test(begin));
    if (products === undefined && packages === undefined) return undefined;
    if (version === undefined)
      return fail('invalid', 'The NDC directory does not tell its date: name the version with --release, such as 2026-01-15');
    return ok({
      system: 'http://hl7.org/fhir/sid/ndc',
      version,
      about: {
        name: 'NDC',
        title: 'National Drug Code directory',
        caseSensitive: false,
        content: 'complete',
        hierarchyMeaning: 'is-a',
        properties: [...new Set([...productProperties, ...packageProperties])].map((code) => ({ code, type: 'string' })),
      },
      passes: [
        ...(products === undefined ? [] : [linePass(products.file, productReader)]),
        ...(packages === undefined ? [] : [linePass(packages.file, () => packageReader(products !== undefined))]),
      ],
    });
  },
};

const isProduct = (text: string): boolean => /^\d{4,6}-\d{3,4}$/.test(text);
const isPackage = (text: string): boolean => /^\d{4,6}-\d{3,4}-\d{1,2}$/.test(text);

const valuesOf = (code: string, names: readonly string[], field: (name: string) => string): Said[] =>
  names.flatMap((property): Said[] => (field(property) === '' ? [] : [{ code, says: 'property', property, value: field(property) }]));

const productReader = (): LineReader =>
  tableReader(
    '\t',
    ['PRODUCTNDC', 'PROPRIETARYNAME', 'NONPROPRIETARYNAME'],
    (field) => {
      const code = field('PRODUCTNDC');
      if (!isProduct(code)) return `PRODUCTNDC has two numbers, not ${quoted(code)}`;
      const brand = [field('PROPRIETARYNAME'), field('PROPRIETARYNAMESUFFIX')].filter(Boolean).join(' ');
      const strength = [field('ACTIVE_NUMERATOR_STRENGTH'), field('ACTIVE_INGRED_UNIT')].filter(Boolean).join(' ');
      const display = [brand || field('NONPROPRIETARYNAME'), strength, field('DOSAGEFORMNAME').toLowerCase()].filter(Boolean).join(' ');
      return [
        { code, says: 'concept', display, ...(field('NDC_EXCLUDE_FLAG') === 'E' ? { inactive: true } : {}) },
        { code, says: 'display', rank: 5, designation: { value: field('NONPROPRIETARYNAME'), language: 'en' } },
        ...valuesOf(code, productProperties, field),
      ];
    },
    false,
  );

const packageReader = (belowProducts: boolean): LineReader =>
  tableReader(
    '\t',
    ['PRODUCTNDC', 'NDCPACKAGECODE', 'PACKAGEDESCRIPTION'],
    (field) => {
      const code = field('NDCPACKAGECODE');
      if (!isPackage(code)) return `NDCPACKAGECODE has three numbers, not ${quoted(code)}`;
      return [
        { code, says: 'concept', display: field('PACKAGEDESCRIPTION'), ...(field('NDC_EXCLUDE_FLAG') === 'E' ? { inactive: true } : {}) },
        ...(belowProducts ? [{ code, says: 'parent' as const, parent: field('PRODUCTNDC') }] : []),
        ...valuesOf(code, packageProperties, field),
      ];
    },
    false,
  );
