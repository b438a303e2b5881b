// One element changed in FHIR changes the leaves that the ledger names for it and no other, whatever is written there: delimiters,
// line ends, NUL, emoji. LAMPLIGHT_FULL=1 tries a hundred thousand changes.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Resource } from '../../fhir/generated/types.ts';
import { takeApart } from './map/part.ts';
import { isObject } from './map/place.ts';
import { fromLedger, revise, valueAt } from './restore.ts';
import { tell } from './to-fhir.ts';
import { type Message, readText } from './tree/message.ts';

const context = { sender: 'ward', receivedAt: new Date('2026-03-01T12:00:00Z'), timeZone: 'Europe/London' };
const head = (event: string): string => `MSH|^~\\&|LAB|HOSP|EHR|HOSP|20260301100000||${event}|M1|P|2.5.1`;
const person =
  'PID|1||77^^^HOSP^MR~12^^^NHS&1.2.3&ISO^SS||Doe&van^Jane^A^^Dr~Doe^Janie||19700301|F|||1 Lane^^Town^ST^12345||(555)555-0100^PRN^PH';
const messages = [
  [
    head('ORU^R01'),
    person,
    'PV1|1|I|WARD^1^2^HOSP||||99^House^Gregory',
    'ORC|RE|P1^EHR|F1^LAB||CM||1^BID^^20260301||20260301090000|12^Clerk^Ann||99^House^Gregory|||||||||HOSP^L',
    'OBR|1|P1^EHR|F1^LAB|2345-7^Glucose^LN|||20260301083000|20260301084500||||||||99^House^Gregory||||||20260301093000||CH|F',
    'NTE|1||Fasting|RE|99^House^Gregory|20260301',
    'OBX|1|NM|2345-7^Glucose^LN||5.50|mmol/L^^UCUM|3.9-5.6|N~W|||F|||20260301083000||12^Clerk^Ann',
    'OBX|2|TX|1^Report^L||first||||||F',
    'OBX|3|TX|1^Report^L||second \\T\\ last\\.br\\line||||||F',
    'OBX|4|ST|2^Remark^L||A & B ^ C||||||F',
    'OBX|5|SN|3^Titre^L||>^1^:^8||||||C',
    'OBX|6|CWE|4^Colour^L||R^Red^L~B^Blue^L||||||F',
    'OBX|7|ED|5^Scan^L||^IM^PNG^Base64^AAECAw==||||||F',
    'SPM|1|S1&EHR^S2&LAB||BLD^Blood^HL70487|||||||||||||20260301080000^20260301081500|20260301084500',
  ],
  [
    head('RDE^O11'),
    person,
    'ORC|NW|P1||G1&EHR^G2&LAB',
    'RXE|^Q6H^D5^20260301|1^Drug^L|1|2|mg^^UCUM|TAB^Tablet^L||||60|TAB^Tablets^L|3||||||4^mg||take with food||H1|125|mL|10|mg',
    'TQ1|1|1^TAB|BID||||20260301|20260305|S|pain|with water',
    'RXR|PO^Oral^HL70162|MO^Mouth^L',
    'RXC|A|K^Potassium^L|20|mmol',
  ],
  [
    head('SIU^S12'),
    'SCH|1^EHR|2^SCHED||||||ROUTINE^Routine^HL70277|30|min|^^^20260305090000^20260305093000|||||99^Clerk^Ann|||||||||Booked',
    'NTE|1||bring papers',
    person,
    'AIP|1||55^House^Gregory|D^Doctor^L||20260305090000|||30|min',
    'AIL|1||ROOM^1^2^HOSP',
  ],
  [
    head('MDM^T10'),
    person,
    'TXA|1|DS^Summary^L|TX||20260301||20260301101010||99^House^Gregory||||D2^EHR|D1^EHR|||||LA|U|AV||||||Title',
    'OBX|1|TX|1^Note^L||one',
    'OBX|2|FT|1^Note^L||two\\.br\\three~four',
  ],
  [
    head('VXU^V04'),
    person,
    'ORC|RE||V1^REG',
    'RXA|0|1|20260301||08^Hep B^CVX|0.5|mL^^UCUM||00^New^NIP001|99^Nurse^Amy|||||LOT7|20270101|MSD^Merck^MVX|||CP|A',
    'RXR|IM^Intramuscular^HL70162|LA^Left arm^HL70163',
  ],
].map((lines) => lines.join('\r'));
/** The same with other marks. */
const marked = messages.map((text) =>
  text
    .replace('MSH|^~\\&', 'MSH#*+?!')
    .replace(/[|^~\\&]/g, (mark) => ({ '|': '#', '^': '*', '~': '+', '\\': '?', '&': '!' })[mark] ?? mark),
);

interface Case {
  text: string;
  resources: Resource[];
  leaves: Map<string, string>;
  /** Elements and the leaves that the ledger names for them. */
  named: [element: string, paths: ReadonlySet<string>][];
}
const leavesOf = (message: Message): Map<string, string> =>
  new Map(takeApart(message).flatMap((segment) => [...segment.leaves()].map(({ path, raw }): [string, string] => [path, raw])));

