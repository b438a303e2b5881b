// Whose a resource is. A number that a sender gives to an order, a visit or a result of one patient and then of another (a counter that
// began again, a template's id in every document, a wrong wristband) must not carry what the first has over to the second: each keeps
// a resource of their own, until a message or a person says that it was moved.
import type { Resource } from '../fhir/generated/types.ts';
import { namedUuid } from '../methods/named-uuid.ts';

type Elements = Partial<Record<'subject' | 'patient' | 'beneficiary' | 'participant', unknown>>;

/** What goes from one patient to the next and stays the same thing. */
const shared: ReadonlySet<Resource['resourceType']> = new Set(['Device']);

/** The patient whom it is about, `Patient/id`; undefined: nobody, several, or somebody whom the record does not hold. */
export function patientOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'Patient' || shared.has(resource.resourceType)) return undefined;
  const { subject, patient, beneficiary, participant } = resource as Elements;
  const about = subject ?? patient ?? beneficiary;
  const patients = (about === undefined ? actorsOf(participant) : Array.isArray(about) ? about : [about]).flatMap((one) => {
    const reference: unknown = (one as { reference?: unknown } | null)?.reference;
    return typeof reference === 'string' && reference.startsWith('Patient/') ? [reference] : [];
  });
  return patients.length === 1 ? patients[0] : undefined;
}

/** Of an Appointment. */
const actorsOf = (participants: unknown): unknown[] =>
  Array.isArray(participants) ? participants.map((one: { actor?: unknown } | null) => one?.actor) : [];

/** `Type/id` of what the patient has under the number of a resource that is somebody else's: always the same. */
export function apart(name: string, patient: string): string {
  const type = name.slice(0, name.indexOf('/'));
  return `${type}/${namedUuid('apart', name, patient)}`;
}

/** The key by which is known that what a sender calls this patient's is the resource itself: it was moved away from there. */
export const movedFrom = (name: string, patient: string): string => `moved|${name} ${patient}`;
