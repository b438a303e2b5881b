// RxNorm and the NDC directory as a site loads them: small files in the published form, made here; none of a real release is in the
// repository. What is loaded is read at once by the checks, and what cannot be read safely is told and left out.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadCommand } from '../../src/app/commands/medication-load.ts';
import { loadMedicationKnowledge } from '../../src/app/medication-knowledge.ts';
import type { Settings } from '../../src/app/settings.ts';
import { advise } from '../../src/modules/medication-safety/advise.ts';
import type { KnowledgeFile } from '../../src/modules/medication-safety/knowledge/contract.ts';
import { type Library, libraryOf } from '../../src/modules/medication-safety/library.ts';
import { productOfNdc } from '../../src/modules/medication-safety/reading/ndc.ts';
import { readOrder } from '../../src/modules/medication-safety/reading/order-from-fhir.ts';
import { readSituation } from '../../src/modules/medication-safety/situation.ts';
import { asOfMs } from './library.ts';

const folder = mkdtempSync(join(tmpdir(), 'release-'));
const out = join(folder, 'site');
const own = join(import.meta.dirname, '..', '..', 'knowledge');
const settings = (knowledge?: string) => (knowledge === undefined ? {} : { knowledge }) as Settings;
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** RXCUI|LAT|TS|LUI|STT|SUI|ISPREF|RXAUI|SAUI|SCUI|SDUI|SAB|TTY|CODE|STR|SRL|SUPPRESS|CVF| */
const conso = (code: string, type: string, text: string, suppress = 'N', source = 'RXNORM') =>
  `${code}|ENG||||||${code}1||${code}||${source}|${type}|${code}|${text}||${suppress}|4096|`;
/** RXCUI1|RXAUI1|STYPE1|REL|RXCUI2|RXAUI2|STYPE2|RELA|RUI|SRUI|SAB|SL|DIR|RG|SUPPRESS|CVF|: RXCUI2 has RELA to RXCUI1 */
const rel = (subject: string, relation: string, object: string) => `${object}||CUI|RO|${subject}||CUI|${relation}|||RXNORM||||||`;
/** RXCUI|LUI|SUI|RXAUI|STYPE|CODE|ATUI|SATUI|ATN|SAB|ATV|SUPPRESS|CVF| */
const sat = (code: string, name: string, source: string, value: string) =>
  `${code}|||${code}1|AUI|${code}|||${name}|${source}|${value}|N||`;

