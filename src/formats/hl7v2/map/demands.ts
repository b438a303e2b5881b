// What FHIR demands of a resource and a message may leave out: the code for unknown where there is one, else the reason why it is
// absent (http://hl7.org/fhir/StructureDefinition/data-absent-reason). It stands only where the record knows nothing either.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { isObject } from './place.ts';
import { later } from './segments/sch.ts';
import type { Thing } from './story.ts';

const absent = () => ({ extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/data-absent-reason', valueCode: 'unknown' }] });

type Demand = (thing: Thing) => void;
const one =
  (path: string, value: () => unknown): Demand =>
  (thing) =>
    void thing.presume(path, value());
/** An element that may be one of several types. */
const choice =
  (base: string, path: string, value: () => unknown): Demand =>
  (thing) => {
    if (!Object.keys(thing.resource).some((name) => name.replace(/^_/, '').startsWith(base))) thing.presume(path, value());
  };
const unknownStatus = one('status', () => 'unknown');
const subject = one('subject', absent);
const drug = choice('medication', 'medicationCodeableConcept', absent);

/** An appointment has both ends or none, and is only thought of where it has none (app-2, app-3). */
const times: Demand = (thing) => {
  const { start, end, status } = thing.resource;
  const timeless = status === 'proposed' || status === 'cancelled' || status === 'waitlist';
  if (start === undefined && end === undefined && timeless) return;
  const { minutesDuration } = thing.resource;
  if (end === undefined && typeof start === 'string' && typeof minutesDuration === 'number') {
    const ends = later(start, minutesDuration * 60_000);
    if (ends !== undefined) thing.imply('end', ends);
  }
  if (start === undefined) thing.presume('_start', absent());
  if (thing.resource['end'] === undefined) thing.presume('_end', absent());
};

/** A dosage says how much (mad-1), and the route may be all that is known. */
const dose: Demand = (thing) => {
  const { dosage } = thing.resource;
  if (isObject(dosage) && !Object.keys(dosage).some((name) => /^(dose|rate[A-Z])/.test(name))) thing.imply('dosage.dose', absent());
};

/** An ingredient is something, and a ratio has both halves (rat-1). */
const halves: Demand = (thing) => {
  const { ingredient } = thing.resource;
  for (const one of Array.isArray(ingredient) ? ingredient : []) {
    if (isObject(one) && !Object.keys(one).some((name) => name.startsWith('item'))) one['itemCodeableConcept'] = absent();
    const strength: unknown = isObject(one) ? one['strength'] : undefined;
    if (isObject(strength)) for (const half of ['numerator', 'denominator']) strength[half] ??= absent();
  }
};

/** Somebody did it. */
const agents: Demand = (thing) => {
  const { agent } = thing.resource;
  for (const one of Array.isArray(agent) ? agent : []) if (isObject(one)) one['who'] ??= absent();
};

/** Details are details of something (prr-1). */
const detailed: Demand = (thing) => {
  if (thing.resource['orderDetail'] !== undefined) thing.presume('code', absent());
};

const demands: Partial<Record<ResourceType, readonly Demand[]>> = {
  Appointment: [one('status', () => 'proposed'), one('participant', () => [{ actor: absent(), status: 'needs-action' }]), times],
  DiagnosticReport: [unknownStatus, one('code', absent)],
  DocumentReference: [one('status', () => 'current'), one('content', () => [{ attachment: absent() }])],
  Immunization: [
    one('status', () => 'completed'),
    one('vaccineCode', absent),
    one('patient', absent),
    choice('occurrence', '_occurrenceDateTime', absent),
  ],
  Medication: [halves],
  MedicationAdministration: [dose, unknownStatus, drug, subject, choice('effective', '_effectiveDateTime', absent)],
  MedicationDispense: [one('status', () => 'completed'), drug],
  MedicationRequest: [unknownStatus, one('intent', () => 'order'), drug, subject],
  Observation: [unknownStatus, one('code', absent)],
  Provenance: [agents],
  ServiceRequest: [detailed, unknownStatus, one('intent', () => 'order'), subject],
};

/** To be called once, when everything was said. */
export function demand(things: readonly Thing[]): void {
  for (const thing of things) if (thing.speaks) for (const each of demands[thing.type] ?? []) each(thing);
}
