// Vital signs in the order of a ward round: what is typed, whether it can be true, and the Observations that the deterioration module
// watches (codes and units of knowledge/deterioration/news2.json; http://hl7.org/fhir/R4/observation-vitalsigns.html).
//
// Two limits. Outside `possible` (as in news2.json) no score can be made, so it is refused: it is a slip of the finger. Outside `asked`
// it may be true and somebody is asked. Where the second come from stands with each; for children they are wider (Fleming et al.,
// Lancet 2011;377:1011: 1st and 99th centiles of pulse and breathing from birth to 18 years).
import type { Observation, ObservationComponent, Quantity, Reference } from '../../../../src/fhir/generated/types.ts';
import { keepDigits } from '../../api/http.ts';

export interface Typed {
  temperature: string;
  pressure: string;
  pulse: string;
  respirations: string;
  saturation: string;
  /** `air` or `oxygen`. */
  oxygen: string;
  litres: string;
  /** A, C, V, P or U. */
  consciousness: string;
}
export type Field = keyof Typed;

export const nothingTyped: Typed = {
  temperature: '',
  pressure: '',
  pulse: '',
  respirations: '',
  saturation: '',
  oxygen: '',
  litres: '',
  consciousness: '',
};

interface Range {
  from: number;
  to: number;
}

export interface Limits {
  name: string;
  unit: string;
  ucum: string;
  possible: Range;
  asked: Range;
  askedChild?: Range;
  source: string;
}

export const limits = {
  temperature: {
    name: 'Temperature',
    unit: '°C',
    ucum: 'Cel',
    possible: { from: 12, to: 47 },
    asked: { from: 32, to: 41 },
    source: 'Below 32 °C moderate hypothermia (ERC Guidelines 2021, special circumstances); above 41 °C hyperpyrexia',
  },
  systolic: {
    name: 'Systolic pressure',
    unit: 'mmHg',
    ucum: 'mm[Hg]',
    possible: { from: 0, to: 400 },
    asked: { from: 60, to: 240 },
    source: 'Own choice: beyond twice the distance of a 3-point band of NEWS2 from its middle (RCP 2017)',
  },
  diastolic: {
    name: 'Diastolic pressure',
    unit: 'mmHg',
    ucum: 'mm[Hg]',
    possible: { from: 0, to: 300 },
    asked: { from: 30, to: 140 },
    source: 'Own choice, by the systolic limits',
  },
  pulse: {
    name: 'Pulse',
    unit: '/min',
    ucum: '/min',
    possible: { from: 0, to: 400 },
    asked: { from: 30, to: 200 },
    askedChild: { from: 40, to: 230 },
    source: 'Own choice: 220 − age is passed by nobody of 20 and more at rest; children: Fleming 2011 and a margin',
  },
  respirations: {
    name: 'Respiratory rate',
    unit: '/min',
    ucum: '/min',
    possible: { from: 0, to: 150 },
    asked: { from: 5, to: 50 },
    askedChild: { from: 8, to: 90 },
    source: 'Own choice: twice the upper 3-point band of NEWS2; children: Fleming 2011 and a margin',
  },
  saturation: {
    name: 'Oxygen saturation',
    unit: '%',
    ucum: '%',
    possible: { from: 1, to: 100 },
    asked: { from: 70, to: 100 },
    source: 'Pulse oximeters state their accuracy from 70 % (ISO 80601-2-61:2017)',
  },
  litres: {
    name: 'Oxygen',
    unit: 'L/min',
    ucum: 'L/min',
    possible: { from: 0, to: 100 },
    asked: { from: 0.25, to: 15 },
    source: 'Flow meters on wards end at 15 L/min; high flow gives up to 70',
  },
} as const satisfies Record<string, Limits>;

export const consciousnessWords: Readonly<Record<string, string>> = {
  A: 'Alert',
  C: 'New confusion',
  V: 'Voice',
  P: 'Pain',
  U: 'Unresponsive',
};

export interface Finding {
  field: Field;
  /** `asked`: it may be true; `refused`: it cannot be kept so. */
  kind: 'asked' | 'refused';
  words: string;
}

const numberOf = (text: string): string | undefined => {
  const plain = text.trim().replace(',', '.');
  return /^\d{1,4}(\.\d{1,3})?$/.test(plain) ? String(plain).replace(/^0+(?=\d)/, '') : undefined;
};

/** `118/64`, `118-64`, `118 64`. */
const pressureOf = (text: string): [string, string] | undefined => {
  const found = /^\s*(\d{1,3})\s*[/\- ]\s*(\d{1,3})\s*$/.exec(text);
  return found === null ? undefined : [found[1] ?? '', found[2] ?? ''];
};

