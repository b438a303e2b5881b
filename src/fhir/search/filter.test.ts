// _filter as it is read: what it means in clauses, and what is refused with which words.
import { describe, expect, test } from 'vitest';
import { type Clause, clausesIn } from './contract.ts';
import { parseQuery } from './query.ts';

/** The clauses in short: `all(name:contains, birthdate ge)`. */
function short(clause: Clause): string {
  const inner = clausesIn(clause).map(short).join(', ');
  if (clause.kind === 'value') {
    const [value] = clause.values;
    const prefix = value !== undefined && 'prefix' in value ? ` ${value.prefix}` : '';
    return `${clause.parameter.code}${clause.modifier === undefined ? '' : `:${clause.modifier}`}${prefix}`;
  }
  if (clause.kind === 'missing') return `${clause.parameter.code}:missing=${clause.missing}`;
  if (clause.kind === 'chain')
    return `${clause.parameter.code}.(${clause.branches.map((one) => `${one.type} ${short(one.clause)}`).join(', ')})`;
  return inner === '' ? clause.kind : `${clause.kind}(${inner})`;
}

function read(type: 'Patient' | 'Observation', text: string): string {
  const query = parseQuery(type, [['_filter', text]]);
  return query.ok ? query.value.where.map(short).join(' & ') : `${query.problem.kind}: ${query.problem.message}`;
}

test.each([
  ['Patient', 'name co "pet"', 'name:contains'],
  ['Patient', 'given eq "peter" and birthdate ge 2014-10-10', 'all(given:whole, birthdate ge)'],
  ['Observation', 'code eq http://loinc.org|1234-5', 'code'],
  ['Observation', 'subject:Patient.name co "pet"', 'subject.(Patient name:contains)'],
  ['Observation', 'subject[gender eq male].birthdate lt 2000', 'subject.(Patient all(gender, birthdate lt))'],
  // From left to right, whatever stands there.
  ['Patient', 'name eq a or name eq b and name eq c', 'all(any(name:whole, name:whole), name:whole)'],
  ['Patient', 'name eq a or (name eq b and name eq c)', 'any(name:whole, all(name:whole, name:whole))'],
  ['Patient', 'name eq a or name eq b or name eq c', 'any(name:whole, name:whole, name:whole)'],
  ['Patient', 'not (name sw a)', 'not(name)'],
  ['Patient', 'name ne a', 'all(name:missing=false, not(name:whole))'],
  ['Patient', 'birthdate pr false', 'birthdate:missing=true'],
  ['Patient', 'birthdate po 2014', 'birthdate ap'],
  ['Observation', 'code ss http://s|1 and code sb http://s|2 and code in http://v', 'all(code:below, code:above, code:in)'],
  ['Observation', 'subject re Patient/4', 'subject'],
  ['Patient', '_lastUpdated gt 2020 and _id ne x', 'all(last-updated, id)'],
  ['Patient', 'name eq "a, \\"b\\" $c|d)"', 'name:whole'],
] as const)('%s: %s', (type, text, meaning) => expect(read(type, text)).toBe(meaning));

describe('is refused', () => {
  test.each([
    ['name', /a word is needed/],
    ['name eq', /a value is needed/],
    ['name xx "a"', /"xx" is no operation/],
    ['nam eq a', /Did you mean "name"/],
    ['name gt a', /gt does not fit Patient.name, a string: eq, sw, co, ew, ne, pr do/],
    ['(name eq a', /"\)" is missing/],
    ['name eq a)', /more behind the end/],
    ['name eq "a', /not closed/],
    ['not name eq a', /behind "not" stands a filter in parentheses/],
    ['name.given eq a', /only what a reference points to/],
    ['birthdate ge soon', /a date is/],
    [`${'('.repeat(40)}name eq a${')'.repeat(40)}`, /nested deeper/],
    [Array.from({ length: 200 }, () => 'name eq a').join(' and '), /more than 100 tests/],
    ['', /has no value/],
  ])('%s', (text, words) => expect(read('Patient', text)).toMatch(words));

  test('what is written in a filter is never said again', () =>
    expect(read('Patient', 'birthdate ge Smith1234')).not.toContain('Smith1234'));
});