const rxnorm = {
  'RXNCONSO.RRF': [
    conso('11289', 'IN', 'warfarin'),
    conso('114194', 'PIN', 'warfarin sodium'),
    conso('9000001', 'BN', 'Warfex'),
    conso('9000002', 'SCDC', 'warfarin sodium 5 MG'),
    conso('9000003', 'SCD', 'warfarin sodium 5 MG Oral Tablet'),
    conso('9000004', 'SBD', 'warfarin sodium 5 MG Oral Tablet [Warfex]'),
    conso('9000005', 'BN', 'Oldfarin', 'O'),
    conso('9000006', 'BN', 'Elsewhere', 'N', 'MTHSPL'),
    // Known by name only.
    conso('9100001', 'IN', 'quuxamab'),
    conso('9100002', 'SCDC', 'quuxamab 10 MG'),
    conso('9100003', 'SCD', 'quuxamab 10 MG Oral Tablet'),
    conso('9100004', 'SBD', 'quuxamab 10 MG Oral Tablet [Quuxista]'),
    conso('9100005', 'BN', 'Quuxista'),
    // Looks like a drug that rules know.
    conso('9200001', 'IN', 'warfarin lookalike acid'),
    conso('9200002', 'SCDC', 'warfarin lookalike acid 1 MG'),
    conso('9200003', 'SCD', 'warfarin lookalike acid 1 MG Oral Tablet'),
    // Two drugs: one strength is always the greater.
    conso('6809', 'IN', 'metformin'),
    conso('9300002', 'SCDC', 'metformin hydrochloride 500 MG'),
    conso('9300003', 'SCDC', 'quuxamab 5 MG'),
    conso('9300004', 'SCD', 'metformin hydrochloride 500 MG / quuxamab 5 MG Oral Tablet'),
    conso('9300005', 'SBD', 'metformin hydrochloride 500 MG / quuxamab 5 MG Oral Tablet [Quuxform]'),
    conso('9300006', 'BN', 'Quuxform'),
    // A brand that is a word of prescriptions, and one that means two drugs.
    conso('9400001', 'BN', 'Today'),
    conso('9400002', 'SBD', 'warfarin sodium 5 MG Oral Tablet [Today]'),
    conso('9400003', 'BN', 'Twicefold'),
    conso('9400004', 'SBD', 'warfarin sodium 5 MG Oral Tablet [Twicefold]'),
    conso('9400005', 'SBD', 'quuxamab 10 MG Oral Tablet [Twicefold]'),
    // A brand that means another drug here.
    conso('9400006', 'BN', 'Advil'),
    conso('9400007', 'SBD', 'warfarin sodium 5 MG Oral Tablet [Advil]'),
    'not a line of RxNorm',
  ],
  'RXNREL.RRF': [
    rel('114194', 'form_of', '11289'),
    rel('9000002', 'has_ingredient', '11289'),
    rel('9000003', 'consists_of', '9000002'),
    rel('9100002', 'has_ingredient', '9100001'),
    rel('9100003', 'consists_of', '9100002'),
    rel('9200002', 'has_ingredient', '9200001'),
    rel('9200003', 'consists_of', '9200002'),
    rel('9300002', 'has_ingredient', '6809'),
    rel('9300003', 'has_ingredient', '9100001'),
    rel('9300004', 'consists_of', '9300002'),
    rel('9300004', 'consists_of', '9300003'),
    ...[
      ['9000004', '9000003', '9000001'],
      ['9100004', '9100003', '9100005'],
      ['9300005', '9300004', '9300006'],
      ['9400002', '9000003', '9400001'],
      ['9400004', '9000003', '9400003'],
      ['9400005', '9100003', '9400003'],
      ['9400007', '9000003', '9400006'],
    ].flatMap(([sbd, scd, bn]) => [rel(sbd!, 'tradename_of', scd!), rel(sbd!, 'has_ingredient', bn!)]),
    rel('x', 'has_ingredient', '11289'),
  ],
  'RXNSAT.RRF': [
    sat('9000003', 'VA_CLASS_NAME', 'VANDF', '[BL110] ANTICOAGULANTS'),
    sat('9000003', 'NDC', 'RXNORM', '00093512401'),
    sat('9000003', 'VA_CLASS_NAME', 'VANDF', 'BL110'),
    sat('9000003', 'VA_CLASS_NAME', 'VANDF', '[CV350] ANTILIPEMIC AGENTS').replace('|N||', '|O||'),
  ],
};
const ndcHead =
  'PRODUCTID\tPRODUCTNDC\tPRODUCTTYPENAME\tPROPRIETARYNAME\tPROPRIETARYNAMESUFFIX\tNONPROPRIETARYNAME\tDOSAGEFORMNAME\tROUTENAME\tSTARTMARKETINGDATE\tENDMARKETINGDATE\tMARKETINGCATEGORYNAME\tAPPLICATIONNUMBER\tLABELERNAME\tSUBSTANCENAME\tACTIVE_NUMERATOR_STRENGTH\tACTIVE_INGRED_UNIT\tPHARM_CLASSES\tDEASCHEDULE\tNDC_EXCLUDE_FLAG\tLISTING_RECORD_CERTIFIED_THROUGH';
const product = (
  ndc: string,
  brand: string,
  substance: string,
  strength: string,
  unit: string,
  more: { type?: string; classes?: string; out?: string } = {},
) =>
  `${ndc}_x\t${ndc}\t${more.type ?? 'HUMAN PRESCRIPTION DRUG'}\t${brand}\t\t${substance.toLowerCase()}\tTABLET, FILM COATED\tORAL\t20200101\t\tANDA\tANDA1\tA Labeler\t${substance}\t${strength}\t${unit}\t${more.classes ?? ''}\t\t${more.out ?? 'N'}\t20261231`;
