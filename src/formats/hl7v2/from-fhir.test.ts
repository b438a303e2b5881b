// What the record says goes out in messages that say the same when they are read again.
import { describe, expect, test } from 'vitest';
import type { Resource } from '../../fhir/generated/types.ts';
import { fromFhir, type Hl7Wish, type OutKind } from './from-fhir.ts';
import { inCharset } from './from-fhir-charset.ts';
import { tell } from './to-fhir.ts';
import { readText } from './tree/message.ts';

const context = { sender: 'ward', receivedAt: new Date('2026-03-01T12:00:00Z'), timeZone: 'Europe/London' };
const wish = (kind: OutKind, event: string): Hl7Wish => ({
  kind,
  event,
  sender: { application: 'LAMP', facility: 'A|B' },
  receiver: { application: 'LAB', facility: 'NORTH' },
  controlId: 'OUT1',
  at: new Date('2026-07-01T11:00:00Z'),
  timeZone: 'Europe/London',
});
const pid =
  'PID|1||77^^^HOSP&1.2.3&ISO^MR~88^^^^SS||O\\T\\Neil^M\\S\\ary^A^^MS^^L||19800302|F|||1 Lane^Flat 2^Town^ST^12345^GB^H||5551234^PRN^PH';
const pv1 = 'PV1|1|I|WARD^1^2^HOSP||||1000^Woolf^K^^^DR^^^HOSP|||MED|||||||||V1^^^HOSP^VN|||||||||||||||||||||||||20260701080000';

const said = (...segments: string[]): Resource[] =>
  tell(readText([`MSH|^~\\&|A|B|||20260701||${segments[0]}|M1|P|2.5.1`, ...segments.slice(1)].join('\r')), context)
    .translation.resources.filter(({ how }) => how !== 'envelope')
    .map(({ resource }) => resource);

const cases: [kind: OutKind, event: string, segments: string[], paths: string[]][] = [
  [
    'ADT',
    'A08',
    [pid, pv1, 'AL1|1|DA|70618^Penicillin^RXNORM|SV', 'DG1|1||I10^Hypertension^I10C||20260701|A'],
    [
      'PID-3.1',
      'PID-3.4.2',
      'PID-3[2].1',
      'PID-5.1',
      'PID-5.2',
      'PID-7',
      'PID-8',
      'PID-11.1',
      'PID-11.5',
      'PID-13.1',
      'PV1-2',
      'PV1-3.1',
      'PV1-3.3',
      'PV1-7.1',
      'PV1-7.2',
      'PV1-19.1',
      'PV1-44',
      'AL1-3.1',
      'AL1-3.2',
      'DG1-3.1',
    ],
  ],
  [
    'ORU',
    'R01',
    [
      pid,
      'OBR|1|P1^A|F1^LAB|24323-8^Panel^LN|||20260701091500||||||||||||||||||F',
      'OBX|1|NM|2345-7^Glucose^LN||5.60|mmol/L^^UCUM|3.5-6.1|N|||F',
      'OBX|2|CWE|600-7^Culture^LN||112^E coli^L||||||F',
      'OBX|3|ST|1-1^Note^L||a \\T\\ b \\F\\ c||||||F',
    ],
    ['OBR-3.1', 'OBR-4.1', 'OBR-7', 'OBX-2', 'OBX-3.1', 'OBX-5', 'OBX-6.1', 'OBX-7', 'OBX-11', 'OBX[2]-5.1', 'OBX[2]-5.2', 'OBX[3]-5'],
  ],
  ['OML', 'O21', [pid, 'ORC|NW|P9^A', 'OBR|1|P9^A||24323-8^Panel^LN'], ['ORC-1', 'OBR-2.1', 'OBR-4.1', 'OBR-4.3']],
  [
    'RDE',
    'O11',
    [pid, 'ORC|NW|P2^A', 'RXE|1^BID^^20260701|197361^Amlodipine 5 MG^RXNORM|5||MG|TAB', 'RXR|PO^Oral^HL70162'],
    ['ORC-2.1', 'RXE-2.1', 'RXE-2.2', 'RXR-1.1'],
  ],
  [
    'RDS',
    'O13',
    [
      pid,
      'ORC|RE|P2^A',
      'RXD|1|197361^Amlodipine 5 MG^RXNORM|20260701080000|30|TAB^^UCUM||RX77|||||||||5|MG|LOT9|20270101',
      'RXR|PO^Oral^HL70162',
    ],
    ['ORC-2.1', 'RXD-2.1', 'RXD-2.2', 'RXD-3', 'RXD-4', 'RXD-7', 'RXD-16', 'RXD-18', 'RXD-19', 'RXR-1.1'],
  ],
  [
    'RAS',
    'O17',
    [
      pid,
      'ORC|RE|P2^A',
      'RXA|0|1|20260701080000|20260701080000|197361^Amlodipine 5 MG^RXNORM|5|mg^^UCUM||||||||||||00^Patient refused|CP',
      'RXR|PO^Oral^HL70162',
    ],
    ['ORC-2.1', 'RXA-3', 'RXA-5.1', 'RXA-6', 'RXA-7.1', 'RXA-20', 'RXR-1.1'],
  ],
  [
    'VXU',
    'V04',
    [pid, 'ORC|RE||I1^A', 'RXA|0|1|20260701||08^Hep B^CVX|0.5|mL^^UCUM|||||||LOT1|20270101|MSD^Merck^MVX|||CP'],
    ['RXA-3', 'RXA-5.1', 'RXA-6', 'RXA-15'],
  ],
  ['SIU', 'S12', ['SCH|A1^X|A2^X|||||CHECK^Checkup|||||||||||||||||Booked', pid], ['SCH-1.1', 'SCH-2.1', 'SCH-7.1']],
  [
    'MDM',
    'T02',
    [pid, 'TXA|1|DS^Discharge|TX|20260701||||||||D1^A|||||LA', 'OBX|1|ED|R^Report^L||^application^pdf^Base64^JVBERi0xLjQ=||||||F'],
    ['TXA-2.1', 'TXA-12.1', 'OBX-5.5'],
  ],
  ['DFT', 'P03', [pid, 'FT1|1|T1^A||20260701||CG|99213^Visit^L||1|2'], ['FT1-4', 'FT1-7.1', 'FT1-10']],
];

