// HL7 v2 as the systems of the hospital speak it: admissions (ADT) and schedule (SIU) in v2.8; orders (OML), laboratory and radiology (ORU),
// pharmacy (RDE, RAS) and dictation (MDM) in v2.5.1; chapters 2 to 4, 7, 9 and 10. Each system has a name of its own (MSH-3).
import type {
  DiagnosticReport,
  MedicationAdministration,
  MedicationRequest,
  Observation,
  Patient,
  Resource,
} from '../../../src/fhir/generated/types.ts';
import { locationUri, wards } from '../../hospital.ts';
import { mrnSystem } from '../../identity.ts';
import { isImportant } from '../clicks/curious.ts';
import { visitSystem } from '../visits.ts';
import type { Happening, Person, Visit } from '../world.ts';

export type System = 'ADT' | 'ORDERS' | 'LAB' | 'PHARMACY' | 'WARDMEDS' | 'SCHEDULE' | 'DICTATION';

export interface Spoken {
  system: System;
  message: string;
}

const orders = 'http://lamplight.example/orders';
const time = (ms: number): string => new Date(ms).toISOString().replace(/[-:T]/g, '').slice(0, 14);
const timeOf = (text: string | undefined): string => (text === undefined ? '' : time(Date.parse(text)));
const escapes: Readonly<Record<string, string>> = { '\\': '\\E\\', '|': '\\F\\', '^': '\\S\\', '&': '\\T\\', '~': '\\R\\' };
const safe = (text: string | undefined): string =>
  (text ?? '').replace(/[\\|^&~]/g, (mark) => escapes[mark] ?? '').replace(/[\r\n]+/g, ' ');
/** A segment by its numbered fields. */
function segment(name: string, fields: Readonly<Record<number, string | number | undefined>>): string {
  const last = Math.max(0, ...Object.keys(fields).map(Number));
  const parts = [name];
  for (let at = 1; at <= last; at++) parts.push(String(fields[at] ?? ''));
  return parts.join('|');
}
const numbered = (value: string, system: string, type: string): string => `${safe(value)}^^^&${system}&URI^${type}`;
const entity = (value: string): string => `${safe(value)}^^${orders}^URI`;

function pid({ chart, mrn }: Person): string {
  const { patient } = chart as { patient: Patient };
  const name = patient.name?.[0];
  const address = patient.address?.[0];
  return segment('PID', {
    1: 1,
    3: numbered(mrn, mrnSystem, 'MR'),
    5: `${safe(name?.family)}^${safe(name?.given?.[0])}^${safe(name?.given?.slice(1).join(' '))}^^^^L`,
    7: patient.birthDate?.replaceAll('-', ''),
    8: patient.gender === 'female' ? 'F' : 'M',
    11:
      address === undefined
        ? ''
        : `${safe(address.line?.[0])}^^${safe(address.city)}^${safe(address.state)}^${safe(address.postalCode)}^${safe(address.country)}^H`,
    13: patient.telecom?.[0]?.value === undefined ? '' : `^PRN^PH^^^^^^^^^${safe(patient.telecom[0].value)}`,
  });
}

/** An HD: in words, and by the URI that the hospital has given the place, so that nobody takes it for another one. */
const named = (words: string, key: string): string => `${safe(words)}&${locationUri(key)}&URI`;
const placeOf = (ward: Visit['ward'], bed: number | undefined): string => {
  if (ward === undefined) return '';
  const around = named(wards[ward], ward);
  return bed === undefined ? around : `${around}^^${named(`${wards[ward]}, bed ${bed + 1}`, `${ward}-${bed + 1}`)}`;
};
/** A room of the clinic. */
const clinicRoom = `^${named('Riverside Clinic, consulting room', 'clinic-room')}`;

const classes = { EMER: 'E', IMP: 'I', AMB: 'O' } as const;
function pv1(visit: Visit, more: Readonly<Record<number, string>> = {}, placed = true): string {
  return segment('PV1', {
    1: 1,
    2: classes[visit.class],
    ...(placed ? { 3: visit.class === 'AMB' ? clinicRoom : placeOf(visit.ward, visit.bed) } : {}),
    ...(isImportant(visit.person) ? { 16: 'VIP' } : {}),
    19: numbered(visit.number, visitSystem, 'VN'),
    ...more,
  });
}

