// Small made files in the formats of the official releases, with made-up codes: what they say can be asked afterwards, and what is
// wrong with a file is named by its line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../../database/testing.ts';
import type { Result } from '../../fhir/result.ts';
import type { Terminology } from '../../fhir/terminology/contract.ts';
import { type Loaded, loadReleaseFile } from '../load/load.ts';
import { listReleases } from '../releases.ts';
import { terminologyMigrations } from '../schema.ts';
import { openTerminology } from '../service.ts';
import { makePackage, makeRf2, table, zipOf } from '../testing.ts';

const now = (): Date => new Date('2026-01-01T00:00:00Z');
let place: TestDatabase;
let folder: string;
let terminology: Terminology;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-formats-'));
  place = await testDatabase();
  await migrate(place.db, terminologyMigrations);
  terminology = openTerminology(place.db, { now }).seenBy(undefined, 'ada');
});
afterAll(async () => {
  rmSync(folder, { recursive: true });
  await place.drop();
});

function load(name: string, content: string | Buffer, version?: string): Promise<Result<Loaded>> {
  writeFileSync(join(folder, name), content);
  return loadReleaseFile(place.db, join(folder, name), { version }, now);
}

async function codes(system: string, property: string, op: string, value: string): Promise<string[]> {
  const compose = { include: [{ system, filter: [{ property, op, value }] }] };
  const found = await terminology.expand({ resourceType: 'ValueSet', status: 'active', compose }, {});
  if (!found.ok) throw new Error(found.problem.message);
  return found.value.codes.map(({ code }) => code);
}
async function words(system: string, filter: string): Promise<string[]> {
  const found = await terminology.expand({ resourceType: 'ValueSet', status: 'active', compose: { include: [{ system }] } }, { filter });
  if (!found.ok) throw new Error(found.problem.message);
  return found.value.codes.map(({ code }) => code);
}
async function display(system: string, code: string): Promise<string> {
  const found = await terminology.lookup({ system, code });
  return found.ok ? found.value.display : found.problem.message;
}
const reason = (result: Result<Loaded>): string => (result.ok ? 'loaded' : result.problem.message);

describe('SNOMED CT as RF2', () => {
  const system = 'http://snomed.info/sct';
  const made = makeRf2([
    { code: '100000001', terms: ['Made root (made thing)', 'Made root'], parents: [] },
    { code: '100000002', terms: ['Made ailment of ear (made thing)', 'Made ailment of ear', 'Made otic ailment'], parents: ['100000001'] },
    { code: '100000003', terms: ['Made swelling (made thing)', 'Made swelling'], parents: ['100000001'] },
    { code: '100000004', terms: ['Made swelling of ear (made thing)', 'Made swelling of ear'], parents: ['100000002', '100000003'] },
    { code: '100000005', terms: ['Gone (made thing)'], parents: ['100000003'], inactive: true },
  ]);

  test('has a polyhierarchy, preferred terms and inactive concepts', async () => {
    expect(await load('SnomedCT_Made.zip', zipOf(made))).toMatchObject({
      ok: true,
      value: { version: 'http://snomed.info/sct/900000000000207008/version/20260101', concepts: 5 },
    });
    expect(await display(system, '100000002')).toBe('Made ailment of ear');
    expect(await codes(system, 'concept', 'is-a', '100000002')).toEqual(['100000002', '100000004']);
    expect(await codes(system, 'concept', 'descendent-of', '100000003')).toEqual(['100000004', '100000005']);
    expect(await codes(system, 'concept', 'generalizes', '100000004')).toEqual(['100000001', '100000002', '100000003', '100000004']);
    expect(await words(system, 'otic')).toEqual(['100000002']);
    const active = await terminology.expand('http://snomed.info/sct?fhir_vs=isa/100000003', { activeOnly: true });
    expect(active.ok && active.value.codes.map(({ code }) => code)).toEqual(['100000003', '100000004']);
    expect(await terminology.memberOf('http://snomed.info/sct?fhir_vs', [{ system, code: '100000009' }])).toMatchObject([{ answer: 'no' }]);
  });

  test('names the ring of a hierarchy that goes round', async () => {
    const ring = makeRf2(
      ['6', '7', '8'].map((end, i) => ({ code: `10000000${end}`, terms: ['x'], parents: [`10000000${['7', '8', '6'][i]}`] })),
      '20260202',
    );
    expect(reason(await load('ring.zip', zipOf(ring)))).toMatch(/ring: 100000006 → 100000007 → 100000008 → 100000006/);
  });

  test('names the line of a broken file and leaves the old version in use', async () => {
    const broken = Object.fromEntries(
      Object.entries(makeRf2([{ code: '100000001', terms: ['a', 'b'], parents: [] }], '20260301')).map(([path, text]) => [
        path,
        path.includes('Description') ? `${text}12\t34\r\n` : text,
      ]),
    );
    expect(reason(await load('broken.zip', zipOf(broken)))).toMatch(
      /sct2_Description_Snapshot-en_INT_20260301.txt:4: a line has 9 fields between tabs, not 2/,
    );
    expect(await display(system, '100000004')).toBe('Made swelling of ear');
  });
});

