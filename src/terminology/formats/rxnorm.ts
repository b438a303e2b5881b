// RxNorm, the RRF files of the National Library of Medicine (https://www.nlm.nih.gov/research/umls/rxnorm/docs/techdoc.html): atoms in
// RXNCONSO, relations in RXNREL, attributes in RXNSAT; fields between "|", which also ends a line. A concept is an RXCUI; what
// RxNorm itself says of it (SAB=RXNORM) is taken, its term type becomes the property TTY as FHIR names it (rxnorm.html).
import { fail, ok } from '../../fhir/result.ts';
import type { Said } from '../contract.ts';
import { quoted } from '../load/broken.ts';
import { type LineReader, linePass } from '../load/line-pass.ts';
import type { ReleaseFormat } from '../load/plan.ts';

/** Relations of RxNorm's own by which one clinical drug is a kind of another. */
const isa = new Set(['isa']);

/** Kept as properties: how ingredients, dose forms, brands and drugs hang together. */
const relations = new Set([
  'consists_of',
  'constitutes',
  'contained_in',
  'contains',
  'dose_form_of',
  'doseformgroup_of',
  'has_dose_form',
  'has_doseformgroup',
  'has_form',
  'has_ingredient',
  'has_ingredients',
  'has_part',
  'has_precise_ingredient',
  'has_quantified_form',
  'has_tradename',
  'ingredient_of',
  'ingredients_of',
  'part_of',
  'precise_ingredient_of',
  'quantified_form_of',
  'reformulated_to',
  'tradename_of',
]);

const attributes = new Set([
  'RXN_HUMAN_DRUG',
  'RXN_AVAILABLE_STRENGTH',
  'RXN_STRENGTH',
  'RXN_QUANTITY',
  'RXTERM_FORM',
  'NDC',
  'RXN_VET_DRUG',
]);

/** Term types from the one that names a concept best. */
const termTypes = [
  'SCD',
  'SBD',
  'GPCK',
  'BPCK',
  'SCDC',
  'SBDC',
  'SCDF',
  'SBDF',
  'SCDG',
  'SBDG',
  'IN',
  'PIN',
  'MIN',
  'BN',
  'DF',
  'DFG',
  'PSN',
  'SY',
  'TMSY',
  'ET',
];

export const rxnorm: ReleaseFormat = {
  name: 'RxNorm',
  published: 'RxNorm_full_MMDDYYYY.zip, or RXNCONSO.RRF by itself',
  recognise(files, version) {
    const find = (base: string) =>
      files.find(({ file }) => file.base.toUpperCase() === base && !/prescrib/i.test(file.path)) ??
      files.find(({ file }) => file.base.toUpperCase() === base);
    const atoms = find('RXNCONSO.RRF');
    if (atoms === undefined || !/^\d+\|[A-Z]{3}\|/.test(atoms.begin)) return undefined;
    const release = version ?? releaseOf(files.map(({ file }) => file.name).join(' '));
    if (release === undefined)
      return fail('invalid', 'The name of the RxNorm file does not tell its date: name the version with --release, such as 03032025');
    const passes = [linePass(atoms.file, atomReader)];
    const found = find('RXNREL.RRF');
    if (found !== undefined) passes.push(linePass(found.file, relationReader));
    const said = find('RXNSAT.RRF');
    if (said !== undefined) passes.push(linePass(said.file, attributeReader));
    return ok({
      system: 'http://www.nlm.nih.gov/research/umls/rxnorm',
      version: release,
      about: {
        name: 'RxNorm',
        caseSensitive: false,
        content: 'complete',
        hierarchyMeaning: 'is-a',
        valueSet: 'http://www.nlm.nih.gov/research/umls/rxnorm/vs',
        properties: [
          { code: 'TTY', type: 'string', description: 'Term type' },
          { code: 'STY', type: 'string', description: 'Semantic type' },
          ...[...attributes].map((code) => ({ code, type: 'string' })),
          ...[...relations].map((code) => ({ code, type: 'code' })),
        ],
      },
      passes,
    });
  },
};

/** MMDDYYYY in the name of the zip. */
const releaseOf = (names: string): string | undefined => /(?:^|\D)((?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])20\d\d)(?:\D|$)/.exec(names)?.[1];

/** The fields of a line, or why it is none. */
function fieldsOf(line: string, count: number, file: string): string[] | string {
  const fields = line.split('|');
  return fields.length === count + 1 && fields[count] === ''
    ? fields
    : `a line of ${file} has ${count} fields, each ended by "|", not ${fields.length - 1}`;
}

const isRxcui = (text: string): boolean => /^\d{1,10}$/.test(text);

function atomReader(): LineReader {
  return (line) => {
    const fields = fieldsOf(line, 18, 'RXNCONSO');
    if (typeof fields === 'string') return fields;
    const [code = '', language = ''] = fields;
    if (!isRxcui(code)) return `RXCUI is a number, not ${quoted(code)}`;
    const [source, type = '', text = '', suppress] = [fields[11], fields[12], fields[14], fields[16]];
    if (source !== 'RXNORM') return [];
    const rank = termTypes.indexOf(type);
    const obsolete = suppress === 'O';
    const said: Said[] = [
      {
        code,
        says: 'display',
        rank: (obsolete ? 100 : 0) + (rank < 0 ? termTypes.length : rank),
        designation: { value: text, ...(language === 'ENG' ? { language: 'en' } : {}) },
      },
    ];
    // Prescribable names and synonyms are other words for a concept that another atom names.
    if (!['PSN', 'SY', 'TMSY', 'ET'].includes(type)) {
      said.push(
        { code, says: 'concept', ...(obsolete ? { inactive: true } : {}) },
        { code, says: 'property', property: 'TTY', value: type },
      );
    }
    return said;
  };
}

/** Read from RXCUI2 to RXCUI1: "RXCUI2 has RELA to RXCUI1". */
function relationReader(): LineReader {
  return (line) => {
    const fields = fieldsOf(line, 16, 'RXNREL');
    if (typeof fields === 'string') return fields;
    const [first = '', second = '', relation = '', source] = [fields[0], fields[4], fields[7], fields[10]];
    if (source !== 'RXNORM' || first === '' || second === '') return [];
    if (!isRxcui(first) || !isRxcui(second)) return `RXCUI1 and RXCUI2 are numbers, not ${quoted(`${first}, ${second}`)}`;
    if (isa.has(relation)) return [{ code: second, says: 'parent', parent: first }];
    return relations.has(relation) ? [{ code: second, says: 'property', property: relation, value: first }] : [];
  };
}

function attributeReader(): LineReader {
  return (line) => {
    const fields = fieldsOf(line, 13, 'RXNSAT');
    if (typeof fields === 'string') return fields;
    const [code = '', name = '', source, value = ''] = [fields[0], fields[8], fields[9], fields[10]];
    return source === 'RXNORM' && attributes.has(name) && isRxcui(code) ? [{ code, says: 'property', property: name, value }] : [];
  };
}