const doctor = (visit: Visit): string => {
  const [title, given = '', ...family] = (visit.encounter.participant?.[0]?.individual?.display ?? '').split(' ');
  const words = title === 'Dr' ? [safe(family.join(' ')), safe(given), '', '', 'Dr'] : [safe([given, ...family].join(' ')), safe(title)];
  const id = visit.encounter.participant?.[0]?.individual?.reference?.split('/')[1]?.slice(0, 8) ?? '';
  return id === '' ? '' : `${id}^${words[0]}^${words[1]}^^^${words[4] ?? ''}^^^&http://lamplight.example/staff-account&URI`;
};

/** What speaks of places is newer: only from v2.6 on has a place a universal id (PL.1 to 4 as HD). */
const versions: Partial<Record<System, string>> = { ADT: '2.8', SCHEDULE: '2.8' };
let count = 0;
export function message(system: System, type: string, atMs: number, ...segments: string[]): Spoken {
  count++;
  const msh = `MSH|^~\\&|${system}|LAMPLIGHT GENERAL|LAMPLIGHT|LAMPLIGHT GENERAL|${time(atMs)}||${type}|${system}${atMs.toString(36)}${count}|P|${versions[system] ?? '2.5.1'}`;
  return { system, message: `${[msh, ...segments].join('\r')}\r` };
}

const dg1 = ({ illness, fromMs }: Visit): string =>
  segment('DG1', { 1: 1, 3: `${illness.code}^${safe(illness.display)}^I10C`, 5: time(fromMs), 6: 'A' });
const pv2 = ({ illness }: Visit): string => segment('PV2', { 3: `^${safe(illness.complaint)}` });

const dispositions: Readonly<Record<string, string>> = { home: '01', snf: '03', exp: '20', 'other-hcf': '09' };

type Sayer = (happening: Happening, visit: Visit) => Spoken[];
const resourcesOf = <T extends Resource['resourceType']>(happening: Happening, type: T) =>
  happening.resources.filter((one): one is Extract<Resource, { resourceType: T }> => one.resourceType === type);

const administration =
  (
    event: string,
    type: string,
    extra: (happening: Happening, visit: Visit) => Readonly<Record<number, string>>,
    further: (visit: Visit) => string[] = () => [],
  ): Sayer =>
  (happening, visit) => [
    message(
      'ADT',
      type,
      happening.atMs,
      segment('EVN', { 1: event, 2: time(happening.atMs) }),
      pid(happening.person),
      pv1(visit, extra(happening, visit)),
      ...further(visit),
    ),
  ];

const begun = (_: Happening, visit: Visit) => ({ 7: doctor(visit), 44: time(visit.fromMs) });

function results(happening: Happening, visit: Visit): Spoken[] {
  const reports = resourcesOf(happening, 'DiagnosticReport');
  const observations = new Map(resourcesOf(happening, 'Observation').map((one) => [`Observation/${one.id}`, one]));
  const said: string[] = [];
  const groups: [DiagnosticReport | undefined, Observation[]][] = reports.map((report) => {
    const own = (report.result ?? []).map(({ reference }) => reference ?? '').flatMap((reference) => observations.get(reference) ?? []);
    for (const one of own) observations.delete(`Observation/${one.id}`);
    return [report, own];
  });
  for (const single of observations.values()) groups.push([undefined, [single]]);
  groups.forEach(([report, own], index) => {
    const code = (report ?? own[0])?.code;
    const coding = code?.coding?.[0];
    const drawn = timeOf(report?.effectiveDateTime ?? own[0]?.effectiveDateTime);
    const number = happening.number ?? '';
    said.push(
      segment('ORC', { 1: 'RE', 2: entity(`${number}-${index + 1}`), 3: entity(`F${number}-${index + 1}`) }),
      segment('OBR', {
        1: index + 1,
        2: entity(`${number}-${index + 1}`),
        3: entity(`F${number}-${index + 1}`),
        4: `${coding?.code ?? ''}^${safe(coding?.display)}^LN`,
        7: drawn,
        22: time(happening.atMs),
        24: report?.category?.[0]?.coding?.[0]?.code ?? 'LAB',
        25: 'F',
      }),
      ...own.map((one, row) => obx(one, row + 1)),
      ...(report?.conclusion === undefined
        ? []
        : [
            segment('OBX', {
              1: 1,
              2: 'TX',
              3: `${coding?.code ?? ''}^${safe(coding?.display)}^LN`,
              5: safe(report.conclusion),
              11: 'F',
              14: drawn,
            }),
          ]),
    );
  });
  return [message('LAB', 'ORU^R01^ORU_R01', happening.atMs, pid(happening.person), pv1(visit, {}, false), ...said)];
}