describe('RxNorm', () => {
  const system = 'http://www.nlm.nih.gov/research/umls/rxnorm';
  const atom = (code: string, type: string, text: string, suppress = 'N', source = 'RXNORM'): string =>
    `${code}|ENG||||||1|1|${code}||${source}|${type}|${code}|${text}||${suppress}||\n`;
  const relation = (to: string, from: string, name: string): string =>
    `${[to, '', 'CUI', 'RO', from, '', 'CUI', name, '1', '', 'RXNORM', 'RXNORM', '', '', '', '', ''].join('|')}\n`;

  test('has names, term types, relations and a hierarchy', async () => {
    const files = {
      'rrf/RXNCONSO.RRF':
        atom('9000001', 'IN', 'madeupine') +
        atom('9000002', 'SCD', 'madeupine 5 MG Oral Tablet') +
        atom('9000002', 'PSN', 'Madeupine tablets') +
        atom('9000003', 'SCDF', 'madeupine Oral Tablet', 'O') +
        atom('9000004', 'PT', 'foreign', 'N', 'OTHER'),
      'rrf/RXNREL.RRF': relation('9000001', '9000002', 'has_ingredient') + relation('9000003', '9000002', 'isa'),
      'rrf/RXNSAT.RRF': '9000002||||1|CUI|1||RXN_AVAILABLE_STRENGTH|RXNORM|5 MG|N||\n',
    };
    expect(await load('RxNorm_full_01052026.zip', zipOf(files))).toMatchObject({ ok: true, value: { version: '01052026', concepts: 3 } });
    expect(await display(system, '9000002')).toBe('madeupine 5 MG Oral Tablet');
    expect(await codes(system, 'TTY', 'in', 'SCD,IN')).toEqual(['9000001', '9000002']);
    expect(await codes(system, 'has_ingredient', '=', '9000001')).toEqual(['9000002']);
    expect(await codes(system, 'concept', 'is-a', '9000003')).toEqual(['9000002', '9000003']);
    expect(await words(system, 'madeupine tabl')).toEqual(['9000002', '9000003']);
  });

  test('names the line of a broken file', async () => {
    expect(reason(await load('RXNCONSO.RRF', `${atom('9000001', 'IN', 'x')}9000002|ENG|\n`, '02022026'))).toMatch(
      /^RXNCONSO.RRF:2: a line of RXNCONSO has 18 fields/,
    );
  });
});

