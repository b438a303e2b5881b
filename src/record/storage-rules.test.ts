// The storage rules of docs/ARCHITECTURE.md, proven on the schema and on every kind of statement that a search becomes: what is
// kept for a patient carries `pat`, tables of patient data meet by it, and what comes from outside is never SQL text.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import { type ResourceType, resourceTypes } from '../fhir/generated/types.ts';
import type { Query, SearchParameter } from '../fhir/search/contract.ts';
import { parametersOf } from '../fhir/search/parameters.ts';
import { parseQuery } from '../fhir/search/query.ts';
import { jobMigrations } from '../jobs/schema.ts';
import { peopleMigrations } from '../people/schema.ts';
import type { Person } from '../policy/contract.ts';
import type { Caller, Stored } from './contract.ts';
import { recordMigrations } from './schema.ts';
import { Compiler, type Known } from './search/compiler.ts';
import { condition } from './search/conditions.ts';
import { asksInside, searchContained } from './search/contained.ts';
import { everything } from './search/everything.ts';
import { included } from './search/include.ts';
import { lastN } from './search/last-n.ts';
import { orderBy, orderOf } from './search/order.ts';
import { search, whereOf } from './search/search.ts';
import { must } from './search/testing/world.ts';
import { searchWide } from './search/wide.ts';
import { breaches, patientTables } from './testing/statement-rules.ts';

/** Tables that hold nothing about a patient, each with the reason; a new table is of patient data until it stands here. */
const withoutPatients: Record<string, string> = {
  concept_text: 'wordings and codes that were ever seen, once each, with no link to anyone',
  follower: 'how far each follower has come',
  search_parameter: 'definitions of the site',
  parameter_epoch: 'one number',
  export_mark: 'moments of exports and positions of the feed',
  migration: 'steps of the schema',
  rate_count: 'requests of an address or an account in a minute',
  job: 'a wish may name ids, never what a record says',
};
/** Tables of accounts; whoever signs in is no patient by that. */
const ofPeople = /^(account|session|client|token|sign_in|attempt|access_token|person|credential|login|people)/;
/** What has no pat in its key, and why. */
const otherKeys: Record<string, string> = { directory: 'makes (type, id) unique over all compartments, and says which one' };

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
  must(await migrate(database.db, [...peopleMigrations, ...jobMigrations, ...recordMigrations]));
});
afterAll(() => database.drop());

const rowsOf = async <R>(text: string): Promise<R[]> => (await database.db.query<R>({ text })).rows;

