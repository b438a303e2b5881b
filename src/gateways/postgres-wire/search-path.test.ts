import { describe, expect, test } from 'vitest';
import { rewritten } from './rewritten.ts';
import { schemasOf, tablePieces } from './search-path.ts';
import { tokensOf } from './sql-tokens.ts';

const tables = new Set(['patients', 'omop.person', 'omop.note', 'omop.death']);
const asked = (sql: string, path: string[]): string => rewritten(sql, tablePieces(tokensOf(sql), tables, path)).sql;

describe('the search path', () => {
  test.each<[string, string[]]>([
    ['public', ['public']],
    ['omop, public', ['omop', 'public']],
    ['"$user", Omop', ['omop']],
    [`'omop'`, ['omop']],
    ['"Omop"', ['Omop']],
    ['', []],
  ])('%s', (path, schemas) => expect(schemasOf(path)).toEqual(schemas));

  test.each<[string, string]>([
    ['select person_id from person', 'select person_id from omop.person'],
    ['select * from person p join "note" n on n.x = p.x, death', 'select * from omop.person p join omop."note" n on n.x = p.x, omop.death'],
    ['select person.note, death from patients, person', 'select person.note, death from patients, omop.person'],
    ['select * from (select 1 from note) x, person', 'select * from (select 1 from omop.note) x, omop.person'],
    [
      'select extract(year from death) from death where x in (note, person)',
      'select extract(year from death) from omop.death where x in (note, person)',
    ],
    [
      'with person as (select 1), d as not materialized (select 2) select * from person, d',
      'with person as (select 1), d as not materialized (select 2) select * from person, d',
    ],
    ["select 'from person' from omop.person -- from note", "select 'from person' from omop.person -- from note"],
    ['select count(*) from person group by 1 order by note, death', 'select count(*) from omop.person group by 1 order by note, death'],
    ['select 1 from nothing', 'select 1 from nothing'],
    ['select * from note(1)', 'select * from note(1)'],
  ])('puts its schema before a table without one: %s', (sql, expected) => expect(asked(sql, ['omop', 'public'])).toBe(expected));

  test('changes nothing where it is the usual one', () => expect(asked('select * from person', ['public'])).toBe('select * from person'));

  test.each<[string, string]>([
    ['select * from public.patients', 'select * from patients'],
    ['select * from "lamplight"."public"."patients"', 'select * from "patients"'],
    ['select * from lamplight.omop.person', 'select * from omop.person'],
    ['select * from lamplight.patients', 'select * from lamplight.patients'],
    ['select public.patients.id from public.patients', 'select patients.id from patients'],
    ['select a.public.patients', 'select a.public.patients'],
  ])('leaves out what names every table: %s', (sql, expected) => expect(asked(sql, ['public'])).toBe(expected));
});
