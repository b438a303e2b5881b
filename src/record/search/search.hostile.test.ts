// Hostile text in every place of a search. What the parser accepts goes through the real SQL: nothing may fail, and no statement
// may hold anything of it: the words of all statements of the run are those of this folder's source, whatever was asked.
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Database, Statement } from '../../database/contract.ts';
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import type { Query, SearchParameter } from '../../fhir/search/contract.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { RecordStore } from '../contract.ts';
import { codeOrderKey, partId, referenceSeed } from '../index-rows.ts';
import { parameterKey, seedAsInt8 } from '../keys.ts';
import { openRecord } from '../record.ts';
import { fingerprint, writeCursor } from './order.ts';
import { shortHash } from './shapes.ts';
import { makeIncludes } from './testing/random-includes.ts';
import { makeQuery } from './testing/random-queries.ts';
import { seeded } from './testing/seeded.ts';
import { administrator, makeWorld, parsed, type World } from './testing/world.ts';

const full = process.env['LAMPLIGHT_FULL'] !== undefined;

// biome-ignore format: a list
const types: ResourceType[] = [
  'Patient', 'Observation', 'Encounter', 'Group', 'ValueSet', 'Questionnaire', 'RiskAssessment', 'MolecularSequence', 'DocumentReference', 'ChargeItem',
];

/** A word that no statement may ever hold. */
const mark = 'qzxv';

// biome-ignore format: a list
const hostile = [
  `${mark}'; drop table resource; --`, `' or '1'='1`, `') or true --${mark}`, `${mark}"`, `"`, `'`, `''`, '\\', '\\\\', '\\,', `\\'${mark}`, `$1`, `$$${mark}$$`,
  `${mark}\\x00`, '\0', `a\0${mark}`, '\ud800', '\udc00a', '\u0001', `${mark}\u0001b`, '\u0002', '\u{10ffff}', '\u{10ffff}'.repeat(700), '\ufffe', '\u202e',
  `${mark}`.repeat(25_000), 'x'.repeat(2000), '%', '%25', '_', '{}', '{1,2}', '{"a"}', '}', 'NULL', 'null', 'undefined', 'constructor', '__proto__', 'toString',
  '1e999', '-1e999', '1e-999', '1e308', '9.99e307', '5e-324', '-0', 'NaN', 'Infinity', '-Infinity', 'gt1e308', 'ap1e308', 'ne-0', '0x10', '1_000', '９',
  '9'.repeat(40), `0.${'9'.repeat(40)}`, '9223372036854775808', '0000-00-00', '0000', '0000-01-01', 'ap0000', 'lt0000-01-01T00:00:00Z', '9999-12-31T23:59:60Z',
  'ge9999-12-31T23:59:60-14:00', 'ap9999', 'ap0001-01-01', '2020-02-30', '2020-13', '10000-01-01', '-2020', '2020-01-01T25:00:00Z', '2020-01-01T00:00:00+99:99',
  '2020-01-01T00:00:00.999999999999Z', ',', ',,', 'a,,b', ',a', '|', '||', '|||', 'a|b|c|d', '|a', 'a|', '$', '$$', 'a$', '$b', 'a$b$c$d', '5|', '5||', '5|||', '5||mg',
  '5.4|http://unitsofmeasure.org|mg', `5|http://unitsofmeasure.org|${'['.repeat(60)}`, '1e300|http://unitsofmeasure.org|Cel', '1|http://unitsofmeasure.org|10*-400.m',
  'Patient/', 'Patient//', '/Patient/1', 'Patient/../1', 'Patient/1/_history/2', 'http://', 'urn:', `http://a/${'/'.repeat(1500)}`, '#', '#a', 'Nothing/1', `Patient/${'a'.repeat(65)}`,
  `a,${'b,'.repeat(900)}c`, `2020,${'2021,'.repeat(900)}2022`, 'true', 'false', '1', 'ＡＢＣ', 'İ', 'ß', '-- ', '/* */', ';', '\n', '\r\n', '\t', ' ', '  ',
];

const modifiers: Record<SearchParameter['type'], string[]> = {
  string: ['', ':exact', ':contains'],
  token: ['', ':not', ':text', ':in', ':not-in', ':above', ':below', ':of-type'],
  reference: ['', ':identifier', ':Patient'],
  date: [''],
  number: [''],
  quantity: [''],
  uri: ['', ':above', ':below'],
  special: [
    '',
    '|',
    '1',
    '91|0',
    '0|181',
    '1|1|-1|km',
    '1|1|1|parsec',
    '1|1|1|km|x',
    'NaN|0',
    '1e400|0',
    '0|0|999999999999|km',
    "0|0|1|km' or 1=1",
  ],
  composite: [''],
};

