// What the exchange would not decide by itself: patients who may be one, and numbers that came with two patients (docs/channels.md).
import type { Patient, Reference, Resource, Task } from '../../../../src/fhir/generated/types.ts';
import { search } from '../../api/fhir.ts';
import { nameOf, numberOf } from '../../parts/words.ts';

const most = 100;
/** What may stand in the wrong chart comes first. */
const codes = ['number-of-two-patients', 'possible-duplicate'];

/** One of the two that are to be compared. */
export interface Side {
  /** `Type/id` */
  reference: string;
  /** Undefined: gone, or not to be read by whoever looks. */
  patient: Patient | undefined;
}

export interface Doubt {
  task: Task;
  sides: Side[];
}

/** They may be one patient; otherwise two resources have one number. */
export const isOfPatients = ({ code }: Task): boolean => code?.coding?.some((one) => one.code === 'possible-duplicate') === true;

const referencesOf = ({ focus, input }: Task): string[] =>
  [focus?.reference, input?.[0]?.valueReference?.reference].filter((one) => one !== undefined);

/** The patient whom a resource is about, `Patient/id`. */
function patientOf(resource: Resource): string | undefined {
  if (resource.resourceType === 'Patient') return `Patient/${resource.id}`;
  const { subject, patient, beneficiary, participant } = resource as Partial<
    Record<'subject' | 'patient' | 'beneficiary', Reference | Reference[]> & { participant: { actor?: Reference }[] }
  >;
  const about = subject ?? patient ?? beneficiary ?? participant?.map(({ actor }) => actor);
  return [about].flat().find((one) => one?.reference?.startsWith('Patient/'))?.reference;
}

/** Resources by `Type/id`, a search for each type. */
async function readAll(references: readonly string[], signal: AbortSignal): Promise<Map<string, Resource>> {
  const byType = new Map<string, string[]>();
  for (const reference of new Set(references)) {
    const [type = '', id = ''] = reference.split('/');
    byType.set(type, [...(byType.get(type) ?? []), id]);
  }
  const found = await Promise.all(
    [...byType].map(([type, ids]) => search(type as Resource['resourceType'], { _id: ids.join(','), _count: ids.length }, signal)),
  );
  return new Map(found.flatMap(({ resources }) => resources).map((one) => [`${one.resourceType}/${one.id}`, one]));
}

export async function openDoubts(signal: AbortSignal): Promise<{ doubts: Doubt[]; more: boolean }> {
  // Asked for apart, so that no number of possible duplicates hides what stands in the wrong chart.
  const pages = await Promise.all(
    codes.map((code) =>
      search('Task', { code: `urn:lamplight:task|${code}`, status: 'requested', _sort: 'authored-on', _count: most }, signal),
    ),
  );
  const tasks = pages.flatMap(({ resources }) => resources);
  const named = await readAll(tasks.flatMap(referencesOf), signal);
  const about = new Map([...named].map(([reference, resource]) => [reference, patientOf(resource)]));
  const patients = await readAll(
    [...about.values()].filter((one) => one !== undefined && !named.has(one)).map((one) => one!),
    signal,
  );
  const doubts = tasks.map((task) => ({
    task,
    sides: referencesOf(task).map((reference) => {
      const of = about.get(reference) ?? '';
      const patient = named.get(of) ?? patients.get(of);
      return { reference, patient: patient?.resourceType === 'Patient' ? patient : undefined };
    }),
  }));
  return { doubts, more: pages.some(({ next }) => next !== undefined) };
}

/** `OKAFOR, Ada · 4711 · 1970-01-02` */
export const whoIs = ({ name, identifier, birthDate }: Patient): string =>
  [nameOf(name), numberOf(identifier)?.value, birthDate].filter((one) => one !== undefined && one !== '').join(' · ');