const ndc = {
  'product.txt': [
    ndcHead,
    product('0093-5124', 'Warfaline', 'WARFARIN SODIUM', '5', 'mg/1', { classes: 'Vitamin K Antagonist [EPC],Vitamin K Inhibitors [MoA]' }),
    product('50580-449', 'Cold', 'ACETAMINOPHEN', '500', 'mg/1', { type: 'HUMAN OTC DRUG' }),
    product('1234-567', 'Strangil', 'ZYXOMAB', '5', 'mg/1'),
    product('9999-111', 'Gone', 'WARFARIN SODIUM', '5', 'mg/1', { out: 'U' }),
    product('12345', 'Wrong', 'WARFARIN SODIUM', '5', 'mg/1'),
    'a line with one field',
  ],
  'package.txt': [
    'PRODUCTID\tPRODUCTNDC\tNDCPACKAGECODE\tPACKAGEDESCRIPTION\tSTARTMARKETINGDATE\tENDMARKETINGDATE\tNDC_EXCLUDE_FLAG\tSAMPLE_PACKAGE',
    '0093-5124_x\t0093-5124\t0093-5124-01\t100 TABLET in 1 BOTTLE\t20200101\t\tN\tN',
    '0093-5124_x\t0093-5124\t9999-5124-01\t100 TABLET in 1 BOTTLE\t20200101\t\tN\tN',
  ],
};

function put(name: string, files: Record<string, readonly string[]>): string {
  const place = join(folder, name);
  mkdirSync(place, { recursive: true });
  for (const [file, lines] of Object.entries(files)) writeFileSync(join(place, file), `${lines.join('\n')}\n`);
  return place;
}
/** The command, with what it says on standard error. */
async function load(what: string, place: string, options: object, knowledge?: string): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  const [write, log] = [console.error, process.stdout.write];
  console.error = (text: unknown) => void said.push(`${String(text)}\n`);
  process.stdout.write = ((text: string, done?: unknown) => {
    said.push(String(text));
    if (typeof done === 'function') (done as () => void)();
    return true;
  }) as typeof process.stdout.write;
  try {
    return { code: await loadCommand(settings(knowledge), what, place, options), said: said.join('') };
  } finally {
    console.error = write;
    process.stdout.write = log;
  }
}
const libraryWith = async (...folders: string[]): Promise<Library> => {
  const base = await loadMedicationKnowledge([own, ...folders]);
  if (!base.ok) throw new Error(`${base.problem.message} ${JSON.stringify(base.problem.also ?? [])}`);
  return libraryOf(base.value);
};
const fileOf = (name: string): KnowledgeFile =>
  JSON.parse(readFileSync(join(out, 'medication-safety', `${name}.json`), 'utf8')) as KnowledgeFile;