let world: World;
let record: RecordStore;
const texts = new Set<string>();

beforeAll(async () => {
  world = await makeWorld(11, types, 8);
  const { db } = world.database;
  const note = <S extends Statement>(statement: S): S => {
    texts.add(statement.text);
    return statement;
  };
  const watched: Database = {
    query: (statement) => db.query(note(statement)),
    transaction: (work) => db.transaction((session) => work({ query: (statement) => session.query(note(statement)) })),
    listen: (channel, heard) => db.listen(channel, heard),
    stats: () => db.stats(),
    close: () => db.close(),
  };
  record = openRecord(watched);
});
afterAll(() => world.database.drop());

/** The words and literals of the statements of plain searches: what the source itself writes. */
async function wordsOfPlainSearches(): Promise<Set<string>> {
  const random = seeded(5);
  for (let i = 0; i < 1500; i++) {
    const query = parsed(makeQuery(random, world.known));
    if (query) await record.search(administrator, { ...query, count: 3, total: 'accurate' });
    const includes = makeIncludes(random, world.known);
    const including = parsed({ type: includes.type, pairs: [...includes.where, ...includes.includes] });
    if (including && i % 5 === 0) await record.search(administrator, including);
  }
  const words = wordsOf(texts);
  texts.clear();
  return words;
}

/** Numbers of types, parameters and seeds are the program's own and stand in the text. */
const ownNumbers = new Set<string>();
for (const base of resourceTypes) {
  for (const parameter of parametersOf(base).values()) {
    ownNumbers.add(`${parameterKey(parameter)}`).add(`${codeOrderKey(parameter)}`);
    for (let part = 0; part < 3; part++) ownNumbers.add(`${parameterKey({ ...parameter, id: partId(parameter, part) })}`);
    if (parameter.type === 'reference') for (const type of resourceTypes) ownNumbers.add(`${seedAsInt8(referenceSeed(parameter, type))}`);
  }
}

