// A view is checked when it is read, says what to do where it is wrong, and gives the same rows as a closure and as SQL.
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { type Json, readJsonNow, writeJson } from '../../fhir/json.ts';
import type { Row } from '../contract.ts';
import { compileView } from './closure.ts';
import { readView } from './read.ts';
import { viewSql } from './sql.ts';

const patient = (select: Json, more: Record<string, Json> = {}): Json => ({ resource: 'Patient', select, ...more });
const column = (name: string, path: string, type = 'string', more: Record<string, Json> = {}): Json => ({ name, path, type, ...more });

function refusal(json: Json, strict = true): string {
  const view = readView(json);
  if (!view.ok) return view.problem.message;
  const compiled = compileView(view.value, { strict });
  return compiled.ok ? 'it was taken' : compiled.problem.message;
}

async function bothWays(json: Json, resources: readonly Json[]): Promise<{ closure: Row[]; sql: unknown[] }> {
  const view = readView(json);
  if (!view.ok) throw new Error(view.problem.message);
  const compiled = compileView(view.value);
  const sql = viewSql(view.value, { table: 'resources', column: 'resource' });
  if (!compiled.ok || !sql.ok) throw new Error('it does not compile');
  const database = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await database.connect();
  await connection.run('create table resources (resource JSON)');
  for (const resource of resources) await connection.run('insert into resources values ($1)', [writeJson(resource)]);
  const rows = (await connection.runAndReadAll(sql.value)).getRowObjectsJS();
  connection.closeSync();
  const plain = (value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);
  return {
    closure: resources.flatMap((resource) => compiled.value.rows(resource)),
    sql: rows.map((row) => Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value)]))),
  };
}

describe('a view that is wrong is refused with what to do', () => {
  it.each<[string, Json, RegExp]>([
    ['no resource', { select: [] }, /names the type of resource/],
    ['a resource that does not exist', { resource: 'Patiant', select: [] }, /Is "Patient" meant/],
    ['no select', { resource: 'Patient' }, /at least one "select"/],
    ['a wrong name in a path', patient([{ column: [column('x', 'nam.family')] }]), /Patient has no element "nam".*Is "name" meant/],
    ['a choice by its JSON name', { resource: 'Observation', select: [{ column: [column('x', 'valueQuantity.value')] }] }, /value\.ofType/],
    ['a path that cannot be read', patient([{ column: [column('x', 'name..family')] }]), /cannot be read/],
    ['a type of column that does not exist', patient([{ column: [column('x', 'id', 'varchar')] }]), /"varchar", which R4 does not have/],
    ['two columns of one name', patient([{ column: [column('x', 'id'), column('X', 'id')] }]), /two columns "X"/],
    ['a name that SQL does not take', patient([{ column: [column('__proto__', 'id')] }]), /no name of a column/],
    [
      'a unionAll of different columns',
      patient([{ unionAll: [{ column: [column('a', 'id')] }, { column: [column('b', 'id')] }] }]),
      /first has \(a\), this one \(b\)/,
    ],
    ['a constant that is not there', patient([{ column: [column('x', 'id = %k')] }]), /no constant "%k"/],
    ['a where that is no question', patient([{ column: [column('x', 'id')] }], { where: [{ path: 'name.family' }] }), /true or false/],
    ['a repeat that goes nowhere', patient([{ repeat: ['$this'], column: [column('x', 'id')] }]), /path of elements/],
    ['forEach and repeat', patient([{ forEach: 'name', repeat: ['name'], column: [column('x', 'use')] }]), /one of forEach/],
    [
      'too many unionAlls',
      patient(Array.from({ length: 12 }, (_, at) => ({ unionAll: [1, 2].map(() => ({ column: [column(`c${at}`, 'id')] })) }))),
      /too many unionAlls/,
    ],
  ])('%s', (_, json, message) => {
    expect(refusal(json)).toMatch(message);
  });

  it('says of a path that finds nothing that it does, where it is not strict', () => {
    const view = readView(patient([{ column: [column('x', 'nam')] }]));
    const compiled = view.ok ? compileView(view.value) : view;
    expect(compiled.ok && compiled.value.notes.map(({ message }) => message)).toEqual([expect.stringContaining('Is "name" meant?')]);
  });
});

