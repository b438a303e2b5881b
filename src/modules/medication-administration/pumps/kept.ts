// A dose that hangs on a pump, as the record keeps it: a MedicationAdministration that names the pump as its device and holds what the
// pump was to be programmed with; and what the pump reported laid over it.
import { toNumber } from '../../../fhir/decimal.ts';
import type { Extension, MedicationAdministration } from '../../../fhir/generated/types.ts';
import { outcomeSystem } from '../codes.ts';
import type { Infusion, Programme } from './contract.ts';
import { figure } from './rates.ts';

export const programmeUrl = 'https://lamplight.dev/fhir/StructureDefinition/intended-infusion';
const ucum = 'http://unitsofmeasure.org';
const quantity = (value: number, unit: string, code = unit) => ({ value, unit, system: ucum, code });
const own = (value: number, unit: string) => ({ value, unit });

export function programmeExtension({ drug, rate, dose, perMl, volumeMl, weightKg, tolerance, why }: Programme, hung: string): Extension {
  const part = (url: string, value: Omit<Extension, 'url'>): Extension => ({ url, ...value });
  return {
    url: programmeUrl,
    extension: [
      part('hung', { valueDateTime: hung }),
      part('drug', { valueString: drug }),
      part('tolerance', { valueDecimal: tolerance }),
      ...(rate === undefined ? [] : [part('rate', { valueRange: { low: quantity(rate.low, 'mL/h'), high: quantity(rate.high, 'mL/h') } })]),
      ...(dose === undefined
        ? []
        : [part('dose', { valueRange: { low: own(dose.low, `${dose.unit}/h`), high: own(dose.high, `${dose.unit}/h`) } })]),
      ...(perMl === undefined ? [] : [part('perMl', { valueQuantity: own(perMl.value, `${perMl.unit}/mL`) })]),
      ...(volumeMl === undefined ? [] : [part('volume', { valueQuantity: quantity(volumeMl, 'mL') })]),
      ...(weightKg === undefined ? [] : [part('weight', { valueQuantity: quantity(weightKg, 'kg') })]),
      ...(why === undefined ? [] : [part('why', { valueString: why })]),
    ],
  };
}

export interface Hung {
  one: MedicationAdministration;
  /** `Device/1`, `Patient/1`. */
  device: string;
  patient: string;
  hungMs: number;
  /** When a nurse said that it is over. */
  releasedMs?: number;
  programme: Programme;
}

/** undefined: it hangs on no pump, or was entered in error. */
export function hungOf(one: MedicationAdministration): Hung | undefined {
  const parts = one.extension?.find(({ url }) => url === programmeUrl)?.extension;
  const device = one.device?.find(({ reference }) => reference?.startsWith('Device/'))?.reference;
  const patient = one.subject.reference;
  if (parts === undefined || device === undefined || patient === undefined || one.status === 'entered-in-error') return undefined;
  const part = (name: string) => parts.find(({ url }) => url === name);
  const hungMs = Date.parse(part('hung')?.valueDateTime ?? '');
  if (Number.isNaN(hungMs)) return undefined;
  const releasedMs = Date.parse(part(released)?.valueDateTime ?? '');
  const number = (value: Extension['valueDecimal']): number | undefined => (value === undefined ? undefined : toNumber(value));
  const span = (name: string) => {
    const { low, high } = part(name)?.valueRange ?? {};
    const [from, to] = [number(low?.value), number(high?.value)];
    return from === undefined || to === undefined ? undefined : { low: from, high: to, unit: (high?.unit ?? '').replace(/\/h$/, '') };
  };
  const [rate, dose] = [span('rate'), span('dose')];
  const per = part('perMl')?.valueQuantity;
  const [perMl, volumeMl, weightKg] = [
    number(per?.value),
    number(part('volume')?.valueQuantity?.value),
    number(part('weight')?.valueQuantity?.value),
  ];
  const why = part('why')?.valueString ?? (rate === undefined ? 'no rate was worked out when it was hung' : undefined);
  return {
    one,
    device,
    patient,
    hungMs,
    ...(Number.isNaN(releasedMs) ? {} : { releasedMs }),
    programme: {
      drug: part('drug')?.valueString ?? '',
      tolerance: number(part('tolerance')?.valueDecimal) ?? 0,
      ...(rate === undefined ? {} : { rate: { low: rate.low, high: rate.high } }),
      ...(dose === undefined ? {} : { dose }),
      ...(perMl === undefined ? {} : { perMl: { value: perMl, unit: (per?.unit ?? '').replace(/\/mL$/, '') } }),
      ...(volumeMl === undefined ? {} : { volumeMl }),
      ...(weightKg === undefined ? {} : { weightKg }),
      ...(why === undefined ? {} : { why }),
    },
  };
}

const released = 'released';

/** A nurse has said that it is over, whatever the pump has or has not said. */
export function asReleased({ one }: Pick<Hung, 'one'>, at: string): MedicationAdministration {
  const extension = (one.extension ?? []).map((each) =>
    each.url === programmeUrl ? { ...each, extension: [...(each.extension ?? []), { url: released, valueDateTime: at }] } : each,
  );
  return { ...one, extension };
}

const changesMax = 40;

/** The dose with what the pump did: nothing of it before the pump has said that it runs. */
export function asReported({ one, releasedMs }: Pick<Hung, 'one' | 'releasedMs'>, infusion: Infusion): MedicationAdministration {
  const { state, complete, startMs, endMs, rates, rateMlPerH, deliveredMl } = infusion;
  // Over, and the pump never said that it ran: what went in nobody knows.
  if (startMs === undefined) return releasedMs === undefined ? one : { ...one, status: 'unknown' };
  const [status, outcome] =
    state === 'ended'
      ? complete
        ? ['completed', 'completed']
        : ['stopped', 'stopped']
      : [state === 'paused' ? 'on-hold' : 'in-progress', 'infusing'];
  const iso = (ms: number): string => new Date(ms).toISOString();
  const others = (one.statusReason ?? []).filter(({ coding }) => !coding?.some(({ system }) => system === outcomeSystem));
  const { effectiveDateTime: _, dosage, note, ...rest } = one;
  const { rateQuantity: __, dose: ___, ...how } = dosage ?? {};
  const said = [
    ...(note ?? []).filter(({ text }) => !text.startsWith(byPump)),
    ...rates.slice(-changesMax).map(({ atMs, rateMlPerH: rate }) => ({ time: iso(atMs), text: `${byPump}${figure(rate)} mL/h` })),
  ];
  return {
    ...rest,
    status,
    statusReason: [{ coding: [{ system: outcomeSystem, code: outcome }] }, ...others],
    effectivePeriod: { start: iso(startMs), ...(endMs === undefined ? {} : { end: iso(endMs) }) },
    ...(said.length === 0 ? {} : { note: said }),
    dosage: {
      ...how,
      ...(deliveredMl === undefined ? {} : { dose: quantity(deliveredMl, 'mL') }),
      ...(rateMlPerH === undefined ? {} : { rateQuantity: quantity(rateMlPerH, 'mL/h') }),
    },
  };
}

const byPump = 'Rate by the pump: ';
