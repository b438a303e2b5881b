// Files of rows: what each cell becomes, and what is said of those that cannot be read.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { TranslationContext } from '../contract.ts';
import { csvFormat } from './format.ts';
import { type Compiled, type CsvMapping, compile } from './mapping.ts';
import { CsvParts, type Part } from './parts.ts';
import { previewInSteps } from './preview.ts';

const context: TranslationContext = { sender: 'clinic', receivedAt: new Date(0), timeZone: 'Europe/Vienna' };
const example = JSON.parse(readFileSync('examples/channels/weights.json', 'utf8'));
const mapping: CsvMapping = { ...example.csv, columns: example.columns, constants: example.constants };

function compiled(one: CsvMapping): Compiled {
  const said: string[] = [];
  const made = compile(one, (where, says) => said.push(`${where} ${says}`));
  if (made === undefined) throw new Error(said.join('\n'));
  return made;
}
const weights = compiled(mapping);
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const header = 'Patient;Name;Vorname;Geburtstag;Geschlecht;Gemessen;Gewicht;Größe;Zimmer\r\n';
const told = (rows: string, one = weights, head = header) => csvFormat(one).toFhir({ raw: latin1(head + rows) }, context);

test('a row is a set of resources', () => {
  const { resources, notes, ledger } = told('17;Müller;Anna;03.02.1961;w;05.07.2026 08:30;71,50;168;4b\r\n');
  expect(notes).toEqual([]);
  const [patient, weight, height] = resources.map(({ resource }) => resource);
  expect(patient).toMatchObject({
    identifier: [{ system: 'http://north.example.org/mrn', value: '17' }],
    name: [{ family: 'Müller', given: ['Anna'] }],
    birthDate: '1961-02-03',
    gender: 'female',
  });
  expect(weight).toMatchObject({
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }] },
    subject: { reference: `Patient/${patient?.id}` },
    effectiveDateTime: '2026-07-05T08:30:00+02:00',
    valueQuantity: { unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  });
  expect(String((weight as { valueQuantity: { value: unknown } }).valueQuantity.value)).toBe('71.50');
  expect(height).toMatchObject({ valueQuantity: { value: 168, code: 'cm' } });
  const leaves = ledger.filter(({ path }) => path.startsWith('line['));
  expect(leaves.map(({ path, text, state }) => `${path} ${text} ${state}`)).toEqual([
    'line[2].Patient 17 mapped',
    'line[2].Name M\u00fcller mapped',
    'line[2].Vorname Anna mapped',
    'line[2].Geburtstag 03.02.1961 mapped',
    'line[2].Geschlecht w mapped',
    'line[2].Gemessen 05.07.2026 08:30 mapped',
    'line[2].Gewicht 71,50 mapped',
    'line[2].Größe 168 mapped',
    'line[2].Zimmer 4b kept',
  ]);
  expect(leaves[5]).toMatchObject({
    elements: [`Observation/${weight?.id}#effectiveDateTime`, `Observation/${height?.id}#effectiveDateTime`],
  });
});

test('an empty cell changes nothing, and what no cell says is not made', () => {
  const { resources } = told('17;;;;;05.07.2026 08:30;;k.A.;\n18;;;-;;05.07.2026 08:30;70;;\n');
  expect(resources.map(({ resource, how }) => `${resource.resourceType} ${how}`)).toEqual([
    'Patient refer',
    'Patient refer',
    'Observation merge',
  ]);
  expect(resources[1]?.resource).not.toHaveProperty('name');
});

test('the same row again is the same resources', () => {
  const ids = (rows: string): string[] => told(rows).resources.map(({ resource }) => resource.id ?? '');
  const row = '17;M;A;03.02.1961;w;05.07.2026 08:30;71,5;;\n';
  expect(ids(row + row)).toEqual(ids(row));
  expect(new Set([...ids(row), ...ids(row.replace('08:30', '08:31'))]).size).toBe(3);
});

