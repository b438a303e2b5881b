// Hostile text in every kind of search parameter, over HTTP; src/record/search/search.hostile.test.ts asks every parameter
// there is. None of the values is in the record, so whatever matches was led astray.
import { type Ask, type Attack, ask, posting } from './attack.ts';

/** `Type?name=`: one parameter of each type, each modifier that narrows, chains, and what shapes the answer. */
export const places: string[] = [
  'Patient?name',
  'Patient?name:exact',
  'Patient?name:contains',
  'Patient?phonetic',
  'Patient?address-city',
  'Patient?identifier',
  'Patient?identifier:of-type',
  'Patient?gender',
  'Patient?active',
  'Patient?telecom',
  'Observation?code',
  'Observation?code:text',
  'Observation?code:in',
  'Observation?code:below',
  'Patient?organization',
  'Patient?organization:identifier',
  'Observation?subject',
  'Observation?subject:Patient',
  'Patient?birthdate',
  'Observation?date',
  'RiskAssessment?probability',
  'Observation?value-quantity',
  'ValueSet?url',
  'ValueSet?url:below',
  'ValueSet?url:above',
  'Observation?code-value-quantity',
  'Observation?code-value-concept',
  'Observation?subject:Patient.name',
  'Observation?patient.identifier',
  'Observation?subject.name:exact',
  'Patient?_has:Observation:patient:code',
  'Patient?_has:Observation:patient:date',
  'Patient?_id',
  'Patient?_lastUpdated',
  'Patient?_profile',
  'Patient?_tag',
  'Patient?_security',
  'Patient?_source',
  'Patient?name:missing',
];
/** These shape the answer: a value that is not known is refused, and never another answer given. */
export const shapers: string[] = [
  'Patient?_sort',
  'Patient?_include',
  'Patient?_include:iterate',
  'Patient?_revinclude',
  'Patient?_elements',
  'Patient?_count',
  'Patient?_total',
  'Patient?_summary',
  'Patient?_cursor',
  'Patient?_has',
  'Patient?_filter',
  'Patient?_query',
  'Location?near',
  'Patient?_text',
  'Patient?_content',
  'Patient?_contained',
  'Patient?_type',
  'Patient/_history?_count',
  'Patient/_history?_since',
  'Patient/_history?_cursor',
  'Patient/_history?_at',
];

// biome-ignore format: a list
export const values: string[] = [
  "qzxv'; drop table resource; --", "qzxv' or '1'='1", "') or true --", '"qzxv"', 'qzxv\\', '$1', '$$qzxv$$', 'qzxv /* */', 'qzxv;select pg_sleep(9)', 'qzxv%', '\0', 'qz\0xv', '\u0001', '\ud800', '\u202eqzxv', '\u{1f600}',
  'constructor', '__proto__', 'toString', '1e999', '-1e999', '1e-999', 'NaN', 'gt1e308', '9'.repeat(40), `0.${'9'.repeat(2_000)}`, '0000-00-00', '2020-02-30', '-2020', '10000-01-01', 'ap0000', '2020-01-01T25:00:00Z', 'a|b|c|d', '|||',
  'a$b$c$d', '$', '5.4|http://unitsofmeasure.org|[[[[', 'Patient/../1', '../../etc/passwd', `Patient/${'a'.repeat(65)}`, 'http://', 'urn:qzxv', '#qzxv', '$(qzxv)', '{{7*7}}', '<script>qzxv</script>', 'qzxv\r\nX-Injected: 1', 'q'.repeat(9_000),
];

/** What one place is asked, with the value as it is. */
export const asking = (place: string, value: string): Ask => ({ path: `/fhir/${place}=${escaped(value)}` });

/** Half of a surrogate pair has no escape: it is sent as the bytes that it would have. */
const escaped = (value: string): string => (value.isWellFormed() ? encodeURIComponent(value) : '%ed%a0%80');

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const searching = (name: string, type: string, body: () => string, status: number[]): Attack => ({
  name,
  status,
  heavy: true,
  run: posting(`/${type}/_search`, body, form),
});
const times = (n: number, part: (i: number) => string, by: string): string => Array.from({ length: n }, (_, i) => part(i)).join(by);