function obx(one: Observation, row: number): string {
  const coding = one.code.coding?.[0];
  const range = one.referenceRange?.[0];
  const [low, high] = [range?.low?.value, range?.high?.value];
  return segment('OBX', {
    1: row,
    2: 'NM',
    3: `${coding?.code ?? ''}^${safe(coding?.display)}^LN`,
    5: String(one.valueQuantity?.value ?? ''),
    6: `${safe(one.valueQuantity?.code)}^${safe(one.valueQuantity?.unit)}^UCUM`,
    7: low !== undefined && high !== undefined ? `${low}-${high}` : high !== undefined ? `<${high}` : low !== undefined ? `>${low}` : '',
    8: one.interpretation?.[0]?.coding?.[0]?.code,
    11: 'F',
    14: timeOf(one.effectiveDateTime),
  });
}

const routes: Readonly<Record<string, string>> = {
  Oral: 'PO',
  Intravenous: 'IV',
  Subcutaneous: 'SC',
  Intramuscular: 'IM',
  Inhalation: 'IH',
};
const route = (text: string | undefined): string => segment('RXR', { 1: `${routes[text ?? ''] ?? ''}^${safe(text)}^HL70162` });
const medicine = (one: MedicationRequest | MedicationAdministration): string => {
  const coding = one.medicationCodeableConcept?.coding?.[0];
  return `${coding?.code ?? ''}^${safe(one.medicationCodeableConcept?.text ?? coding?.display)}^${coding === undefined ? '' : 'RXNORM'}`;
};

const pharmacy =
  (control: string): Sayer =>
  (happening, visit) =>
    resourcesOf(happening, 'MedicationRequest').map((request) => {
      const instruction = request.dosageInstruction?.[0];
      const dose = instruction?.doseAndRate?.[0]?.doseQuantity;
      return message(
        'PHARMACY',
        'RDE^O11^RDE_O11',
        happening.atMs,
        pid(happening.person),
        pv1(visit, {}, false),
        segment('ORC', { 1: control, 2: entity(happening.number ?? ''), 9: time(happening.atMs) }),
        segment('RXE', {
          2: medicine(request),
          3: String(dose?.value ?? ''),
          5: `${safe(dose?.code)}^${safe(dose?.unit)}^UCUM`,
          7: `^${safe(instruction?.text)}`,
        }),
        segment('TQ1', { 1: 1, 3: instruction?.timing?.code?.coding?.[0]?.code ?? 'PRN', 7: timeOf(request.authoredOn) }),
        route(instruction?.route?.text),
      );
    });

/** The dispensing cabinet says what was taken and given. */
function given(happening: Happening, visit: Visit): Spoken[] {
  const doses = resourcesOf(happening, 'MedicationAdministration').map((one, index) => {
    const dose = one.dosage?.dose;
    return [
      segment('ORC', { 1: 'OK', 2: entity(happening.number ?? '') }),
      segment('RXA', {
        1: index,
        2: index + 1,
        3: timeOf(one.effectiveDateTime),
        4: timeOf(one.effectiveDateTime),
        5: medicine(one),
        6: String(dose?.value ?? ''),
        7: `${safe(dose?.code)}^${safe(dose?.unit)}^UCUM`,
        ...(one.status === 'not-done' ? { 18: `^${safe(one.statusReason?.[0]?.text)}` } : {}),
        20: one.status === 'not-done' ? 'RE' : 'CP',
      }),
      route(one.dosage?.route?.text),
    ];
  });
  return doses.map((segments) =>
    message('WARDMEDS', 'RAS^O17^RAS_O17', happening.atMs, pid(happening.person), pv1(visit, {}, false), ...segments),
  );
}