describe('LOINC', () => {
  const system = 'http://loinc.org';
  const csv = (...rows: string[]): string =>
    `"LOINC_NUM","COMPONENT","PROPERTY","TIME_ASPCT","SYSTEM","SCALE_TYP","METHOD_TYP","CLASS","STATUS","SHORTNAME","LONG_COMMON_NAME"\r\n${rows.join('\r\n')}\r\n`;
  test('has its parts as properties, quotes in fields, and the hierarchy of the zip', async () => {
    const files = {
      'LoincTable/Loinc.csv': csv(
        '"90001-1","Made ""thing""","MCnc","Pt","Ser/Plas","Qn","","CHEM","ACTIVE","Made SerPl-mCnc","Made thing [Mass/volume],\r\nin Serum"',
        '"90002-9","Old","MCnc","Pt","Ser","Qn","","CHEM","DEPRECATED","Old","Old thing"',
      ),
      'AccessoryFiles/ComponentHierarchyBySystem/ComponentHierarchyBySystem.csv':
        '"PATH_TO_ROOT","SEQUENCE","IMMEDIATE_PARENT","CODE","CODE_TEXT"\r\n"","1","","LP90000-1","Made parts"\r\n"LP90000-1","1","LP90000-1","90001-1","Made thing"\r\n',
    };
    expect(await load('Loinc_2.99.zip', zipOf(files))).toMatchObject({ ok: true, value: { version: '2.99', concepts: 3 } });
    expect(await display(system, '90001-1')).toBe('Made thing [Mass/volume],\nin Serum');
    expect(await codes(system, 'COMPONENT', '=', 'Made "thing"')).toEqual(['90001-1']);
    expect(await codes(system, 'COMPONENT', 'regex', 'Made.*|Old')).toEqual(['90001-1', '90002-9']);
    expect(await codes(system, 'concept', 'descendent-of', 'LP90000-1')).toEqual(['90001-1']);
    expect(await terminology.memberOf('http://loinc.org/vs', [{ system, code: '90002-9' }])).toMatchObject([{ answer: 'yes' }]);
  });
  test('names the line of a broken file', async () => {
    expect(reason(await load('Loinc.csv', csv('"90001-1","a"'), '2.98'))).toMatch(/Loinc.csv:2: the table has 11 columns, this line 2/);
    expect(reason(await load('Loinc.csv', csv('"x","a","","","","","","","ACTIVE","",""'), '2.98'))).toMatch(
      /Loinc.csv:2: LOINC_NUM is a number with a check digit, not "x"/,
    );
  });
});

describe('NDC', () => {
  test('has products and, below them, packages', async () => {
    const files = {
      'product.txt': table(
        '\t',
        [
          'PRODUCTID',
          'PRODUCTNDC',
          'PRODUCTTYPENAME',
          'PROPRIETARYNAME',
          'PROPRIETARYNAMESUFFIX',
          'NONPROPRIETARYNAME',
          'DOSAGEFORMNAME',
          'NDC_EXCLUDE_FLAG',
        ],
        ['1', '99999-001', 'HUMAN PRESCRIPTION DRUG', 'Madeup', 'XR', 'madeupine', 'TABLET', 'N'],
      ),
      'package.txt': table(
        '\t',
        ['PRODUCTID', 'PRODUCTNDC', 'NDCPACKAGECODE', 'PACKAGEDESCRIPTION', 'NDC_EXCLUDE_FLAG'],
        ['1', '99999-001', '99999-001-01', '30 TABLET in 1 BOTTLE', 'N'],
      ),
    };
    expect(await load('ndctext.zip', zipOf(files), '2026-01-01')).toMatchObject({ ok: true, value: { concepts: 2 } });
    expect(await display('http://hl7.org/fhir/sid/ndc', '99999-001')).toBe('Madeup XR tablet');
    expect(await codes('http://hl7.org/fhir/sid/ndc', 'concept', 'descendent-of', '99999-001')).toEqual(['99999-001-01']);
    expect(reason(await load('ndctext.zip', zipOf(files)))).toMatch(/--release/);
    expect(reason(await load('package.txt', `${files['package.txt']}1\t2\r\n`, 'x'))).toMatch(
      /package.txt:3: the table has 5 columns, this line 2/,
    );
  });
});