/** Everything that must be mended or confirmed before it is saved; nothing typed at all is one of them. */
export function check(typed: Typed, isChild = false): Finding[] {
  const findings: Finding[] = [];
  const look = (field: Field, limit: Limits, text: string | undefined): void => {
    const { name, unit, possible } = limit;
    const asked = (isChild ? limit.askedChild : undefined) ?? limit.asked;
    if (text === undefined) {
      findings.push({ field, kind: 'refused', words: `${name}: a number in ${unit}` });
      return;
    }
    const value = Number(text);
    if (value < possible.from || value > possible.to)
      findings.push({ field, kind: 'refused', words: `${name} ${text} ${unit} is not possible (${possible.from} to ${possible.to})` });
    else if (value < asked.from || value > asked.to)
      findings.push({ field, kind: 'asked', words: `${name} ${text} ${unit}: outside ${asked.from} to ${asked.to}` });
  };
  if (Object.values(typed).every((text) => text.trim() === ''))
    return [{ field: 'temperature', kind: 'refused', words: 'Nothing is typed yet: fill in what was measured' }];
  for (const field of ['temperature', 'pulse', 'respirations', 'saturation'] as const)
    if (typed[field].trim() !== '') look(field, limits[field], numberOf(typed[field]));
  if (typed.pressure.trim() !== '') {
    const pressure = pressureOf(typed.pressure);
    if (pressure === undefined) findings.push({ field: 'pressure', kind: 'refused', words: 'Blood pressure: as 118/64' });
    else {
      look('pressure', limits.systolic, pressure[0]);
      look('pressure', limits.diastolic, pressure[1]);
      if (Number(pressure[0]) <= Number(pressure[1]))
        findings.push({ field: 'pressure', kind: 'asked', words: `Systolic ${pressure[0]} is not above diastolic ${pressure[1]}` });
    }
  }
  if (typed.litres.trim() !== '') {
    look('litres', limits.litres, numberOf(typed.litres));
    if (typed.oxygen !== 'oxygen')
      findings.push({ field: 'oxygen', kind: 'refused', words: 'A flow is given: choose Oxygen, or clear it' });
  }
  return findings;
}

export interface Round {
  patient: string;
  encounter?: string;
  /** ISO 8601 with the zone. */
  at: string;
  performer: Reference;
  newId(): string;
}

const loinc = 'http://loinc.org';
const own = 'http://lamplight.example/CodeSystem';
const coded = (code: string, display: string, system = loinc) => ({ coding: [{ system, code, display }], text: display });

function quantity(text: string, { unit, ucum }: Limits): Quantity {
  const made: Quantity = { value: Number(text), unit, system: 'http://unitsofmeasure.org', code: ucum };
  return keepDigits(made, 'value', text);
}

/** What was checked before, as Observations; what is missing makes none. */
export function observationsOf(typed: Typed, round: Round): Observation[] {
  const base = (code: string, display: string): Observation => ({
    resourceType: 'Observation',
    id: round.newId(),
    status: 'final',
    category: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital Signs' }],
      },
    ],
    code: coded(code, display),
    subject: { reference: `Patient/${round.patient}` },
    ...(round.encounter === undefined ? {} : { encounter: { reference: `Encounter/${round.encounter}` } }),
    effectiveDateTime: round.at,
    performer: [round.performer],
  });
  const made: Observation[] = [];
  const simple = (text: string, limit: Limits, code: string, display: string): void => {
    const number = numberOf(text);
    if (number !== undefined) made.push({ ...base(code, display), valueQuantity: quantity(number, limit) });
  };
  simple(typed.temperature, limits.temperature, '8310-5', 'Body temperature');
  const pressure = pressureOf(typed.pressure);
  if (pressure !== undefined) {
    const part = (code: string, display: string, text: string, limit: Limits): ObservationComponent => ({
      code: coded(code, display),
      valueQuantity: quantity(text, limit),
    });
    made.push({
      ...base('85354-9', 'Blood pressure panel with all children optional'),
      component: [
        part('8480-6', 'Systolic blood pressure', pressure[0], limits.systolic),
        part('8462-4', 'Diastolic blood pressure', pressure[1], limits.diastolic),
      ],
    });
  }
  simple(typed.pulse, limits.pulse, '8867-4', 'Heart rate');
  simple(typed.respirations, limits.respirations, '9279-1', 'Respiratory rate');
  simple(typed.saturation, limits.saturation, '59408-5', 'Oxygen saturation in Arterial blood by Pulse oximetry');
  if (typed.oxygen !== '') {
    const gas = typed.oxygen === 'oxygen' ? 'Oxygen' : 'Air';
    made.push({
      ...base('inspired-gas', 'Air or oxygen'),
      code: coded('inspired-gas', 'Air or oxygen', `${own}/vital-sign`),
      valueCodeableConcept: coded(typed.oxygen, gas, `${own}/inspired-gas`),
    });
    const litres = numberOf(typed.litres);
    if (litres !== undefined && Number(litres) > 0)
      made.push({ ...base('3151-8', 'Inhaled oxygen flow rate'), valueQuantity: quantity(litres, limits.litres) });
  }
  const words = consciousnessWords[typed.consciousness];
  if (words !== undefined)
    made.push({
      ...base('80288-4', 'Level of consciousness'),
      valueCodeableConcept: coded(typed.consciousness, words, `${own}/acvpu`),
    });
  return made;
}

/** `2026-11-22T21:40:00+01:00`: to the second, with the zone of the ward. */
export function localTime(at: Date): string {
  const two = (number: number): string => String(Math.abs(number)).padStart(2, '0');
  const zone = -at.getTimezoneOffset();
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  const time = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return `${day}T${time}${zone < 0 ? '-' : '+'}${two(Math.trunc(zone / 60))}:${two(zone % 60)}`;
}