describe('a message of the record', () => {
  test.each(cases)('%s^%s says what was said', (kind, event, segments, paths) => {
    const resources = said(`${kind}^${event}`, ...segments);
    const written = fromFhir(resources, wish(kind, event));
    if (!written.ok) throw new Error(written.problem.message);
    const first = readText([`MSH|^~\\&|A|B`, ...segments].join('\r'));
    const got = Object.fromEntries(paths.map((path) => [path, written.value.get(path)]));
    expect(got).toEqual(Object.fromEntries(paths.map((path) => [path, first.get(path)])));
    expect(written.value.get('MSH-4')).toBe('A|B');
    expect(written.value.get('MSH-9.2')).toBe(event);
  });

  const person: Resource = { resourceType: 'Patient', id: 'p', name: [{ family: 'A' }] };
  const subject = { reference: 'Patient/p' };
  const lines = (resources: Resource[], kind: OutKind, event: string, known: Resource[] = []): string[] => {
    const written = fromFhir(resources, wish(kind, event), known);
    if (!written.ok) throw new Error(written.problem.message);
    return written.value.text().split('\r').slice(1, -1);
  };

  test('names who is merged and who stays, whichever comes first', () => {
    const prior: Resource = {
      resourceType: 'Patient',
      id: 'q',
      name: [{ family: 'Old' }],
      link: [{ type: 'replaced-by', other: subject }],
    };
    const said = ['PID|1||p^^^LAMP^PI||A', 'MRG|q^^^LAMP^PI||||||Old'];
    expect(lines([prior, person], 'ADT', 'A40').slice(1)).toEqual(said);
    expect(lines([person, prior], 'ADT', 'A40').slice(1)).toEqual(said);
  });

  test('has the time, the place and the people of an appointment', () => {
    const booked: Resource = {
      resourceType: 'Appointment',
      id: 'a',
      status: 'booked',
      start: '2026-01-01T10:00:00Z',
      end: '2026-01-01T10:30:00Z',
      participant: [subject, { reference: 'Practitioner/d' }, { reference: 'Location/l' }].map((actor) => ({ actor, status: 'accepted' })),
    };
    const known: Resource[] = [
      { resourceType: 'Practitioner', id: 'd', identifier: [{ value: '77' }], name: [{ family: 'Doc' }] },
      { resourceType: 'Location', id: 'l', name: 'Clinic' },
    ];
    expect(lines([person, booked], 'SIU', 'S12', known)).toEqual([
      'SCH||a^LAMP|||||||||^^^20260101100000^20260101103000||||||||||||||Booked',
      'PID|1||p^^^LAMP^PI||A',
      'RGS|1',
      'AIL|1||Clinic|||||||||Booked',
      'AIP|1||77^Doc|||||||||Booked',
    ]);
  });

  test('says a report in words, of the order that it answers, and next of kin once', () => {
    const order: Resource = {
      resourceType: 'ServiceRequest',
      id: 's',
      status: 'active',
      intent: 'order',
      subject,
      identifier: [{ value: 'PL1' }],
    };
    const report: Resource = {
      resourceType: 'DiagnosticReport',
      id: 'r',
      status: 'final',
      code: { text: 'Panel' },
      subject,
      basedOn: [{ reference: 'ServiceRequest/s' }],
      conclusion: 'fine',
    };
    expect(lines([person, report], 'ORU', 'R01', [order]).slice(1)).toEqual([
      'OBR|1|PL1|r^LAMP|^^^^^^^^Panel|||||||||||||||||||||F',
      'OBX|1|ST|^^^^^^^^Panel||fine||||||F',
    ]);
    const mother: Resource = { ...person, contact: [{ name: { family: 'Kin' }, relationship: [{ text: 'mother' }] }] };
    expect(lines([mother], 'ADT', 'A28').slice(2)).toEqual([expect.stringMatching(/^NK1\|1\|Kin(\||$)/)]);
  });

  test('is in the character set that is asked for, or in UTF-8 where that has no letter for it', () => {
    const of = (family: string, name: string, encoding: BufferEncoding) => {
      const written = fromFhir([{ ...person, name: [{ family }] } as Resource], wish('ADT', 'A31'));
      if (!written.ok) throw new Error(written.problem.message);
      const message = inCharset(written.value, name);
      return [message.get('MSH-18'), message.write().includes(Buffer.from(family, encoding)), message.get('PID-5.1')];
    };
    expect(of('Müller', '8859/1', 'latin1')).toEqual(['8859/1', true, 'Müller']);
    expect(of('Ωmega', '8859/1', 'utf8')).toEqual(['UNICODE UTF-8', true, 'Ωmega']);
    expect(of('Müller', 'ASCII', 'utf8')).toEqual(['UNICODE UTF-8', true, 'Müller']);
  });

  test('is refused in words where it has nothing to say it of', () => {
    expect(fromFhir([], wish('ORU', 'R01'))).toMatchObject({ ok: false, problem: { message: expect.stringContaining('Patient') } });
  });
});
