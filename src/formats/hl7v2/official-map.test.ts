// The official segment maps (HL7 Version 2 to FHIR, http://hl7.org/fhir/uv/v2mappings) read as a list of fields: each that they map,
// ours maps as well, and to a resource that they name. What is done otherwise is named below with its reason.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tell } from './to-fhir.ts';
import { readText } from './tree/message.ts';

const folder = join(process.env['LAMPLIGHT_SHARED_DATA'] ?? '../shared/data', 'hl7v2', 'v2-to-fhir-ig', 'mappings', 'segments');

/** Ours says it elsewhere, each for a reason. */
const otherwise: Readonly<Record<string, string>> = {
  'AIG-3': 'Device: a Location only where it is one, and then it comes as AIL',
  'AIL-3': 'Location, which the participant refers to',
  'OBX-25': 'Practitioner, whom the PractitionerRole of the performer refers to',
  'PRT-2': 'PractitionerRole.active: an action on a part says whether it goes on',
  'MSH-10': 'Provenance: the number names the message that everything was made from; the Bundle is made later',
};
/** Nothing there: the sentence says why. */
const without: Readonly<Record<string, string>> = {
  'AIS-5': 'an appointment has one start: how much later one of its services begins has no place',
  'AIS-11': 'an appointment asks for no order of its own: the details of an order without one have no place',
  'AIS-12': 'likewise',
  'SCH-6': 'officially it makes a request of its own with the intent order; of a cancelled appointment it is the reason',
  'MSH-18': 'structural: it says how the bytes are read',
};

interface Field {
  name: string;
  segment: string;
  number: number;
  type: string;
  targets: Set<string>;
}

/** Enough of CSV: quotes, doubled quotes, line breaks within. */
function cells(text: string): string[][] {
  const rows: string[][] = [[]];
  let cell = '';
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const one = text.charAt(at);
    if (quoted) {
      if (one !== '"') cell += one;
      else if (text.charAt(at + 1) === '"') {
        cell += '"';
        at++;
      } else quoted = false;
    } else if (one === '"') quoted = true;
    else if (one === ',' || one === '\n') {
      rows.at(-1)?.push(cell.trim());
      cell = '';
      if (one === '\n') rows.push([]);
    } else if (one !== '\r') cell += one;
  }
  rows.at(-1)?.push(cell.trim());
  return rows;
}

