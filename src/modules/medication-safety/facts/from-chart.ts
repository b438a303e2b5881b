// What the checks need of one patient, asked of the record in as few questions as there are kinds of it, all at once. A kind
// that cannot be read is said: its checks could not be made.
import type { Resource, ResourceType } from '../../../fhir/generated/types.ts';
import { ok, type Result } from '../../../fhir/result.ts';
import type { Facts } from '../contract.ts';
import type { Library } from '../library.ts';
import type { WordingOf } from '../reading/order-from-fhir.ts';
import { bodyCodes, vitalCodes } from './from-observations.ts';
import { factsOf } from './from-resources.ts';

/** As a Chart of modules. */
export interface Asked {
  read(type: ResourceType, id: string): Promise<Result<Resource>>;
  search(type: ResourceType, query: string): Promise<Result<Resource[]>>;
  /** The same for several, where they can be asked together. */
  searchAll?(questions: readonly (readonly [ResourceType, string])[]): Promise<Result<Resource[]>>[];
}

type Part = Facts['notRead'][number]['part'];

const newestMax = 200;
/** Where so many are newer than this, older ones that would count were not read: as long as a result holds, as a stopped drug acts. */
const cutDays: Partial<Record<Part, number>> = { laboratory: 90, medications: 60 };

const compartment = (patient: string): string => `patient=${encodeURIComponent(`Patient/${patient}`)}`;

/** The question for what is ordered now; who asks it first finds it answered when the facts are gathered. */
export const standingOrders = (patient: string): string => `${compartment(patient)}&status=active,on-hold,unknown`;

/** `patient` is an id. Not found and not allowed are one answer: a problem. */
export async function gatherFacts(
  patient: string,
  asOfMs: number,
  chart: Asked,
  library: Library,
  wordingOf?: WordingOf,
): Promise<Result<Facts>> {
  const gathered = await gatherResources(patient, chart, library);
  return gathered.ok ? ok(factsOf({ asOfMs, ...gathered.value, ...(wordingOf ? { wordingOf } : {}) }, library)) : gathered;
}

/** As `gatherFacts`, before the facts are taken from them: who leaves one out sees what it says. */
export async function gatherResources(
  patient: string,
  chart: Asked,
  library: Library,
): Promise<Result<{ resources: Resource[]; notRead: Facts['notRead'] }>> {
  const of = compartment(patient);
  const loinc = (codes: readonly string[]) => codes.map((code) => `http://loinc.org|${code}`).join(',');
  const questions: [Part, ResourceType, string][] = [
    ['medications', 'MedicationRequest', standingOrders(patient)],
    ['medications', 'MedicationRequest', `${of}&status=stopped,completed&_sort=-authoredon&_count=${newestMax}`],
    ['medications', 'MedicationStatement', `${of}&status=active,intended,on-hold,unknown`],
    ['medications', 'NutritionOrder', `${of}&status=active`],
    ['allergies', 'AllergyIntolerance', of],
    ['problems', 'Condition', of],
    ['encounter', 'Encounter', `${of}&status=in-progress,arrived,triaged`],
    ['laboratory', 'Observation', `${of}&code=${loinc(library.laboratories.loincs())}&_sort=-date&_count=${newestMax}`],
    ['patient', 'Observation', `${of}&code=${loinc([...bodyCodes.weight, ...bodyCodes.height])}&_sort=-date&_count=6`],
    [
      'patient',
      'Observation',
      `${of}&code=${loinc([...bodyCodes.pregnancy, ...bodyCodes.gestation, ...bodyCodes.delivery])}&_sort=-date&_count=4`,
    ],
    ['vitals', 'Observation', `${of}&code=${loinc(['85354-9', ...Object.keys(vitalCodes)])}&_sort=-date&_count=24`],
  ];
  const asking = [
    ['Patient', `_id=${encodeURIComponent(patient)}`] as const,
    ...questions.map(([, type, query]) => [type, query] as const),
  ];
  const [found, ...answers] = await Promise.all(
    (chart.searchAll?.(asking) ?? asking.map(([type, query]) => chart.search(type, query))).map(settled),
  );
  // Where nobody was found, reading says why.
  const person = found?.ok && found.value.length === 1 ? ok(found.value[0]!) : await chart.read('Patient', patient);
  if (!person.ok) return person;
  const resources: Resource[] = [person.value];
  const notRead: Facts['notRead'] = [];
  for (const [i, answer] of answers.entries()) {
    const [part] = questions[i]!;
    if (answer.ok) {
      resources.push(...answer.value);
      const days = questions[i]![2].endsWith(`_count=${newestMax}`) ? cutDays[part] : undefined;
      if (days !== undefined && isCut(answer.value, days) && !notRead.some((each) => each.part === part))
        notRead.push({ part, why: `of more than ${newestMax} of the last ${days} days only the newest were read`, partly: true });
    } else if (!notRead.some((each) => each.part === part)) notRead.push({ part, why: answer.problem.message });
  }
  // A reference to a Medication of its own is followed once.
  const references = new Set(
    resources
      .flatMap((each) => ('medicationReference' in each ? [each.medicationReference?.reference] : []))
      .filter((each): each is string => each?.startsWith('Medication/') === true),
  );
  const medications = await Promise.all(
    [...references].slice(0, 200).map((reference) => settled(chart.read('Medication', reference.slice('Medication/'.length)))),
  );
  for (const medication of medications) if (medication.ok) resources.push(medication.value);
  return ok({ resources, notRead });
}

/** As many as were asked for, and the oldest of them is younger than what still counts. */
function isCut(found: readonly Resource[], days: number): boolean {
  const [newest, oldest] = [found[0], found.at(-1)].map((each) =>
    each?.resourceType === 'Observation'
      ? (each.effectiveDateTime ?? each.effectiveInstant ?? each.issued)
      : each?.resourceType === 'MedicationRequest'
        ? each.authoredOn
        : undefined,
  );
  return found.length >= newestMax && Date.parse(newest ?? '') - Date.parse(oldest ?? '') < days * 86_400_000;
}

/** A question that breaks is one that was not answered. */
const settled = <T>(asked: Promise<Result<T>>): Promise<Result<T>> =>
  asked.catch((): Result<T> => ({ ok: false, problem: { kind: 'busy', message: 'the record could not be asked' } }));