/** Aliases, placeholders and columns are numbered: t12, $3, q.p14, k0. */
const wordsOf = (of: Iterable<string>): Set<string> =>
  new Set(
    [...of]
      .flatMap((text) => text.match(/'[^']*'|"[^"]*"|[^\s()[\],.$]+/g) ?? [])
      .filter((word) => !/^([a-z]?\d{1,4})(::[a-z0-9]+)?$/.test(word) && !ownNumbers.has(word)),
  );

/** Every place of a search, as a pair to which a hostile text can be given. */
function* places(type: ResourceType): Generator<(text: string) => [string, string]> {
  for (const parameter of parametersOf(type).values()) {
    for (const modifier of modifiers[parameter.type]) yield (text) => [`${parameter.code}${modifier}`, text];
    yield (text) => [`${parameter.code}:${text}`, '1'];
    yield (text) => [`${parameter.code}.${text}`, '1'];
    if (parameter.type === 'composite') yield (text) => [parameter.code, `${text}$${text}`];
    if (parameter.type === 'token') yield (text) => [parameter.code, `${text}|${text}`];
    if (parameter.type === 'quantity') yield (text) => [parameter.code, `5|${text}|${text}`];
  }
  const names = [
    '_sort',
    '_include',
    '_revinclude',
    '_include:iterate',
    '_elements',
    '_cursor',
    '_count',
    '_total',
    '_summary',
    '_id',
    '_lastUpdated',
  ];
  for (const name of names) yield (text) => [name, text];
  yield (text) => ['_sort', `_id,${text}`];
  yield (text) => ['_include', `${type}:${text}`];
  yield (text) => ['_revinclude', `Observation:patient:${text}`];
  yield (text) => [text, '1'];
  yield (text) => [`_has:Observation:subject:${text}`, '1'];
  yield (text) => [`_has:Observation:subject:code`, text];
  yield (text) => [`_has:${text}:subject:code`, '1'];
  yield (text) => [`subject:Patient.name`, text];
  yield (text) => [`subject:${text}.name`, text];
}

async function searchAll(queries: readonly Query[]): Promise<string[]> {
  const failed: string[] = [];
  const left = [...queries];
  const work = async (): Promise<void> => {
    for (let query = left.pop(); query !== undefined && failed.length < 10; query = left.pop()) {
      try {
        await record.search(administrator, { ...query, total: 'accurate' });
      } catch (error) {
        const said = error instanceof Error ? error.message : String(error);
        failed.push(`${`${query.type}?${query.understood.map((pair) => pair.join('=')).join('&')}`.slice(0, 200)} → ${said.slice(0, 300)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: 6 }, work));
  return failed;
}

test('hostile text in any place is refused or searched for, and never becomes part of a statement', async () => {
  const plainWords = await wordsOfPlainSearches();
  const random = seeded(7);
  const queries: Query[] = [];
  let refused = 0;
  for (const type of types) {
    for (const place of places(type)) {
      const some = full ? hostile : Array.from({ length: 6 }, () => random.pick(hostile));
      for (const text of some) {
        const query = parseQuery(type, [place(text)]);
        if (query.ok) queries.push(query.value);
        else refused++;
      }
    }
  }
  expect(await searchAll(queries)).toEqual([]);
  expect(refused).toBeGreaterThan(1000);
  expect(queries.length).toBeGreaterThan(1000);
  expect([...texts].filter((text) => text.includes(mark))).toEqual([]);
  expect([...wordsOf(texts)].filter((word) => !plainWords.has(word))).toEqual([]);
}, 3_600_000);

test('every hostile text under one parameter of each kind makes statements of the same words', async () => {
  const chosen: [ResourceType, string][] = [
    ['Patient', 'name'], ['Patient', 'name:exact'], ['Patient', 'name:contains'], ['Observation', 'code'], ['Observation', 'code:text'], ['Patient', 'identifier:of-type'],
    ['Observation', 'date'], ['RiskAssessment', 'probability'], ['Observation', 'value-quantity'], ['ValueSet', 'url'], ['ValueSet', 'url:below'], ['ValueSet', 'url:above'],
    ['Observation', 'subject'], ['Observation', 'subject:identifier'], ['Patient', '_lastUpdated'], ['Patient', '_id'], ['ValueSet', 'context-type-quantity'],
    ['MolecularSequence', 'chromosome-variant-coordinate'], ['DocumentReference', 'relationship'],
  ]; // biome-ignore format: a list
  const queries = chosen.flatMap(([type, name]) =>
    hostile.flatMap((text) => {
      const parts = { 'context-type-quantity': 2, relationship: 2, 'chromosome-variant-coordinate': 3 }[name] ?? 1;
      const query = parseQuery(type, [[name, Array.from({ length: parts }, () => text).join('$')]]);
      return query.ok ? [query.value] : [];
    }),
  );
  expect(await searchAll(queries)).toEqual([]);
  expect([...texts].filter((text) => text.includes(mark))).toEqual([]);
});

test('a statement depends on the form of a search alone', async () => {
  const textsOf = async (name: string, value: string): Promise<string> => {
    texts.clear();
    const query = parseQuery('Patient', [
      [name, value],
      ['_sort', 'family'],
    ]);
    if (!query.ok) throw new Error(query.problem.message);
    await record.search(administrator, query.value);
    return createHash('sha256')
      .update([...texts].join('\n'))
      .digest('hex');
  };
  for (const [name, plain] of [
    ['name', 'a'],
    ['name:exact', 'a'],
    ['name:contains', 'a'],
    ['gender', 'a'],
    ['gender:text', 'a'],
    ['birthdate', '2020'],
  ] as const) {
    const expected = await textsOf(name, plain);
    for (const text of hostile) {
      if (!parseQuery('Patient', [[name, text]]).ok || text.includes(',') || /^[a-z]{2}\d/.test(text)) continue;
      expect(await textsOf(name, text), `${name}=${text.slice(0, 40)}`).toBe(expected);
    }
  }
});

test('a page link that was made up is refused or harmless', async () => {
  const values = [
    '',
    "'",
    '\u0001',
    '\ud800',
    'x'.repeat(900),
    'x'.repeat(3000),
    '2020-01-01T00:00:00.000Z',
    '+010000-01-01T00:00:00Z',
    '0000-00-00T00:00:00.000Z',
    'infinity',
  ];
  const more = [1e308, -0, 5e-324, 'Infinity', '-Infinity', 'NaN', null, {}, [], true, '1'];
  for (const sort of ['family', 'birthdate', '_lastUpdated', '_id', 'gender', 'family,-birthdate', '-birthdate,_lastUpdated']) {
    const query = parseQuery('Patient', [['_sort', sort]]);
    if (!query.ok) throw new Error(query.problem.message);
    for (const value of [...values, ...more]) {
      for (const id of ['01890000-0000-7000-8000-000000000001', "'", 'x', '']) {
        const keys = sort.split(',').map(() => value) as string[];
        const cursor = writeCursor({
          of: fingerprint(query.value, administrator.person, shortHash),
          id,
          values: keys,
          total: -1.5 as number,
        });
        for (const text of [
          cursor,
          cursor.slice(0, 20),
          writeCursor({ of: fingerprint(query.value, administrator.person, shortHash), id, values: keys }),
        ]) {
          const page = await record.search(administrator, { ...query.value, cursor: text, count: 2 });
          if (!page.ok) expect(page.problem.kind).toBe('invalid');
        }
      }
    }
  }
});