describe('CVX', () => {
  const system = 'http://hl7.org/fhir/sid/cvx';
  test('is read as text and as XML', async () => {
    expect(
      await load(
        'cvx.txt',
        '901       |made vaccine|made vaccine, in full|a note|Active|False|2026/01/01\r\n902|old|old in full||Inactive|False|2020/01/01\r\n',
        '2026-01-01',
      ),
    ).toMatchObject({ ok: true });
    expect(await display(system, '901')).toBe('made vaccine');
    expect(await words(system, 'full')).toEqual(['901', '902']);
    const xml =
      '<?xml version="1.0"?><CVXCodes><CVXInfo><ShortDescription>newer</ShortDescription><FullVaccinename>newer &amp; better</FullVaccinename><CVXCode>903 </CVXCode><Status>Active</Status></CVXInfo></CVXCodes>';
    expect(await load('cvx.xml', xml, '2026-02-01')).toMatchObject({ ok: true, value: { concepts: 1 } });
    expect(await display(system, '903')).toBe('newer');
    expect(reason(await load('cvx.xml', xml.replace('903', 'x'), '2026-03-01'))).toMatch(/cvx.xml:1: a CVX code is a number, not "x"/);
    expect(reason(await load('cvx.xml', xml.replace('<CVXCodes>', '<!DOCTYPE x [<!ENTITY a "b">]><CVXCodes>'), '2026-03-02'))).toMatch(
      /DOCTYPE/,
    );
  });
});

describe('ICD-10-CM, the tabular list', () => {
  test('has the codes with a seventh character that follow from it', async () => {
    const xml = `<ICD10CM.tabular><version>2027</version><chapter><name>1</name><desc>Made</desc><section id="X90-X91"><desc>Made</desc>
<diag><name>X90</name><desc>Made harm</desc><sevenChrDef><extension char="A">initial encounter</extension><extension char="D">later</extension></sevenChrDef>
<diag><name>X90.1</name><desc>Made harm of ear</desc><inclusionTerm><note>Earharm</note></inclusionTerm></diag></diag><diag><name>X91</name><desc>Plain</desc></diag></section></chapter></ICD10CM.tabular>`;
    const system = 'http://hl7.org/fhir/sid/icd-10-cm';
    expect(await load('icd10cm_tabular_2027.xml', xml)).toMatchObject({ ok: true, value: { version: '2027', concepts: 5 } });
    expect(await display(system, 'X90.1XXD')).toBe('Made harm of ear, later');
    expect(await codes(system, 'billable', '=', 'true')).toEqual(['X90.1XXA', 'X90.1XXD', 'X91']);
    expect(await words(system, 'earh')).toEqual(['X90.1']);
    expect(reason(await load('icd10cm_tabular_2028.xml', xml.replace('<version>2027</version>', '').replace('X91<', '9<')))).toMatch(
      /icd10cm_tabular_2028.xml:3: a code looks like A00.0, not "9"/,
    );
  });
});

describe('UCUM', () => {
  test('gives names to units; whether a unit is right, the grammar says', async () => {
    const xml =
      '<root xmlns="http://unitsofmeasure.org/ucum-essence" version="9.9"><base-unit Code="m" dim="L"><name>meter</name><property>length</property></base-unit><unit Code="[made_u]" isMetric="no" class="made"><name>made unit</name><property>madness</property></unit></root>';
    expect(await load('ucum-essence.xml', xml)).toMatchObject({ ok: true, value: { version: '9.9', concepts: 2 } });
    expect(await display('http://unitsofmeasure.org', 'm')).toBe('meter');
    expect(await terminology.inSystem({ system: 'http://unitsofmeasure.org', code: 'mg/dL' })).toMatchObject({ answer: 'yes' });
  });
});