describe('RxNorm', () => {
  let library: Library;
  let said: string;
  beforeAll(async () => {
    const done = await load('rxnorm', put('RxNorm_full_11022026/rrf', rxnorm).replace('/rrf', ''), { out });
    said = done.said;
    expect(done.code, said).toBe(0);
    library = await libraryWith(out);
  });
  const ingredients = (text: string, by = library) =>
    (readSituation({ order: text }, by, asOfMs).drafts[0]?.ingredients ?? []).map(({ ingredient }) => ingredient);
  const coded = (code: string, system = 'http://www.nlm.nih.gov/research/umls/rxnorm') =>
    readOrder(
      {
        resourceType: 'MedicationRequest',
        status: 'active',
        intent: 'order',
        subject: {},
        medicationCodeableConcept: { coding: [{ system, code }] },
        dosageInstruction: [{ text: '1 tablet po daily' }],
      },
      { id: 'o', state: 'draft', origin: 'order' },
      library.reading,
    );

  it('makes a brand that was not known understood, and checked as its drug', async () => {
    expect(ingredients('Warfex 5 mg po daily', await libraryWith())).toEqual([]);
    expect(ingredients('Warfex 5 mg po daily')).toEqual(['warfarin']);
    const told = readSituation({ order: 'ibuprofen 400 mg po tid', taking: ['Warfex 5 mg po daily'], age: '60 y' }, library, asOfMs);
    expect(advise(told.drafts, told.facts, library.base).cards.some((card) => card.category === 'drug-drug' && card.tier !== 'aside')).toBe(
      true,
    );
  });

  it('reads strengths and forms by their RxCUI alone', () => {
    const order = coded('9000003');
    expect(order.ingredients).toMatchObject([
      { ingredient: 'warfarin', single: { value: 5, unit: 'mg' }, daily: { value: 5, unit: 'mg' } },
    ]);
    expect(coded('9000004').ingredients.map(({ ingredient }) => ingredient)).toEqual(['warfarin']);
    expect(coded('9300004').ingredients.map(({ ingredient }) => ingredient)).toEqual(['metformin', 'quuxamab']);
  });

  it('says of an ingredient without rules that it is known by name only: never that it is fine', () => {
    expect(ingredients('Quuxista 10 mg po daily')).toEqual(['quuxamab']);
    const told = readSituation({ order: 'Quuxista 10 mg po daily', allergies: ['quuxamab'], age: '60 y' }, library, asOfMs);
    const answer = advise(told.drafts, told.facts, library.base);
    expect(answer.couldNot.map(({ why }) => why)).toContain('quuxamab is known by name only: no rule was written with it in mind');
    expect(answer.cards.map(({ category }) => category)).toContain('allergy');
    expect(answer.cards.map(({ category }) => category)).not.toContain('route');
  });

  it('reads a brand of two drugs where the greater strength is always the same one’s', () => {
    const order = readSituation({ order: 'Quuxform 5/500 mg po daily' }, library, asOfMs).drafts[0];
    expect(Object.fromEntries((order?.ingredients ?? []).map((one) => [one.ingredient, one.single?.value]))).toEqual({
      metformin: 500,
      quuxamab: 5,
    });
  });

  it('leaves out what would be read wrong, and says so by reason', () => {
    expect(ingredients('metformin 500 mg po today')).toEqual(['metformin']);
    expect(ingredients('Twicefold 5 mg po daily')).toEqual([]);
    expect(ingredients('Advil 200 mg po tid')).toEqual(['ibuprofen']);
    expect(ingredients('Oldfarin 5 mg po daily')).toEqual([]);
    expect(ingredients('Elsewhere 5 mg po daily')).toEqual([]);
    expect(said).toContain('1 × a word of prescriptions, too short or too long for a name: Today');
    expect(said).toContain('a brand of products that hold different drugs: Twicefold');
    expect(said).toContain('a name that means another drug here: Advil');
    expect(said).toContain('an ingredient that looks like one that is known and is not the same by name: warfarin lookalike acid');
    expect(said).toContain('RXNCONSO.RRF:30: a line has 18 fields');
    expect(said).toMatch(/RXNREL\.RRF:\d+: RXCUI1 and RXCUI2 are numbers/);
  });

  it('names source, date, status and licence in each file, unreviewed, and rows say which', () => {
    expect(readdirSync(join(out, 'medication-safety')).sort()).toEqual([
      'rxnorm-combinations.json',
      'rxnorm-ingredients.json',
      'rxnorm-names.json',
      'va-classes.json',
    ]);
    for (const name of ['rxnorm-names', 'rxnorm-ingredients', 'va-classes']) {
      expect(fileOf(name)).toMatchObject({
        version: '2026-11-02',
        status: 'active',
        reviewer: 'unreviewed',
        licence: expect.stringContaining('UMLS'),
      });
      for (const row of fileOf(name).rows) expect(row.source).toBe('release');
    }
    expect([...library.base.unfold('class:va-bl110')]).toEqual(['warfarin']);
    // Out of use in the release.
    expect(library.base.hasClass('class:va-cv350')).toBe(false);
    expect(said).toContain('a class of the VA is written as [BL110] ANTICOAGULANTS');
  });

  it('takes nothing from what is known: a warfarin order is read as before', async () => {
    const before = readSituation({ order: 'Coumadin 5 mg po daily' }, await libraryWith(), asOfMs).drafts;
    expect(readSituation({ order: 'Coumadin 5 mg po daily' }, library, asOfMs).drafts).toEqual(before);
  });
});

