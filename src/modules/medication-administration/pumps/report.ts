// What a pump said, from its Observations: one with components, or one for each value of a moment (IHE PCD-01), by the codes of
// IEEE 11073-10101. A number that no pump can mean, a unit that is not its own and a word that nobody knows are kept as unread.
import { toNumber } from '../../../fhir/decimal.ts';
import type { CodeableConcept, Observation, ObservationComponent, Quantity, Resource } from '../../../fhir/generated/types.ts';
import { ucumOf } from '../../../formats/devices/units.ts';
import type { PumpReport, PumpState } from './contract.ts';
import { anHour } from './rates.ts';

type Says = 'state' | 'rate' | 'dose' | 'delivered' | 'remaining' | 'drug' | 'alarm';

export const pumpStateCode = '184508';
/** IEEE 11073-10101 by number and name. */
const codes: readonly (readonly [code: string, name: string, says: Says])[] = [
  [pumpStateCode, 'MDC_PUMP_STAT', 'state'],
  ['157784', 'MDC_FLOW_FLUID_PUMP', 'rate'],
  ['157924', 'MDC_RATE_DOSE', 'dose'],
  ['157864', 'MDC_VOL_FLUID_DELIV', 'delivered'],
  ['157993', 'MDC_VOL_FLUID_DELIV_TOTAL', 'delivered'],
  ['157872', 'MDC_VOL_FLUID_TBI_REMAIN', 'remaining'],
  ['184330', 'MDC_DRUG_NAME_TYPE', 'drug'],
  ['68481', 'MDC_ATTR_EVENT_COND', 'alarm'],
];
const says = new Map(codes.flatMap(([code, name, what]) => [[code, what] as const, [name, what] as const]));
export const pumpCodes: readonly string[] = codes.map(([code]) => code);

const states: Readonly<Record<string, PumpState>> = {
  infusing: 'infusing',
  delivering: 'infusing',
  bolus: 'infusing',
  kvo: 'kvo',
  paused: 'paused',
  stopped: 'paused',
  alarm: 'paused',
  standby: 'standby',
  off: 'ended',
  ended: 'ended',
  completed: 'ended',
  'delivery-complete': 'ended',
};

/** Faster, or more from one bag, than any pump for a bed goes. */
const rateMlPerHMax = 2000;
const volumeMlMax = 100_000;
const ml = /^mL$/i;

const saidBy = (code: Observation['code'] | undefined): Says | undefined =>
  [...(code?.coding ?? []).map((one) => one.code ?? ''), code?.text ?? ''].map((word) => says.get(word)).find((one) => one !== undefined);

export const isOfPump = (one: Resource): one is Observation => one.resourceType === 'Observation' && saidBy(one.code) !== undefined;

/** Oldest first; what was said of one moment is one report. Entered in error, or without a time: nothing. */
export function reportsOf(observations: readonly Observation[]): PumpReport[] {
  const found = new Map<number, Draft>();
  for (const one of observations) {
    const atMs = Date.parse(one.effectiveDateTime ?? one.effectiveInstant ?? '');
    if (Number.isNaN(atMs) || one.status === 'entered-in-error' || !isOfPump(one)) continue;
    const draft = found.get(atMs) ?? { atMs, refs: [], unread: [] };
    found.set(atMs, draft);
    draft.refs.push(`Observation/${one.id}`);
    const subject = one.subject?.reference;
    if (subject?.startsWith('Patient/')) draft.patient = subject;
    for (const part of [one, ...(one.component ?? [])]) tell(draft, part);
  }
  return [...found.values()]
    .map((draft) => ({ ...draft, refs: draft.refs.sort(), unread: [...new Set(draft.unread)].sort() }))
    .sort((a, b) => a.atMs - b.atMs);
}

/** As UCUM, or a number or name of IEEE 11073-10101 (MDC_DIM_*), else as it is written. */
const unitOf = ({ code, unit }: Quantity = {}): string | undefined =>
  [code, unit].map((one) => (one === undefined ? undefined : ucumOf(one))).find((one) => one !== undefined) ?? code ?? unit;
const wordsOf = (said: CodeableConcept | undefined): string | undefined => {
  const [coding] = said?.coding ?? [];
  return said?.text ?? coding?.display ?? coding?.code;
};

type Draft = { -readonly [K in keyof PumpReport]: PumpReport[K] } & { refs: string[]; unread: string[] };

function tell(draft: Draft, part: Observation | ObservationComponent): void {
  const what = saidBy(part.code);
  if (what === undefined) return;
  const word = (part.valueString ?? wordsOf(part.valueCodeableConcept))?.slice(0, 120);
  const { value } = part.valueQuantity ?? {};
  const unit = unitOf(part.valueQuantity);
  const number = value === undefined ? undefined : toNumber(value);
  const said = `${String(number).slice(0, 20)} ${(unit ?? 'without a unit').slice(0, 30)}`;
  const cannot = (name: string): void => void draft.unread.push(`${name} is said as ${number === undefined ? (word ?? 'nothing') : said}`);
  if (what === 'state') {
    const key = (word ?? '').replace(/^\^?(?:pump-status-)?/i, '').toLowerCase();
    if (Object.hasOwn(states, key)) draft.state = states[key]!;
    else cannot('what it does');
  } else if (what === 'drug') {
    if (word !== undefined) draft.drug = word;
  } else if (what === 'alarm') {
    if (word !== undefined && word !== '' && !/^(?:none|no-alarm)$/i.test(word)) draft.alarm = word;
  } else if (number === undefined) cannot(names[what]);
  else if (what === 'dose') {
    if (number >= 0 && number < 1e6) draft.dose = { value: number, unit: unit ?? '' };
    else cannot(names[what]);
  } else if (what === 'rate') {
    const hourly = anHour(number, unit ?? '', undefined);
    if (hourly.ok && hourly.value.unit === 'mL' && hourly.value.value <= rateMlPerHMax) draft.rateMlPerH = hourly.value.value;
    else cannot(names[what]);
  } else if (ml.test(unit ?? '') && number >= 0 && number <= volumeMlMax) {
    if (what === 'delivered') draft.deliveredMl = Math.max(number, draft.deliveredMl ?? 0);
    else draft.remainingMl = number;
  } else cannot(names[what]);
}

const names = { rate: 'its rate', dose: 'its dose rate', delivered: 'the volume infused', remaining: 'the volume left' } as const;