test.each([
  ['a day that is none', '17;M;A;31.02.1961;;;;;', 'Line 2, column "Geburtstag": is no date of the calendar in the form DD.MM.YYYY'],
  ['a date in another form', '17;M;A;1961-02-03;;;;;', 'Line 2, column "Geburtstag": is no date of the calendar'],
  ['a code that nobody named', '17;M;A;;x;;;;', 'Line 2, column "Geschlecht": says something that its "map" does not name'],
  ['a number with a point', '17;;;;;05.07.2026 08:30;71.5;;', 'Line 2, column "Gewicht": has a ".", and its numbers are declared with ","'],
  ['a word for a number', '17;;;;;05.07.2026 08:30;heavy;;', 'Line 2, column "Gewicht": is no number'],
  ['too few columns', '17;M', 'Line 2: has 2 columns, and the header has 9'],
  ['too many columns', '17;M;A;;;;;;;;', 'Line 2: has 11 columns, and the header has 9'],
  ['no patient', ';M;A;;;;;;', 'Line 2, column "Patient": is empty, and the row says something of its Patient'],
  ['a time that is missing', '17;;;;;;71;;', 'Line 2, column "Gemessen": is empty, and the row says something of its Observation(weight)'],
  ['something behind a quote', '17;"M" x;A;;;;;;', 'Line 2, column "Name": has something behind its closing quote'],
  ['a quote that never closes', '17;"M;A;;;;;;', 'Line 2, column "Name": has a quote that is opened and never closed'],
  ['control characters', '17\u0001;M;A;;;;;;', 'Line 2, column "Patient": holds control characters'],
])('%s is told with line and column, and the other rows go in', (_what, row, says) => {
  const { notes, resources, ledger } = told(`${row}\n18;Good;;;;;;;\n`);
  expect(notes.map(({ message }) => message)[0]).toContain(says);
  expect(resources.map(({ resource }) => resource)).toMatchObject([{ name: [{ family: 'Good' }] }]);
  expect(ledger.filter(({ path }) => path.startsWith('line[2].')).every(({ state }) => state === 'kept')).toBe(true);
  for (const cell of row.split(';'))
    if (cell.length > 3) expect(notes[0]?.message.replaceAll(/"[^"]*"/g, '')).not.toContain(cell.replaceAll('"', ''));
});

test('quotes hold delimiters and line ends, and lines are counted as an editor counts them', () => {
  const { resources, notes, ledger } = told('17;"Mül""ler; jun.\r\nII";A;;;;;;\n\n\r18;M;;99.99.1999;;;;;\n');
  expect(resources[0]?.resource).toMatchObject({ name: [{ family: 'Mül"ler; jun.\r\nII' }] });
  expect(ledger.find(({ path }) => path === 'line[2].Name')?.text).toBe('"Mül""ler; jun.\r\nII"');
  expect(notes[0]?.where).toBe('line 6, Geburtstag');
});

test.each([
  ['LF', '\n'],
  ['CRLF', '\r\n'],
  ['CR', '\r'],
])('%s ends rows, with a byte order mark too', (_name, end) => {
  const one = compiled({
    columns: [
      { column: 'id', to: 'Patient.identifier', system: 'urn:x', key: true },
      { column: 'né', to: 'Patient.name' },
    ],
  });
  const raw = Buffer.from(`\ufeffid,né${end}1,Ünal${end}2,"Sm,ith"`);
  const { resources } = csvFormat(one).toFhir({ raw }, context);
  expect(resources.map(({ resource }) => resource)).toMatchObject([{ name: [{ text: 'Ünal' }] }, { name: [{ text: 'Sm,ith' }] }]);
});

test('the header must be the one that was agreed on', () => {
  expect(told('', weights, 'Patient,Name\n').notes).toEqual([]);
  const { ledger, notes } = told('17;M\n', weights, 'Patient;Name\n');
  expect(notes[0]?.message).toContain('has no column "Vorname", "Geburtstag"');
  expect(ledger.filter(({ state }) => state === 'kept')).toHaveLength(2);
});

function partsOf(raw: Buffer, one = weights, chunk = 7): Part[] {
  const parts = new CsvParts(one, context);
  const all: (Part | undefined)[] = [];
  for (let at = 0; at < raw.length; at += chunk) all.push(...parts.push(raw.subarray(at, at + chunk)));
  all.push(...parts.push(Buffer.alloc(0), true));
  return all.flatMap((part) => part ?? []);
}

test('a file comes apart into messages: the good rows together, each bad one by itself with its line', () => {
  const rows = ['17;M;;;;;;;\r\n', '18;"a\nb";;;;;;;\r\n', '19;M;;bad;;;;;\r\n', '20;M;;;;;;;'];
  const parts = partsOf(latin1(header + rows.join('')));
  expect(parts.map(({ lines, rows, fault }) => [lines, rows, fault?.where])).toEqual([
    ['line 5', 1, 'line 5, Geburtstag'],
    ['lines 2-6', 3, undefined],
  ]);
  expect(parts[0]?.raw.toString('latin1')).toBe(header + rows[2]);
  expect(parts[1]?.raw.toString('latin1')).toBe(header + rows[0] + rows[1] + rows[3]);
  expect(parts[1]?.keys).toEqual(['17', '18', '20']);
});

test('a thousand rows are several messages, and all bytes are in them', () => {
  const rows = Array.from({ length: 1000 }, (_, at) => `${at};M;;;;;;;\n`);
  const parts = partsOf(latin1(header + rows.join('')), weights, 1000);
  expect(parts.map((part) => part.rows)).toEqual([333, 333, 333, 1]);
  expect(parts.map(({ raw }) => raw.toString('latin1').slice(header.length)).join('')).toBe(rows.join(''));
  // What stands in a row is no fault of the header, however the file comes.
  const nul = partsOf(latin1(`${header}1;\u0000;;;;;;;\n2;M;;;;;;;\n`));
  expect(nul.map(({ fault }) => fault?.where)).toEqual(['line 2, Name', undefined]);
  expect(partsOf(Buffer.from('a;b\n1;2\n', 'utf16le'))[0]?.fault?.message).toContain('UTF-16');
  // Without a header that fits nothing can be read, and everything is kept.
  const strange = partsOf(latin1(`x;y\n${rows.join('')}`), weights, 1000);
  expect(strange.map(({ rows: count, fault }) => [count, fault?.where])).toEqual([333, 333, 333, 1].map((count) => [count, 'line 1']));
  expect(partsOf(latin1(header))[0]?.fault?.message).toBe('The file holds no rows below its header');
});

test('the first rows are shown as they would be read', () => {
  const raw = latin1(`${header}17;M;;;;;;;\n18;M;;bad;;;;;\n19;M;;;;;;;\n`);
  const steps = previewInSteps(weights, raw, 2, context);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const { columns, rows, more } = step.value;
  expect(columns[0]).toEqual({ column: 'Patient', to: ['Patient.identifier'], in: 'both' });
  expect(rows.map(({ line, resources, problems }) => [line, resources.length, problems.length])).toEqual([
    [2, 1, 0],
    [3, 0, 1],
  ]);
  expect(rows[0]?.cells[1]).toMatchObject({
    column: 'Name',
    text: 'M',
    elements: [expect.stringMatching(/^Patient\/.*#name\[0\]\.family$/)],
  });
  expect(more).toBe(true);
});

type Declared = CsvMapping['columns'][number] & { encoding?: string };
test.each<[string, Declared, string]>([
  [
    'no element',
    { column: 'a', to: 'Patient.nickname', key: true },
    'columns[0].to "nickname" is no element of Patient that a column fills',
  ],
  ['a choice', { column: 'a', to: 'Observation.value', key: true }, 'it is one of valueQuantity'],
  [
    'a resource that nothing identifies',
    { column: 'a', to: 'Patient.name' },
    'columns say with "key": true which columns identify Patient',
  ],
  ['a form of dates', { column: 'a', to: 'Patient.birthDate', key: true, date: 'DD.MM.YY' }, 'columns[0].date is made of YYYY MM DD'],
  ['a map', { column: 'a', to: 'Patient.gender', key: true, map: { m: 'man' } }, 'columns[0].map.m'],
  ['a part', { column: 'a', to: 'Encounter.period', key: true }, '"period" is a Period; name the part of it'],
  ['an encoding', { column: 'a', to: 'Patient.name', key: true, encoding: 'utf-16le' }, 'csv.encoding must be utf-8'],
  ['members of every object', { column: 'a', to: 'Patient.constructor', key: true }, 'is no element of Patient'],
])('%s is refused when the mapping is read', (_what, { encoding, ...column }, says) => {
  const said: string[] = [];
  compile({ columns: [column], ...(encoding === undefined ? {} : { encoding }) }, (where, what) => said.push(`${where} ${what}`));
  expect(said.join('\n')).toContain(says);
});

const rowsOfThree = '17;"M;1";A;03.02.1961;w;05.07.2026 08:30;71,50;168;4b\r\n18;;x;;\r\n18;;;;;;;;x\r\n19;Z;;;;;;;';

test('the file is what its ledger says', () => {
  const format = csvFormat(weights);
  const raw = latin1(header + rowsOfThree);
  expect(Buffer.from(format.write(format.read(raw))).equals(raw)).toBe(true);
  const { ledger, resources } = format.toFhir({ raw }, context);
  const again = format.restore(
    resources.map(({ resource }) => resource),
    ledger,
    context,
  );
  expect(again.ok && Buffer.from(again.value.raw).toString('latin1')).toBe(header + rowsOfThree);
});

test('what the record says otherwise is written as the column writes it', () => {
  const format = csvFormat(weights);
  const { ledger, resources } = format.toFhir({ raw: latin1(header + rowsOfThree) }, context);
  const now = structuredClone(resources.map(({ resource }) => resource)).map((one) => {
    if (one.resourceType === 'Patient' && one.birthDate !== undefined)
      return { ...one, gender: 'male' as const, birthDate: '1961-02-04', name: [{ family: 'Ünal; M', given: ['A'] }] };
    return one.resourceType === 'Observation' && one.valueQuantity?.code === 'kg'
      ? { ...one, valueQuantity: { ...one.valueQuantity, value: 72.25 } }
      : one;
  });
  const again = format.restore(now, ledger, context);
  expect(again.ok && Buffer.from(again.value.raw).toString('latin1').split('\r\n')[1]).toBe(
    '17;"Ünal; M";A;04.02.1961;m;05.07.2026 08:30;72,25;168;4b',
  );
  const odd = now.map((one) =>
    one.resourceType === 'Patient' && one.birthDate !== undefined ? { ...one, gender: 'unknown' as const } : one,
  );
  expect(format.restore(odd, ledger, context)).toMatchObject({ ok: false, problem: { where: 'line[2].Geschlecht' } });
});