function dictated(happening: Happening, visit: Visit): Spoken[] {
  return resourcesOf(happening, 'DocumentReference').map((one) => {
    const coding = one.type?.coding?.[0];
    const text = Buffer.from(one.content[0]?.attachment.data ?? '', 'base64').toString('utf8');
    return message(
      'DICTATION',
      'MDM^T02^MDM_T02',
      happening.atMs,
      segment('EVN', { 1: 'T02', 2: time(happening.atMs) }),
      pid(happening.person),
      pv1(visit, {}, false),
      segment('TXA', {
        1: 1,
        2: `${coding?.code === '18842-5' ? 'DS' : 'HP'}^${safe(coding?.display)}`,
        3: 'TX',
        4: timeOf(one.date),
        12: entity(happening.number ?? ''),
        17: 'AU',
      }),
      ...text
        .split('\n')
        .filter((line) => line !== '')
        .map((line, index) =>
          segment('OBX', { 1: index + 1, 2: 'TX', 3: `${coding?.code ?? ''}^${safe(coding?.display)}^LN`, 5: safe(line), 11: 'F' }),
        ),
    );
  });
}

const isDictated = (happening: Happening): boolean =>
  resourcesOf(happening, 'DocumentReference').some(({ type }) => ['18842-5', '34117-2'].includes(type?.coding?.[0]?.code ?? ''));

const sayers: Partial<Record<Happening['kind'], Sayer>> = {
  registered: (happening, visit) =>
    administration('A04', 'ADT^A04^ADT_A01', begun, (one) => (visit.class === 'AMB' ? [] : [pv2(one)]))(happening, visit),
  admitted: administration('A01', 'ADT^A01^ADT_A01', begun, (visit) => [pv2(visit), dg1(visit)]),
  transferred: administration(
    'A02',
    'ADT^A02^ADT_A02',
    ({ from }): Readonly<Record<number, string>> => (from === undefined ? {} : { 6: placeOf(from.ward, from.bed) }),
  ),
  expected: ({ atMs, person }, visit) =>
    visit.plannedMs === undefined || visit.over
      ? []
      : [
          message(
            'ADT',
            'ADT^A16^ADT_A16',
            atMs,
            segment('EVN', { 1: 'A16', 2: time(atMs), 3: time(visit.plannedMs) }),
            pid(person),
            pv1(visit),
          ),
        ],
  discharged: administration(
    'A03',
    'ADT^A03^ADT_A03',
    ({ atMs }, visit): Readonly<Record<number, string>> => ({
      36: dispositions[visit.encounter.hospitalization?.dischargeDisposition?.coding?.[0]?.code ?? ''] ?? '01',
      45: time(atMs),
    }),
  ),
  ordered: (happening, visit) =>
    resourcesOf(happening, 'ServiceRequest').map((one) => {
      const coding = one.code?.coding?.[0];
      return message(
        'ORDERS',
        'OML^O21^OML_O21',
        happening.atMs,
        pid(happening.person),
        pv1(visit, {}, false),
        segment('ORC', { 1: 'NW', 2: entity(`${happening.number ?? ''}-1`), 9: time(happening.atMs) }),
        segment('OBR', { 1: 1, 2: entity(`${happening.number ?? ''}-1`), 4: `${coding?.code ?? ''}^${safe(coding?.display)}^LN` }),
      );
    }),
  resulted: results,
  prescribed: pharmacy('NW'),
  stopped: pharmacy('DC'),
  given,
};

/** The messages that a happening makes; none where it is told in another way. */
export function hl7Of(happening: Happening): Spoken[] {
  const { visit } = happening;
  if (happening.kind === 'booked')
    return [
      message(
        'SCHEDULE',
        'SIU^S12^SIU_S12',
        happening.atMs,
        segment('SCH', {
          1: entity(happening.number ?? ''),
          7: 'FOLLOWUP^Follow-up',
          9: '30',
          10: 'min',
          11: `^^30^${time(happening.startMs ?? happening.atMs)}^${time((happening.startMs ?? happening.atMs) + 1_800_000)}`,
        }),
        pid(happening.person),
        segment('RGS', { 1: 1 }),
        segment('AIL', { 1: 1, 3: clinicRoom }),
      ),
    ];
  if (visit === undefined) return [];
  if (happening.kind === 'note') return isDictated(happening) ? dictated(happening, visit) : [];
  return sayers[happening.kind]?.(happening, visit) ?? [];
}

/** What is told through FHIR instead: observations, notes of the ward, flags, what is known from before. */
export const isFhir = (happening: Happening): boolean =>
  ['known', 'vitals', 'flagged', 'operated', 'harmed', 'hung'].includes(happening.kind) ||
  (happening.kind === 'note' && !isDictated(happening));