function fields(): Field[] {
  const found = new Map<string, Field>();
  for (const file of readdirSync(folder)) {
    const [, segment, target = ''] = /R4_ (\w+)\[(\w+)/.exec(file) ?? [];
    if (segment === undefined) continue;
    for (const row of cells(readFileSync(join(folder, file), 'utf8')).slice(2)) {
      const [, name = '', , type = ''] = row;
      const attribute = row[9] ?? '';
      const number = new RegExp(`^${segment}-(\\d+)$`).exec(name)?.[1];
      if (number === undefined || attribute === '') continue;
      const field = found.get(name) ?? { name, segment, number: Number(number), type, targets: new Set<string>() };
      found.set(name, field);
      field.targets.add(target);
      for (const [inside] of `${attribute} ${row[14] ?? ''}`.matchAll(/[A-Z]\w+/g)) field.targets.add(inside);
    }
  }
  return [...found.values()];
}

const values: Readonly<Record<string, string>> = {
  AUI: '12^20260101',
  CE: 'A^Words^L',
  CNE: 'A^Words^L',
  CQ: '5^mg',
  CWE: 'A^Words^L',
  CX: '123^^^AUTH&1.2.3&ISO^XX',
  DLD: 'HOSP^20260102',
  DLN: 'D123^CA^20300101',
  DT: '20260102',
  DTM: '202601021030',
  EI: 'E1^NS^1.2.3^ISO',
  FC: 'A^20260101',
  FT: 'Words',
  HD: 'NS^1.2.3^ISO',
  ID: 'A',
  IS: 'A',
  MSG: 'ADT^A01^ADT_A01',
  NM: '5',
  PL: 'WARD^1^2^HOSP',
  PLN: '77^NPI',
  PT: 'P^T',
  SI: '1',
  ST: 'Words',
  TM: '1030',
  TS: '202601021030',
  TQ: '1^Q6H',
  TX: 'Words',
  RPT: 'Q6H',
  NDL: '77&Doe&Jane^20260102',
  SPS: 'BLD&Blood&HL70070',
  EIP: 'P1&NS&1.2.3&ISO^F1&NS&1.2.3&ISO',
  DR: '20260102',
  OG: '1',
  XAD: '1 Lane^^Town^ST^12345',
  XCN: '77^Doe^Jane^^^^^^AUTH&1.2.3&ISO',
  XON: 'Name^L^^^^AUTH&1.2.3&ISO^XX^^^N1',
  XPN: 'Doe^Jane',
  XTN: '(555)555-0100^PRN^PH',
};
/** Where the type does not say what may stand there. */
const particular: Readonly<Record<string, string>> = {
  'AL1-2': 'DA',
  'AL1-4': 'SV',
  'DG1-21': 'D',
  'DG1-22': 'E2^NS^1.2.3^ISO',
  'IAM-2': 'DA',
  'IAM-4': 'SV',
  'IAM-17': 'C',
  'IN1-17': 'SPO',
  'MSA-1': 'AA',
  'MSH-17': 'US',
  'MSH-19': 'en',
  'NK1-15': 'F',
  'PID-8': 'F',
  'PID-10': '2106-3^White^CDCREC',
  'PID-22': '2135-2^Hispanic^CDCREC',
  'PID-24': 'Y',
  'PID-30': 'Y',
  'PID-31': 'Y',
  'PID-15': 'en',
  'PRT-2': 'AD',
  'PRT-23': 'H',
  'PR1-25': 'E2^NS^1.2.3^ISO',
  'PV1-2': 'I',
  'PV2-22': 'Y',
  'AIG-9': '5',
  'AIP-12': 'Booked',
  'AIS-10': 'Booked',
  'OBR-11': 'G',
  'OBR-25': 'F',
  'OBR-5': 'S',
  'ORC-1': 'NW',
  'ORC-5': 'IP',
  'OBX-5': 'Words',
  'OBX-11': 'F',
  'RXA-20': 'CP',
  'RXA-21': 'D',
  'SCH-11': '^^^20260102103000+0000^20260102113000+0000',
  'SPM-20': 'Y',
  'TQ1-3': 'Q6H',
  'TQ1-5': '30^min',
  'TQ1-6': '5^d',
  'TQ1-9': 'S',
  'TQ1-13': '5^min',
  'TXA-3': 'TX',
  'TXA-17': 'AU',
  'TXA-19': 'AV',
};
/** Of segments that say something only in their place: the message, and what stands before and behind them. */
const around: Readonly<Record<string, { type: string; before?: readonly string[]; behind?: readonly string[] }>> = {
  ...Object.fromEntries(
    ['AIG', 'AIL', 'AIP', 'AIS'].map((name) => [
      name,
      { type: 'SIU^S12', before: [`SCH|1||||||||||${name === 'AIS' ? '' : '^^^20260102103000+0000^20260102110000+0000'}`] },
    ]),
  ),
  NTE: { type: 'SIU^S12', before: ['SCH|1'] },
  OBR: { type: 'ORU^R01' },
  OBX: { type: 'ORU^R01', before: ['OBR|1|P1|F1|A^Words^L'] },
  ORC: { type: 'ORU^R01', behind: ['OBR|1|P1|F1|A^Words^L'] },
  RXA: { type: 'VXU^V04' },
  RXO: { type: 'OMP^O09', before: ['ORC|NW|P1'] },
  RXR: { type: 'OMP^O09', before: ['ORC|NW|P1', 'RXO|A^Words^L'] },
  SCH: { type: 'SIU^S12' },
  SPM: { type: 'OUL^R22' },
  TQ1: { type: 'OMP^O09', before: ['ORC|NW|P1', 'RXO|A^Words^L'] },
  TXA: { type: 'MDM^T02' },
};
/** What has to stand beside it: `12` alone is the usual value of its type. */
const beside: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  AL1: { 3: 'A^Words^L' },
  DG1: { 3: 'A^Words^L' },
  EVN: { 2: '20260102103000+0000' },
  IAM: { 3: 'A^Words^L' },
  'IAM-15': { 14: 'Doe^Jane' },
  IN3: {},
  MRG: { 1: '9^^^AUTH&1.2.3&ISO' },
  NK1: { 2: 'Doe^Jane' },
  'NK1-31': { 13: 'Name^L', 30: 'Doe^Jane' },
  PID: { 3: '1^^^AUTH&1.2.3&ISO' },
  PR1: { 3: 'A^Words^L' },
  'PR1-7': { 5: '202601021030' },
  PRT: { 4: 'AT^Attending^HL70912' },
  'PRT-23': { 4: 'AT', 5: '77^Doe', 15: '(555)555-0100^PRN^PH' },
  'PRT-14': { 4: 'AT', 5: '77^Doe' },
  PV1: { 2: 'I' },
  'PV1-40': { 3: 'WARD^1^2^HOSP' },
  ROL: { 3: 'AT^Attending^HL70443', 4: '77^Doe' },
  'SFT-6': { 2: '1.0' },
  'AIG-9': { 10: 'min' },
  'AIG-11': { 8: '202601021030', 12: 'min' },
  'AIL-7': { 8: 'min' },
  'AIL-9': { 6: '202601021030', 10: 'min' },
  'AIP-7': { 8: 'min' },
  'AIP-9': { 6: '202601021030', 10: 'min' },
  AIG: { 3: 'A^Words^L' },
  AIL: { 3: 'WARD^1^2^HOSP' },
  AIP: { 3: '77^Doe' },
  'NTE-4': { 3: 'Words' },
  'NTE-5': { 3: 'Words' },
  'NTE-6': { 3: 'Words' },
  'NTE-9': { 3: 'Words' },
  OBR: { 2: 'P1', 3: 'F1', 4: 'A^Words^L' },
  OBX: { 3: 'A^Words^L' },
  'OBX-5': { 2: 'ST' },
  'OBX-6': { 2: 'NM', 5: '5' },
  'OBX-24': { 23: 'Name' },
  ORC: { 1: 'NW', 2: 'P1' },
  'ORC-22': { 21: 'Name' },
  'ORC-23': { 21: 'Name' },
  'ORC-24': { 12: '77^Doe' },
  RXA: { 3: '20260102', 5: 'A^Words^CVX' },
  'RXA-7': { 6: '5' },
  'RXA-28': { 27: 'WARD^1^2^HOSP' },
  RXO: { 1: 'A^Words^L' },
  'RXO-4': { 2: '5' },
  'RXO-12': { 11: '5' },
  'RXO-19': { 18: '5' },
  'RXO-25': { 18: '5' },
  'RXO-26': { 18: '5', 25: '5' },
  SCH: { 1: '9' },
  SPM: { 4: 'A^Words^L' },
  'TQ1-5': { 3: '^^^^^^^AC' },
  TXA: { 12: 'D1' },
  MSH: { 3: 'APP', 4: 'FAC', 7: '20260102103000+0000', 9: 'ADT^A01', 10: 'C1' },
};