const cases: Case[] = [...messages, ...marked].map((text) => {
  const { translation } = tell(readText(text), context);
  const named = new Map<string, Set<string>>();
  for (const row of translation.ledger)
    if (row.state === 'mapped')
      for (const element of row.elements) if (!element.includes('(')) named.set(element, (named.get(element) ?? new Set()).add(row.path));
  return { text, resources: translation.resources.map(({ resource }) => resource), leaves: leavesOf(readText(text)), named: [...named] };
});

const words = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 12 }),
  fc
    .array(
      fc.constantFrom(
        '|',
        '^',
        '~',
        '\\',
        '&',
        '#',
        '*',
        '+',
        '?',
        '!',
        '\r',
        '\n',
        '\u0000',
        '\u007f',
        '😀',
        'ä',
        ' ',
        'a',
        '""',
        '\\.br\\',
        '\\F\\',
      ),
      { maxLength: 8 },
    )
    .map((parts) => parts.join('')),
  fc.constantFrom('2027-05', '2027-05-06T10:00:00+01:00', 'female', 'final', 'active', 'YWJj', 'urn:oid:1.2.3', 'http://x.example/y'),
);
const change = fc.record({
  at: fc.nat(),
  which: fc.nat(),
  words,
  number: fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }),
  gone: fc.integer({ min: 0, max: 9 }),
});

/** Writes at `name[0].given[1]`; undefined takes it away. */
function put(resource: unknown, path: string, value: unknown): void {
  const steps = path.split('.').flatMap((step) => {
    const found = /^(\w+)(?:\[(\d+)\])?$/.exec(step);
    return found?.[2] === undefined ? [found?.[1] ?? ''] : [found[1] ?? '', Number(found[2])];
  });
  let holder = resource;
  for (const step of steps.slice(0, -1))
    holder = Array.isArray(holder) ? holder[Number(step)] : isObject(holder) ? holder[step] : undefined;
  const last = steps.at(-1) ?? '';
  if (Array.isArray(holder)) holder[Number(last)] = value;
  else if (isObject(holder) && value === undefined) delete holder[last];
  else if (isObject(holder)) holder[last] = value;
}

const full = process.env['LAMPLIGHT_FULL'] === '1';
// A hundred thousand take some minutes.
test('one element changed in FHIR changes its leaves and no other', { timeout: full ? 1_200_000 : 60_000 }, () => {
  fc.assert(
    fc.property(change, ({ at, which, words: text, number, gone }) => {
      const one = cases[at % cases.length];
      const [element, paths] = one?.named[which % one.named.length] ?? [];
      if (one === undefined || element === undefined || paths === undefined) throw new Error('nothing to change');
      const [name = '', path = ''] = element.split('#');
      const known = one.resources.find(({ resourceType, id }) => `${resourceType}/${id}` === name);
      if (known === undefined) throw new Error(`${name} is not told`);
      const target = structuredClone(known);
      const was = valueAt(target, path);
      const value = gone === 0 ? undefined : typeof was === 'boolean' ? !was : typeof was === 'string' ? text : number;
      put(target, path, value);
      const message = readText(one.text);
      const answered = revise(message, [target], context);
      const after = leavesOf(readText(message.text()));
      const changed = [...new Set([...one.leaves.keys(), ...after.keys()])].filter(
        (leaf) => (one.leaves.get(leaf) ?? '') !== (after.get(leaf) ?? ''),
      );
      expect(changed.filter((leaf) => !paths.has(leaf))).toEqual([]);
      expect(answered.filter((leaf) => !paths.has(leaf))).toEqual([]);
      // What was written reads back as the same text.
      const again = readText(message.text());
      for (const leaf of answered) expect(again.get(leaf)).toBe(message.get(leaf));
    }),
    { numRuns: full ? 100_000 : 2000 },
  );
});

const plain = ['name[0].family', 'address[0].city', 'telecom[0].value'];
test('words are written so that they are read as the same words', () => {
  fc.assert(
    fc.property(fc.constantFrom(...messages, ...marked), fc.constantFrom(...plain), words, (text, path, said) => {
      // Blanks say nothing, and control characters stand in no FHIR string.
      fc.pre(said.trim() !== '' && said !== '""' && !/\p{Cc}/u.test(said.replace(/[\t\n\r]/g, '')));
      const find = (message: Message): Resource | undefined =>
        tell(message, context).translation.resources.find(({ resource }) => resource.resourceType === 'Patient')?.resource;
      const message = readText(text);
      const patient = structuredClone(find(message));
      if (patient === undefined) throw new Error('no patient');
      put(patient, path, said);
      revise(message, [patient], context);
      expect(valueAt(find(readText(message.text())), path)).toBe(said);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['a segment without a leaf', `${head('ORU^R01')}\rOBX|\rOBX|2|ST|1^Two^L||two\rOBX\rOBX|4|ST|1^Four^L||four`],
  ['a header that declares no delimiters', 'MSH|\rPID|1||77^^^HOSP^MR||Doe^Jane'],
])('the ledger gives every leaf of %s back', (_, text) => {
  const message = readText(text);
  const leaves = (one: Message): string[] =>
    takeApart(one)
      .flatMap((segment) => [...segment.leaves()])
      .map(({ path, raw }) => `${path}=${raw}`);
  const { translation } = tell(message, context);
  const again = fromLedger(translation.ledger);
  expect(again.ok && leaves(again.value)).toEqual(leaves(message));
});