describe('HCPCS', () => {
  const line = (code: string, kind: string, text: string, short = ''): string =>
    `${code.padStart(5)}00100${kind}${text.padEnd(80)}${short.padEnd(28)}`.padEnd(320);
  test('joins the lines of a long description and knows modifiers', async () => {
    const system = 'http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets';
    const text = [
      line('X9001', '3', 'A made thing,', 'Made thing'),
      line('X9001', '4', 'per day'),
      line('Z9', '7', 'Made modifier', 'Made mod'),
    ].join('\r\n');
    expect(await load('HCPC2026_JAN_ANWEB.txt', text)).toMatchObject({ ok: true, value: { version: '2026-JAN', concepts: 2 } });
    expect(await display(system, 'X9001')).toBe('A made thing, per day');
    expect(await codes(system, 'modifier', '=', 'true')).toEqual(['Z9']);
    expect(reason(await load('HCPC2026_APR_ANWEB.txt', `${text}\r\nnonsense`))).toMatch(
      /HCPC2026_APR_ANWEB.txt:4: this is no line of the record/,
    );
  });
});

describe('FHIR resources', () => {
  const small = {
    resourceType: 'CodeSystem',
    url: 'urn:colours',
    version: '1',
    status: 'active',
    content: 'complete',
    valueSet: 'urn:colours-all',
    concept: [{ code: 'red', display: 'Red' }],
  };
  test('come as a package, as NDJSON and alone', async () => {
    const set = { resourceType: 'ValueSet', url: 'urn:reds', status: 'active', compose: { include: [{ system: 'urn:colours' }] } };
    expect(
      await load(
        'made.tgz',
        makePackage({
          'package/package.json': { name: 'made.package', version: '1.2.3' },
          'package/CodeSystem-colours.json': small,
          'package/ValueSet-reds.json': set,
          'package/Patient-x.json': { resourceType: 'Patient' },
        }),
      ),
    ).toMatchObject({
      ok: true,
      value: { system: 'made.package', version: '1.2.3' },
    });
    expect(await terminology.memberOf('urn:reds', [{ system: 'urn:colours', code: 'red' }])).toMatchObject([
      { answer: 'yes', display: 'Red' },
    ]);
    expect(await terminology.memberOf('urn:colours-all', [{ system: 'urn:colours', code: 'blue' }])).toMatchObject([{ answer: 'no' }]);
    expect(
      await load('more.ndjson', `${JSON.stringify({ ...small, url: 'urn:a' })}\n${JSON.stringify({ ...small, url: 'urn:b' })}\n`),
    ).toMatchObject({ ok: true, value: { concepts: 2 } });
    expect(reason(await load('bad.ndjson', `${JSON.stringify(small)}\n{"resourceType":\n`))).toMatch(/bad.ndjson:2: this is not JSON/);
  });
  test('of thousands of concepts are kept concept by concept, in their order', async () => {
    const concept = Array.from({ length: 3000 }, (_, i) => ({
      code: `c${3000 - i}`,
      display: `Made number ${3000 - i}`,
      concept: i % 1000 === 0 ? [{ code: `sub${i}`, display: 'Below' }] : undefined,
    }));
    expect(await load('large.json', JSON.stringify({ ...small, url: 'urn:large', version: '7', concept }))).toMatchObject({
      ok: true,
      value: { system: 'urn:large', version: '7' },
    });
    const found = await terminology.expand(
      { resourceType: 'ValueSet', status: 'active', compose: { include: [{ system: 'urn:large' }] } },
      { count: 3 },
    );
    expect(found.ok && [found.value.total, ...found.value.codes.map(({ code }) => code)]).toEqual([3003, 'c3000', 'sub0', 'c2999']);
    expect(await terminology.subsumes({ system: 'urn:large', code: 'c3000' }, { system: 'urn:large', code: 'sub0' })).toEqual({
      ok: true,
      value: 'subsumes',
    });
  });
});

test('what is none of these is refused with the list of what is', async () => {
  expect(reason(await load('letter.txt', 'Dear Sir or Madam'))).toMatch(
    /none of the release files.*ICD-10-CM.*SNOMED|none of the release files.*SNOMED.*ICD-10-CM/,
  );
  const releases = await listReleases(place.db);
  expect(releases.filter(({ system, inUse }) => system === 'http://hl7.org/fhir/sid/cvx' && inUse)).toHaveLength(1);
});
