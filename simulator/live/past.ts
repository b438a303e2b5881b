// What was before a demonstration begins: visits to the emergency department and stays on wards of many months, so that a forecast has
// something to go by and an outbreak something to stand out from. Told once, by FHIR, before the hospital lives on; whoever has not gone
// home by then is in a bed, and is taken over with the others (take-over.ts). Of all that happens only the visit itself is told.
import type { Bundle, Encounter, Resource } from '../../src/fhir/generated/types.ts';
import { namedUuid } from '../../src/methods/named-uuid.ts';
import { bundleOf } from '../bundle.ts';
import { dayMs } from '../calendar.ts';
import type { Hospital } from '../hospital.ts';
import { lifeOf, ratesFor } from './life.ts';
import type { FhirSpeaker } from './speak/fhir.ts';
import type { Truth, Visit } from './world.ts';

export interface PastOptions {
  fhir: Pick<FhirSpeaker, 'get' | 'put'>;
  seed: string | number;
  hospital: Hospital;
  bedsEach: number;
  population: number;
  days: number;
  stopped: AbortSignal;
  plant(truth: Truth): void;
  /** For whoever runs it. */
  warn(text: string): void;
}

/** Numbers of those who came, apart from those of the demonstration and of those who come later. */
const from = 500_000;
const told: readonly Resource['resourceType'][] = ['Encounter', 'Condition', 'AdverseEvent', 'DeviceUseStatement', 'Procedure'];
const entriesAtOnce = 150;
const underWay = 3;

/** How many resources were told; 0 where it was told before. Told again after a break it is the same past, and adds nothing twice. */
export async function tellPast({ fhir, seed, hospital, bedsEach, population, days, stopped, plant, warn }: PastOptions): Promise<number> {
  const mark = namedUuid('simulator', seed, 'past');
  if ((await fhir.get(`/Basic/${mark}`)) !== undefined) return 0;
  const [first] = hospital.bundle.entry ?? [];
  const there = await fhir.get(`/${first?.resource?.resourceType}/${first?.resource?.id}`);
  // The same moment however often it is begun: ids follow from it.
  const untilMs = Math.floor(Date.parse(there?.meta?.lastUpdated ?? '') / 60_000) * 60_000;
  if (Number.isNaN(untilMs)) return 0;
  const taken = await takenPlaces(fhir);

  const waiting: Resource[] = [];
  const onTheWay = new Set<Promise<void>>();
  let count = 0;
  let refused: string | undefined;
  const send = async (resources: Resource[]): Promise<void> => {
    const why = await fhir.put(bundleOf(resources));
    if (why === undefined) count += resources.length;
    else refused ??= why;
  };
  const flush = async (least: number): Promise<void> => {
    while (waiting.length > least) {
      while (onTheWay.size >= underWay) await Promise.race(onTheWay);
      const one: Promise<void> = send(waiting.splice(0, entriesAtOnce)).finally(() => onTheWay.delete(one));
      onTheWay.add(one);
    }
  };
  // Somebody is told once, and once more at the end where he has died: no two transactions under way concern the same person.
  const known = new Set<string | undefined>();
  const died = new Map<string | undefined, Resource>();
  const tell = ({ person }: Visit, resources: Iterable<Resource>): void => {
    const { patient } = person.chart;
    if (patient.deceasedDateTime !== undefined) died.set(patient.id, patient);
    if (!known.has(patient.id)) waiting.push({ ...patient });
    known.add(patient.id);
    waiting.push(...new Map([...resources].map((one) => [one.id, one])).values());
  };

  const held = new Map<Visit, Resource[]>();
  const life = lifeOf({
    seed: `${seed} past`,
    startMs: untilMs - days * dayMs,
    hospital,
    bedsEach,
    population,
    from,
    // Clinics have their own book: they say nothing of beds or of the department.
    rates: { ...ratesFor(population), clinicPerDay: 0 },
    tell({ kind, visit, resources }) {
      if (visit === undefined) return;
      const kept = held.get(visit) ?? [];
      held.set(visit, kept);
      kept.push(...resources.filter(({ resourceType }) => told.includes(resourceType)));
      if (kind !== 'discharged') return;
      held.delete(visit);
      tell(visit, kept);
    },
    plant,
  });
  for (let steps = 1; (life.nextMs() ?? Number.POSITIVE_INFINITY) < untilMs && !stopped.aborted && refused === undefined; steps++) {
    life.step();
    if (steps % 500 === 0) await new Promise<void>((done) => setImmediate(done));
    if (waiting.length > entriesAtOnce) await flush(entriesAtOnce);
  }
  for (const visit of held.keys())
    if (!visit.over && placed(visit.encounter, taken)) tell(visit, [...(held.get(visit) ?? []), ...visit.open]);
  if (!stopped.aborted) await flush(0);
  await Promise.all(onTheWay);
  waiting.push(...died.values());
  if (!stopped.aborted && refused === undefined) await flush(0);
  await Promise.all(onTheWay);
  if (refused !== undefined) warn(`the past was not told to its end, for the server refused some of it: ${refused}`);
  if (stopped.aborted || refused !== undefined) return count;
  await fhir.put(bundleOf([{ resourceType: 'Basic', id: mark, code: { text: 'The past of the demonstration has been told' } }]));
  return count;
}

/** Beds of those whom the demonstration has put there. */
async function takenPlaces(fhir: PastOptions['fhir']): Promise<Set<string>> {
  const found = await fhir.get<Bundle>('/Encounter?status=in-progress&_count=500');
  return new Set(
    (found?.entry ?? []).flatMap(({ resource }) =>
      resource?.resourceType === 'Encounter'
        ? (resource.location ?? []).flatMap(({ status, location }) => (status === 'active' ? [location.reference ?? ''] : []))
        : [],
    ),
  );
}

/** Takes the bed of a stay that goes on; false where somebody is in it. */
function placed(encounter: Encounter, taken: Set<string>): boolean {
  const bed = encounter.location?.find(({ status }) => status === 'active')?.location.reference;
  if (bed === undefined || taken.has(bed)) return false;
  taken.add(bed);
  return true;
}