describe('the NDC directory', () => {
  it('gives product codes, wordings, brands of prescription drugs and classes', async () => {
    const done = await load('ndc', put('ndctext', ndc), { out, release: '2026-11-20' }, out);
    expect(done.code, done.said).toBe(0);
    const library = await libraryWith(out);
    expect(library.names.ofCode('ndc', '00093512401')).toEqual(['warfarin']);
    expect(library.names.wordingOf('ndc', '0093-5124-01')).toBe('warfarin sodium 5 mg tablet, film coated');
    expect(library.names.ofCode('ndc', '0093512401')).toBeUndefined();
    expect(readSituation({ order: 'Warfaline 5 mg po daily' }, library, asOfMs).drafts[0]?.ingredients[0]?.ingredient).toBe('warfarin');
    expect([...library.base.unfold('class:epc-vitamin-k-antagonist')]).toEqual(['warfarin']);
    expect(library.names.in('ibuprofen for a cold', false).flatMap(({ ingredients }) => ingredients)).toEqual(['ibuprofen']);
    expect(done.said).toContain('a product of a substance that is not known: ZYXOMAB');
    expect(done.said).toContain('product.txt:6: PRODUCTNDC has two numbers');
    expect(done.said).toContain('product.txt:7: the table has 20 columns, this line 1');
    expect(done.said).toContain('package.txt:3: NDCPACKAGECODE is of another product than its line says');
  });

  it('knows one product by each way to write its code, and guesses no hyphens', () => {
    const key = productOfNdc('0093-5124');
    for (const code of ['0093-5124-01', '00093512401', '00093-5124-01', '000093512401']) expect(productOfNdc(code), code).toBe(key);
    for (const code of ['0093512401', '93512401', '0093-51-24', '', '١٢٣٤-٥٦٧٨']) expect(productOfNdc(code), code).toBeUndefined();
  });
});

describe('what is no release', () => {
  it('is refused in words, and an earlier load stands', async () => {
    const names = readFileSync(join(out, 'medication-safety', 'rxnorm-names.json'), 'utf8');
    const cases: [string, string, object, RegExp][] = [
      ['rxnorm', put('empty-1', {}), { out, release: '1' }, /There is no RXNCONSO\.RRF/],
      ['rxnorm', put('half-1', { 'RXNCONSO.RRF': rxnorm['RXNCONSO.RRF'] }), { out, release: '1' }, /There is no RXNREL\.RRF/],
      ['rxnorm', put('rows-1', { 'RXNCONSO.RRF': ['a|b'], 'RXNREL.RRF': [] }), { out, release: '1' }, /has no concept of RxNorm/],
      [
        'rxnorm',
        put('long-1', { 'RXNCONSO.RRF': ['x'.repeat(3_000_000)], 'RXNREL.RRF': [] }),
        { out, release: '1' },
        /the line is longer than/,
      ],
      [
        'rxnorm',
        put('apart-1', { ...rxnorm, 'RXNREL.RRF': [rel('1', 'has_ingredient', '2')] }),
        { out, release: '1' },
        /relates none of the concepts/,
      ],
      ['ndc', put('columns-1', { 'product.txt': ['A\tB'] }), { out, release: '1' }, /has no column PRODUCTNDC/],
      ['ndc', put('nothing-1', { 'product.txt': [ndcHead] }), { out, release: '1' }, /nothing was written/],
      ['ndc', join(folder, 'not-there'), { out, release: '1' }, /There is no file/],
      ['ndc', put('undated', ndc), { out }, /does not tell its date/],
      ['rxnorm', put('x_11022026', rxnorm), {}, /--out is needed/],
      ['snomed', put('x_11022026', rxnorm), { out }, /no list that can be loaded/],
    ];
    for (const [what, place, options, says] of cases) {
      const { code, said } = await load(what, place, options);
      expect(code, String(says)).not.toBe(0);
      expect(said).toMatch(says);
    }
    expect(readFileSync(join(out, 'medication-safety', 'rxnorm-names.json'), 'utf8')).toBe(names);
    expect(readdirSync(out)).toEqual(['medication-safety']);
    expect(existsSync(join(out, 'medication-safety', 'ndc-names.json'))).toBe(true);
  });
});