export const searchAttacks: Attack[] = [
  searching('10,000 parameters', 'Patient', () => times(10_000, (i) => `name=a${i}`, '&'), [400, 413]),
  searching('1,900 parameters', 'Patient', () => times(1_900, (i) => `name=a${i}`, '&'), [400, 413]),
  searching('10,000 parameters that are not known', 'Patient', () => times(10_000, (i) => `a${i}=1`, '&'), [400, 413]),
  searching('10,000 values of a string', 'Patient', () => `name=${times(10_000, (i) => `a${i}`, ',')}`, [400, 413]),
  searching('10,000 values of a token', 'Observation', () => `code=${times(10_000, (i) => `s|a${i}`, ',')}`, [400, 413]),
  searching('10,000 values of a reference', 'Observation', () => `subject=${times(10_000, (i) => `Patient/a${i}`, ',')}`, [400, 413]),
  searching('10,000 dates', 'Patient', () => `birthdate=${times(10_000, (i) => String(1000 + (i % 9000)), ',')}`, [400, 413]),
  searching(
    '10,000 quantities',
    'Observation',
    () => `value-quantity=${times(10_000, (i) => `${i}|http://unitsofmeasure.org|mg`, ',')}`,
    [400, 413],
  ),
  searching('a text of 100 kB', 'Patient', () => `name=${'q'.repeat(100_000)}`, [200, 400, 413]),
  searching('a text of 100 kB of signs that fold', 'Patient', () => `name:contains=${'%C4%B0'.repeat(50_000)}`, [200, 400, 413]),
  searching('a text of 500 kB', 'Patient', () => `name=${'q'.repeat(500_000)}`, [400, 413]),
  searching('a form of 10 MB', 'Patient', () => `name=${'q'.repeat(10_000_000)}`, [413]),
  searching('a name of 100 kB', 'Patient', () => `${'q'.repeat(100_000)}=1`, [400, 413]),
  searching('a unit of 90 kB', 'Observation', () => `value-quantity=5|http://unitsofmeasure.org|${'m.'.repeat(45_000)}g`, [200, 400, 413]),
  searching(
    'a unit of 10,000 brackets',
    'Observation',
    () => `value-quantity=5|http://unitsofmeasure.org|${'('.repeat(10_000)}`,
    [200, 400, 413],
  ),
  searching('a chain of 20 links', 'Observation', () => `subject${'.general-practitioner'.repeat(20)}=1`, [400, 413]),
  searching('a _has of 20 levels', 'Patient', () => `${'_has:Observation:patient:'.repeat(20)}code=1`, [400, 413]),
  searching('1,000 times _has', 'Patient', () => times(1_000, (i) => `_has:Observation:patient:code=a${i}`, '&'), [400, 413]),
  searching('40 times _has', 'Patient', () => times(40, (i) => `_has:Observation:patient:code=a${i}`, '&'), [200, 400, 413]),
  searching('1,000 includes', 'Patient', () => times(1_000, () => '_include=Patient:organization', '&'), [400, 413]),
  searching('a filter of 20,000 parentheses', 'Patient', () => `_filter=${'('.repeat(20_000)}name eq a${')'.repeat(20_000)}`, [400, 413]),
  searching('a filter of 5,000 tests', 'Patient', () => `_filter=${times(5_000, () => 'name eq a', ' or ')}`, [400, 413]),
  searching('a filter of nested paths', 'Observation', () => `_filter=${'has-member:Observation.'.repeat(300)}code eq x`, [400, 413]),
  searching('10,000 sort keys', 'Patient', () => `_sort=${times(10_000, () => 'name', ',')}`, [400, 413]),
  searching('10,000 elements', 'Patient', () => `_elements=${times(10_000, (i) => `a${i}`, ',')}`, [400, 413]),
  searching('a cursor of 100 kB', 'Patient', () => `_cursor=${'a'.repeat(100_000)}`, [400, 413]),
  searching('an URL of 60 kB with :below', 'ValueSet', () => `url:below=http://a/${'a/'.repeat(30_000)}`, [200, 400, 413]),
  searching('an URL of 60 kB with :above', 'ValueSet', () => `url:above=http://a/${'a/'.repeat(30_000)}`, [200, 400, 413]),
  searching('escapes without end', 'Patient', () => `name=${'%'.repeat(100_000)}`, [400]),
  { ...searching('a search by JSON', 'Patient', () => '{"name":"a"}', [415]), run: posting('/Patient/_search', () => '{"name":"a"}') },
  { name: 'an address of 100 kB', status: [431], run: (target) => ask(target, { path: `/fhir/Patient?name=${'q'.repeat(100_000)}` }) },
  {
    name: '10,000 parameters in the address',
    status: [431],
    run: (target) => ask(target, { path: `/fhir/Patient?${times(10_000, (i) => `name=a${i}`, '&')}` }),
  },
];

/** Forgeries of a cursor that the server gave. */
export function forgeries(cursor: string): string[] {
  // Inside the fingerprint, not inside the id: a page may begin behind any id.
  const at = [0, 1, 16, cursor.length - 1];
  return [
    ...at.map((place) => `${cursor.slice(0, place)}${cursor[place] === 'A' ? 'B' : 'A'}${cursor.slice(place + 1)}`),
    cursor.slice(0, -1),
    cursor.slice(1),
    cursor + cursor,
    cursor.toUpperCase(),
    [...cursor].reverse().join(''),
    Buffer.from('{}').toString('base64url'),
    Buffer.from('[[[').toString('base64url'),
    Buffer.from(`{"at":"1; drop table resource"}`).toString('base64url'),
    '-1',
    '0',
    '99999999999999999999',
    "' or 1=1 --",
  ];
}