/** Said of a care team, which a patient has and a visit has not. */
const ofPatient = new Set(['ROL-8', 'ROL-9']);

function messageWith(field: Field): string {
  const segments = new Map<string, Record<number, string>>([
    ['MSH', { ...beside['MSH'] }],
    ['EVN', { 2: '20260102103000+0000' }],
    ['PID', { 3: '1^^^AUTH&1.2.3&ISO' }],
    ...(ofPatient.has(field.name) ? [] : [['PV1', { 2: 'I' }] as [string, Record<number, string>]]),
  ]);
  const own = { ...segments.get(field.segment), ...beside[field.segment], ...beside[field.name] };
  own[field.number] = particular[field.name] ?? values[field.type] ?? 'Words';
  const place = around[field.segment];
  const envelope = segments.get('MSH');
  if (place !== undefined && envelope !== undefined) envelope[9] = place.type;
  if (place !== undefined) segments.delete(field.segment);
  segments.set(field.segment, own);
  const order = [...segments.keys()];
  const lines = [...segments].map(([name, filled]) => {
    const last = Math.max(0, ...Object.keys(filled).map(Number));
    const list = Array.from({ length: last }, (_, index) => filled[index + 1] ?? '');
    return name === 'MSH' ? `MSH|^~\\&|${list.slice(2).join('|')}` : `${name}|${list.join('|')}`;
  });
  const at = order.indexOf(field.segment);
  return [...lines.slice(0, at), ...(place?.before ?? []), ...lines.slice(at), ...(place?.behind ?? [])].join('\r');
}

function faultOf(field: Field): string | undefined {
  const { ledger } = tell(readText(messageWith(field)), {
    sender: 'official',
    receivedAt: new Date('2026-01-02T00:00:00Z'),
    timeZone: 'UTC',
  }).translation;
  const at = new RegExp(`^${field.name}(?![0-9])`);
  const elements = ledger.flatMap((row) => (at.test(row.path) && row.state === 'mapped' ? row.elements : []));
  if (elements.length === 0) return `${field.name} is not mapped (official: ${[...field.targets].join(', ')})`;
  const types = new Set(elements.map((element) => element.split('/')[0] ?? ''));
  if ([...types].some((type) => field.targets.has(type))) return undefined;
  return `${field.name} is mapped to ${[...types].join(', ')}, officially to ${[...field.targets].join(', ')}`;
}

describe.skipIf(!existsSync(folder))('the official segment maps (skipped: no practice data)', () => {
  const all = existsSync(folder) ? fields() : [];
  const ours = all.filter(({ name }) => without[name] === undefined);

  test('list the fields that are compared', () => {
    console.log(`hl7v2 official maps: ${all.length} fields, compared ${ours.length}`);
    expect(all.length).toBeGreaterThan(300);
  });

  test('map no field that ours does not map, to a resource that they name', () => {
    const faults = ours.flatMap((field) => faultOf(field) ?? []).filter((fault) => otherwise[fault.split(' ')[0] ?? ''] === undefined);
    expect(faults).toEqual([]);
  });

  test('still differ where a reason is given', () => {
    const same = Object.keys(otherwise).filter((name) => all.some((field) => field.name === name && faultOf(field) === undefined));
    expect(same).toEqual([]);
  });
});
