// What a message about one resource needs besides it: the patient, the visit, who and where is named in it, in as many reads as are
// allowed and no more.
import type { Resource, ResourceType } from '../fhir/generated/types.ts';
import type { OutKind } from '../formats/hl7v2/from-fhir.ts';
import { nameIn, type RecordChart } from './record-chart.ts';

export interface Gathered {
  /** What the message is about. */
  speaking: Resource[];
  /** What these refer to. */
  known: Resource[];
}

const mostKnown = 1200;
const deepest = 3;
/** Of each kind that a message lists. */
const mostListed = 100;
const attachmentBytesMax = 12_000_000;

/** Types that are named in messages; whatever else is referred to stays out. */
const named: ReadonlySet<string> = new Set<ResourceType>([
  'Practitioner',
  'PractitionerRole',
  'Organization',
  'Location',
  'Observation',
  'Specimen',
  'ServiceRequest',
  'MedicationRequest',
  'Medication',
  'Device',
  'RelatedPerson',
  'HealthcareService',
  'Condition',
  'Coverage',
]);
const visiting = 'arrived,triaged,in-progress,onleave';

/** References inside a resource, in their order. */
function* referencesIn(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const one of value) yield* referencesIn(one);
  else if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    for (const [name, one] of Object.entries(value)) {
      if (name === 'reference' && typeof one === 'string') yield one;
      else yield* referencesIn(one);
    }
}

const firstOf = (resource: Resource, type: ResourceType, ...members: string[]): string | undefined => {
  for (const member of members)
    for (const reference of referencesIn(Object.entries(resource).find(([name]) => name === member)?.[1])) {
      const name = nameIn(reference);
      if (name?.startsWith(`${type}/`)) return name;
    }
  return undefined;
};

/** Whom a resource is about. */
export const patientNameOf = (focus: Resource): string | undefined =>
  focus.resourceType === 'Patient'
    ? `Patient/${focus.id ?? ''}`
    : firstOf(focus, 'Patient', 'subject', 'patient', 'beneficiary', 'participant');

export const openVisit = async (patient: string, chart: RecordChart): Promise<Resource | undefined> =>
  (
    await chart.search(
      'Encounter',
      [
        ['patient', patient],
        ['status', visiting],
        ['_sort', '-date'],
      ],
      1,
    )
  )[0];

async function visitOf(focus: Resource, patient: string | undefined, chart: RecordChart): Promise<Resource | undefined> {
  if (focus.resourceType === 'Encounter') return focus;
  if (focus.resourceType === 'Patient') return patient === undefined ? undefined : openVisit(patient, chart);
  const name = firstOf(focus, 'Encounter', 'encounter', 'context');
  const found = name === undefined ? undefined : await chart.read(name);
  return found?.ok === true ? found.value : undefined;
}

/** Events that carry all that is known of the patient. */
const full = new Set(['A01', 'A03', 'A04', 'A05', 'A08', 'A13', 'A28', 'A31']);

async function besides(
  kind: OutKind,
  event: string,
  patient: string,
  visit: Resource | undefined,
  chart: RecordChart,
): Promise<Resource[]> {
  if (kind !== 'ADT' || !full.has(event)) return [];
  const diagnoses: [string, string][] = visit === undefined ? [] : [['encounter', `Encounter/${visit.id ?? ''}`]];
  const lists = await Promise.all([
    chart.search('RelatedPerson', [['patient', patient]], mostListed),
    chart.search('AllergyIntolerance', [['patient', patient]], mostListed),
    diagnoses.length === 0 ? [] : chart.search('Condition', diagnoses, mostListed),
    chart.search(
      'Coverage',
      [
        ['beneficiary', patient],
        ['status', 'active'],
      ],
      mostListed,
    ),
  ]);
  return lists.flat();
}

/** The content of a document that stands in a Binary of its own, within it. */
async function withContent(focus: Resource, chart: RecordChart): Promise<Resource> {
  if (focus.resourceType !== 'DocumentReference') return focus;
  const content = await Promise.all(
    focus.content.map(async (one) => {
      const name = one.attachment.data === undefined ? nameIn(one.attachment.url) : undefined;
      const binary = name?.startsWith('Binary/') ? await chart.read(name) : undefined;
      if (binary?.ok !== true || binary.value.resourceType !== 'Binary' || binary.value.data === undefined) return one;
      if (binary.value.data.length > attachmentBytesMax) return one;
      const { url: _url, ...attachment } = one.attachment;
      return { ...one, attachment: { contentType: binary.value.contentType, ...attachment, data: binary.value.data } };
    }),
  );
  return { ...focus, content };
}

/** Follows references breadth first; what was found is in the order in which it was named. */
export async function follow(
  from: readonly Resource[],
  chart: Pick<RecordChart, 'readAll'>,
  types: ReadonlySet<string> = named,
): Promise<Resource[]> {
  const met = new Set(from.map((one) => `${one.resourceType}/${one.id ?? ''}`));
  const known: Resource[] = [];
  let edge: readonly Resource[] = from;
  for (let deep = 0; deep < deepest && edge.length > 0; deep++) {
    const wanted = new Set<string>();
    for (const one of edge)
      for (const reference of referencesIn(one)) {
        const name = nameIn(reference);
        if (name === undefined || met.has(name) || !types.has(name.split('/')[0] ?? '')) continue;
        if (known.length + wanted.size >= mostKnown) break;
        wanted.add(name);
      }
    for (const name of wanted) met.add(name);
    edge = await chart.readAll([...wanted]);
    known.push(...edge);
  }
  return known;
}

export async function gather(focus: Resource, { kind, event }: { kind: OutKind; event: string }, chart: RecordChart): Promise<Gathered> {
  const name = patientNameOf(focus);
  const patient = name === undefined || focus.resourceType === 'Patient' ? undefined : await chart.read(name);
  const stays = focus.resourceType === 'Patient' && event === 'A40' ? focus.link?.find(({ type }) => type === 'replaced-by') : undefined;
  const survivor = stays === undefined ? undefined : await chart.read(nameIn(stays.other.reference) ?? '');
  const visit = event === 'A40' ? undefined : await visitOf(focus, name, chart);
  const more = name === undefined ? [] : await besides(kind, event, name, visit, chart);
  const speaking = [
    ...(patient?.ok === true ? [patient.value] : []),
    ...(survivor?.ok === true ? [survivor.value] : []),
    ...(visit === undefined || visit === focus ? [] : [visit]),
    await withContent(focus, chart),
    ...more,
  ];
  return { speaking, known: await follow(speaking, chart) };
}