describe('rows', () => {
  const ann: Json = {
    resourceType: 'Patient',
    id: 'ann',
    birthDate: '1970-06',
    active: true,
    multipleBirthInteger: 2,
    name: [
      { use: 'official', family: "O'Hara", given: ['Ann', 'Bee'] },
      { use: 'usual', given: ['Annie'] },
    ],
    link: [{ other: { reference: 'Patient/bob' } }, { other: { reference: 'https://elsewhere.example.org/Patient/x' } }],
  };

  it('are the same as a closure and as SQL', async () => {
    const { closure, sql } = await bothWays(
      patient([
        {
          column: [
            column('id', 'getResourceKey()', 'id'),
            column('official', "name.where(use = 'official').family.first()"),
            column('usual', "name.where(use = 'usual' and family.empty()).given.first()"),
            column('given', 'name.given', 'string', { collection: true }),
            column('names', 'name.count()', 'integer'),
            column('twin', 'multipleBirth.ofType(integer) > 1', 'boolean'),
            column('after', 'birthDate >= @1970', 'boolean'),
            column('later', 'birthDate > @1969-12-31', 'boolean'),
            column('born', 'birthDate.highBoundary()', 'date'),
            column('links', 'link.other.getReferenceKey(Patient)', 'id', { collection: true }),
          ],
        },
        { forEachOrNull: 'contact', column: [column('contact', 'name.family'), column('at', '%rowIndex', 'integer')] },
      ]),
      [ann, { resourceType: 'Patient', id: 'bob' }, { resourceType: 'Group', id: 'g' }],
    );
    expect(closure).toEqual([
      {
        id: 'ann',
        official: "O'Hara",
        usual: 'Annie',
        given: ['Ann', 'Bee', 'Annie'],
        names: 2,
        twin: true,
        after: null,
        later: true,
        born: '1970-06-30',
        links: ['bob'],
        contact: null,
        at: 0,
      },
      expect.objectContaining({ id: 'bob', official: null, given: [], names: 0, twin: null, after: null, born: null, links: [], at: 0 }),
    ]);
    expect(sql).toEqual(closure);
  });

  it('keep the digits of a decimal', () => {
    const read = readJsonNow('{"resourceType":"Observation","valueQuantity":{"value":1.10}}');
    const view = readView({ resource: 'Observation', select: [{ column: [column('value', 'value.ofType(Quantity).value', 'decimal')] }] });
    const compiled = view.ok ? compileView(view.value) : view;
    if (!compiled.ok || !read.ok) throw new Error('it does not compile');
    expect(writeJson(compiled.value.rows(read.value))).toBe('[{"value":1.10}]');
  });

  it('are refused, by the name of the column, where there are two values for one', () => {
    const view = readView(patient([{ column: [column('given', 'name.given')] }]));
    const compiled = view.ok ? compileView(view.value) : view;
    if (!compiled.ok) throw new Error('it does not compile');
    expect(() => compiled.value.rows(ann)).toThrow(/Column given has more than one value/);
  });

  it('of a path beyond the usual come from the interpreter, and SQL says that it cannot', () => {
    const view = readView(patient([{ column: [column('initial', 'name.first().given.first().substring(0, 1)')] }]));
    const compiled = view.ok ? compileView(view.value) : view;
    if (!view.ok || !compiled.ok) throw new Error('it does not compile');
    expect(compiled.value.interpreted).toHaveLength(1);
    expect(compiled.value.rows(ann)).toEqual([{ initial: 'A' }]);
    expect(viewSql(view.value, { table: 't', column: 'resource' })).toMatchObject({ ok: false, problem: { kind: 'unsupported' } });
  });

  it('never make code of what a view says', async () => {
    const nasty = `'"\`\${process.exit()}\u2028*/ ); drop table resources; --`;
    const path = `name.where(family = '${nasty.replaceAll("'", "\\'")}').exists()`;
    const { closure, sql } = await bothWays(patient([{ column: [column('there', path, 'boolean')] }]), [
      { resourceType: 'Patient', name: [{ family: nasty }] },
      ann,
    ]);
    expect([closure, sql]).toEqual([
      [{ there: true }, { there: false }],
      [{ there: true }, { there: false }],
    ]);
  });
});
