// A value with its unit as FHIR says it, and the code of what was measured; values that are no numbers become the reason why there is none.
import type { Decimal } from '../../fhir/decimal.ts';
import type { CodeableConcept, Coding, Quantity } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isExact, loincSystem, loincsOf, type Measurement, mdcSystem, measurementOf } from './nomenclature.ts';
import { ucumOf } from './units.ts';

const ucumSystem = 'http://unitsofmeasure.org';

/** Special values of IEEE 11073-20601 (section 8.2) as words, and why there is no number (http://hl7.org/fhir/R4/valueset-data-absent-reason.html). */
export const absences: Readonly<Record<string, string>> = {
  NaN: 'not-a-number',
  NRes: 'unsupported',
  INF: 'positive-infinity',
  '+INF': 'positive-infinity',
  '-INF': 'negative-infinity',
  reserved: 'error',
};

export const absent = (why: string): CodeableConcept => ({
  coding: [{ system: 'http://terminology.hl7.org/CodeSystem/data-absent-reason', code: why }],
});

/** The unit's UCUM code. A measurement that is known is said in a unit that fits it, or not at all. */
export function unitOf(what: Measurement | undefined, unit: string | undefined): Result<string | undefined> {
  const code = unit === undefined ? undefined : ucumOf(unit);
  if (what === undefined) return ok(code);
  if (unit === undefined) {
    if (what.units.every((one) => one === '1' || one.startsWith('{'))) return ok(what.units[0]);
    return fail('invalid', `${what.says} comes without a unit, and nobody can tell what it means. Say one of ${what.units.join(', ')}`);
  }
  if (code === undefined || !what.units.includes(code))
    return fail('invalid', `${what.says} is not said in this unit. Use one of ${what.units.join(', ')}, as UCUM or MDC_DIM_*`);
  return ok(code);
}

/** `code`: UCUM; `written`: as it was received. */
export const quantity = (value: number | Decimal, code: string | undefined, written: string | undefined): Quantity => ({
  value,
  ...(written === undefined ? (code === undefined ? {} : { unit: code }) : { unit: written }),
  ...(code === undefined ? {} : { system: ucumSystem, code }),
});

export interface Concept {
  what: Measurement | undefined;
  key: string;
  concept(unit: string | undefined): CodeableConcept;
}

/** Of a measurement in the table. */
export function conceptOf(what: Measurement, given?: Coding): Concept {
  return {
    what,
    key: what.mdc === 0 ? what.name : String(what.mdc),
    concept: (unit) => {
      const coding: Coding[] = what.mdc === 0 ? [] : [{ system: mdcSystem, code: String(what.mdc), display: what.name }];
      for (const code of loincsOf(what, unit ?? '')) coding.push({ system: loincSystem, code });
      if (given?.code !== undefined && !coding.some(({ system, code }) => system === given.system && code === given.code))
        coding.push(given);
      return { ...(coding.length === 0 ? {} : { coding }), text: what.says };
    },
  };
}

/** Of whatever code a device says, with its code system where it names one. */
export function conceptSaid(code: string, system: string | undefined): Concept {
  const what = system === undefined || system === mdcSystem || system === loincSystem ? measurementOf(code) : undefined;
  const isMdc = /^(MDC_\w+|\d{5,8})$/.test(code);
  const its = system ?? (isMdc ? mdcSystem : /^\d{1,7}-\d$/.test(code) ? loincSystem : undefined);
  const given: Coding = { ...(its === undefined ? {} : { system: its }), code };
  // How it was measured is not said by such a code, and is not made up.
  if (what !== undefined && its === loincSystem && !isExact(code))
    return { what, key: code, concept: () => ({ coding: [given], text: what.says }) };
  if (what !== undefined) return conceptOf(what, code.startsWith('MDC_') ? undefined : given);
  return {
    what: undefined,
    key: `${its ?? ''}|${code}`,
    concept: () => (its === undefined || code.startsWith('MDC_') ? { text: code } : { coding: [given] }),
  };
}
