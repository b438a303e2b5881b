// LOINC, the table of a release (https://loinc.org/kb/loinc-table/): LoincTable/Loinc.csv, and the hierarchy of components by system
// where the zip has it. Properties are named as http://loinc.org/fhir/loinc.xml names them.
import { fail, ok } from '../../fhir/result.ts';
import type { Said } from '../contract.ts';
import { quoted } from '../load/broken.ts';
import { type LineReader, linePass } from '../load/line-pass.ts';
import type { ReleaseFormat } from '../load/plan.ts';
import { tableReader } from './csv.ts';

const properties = [
  'COMPONENT',
  'PROPERTY',
  'TIME_ASPCT',
  'SYSTEM',
  'SCALE_TYP',
  'METHOD_TYP',
  'CLASS',
  'CLASSTYPE',
  'STATUS',
  'ORDER_OBS',
  'UNITSREQUIRED',
  'EXAMPLE_UCUM_UNITS',
  'VersionLastChanged',
  'PanelType',
];
/** Statuses of codes that are not to be used for new results. */
const inactive = new Set(['DEPRECATED', 'DISCOURAGED']);

const begins = (begin: string, ...names: string[]): boolean => {
  const first = begin
    .slice(0, begin.search(/[\r\n]|$/))
    .replaceAll('"', '')
    .split(',')
    .map((name) => name.trim().toUpperCase());
  return names.every((name) => first.includes(name));
};

export const loinc: ReleaseFormat = {
  name: 'LOINC',
  published: 'Loinc_N.NN.zip, or its Loinc.csv by itself',
  recognise(files, version) {
    const tables = files.filter(({ begin }) => begins(begin, 'LOINC_NUM', 'COMPONENT', 'LONG_COMMON_NAME', 'STATUS'));
    const table = tables.find(({ file }) => /(^|\/)Loinc\.csv$/i.test(file.path)) ?? tables[0];
    if (table === undefined) return undefined;
    const names = files.map(({ file }) => file.name).join(' ');
    const release = version ?? /loinc[-_ ]?v?(\d+\.\d+)/i.exec(names)?.[1];
    if (release === undefined)
      return fail('invalid', 'The name of the LOINC file does not tell its version: name it with --release, such as 2.80');
    const tree = files.find(({ begin }) => begins(begin, 'PATH_TO_ROOT', 'IMMEDIATE_PARENT', 'CODE', 'CODE_TEXT'));
    return ok({
      system: 'http://loinc.org',
      version: release,
      about: {
        name: 'LOINC',
        caseSensitive: false,
        content: 'complete',
        hierarchyMeaning: 'is-a',
        valueSet: 'http://loinc.org/vs',
        properties: properties.map((code) => ({ code, type: 'string' })),
      },
      passes: [linePass(table.file, codeReader), ...(tree === undefined ? [] : [linePass(tree.file, treeReader)])],
    });
  },
};

const codeReader = (): LineReader =>
  tableReader(',', ['LOINC_NUM', 'COMPONENT', 'LONG_COMMON_NAME', 'STATUS'], (field) => {
    const code = field('LOINC_NUM');
    if (!/^\d{1,7}-\d$/.test(code)) return `LOINC_NUM is a number with a check digit, not ${quoted(code)}`;
    const full = [field('COMPONENT'), field('PROPERTY'), field('TIME_ASPCT'), field('SYSTEM'), field('SCALE_TYP'), field('METHOD_TYP')];
    const names = [field('SHORTNAME'), field('CONSUMER_NAME'), field('DisplayName'), full.join(':').replace(/:$/, '')].filter(Boolean);
    const said: Said[] = [
      {
        code,
        says: 'concept',
        display: field('LONG_COMMON_NAME') || names[0],
        ...(inactive.has(field('STATUS')) ? { inactive: true } : {}),
      },
      ...names.map((value, i): Said => ({ code, says: 'display', rank: 10 + i, designation: { value, language: 'en' } })),
    ];
    const definition = field('DefinitionDescription');
    if (definition !== '') said[0] = { ...said[0], code, says: 'concept', definition };
    for (const property of properties) if (field(property) !== '') said.push({ code, says: 'property', property, value: field(property) });
    return said;
  });

/** Parts (LP…) are the headings above codes. */
const treeReader = (): LineReader =>
  tableReader(',', ['IMMEDIATE_PARENT', 'CODE', 'CODE_TEXT'], (field) => {
    const [code, parent] = [field('CODE'), field('IMMEDIATE_PARENT')];
    if (!/^(LP)?\d+-\d$/.test(code)) return `CODE is a LOINC code or part, not ${quoted(code)}`;
    const said: Said[] = parent === '' ? [] : [{ code, says: 'parent', parent }];
    if (code.startsWith('LP')) said.push({ code, says: 'concept', display: field('CODE_TEXT'), abstract: true });
    return said;
  });
