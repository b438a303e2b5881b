// The small vocabularies of the random resources and queries: few words, so that a query often hits, and each of them near
// another in the way that makes searches go wrong (case, accents, separators, precision, units, forms of reference).

const long = 'Lorem ipsum dolor sit amet consectetur '.repeat(18);

export const strings = [
  'Smith', 'smith', 'SMITH', 'Smíth', 'Smithers', 'Smyth', 'Müller', 'Muller', 'Mueller', 'van der Berg', 'Van  Der Berg', "O'Neil",
  'Ångström', 'Straße', 'İzmir', 'e\u0301clair', 'éclair', '山田', 'ﬁnn', '😀 party', '｡ half', 'a,b', 'a|b', 'a$b', 'a\\b', '100%', 'x_y', ' padded ',
  '\u00b4', '\u{10ffff}', `${long}end`, `${long}END`, `${long}other`, long, '1', '2.0', 'true',
]; // biome-ignore format: a list of words

export const systems = ['http://loinc.org', 'http://snomed.info/sct', 'urn:oid:1.2.3', 'http://a.org/s', 'http://a.org/s|1'];
export const codes = ['1', '2', '2.1', 'abc', 'ABC', 'Abc-1', 'x|y', 'a,b', 'MR', 'ö', '*', 'true', 'c0', 'c1', 'c2', 'c3'];

export const dates = [
  '2020', '2021', '2020-02', '2020-12', '2021-01', '2020-02-29', '2020-12-31', '2021-01-01', '1970-01-01', '0001-01-01', '9999-12-31',
  '2020-02-29T12:30:00Z', '2020-02-29T12:30:15+02:00', '2020-12-31T23:30:00-05:00', '2020-12-31T23:59:59.999Z', '2021-01-01T00:00:00Z',
  '2021-01-01T00:00:00.5Z', '2021-01-01T00:00:00.123456+14:00', '2020-02-29T10:30:15Z',
]; // biome-ignore format: a list of words

export const instants = dates.filter((date) => date.includes('T'));

export const numbers = [0, 1, 5, 5.4, 5.40001, 5.35, 5.45, 100, 99.5, 100.5, -3, -0.5, 0.001, 1000, 1e15, 1e-10, 37, 98.6, 5400];

/** Unit code, its system and its wording; the last two are no UCUM. */
export const units: { system?: string; code?: string; unit?: string }[] = [
  { system: 'http://unitsofmeasure.org', code: 'mg', unit: 'mg' },
  { system: 'http://unitsofmeasure.org', code: 'g', unit: 'gram' },
  { system: 'http://unitsofmeasure.org', code: 'mg/dL', unit: 'mg/dl' },
  { system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  { system: 'http://unitsofmeasure.org', code: 'Cel', unit: '°C' },
  { system: 'http://unitsofmeasure.org', code: '[degF]', unit: 'F' },
  { system: 'http://unitsofmeasure.org', code: 'a' },
  { system: 'http://unitsofmeasure.org', code: 'no-unit' },
  { system: 'http://a.org/s', code: 'mg' },
  { system: 'http://a.org/s', code: 'tablet', unit: 'tablets' },
  { unit: 'mg' },
  { unit: 'tablets' },
  {},
];

export const uris = [
  'http://a.org', 'http://a.org/', 'http://a.org/x', 'http://a.org/x/', 'http://a.org/x/y', 'http://a.org/xy', 'http://A.org/x', 'urn:oid:1.2.3',
  'urn:oid:1.2.3.4', 'urn:uuid:53fefa32-fcbb-4ff8-8a92-55ee120877b7', 'http://a.org/x|1.0', 'http://a.org/x|2.0', 'http:', `http://a.org/${'p/'.repeat(320)}`,
  `http://a.org/${'p/'.repeat(330)}`,
]; // biome-ignore format: a list of words

export const identifierValues = ['1', '12345', 'AB12', 'ab12', 'x|y', 'tel:1', '山'];