describe('the schema', () => {
  test('keeps pat with everything about a patient, never null, and in every key', async () => {
    const tables = await rowsOf<{ name: string }>(
      `select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    const bound = tables.map(({ name }) => name).filter((name) => !(name in withoutPatients) && !ofPeople.test(name));
    expect(bound.sort()).toEqual([...patientTables].sort());
    const columns = await rowsOf<{ name: string; nullable: string }>(
      `select table_name as name, is_nullable as nullable from information_schema.columns where table_schema = 'public' and column_name = 'pat'`,
    );
    expect(columns.filter(({ nullable }) => nullable === 'YES')).toEqual([]);
    expect(bound.filter((name) => !columns.some((column) => column.name === name))).toEqual([]);
    const unique = await rowsOf<{ name: string; columns: string[] }>(`
      select c.relname as name, array(select a.attname::text from pg_attribute a where a.attrelid = i.indrelid and a.attnum = any(i.indkey)) as columns
      from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'public' and i.indisunique`);
    const lacking = unique.filter((one) => bound.includes(one.name) && !one.columns.includes('pat') && !(one.name in otherKeys));
    expect(lacking).toEqual([]);
  });

  test('has no triggers, no rules and no functions of its own', async () => {
    expect(await rowsOf(`select tgname from pg_trigger where not tgisinternal`)).toEqual([]);
    expect(await rowsOf(`select rulename from pg_rules where schemaname = 'public'`)).toEqual([]);
    expect(await rowsOf(`select proname from pg_proc p join pg_namespace n on n.oid = p.pronamespace where n.nspname = 'public'`)).toEqual(
      [],
    );
  });
});

/** Stands in everything that is asked; must never stand in a statement. */
const mark = 'zq9';
const literals: Record<SearchParameter['type'], readonly string[]> = {
  string: [`${mark}text`, `${mark}one,${mark}two`],
  token: [`${mark}code`, `http://${mark}.org|${mark}code`, `|${mark}code`, `http://${mark}.org|`],
  reference: [`${mark}id`, `http://${mark}.org/x`],
  date: ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'].map((prefix) => `${prefix}2931-07-13`),
  number: ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'].map((prefix) => `${prefix}918273`),
  quantity: ['eq', 'ne', 'gt', 'lt', 'ge', 'le', 'sa', 'eb', 'ap'].flatMap((prefix) =>
    ['918273', `918273||${mark}unit`, `918273|http://${mark}.org|${mark}unit`, '918273|http://unitsofmeasure.org|mg'].map(
      (one) => prefix + one,
    ),
  ),
  uri: [`http://${mark}.org/a`],
  composite: [],
  special: ['51.918273|7.918273|918|km', '89|0|9182|km', '0|179.9|918|km'],
};
const modifiers: Record<SearchParameter['type'], readonly string[]> = {
  string: ['', ':exact', ':contains', ':missing'],
  token: ['', ':not', ':text', ':in', ':not-in', ':above', ':below', ':of-type', ':missing'],
  reference: ['', ':identifier', ':missing'],
  date: ['', ':missing'],
  number: ['', ':missing'],
  quantity: ['', ':missing'],
  uri: ['', ':above', ':below', ':missing'],
  composite: ['', ':missing'],
  special: ['', ':missing'],
};

function literalsOf(parameter: SearchParameter, modifier: string): readonly string[] {
  if (modifier === ':missing') return ['true', 'false'];
  if (modifier === ':in' || modifier === ':not-in') return [`http://${mark}.org/vs`];
  if (modifier === ':above' || modifier === ':below') return parameter.type === 'uri' ? literals.uri : [`http://${mark}.org|${mark}code`];
  if (modifier === ':of-type') return [`http://${mark}.org|${mark}type|${mark}value`];
  if (modifier === ':identifier') return [`http://${mark}.org|${mark}value`];
  if (parameter.type !== 'composite')
    return parameter.systemless ? literals[parameter.type].filter((one) => !one.includes('|')) : literals[parameter.type];
  const parts = parameter.composite!.parts.map((part) => literalsOf(part, '').filter((one) => !one.includes(',')));
  return Array.from({ length: Math.max(...parts.map((of) => of.length)) }, (_, i) => parts.map((of) => of[i % of.length]).join('$'));
}

function queryOf(type: ResourceType, pairs: [string, string][]): Query | undefined {
  const query = parseQuery(type, pairs, { nowMs: 0 });
  return query.ok ? query.value : undefined;
}

/** Everything that can be asked of one type by one parameter, and through what points to it or from it. */
function* questions(type: ResourceType): Generator<[string, string][]> {
  const all = [...parametersOf(type).values()];
  for (const parameter of all) {
    for (const modifier of modifiers[parameter.type])
      for (const literal of literalsOf(parameter, modifier)) yield [[`${parameter.code}${modifier}`, literal]];
    if (parameter.type !== 'reference' || parameter.canonical) continue;
    for (const target of parameter.targets.length > 0 ? parameter.targets : (['Patient', 'Practitioner'] as const)) {
      yield [[`${parameter.code}:${target}._tag`, `${mark}code`]];
      yield [[`${parameter.code}:${target}._lastUpdated`, `gt${new Date().toISOString().slice(0, 10)}`]];
      yield [[`_has:${type}:${parameter.code}:_tag`, `${mark}code`]];
    }
  }
  for (const base of ['Observation', 'Provenance', 'Encounter', 'List', 'Group'] as const)
    for (const parameter of parametersOf(base).values())
      if (parameter.type === 'reference' && (parameter.targets.length === 0 || parameter.targets.includes(type)))
        yield [[`_has:${base}:${parameter.code}:_lastUpdated`, `ge${new Date().toISOString().slice(0, 10)}`]];
  yield [['_id', `${mark}id,${mark}other`]];
  yield [['_id:not', `${mark}id`]];
  for (const prefix of ['eq', 'ne', 'gt', 'le', 'ap']) yield [['_lastUpdated', `${prefix}${new Date().toISOString().slice(0, 10)}`]];
  yield [['_filter', `_tag eq ${mark}code and not (_source eq "http://${mark}.org" or _tag pr true)`]];
  yield [['_sort', '-_lastUpdated']];
  for (const parameter of all)
    if (parameter.type !== 'composite' && parameter.type !== 'special') yield [['_sort', `-${parameter.code},_id`]];
}

const askerOf = (person: Partial<Person>): Caller => ({
  person: { id: '0190a000-0000-7000-8000-000000000001', name: 'test', role: 'administrator', ...person },
  purpose: 'TREAT',
  from: 'test',
  request: 'test',
});
const askers = [askerOf({}), askerOf({ organisations: [`${mark}org`] }), askerOf({ patients: [`${mark}patient`] })];

/** Terminology that knows a code for every wish; chains that are not read beforehand. */
class AnyTerms extends Map<string, [string, string][]> {
  override get(): [string, string][] {
    return [[`http://${mark}.org`, `${mark}code`]];
  }
}
const known: Known = { terms: new AnyTerms(), targets: new Map() };

function statementsOf(query: Query, caller: Caller, as: 'placeholders' | 'rows'): string[] {
  const parts = query.sort.length === 0 ? (['all'] as const) : (['all', 'present', 'missing'] as const);
  return parts.flatMap((part) => {
    const compiler = new Compiler(caller, as, known);
    const where = [whereOf({ query }, compiler)];
    const [first] = query.sort;
    if (part === 'missing' && first !== undefined && typeof first.by !== 'string')
      where.push(condition({ kind: 'missing', parameter: first.by, missing: true }, 'r', compiler));
    const order = orderOf(query.sort, part, 'r', compiler);
    if (!order.ok) return [];
    return [`select r.id from resource r${order.value.joins} where ${where.join(' and ')} order by ${orderBy(order.value, 'r')}`];
  });
}

describe('every search', () => {
  test('joins tables of patient data by pat, but for the exceptions that have a reason, and holds no value in its text', () => {
    const wrong = new Map<string, string>();
    const excepted = new Map<string, number>();
    let statements = 0;
    let asked = 0;
    let at = 0;
    for (const type of resourceTypes) {
      for (const pairs of questions(type)) {
        const query = queryOf(type, pairs);
        if (query === undefined) continue;
        asked++;
        // Each with one of the callers and one of the forms in turn: who asks and what is asked do not know of each other.
        const caller = askers[at++ % askers.length]!;
        for (const text of statementsOf(query, caller, at % 2 === 0 ? 'rows' : 'placeholders')) {
          statements++;
          const found = breaches(text);
          for (const name of found.excepted) excepted.set(name, (excepted.get(name) ?? 0) + 1);
          for (const breach of found.breaches)
            wrong.set(breach, `${type}?${pairs.map((pair) => pair.join('=')).join('&')}: ${text.slice(0, 600)}`);
          if (text.includes(mark) || text.includes('918273')) wrong.set(`a value in the text: ${pairs[0]![0]}`, text.slice(0, 600));
        }
      }
    }
    expect([...wrong].slice(0, 5)).toEqual([]);
    expect(asked).toBeGreaterThan(20_000);
    expect(statements).toBeGreaterThan(asked);
    // Each exception occurs: one that does not is none any more.
    expect([...excepted.keys()].sort()).toEqual(['chain to another compartment', 'pointed to from another compartment', 'recent changes']);
  }, 120_000);

  test('whole statements, with pages, includes, several types, and the operations on a chart, keep the same rules', async () => {
    const texts: string[] = [];
    const runner = {
      query: async <R>({ text }: { text: string }): Promise<{ rows: R[]; rowCount: number }> => {
        texts.push(text);
        return { rows: [], rowCount: 0 };
      },
      ask: async ({ hits }: { hits: string }): Promise<never[]> => {
        texts.push(hits);
        return [];
      },
    };
    const limits = { count: 20, countMax: 100 };
    const stored: Stored = {
      type: 'Observation',
      id: `${mark}id`,
      version: 1,
      lastUpdated: new Date(),
      deleted: false,
      body: `{"resourceType":"Observation","id":"${mark}id","subject":{"reference":"Patient/${mark}p"},"performer":[{"reference":"Practitioner/${mark}d"}]}`,
    };
    for (const caller of askers) {
      const query = queryOf('Observation', [
        ['code', `${mark}code`],
        ['patient.name', `${mark}text`],
        ['_sort', '-date'],
      ])!;
      await search(runner, caller, query, limits);
      const named = queryOf('Patient', [
        ['birthdate', 'ge2931-07-13'],
        ['family', `${mark}text,${mark}other`],
      ])!;
      await search(runner, caller, named, limits);
      const born = queryOf('Patient', [
        ['birthdate', '2931-07-13'],
        ['family:exact', `${mark}text`],
        ['given', `${mark}other`],
      ])!;
      await search(runner, caller, born, limits);
      await lastN(runner, caller, query, 3, limits);
      for (const answer of ['container', 'contained'] as const) {
        const inside = queryOf('Observation', [
          ['code', `${mark}code`],
          ['patient.name', `${mark}text`],
          ['_id', `${mark}id`],
          ['_contained', 'both'],
          ['_containedType', answer],
          ['_sort', '-_lastUpdated'],
        ])!;
        if (!asksInside(inside)) throw new Error('not asked for');
        await searchContained(runner, caller, inside, limits);
        // Nothing comes back here, not even a number.
        await searchContained(runner, caller, { ...inside, total: 'accurate' }, limits).catch(() => {});
      }
      const parts = (['Observation', 'Encounter'] as const).map(
        (type) =>
          queryOf(type, [
            ['patient', `${mark}id`],
            ['_sort', '-_lastUpdated'],
          ])!,
      );
      await searchWide(runner, caller, { parts, named: true, understood: [], ignored: [] }, limits);
      const { include, revinclude } = queryOf('Observation', [
        ['_include', '*'],
        ['_revinclude', 'Provenance:target'],
      ])!;
      await included(runner, caller, [stored], { include, revinclude }, 100);
      for (const patient of [undefined, `${mark}id`])
        await everything(
          runner,
          caller,
          { ...(patient === undefined ? {} : { patient }), since: new Date(0), start: 918273, count: 10, asked: mark },
          100,
        );
    }
    expect(texts.length).toBeGreaterThan(20);
    const wrong = texts.flatMap((text) => breaches(text).breaches.map((breach) => `${breach}: ${text.slice(0, 500)}`));
    expect(wrong).toEqual([]);
    expect(texts.filter((text) => text.includes(mark) || text.includes('918273'))).toEqual([]);
  });

  test('a statement that breaks the rules is found', () => {
    const broken = (text: string): string[] => breaches(text).breaches;
    expect(broken('select 1 from resource r join range_value v on v.id = r.id')).toHaveLength(1);
    expect(
      broken('select 1 from resource r where exists (select 1 from range_value v where v.id = r.id and v.parameter = 1)'),
    ).toHaveLength(1);
    expect(broken('select 1 from resource r, change c where c.id = r.id or c.pat = r.pat')).toHaveLength(1);
    expect(broken('select 1 from resource r where exists (select 1 from (select id from range_value v) z where z.id = r.id)')).toHaveLength(
      1,
    );
    expect(broken('select 1 from resource r join lateral (select max(v.low) from range_value v where v.id = r.id) s on true')).toHaveLength(
      1,
    );
    expect(broken('select 1 from resource r left join string_value s on s.id = r.id and s.pat = r.pat')).toEqual([]);
    expect(broken('select 1 from resource r for update skip locked')).toHaveLength(1);
    expect(broken('with recursive x as (select 1 from resource r) select 1 from x')).toHaveLength(1);
  });
});
