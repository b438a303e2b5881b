// Who is in the hospital already, as the record says: when a hospital starts to live (again), they are not forgotten. Their stays go on
// from now: observed, treated, sent home. What cannot be known (how ill they are, how long they will stay) is drawn anew. Their orders are
// entered again under numbers that messages can name, and the ones before are ended: two of each would be a duplicate to every check.
import type {
  AllergyIntolerance,
  Bundle,
  Encounter,
  Location,
  MedicationAdministration,
  MedicationRequest,
  Patient,
  Resource,
} from '../../src/fhir/generated/types.ts';
import { asReleased } from '../../src/modules/medication-administration/pumps/kept.ts';
import { dayMs, hourMs, instant } from '../calendar.ts';
import { ageYears } from '../chart.ts';
import { hl7Concept } from '../codes.ts';
import { type Ward, wards } from '../hospital.ts';
import { type Illness, illnesses, illnessFor } from '../illnesses.ts';
import { medicineConcept, medicineOf } from '../medicines.ts';
import { dripTexts } from './infusions.ts';
import { adopted } from './people.ts';
import { treat } from './pharmacy.ts';
import type { FhirSpeaker } from './speak/fhir.ts';
import { end, visitSystem } from './visits.ts';
import { settle } from './ward.ts';
import type { Visit, World } from './world.ts';

const pathOf = (url: string): string => {
  const { pathname, search } = new URL(url, 'http://here');
  return `${pathname.replace(/^\/fhir/, '')}${search}`;
};

async function all(fhir: FhirSpeaker, path: string): Promise<Resource[]> {
  const found: Resource[] = [];
  for (let next: string | undefined = path; next !== undefined && found.length < 5000; ) {
    const page: Bundle | undefined = await fhir.get<Bundle>(next);
    for (const { resource } of page?.entry ?? []) if (resource !== undefined) found.push(resource);
    const further: string | undefined = page?.link?.find(({ relation }) => relation === 'next')?.url;
    next = further === undefined ? undefined : pathOf(further);
  }
  return found;
}

/** `Medical Ward, bed 7`: the ward, and the bed from 0. */
function placeOf(name: string | undefined): { ward: Ward; bed?: number } | undefined {
  for (const [ward, words] of Object.entries(wards) as [Ward, string][]) {
    if (name === undefined || !name.startsWith(words)) continue;
    const bed = Number(/bed (\d+)$/.exec(name)?.[1]);
    return { ward, ...(bed > 0 ? { bed: bed - 1 } : {}) };
  }
  return undefined;
}

/** How many were taken over. */
export async function takeOver(world: World, fhir: FhirSpeaker, run: string): Promise<number> {
  const found = await all(
    fhir,
    '/Encounter?status=in-progress&class=IMP,EMER&_include=Encounter:patient&_include=Encounter:location&_count=200',
  );
  const by = new Map(found.map((one) => [`${one.resourceType}/${one.id}`, one]));
  let count = 0;
  for (const encounter of found) {
    if (encounter.resourceType !== 'Encounter' || encounter.id === undefined) continue;
    const patient = by.get(encounter.subject?.reference ?? '') as Patient | undefined;
    if (patient?.id === undefined) continue;
    const allergies = ((await all(fhir, `/AllergyIntolerance?patient=${patient.id}&_elements=code`)) as AllergyIntolerance[]).map(
      ({ code }) => code?.text ?? code?.coding?.[0]?.display ?? '',
    );
    const at = encounter.location?.find(({ status }) => status === 'active')?.location;
    const place = placeOf((by.get(at?.reference ?? '') as Location | undefined)?.name ?? at?.display);
    const visit = takeOne(world, fhir, run, encounter, patient, allergies, place);
    if (visit === undefined) continue;
    count++;
    if (visit.class === 'EMER') continue;
    await endOrders(world, fhir, encounter.id, visit);
    settle(world, visit);
    treat(world, visit);
    const { person } = visit;
    world.later(world.nowMs + world.random.between(1, 30) * 60_000, () => world.tell({ kind: 'expected', person, visit, resources: [] }));
  }
  return count;
}

/** Of those that are entered again; what hung on pumps is taken off them. */
async function endOrders(world: World, fhir: FhirSpeaker, encounter: string, visit: Visit): Promise<void> {
  const again = new Set([...visit.illness.medicines.map((name) => medicineConcept(medicineOf(name)).text), ...dripTexts]);
  const orders = (await all(fhir, `/MedicationRequest?encounter=${encounter}&status=active&_count=200`)) as MedicationRequest[];
  const ended = orders
    .filter(({ medicationCodeableConcept: named }) => again.has(named?.text ?? named?.coding?.[0]?.display ?? ''))
    .map((order): MedicationRequest => ({ ...order, status: 'stopped', statusReason: { text: 'Entered again' } }));
  const hanging = (await all(
    fhir,
    `/MedicationAdministration?context=${encounter}&status=in-progress,on-hold&_count=200`,
  )) as MedicationAdministration[];
  const onPumps = hanging.filter(({ device }) => device !== undefined);
  const taken = onPumps.map((one) => ({ ...asReleased({ one }, instant(world.nowMs)), status: 'stopped' as const }));
  const entry = [...ended, ...taken].map((resource) => ({
    resource,
    request: { method: 'PUT' as const, url: `${resource.resourceType}/${resource.id}` },
  }));
  const refused = entry.length === 0 ? undefined : await fhir.put({ resourceType: 'Bundle', type: 'transaction', entry });
  if (refused !== undefined)
    throw new Error(`the orders of Encounter/${encounter} could not be ended before they are entered again: ${refused}`);
}

function illnessOf(world: World, encounter: Encounter, visit: { chart: Parameters<typeof illnessFor>[0] }): Illness | undefined {
  const code = encounter.reasonCode?.[0]?.coding?.[0]?.code;
  const text = encounter.reasonCode?.[0]?.text;
  return (
    illnesses.find((one) => one.code === code || one.complaint === text) ??
    illnessFor(visit.chart, encounter.class.code === 'IMP', world.nowMs) ??
    illnesses.find(({ key }) => key === 'cellulitis')
  );
}

function takeOne(
  world: World,
  fhir: FhirSpeaker,
  run: string,
  encounter: Encounter,
  patient: Patient,
  allergies: readonly string[],
  place: { ward: Ward; bed?: number } | undefined,
): Visit | undefined {
  const { nowMs, random } = world;
  const person = adopted(patient, patient.id ?? '', run, world.hospital, nowMs, allergies);
  const illness = illnessOf(world, encounter, person);
  const number = encounter.identifier?.find(({ system }) => system === visitSystem)?.value;
  if (illness === undefined || person.mrn === '' || ageYears(person.chart, nowMs) < 0) return undefined;
  fhir.know(`Patient/${patient.id}`, `Patient/${patient.id}`);
  fhir.know(`Encounter/${encounter.id}`, `Encounter/${encounter.id}`);
  const ward = place?.ward ?? (encounter.class.code === 'EMER' ? 'emergency' : 'medical');
  const bed = place?.bed !== undefined && world.beds.claim(ward, place.bed) ? place.bed : undefined;
  const fromMs = Date.parse(encounter.period?.start ?? '') || nowMs - dayMs;
  const severity = random.between(0.05, illness.severity[1] * 0.7);
  const visit: Visit = {
    person,
    number: number ?? encounter.id ?? '',
    encounter: { ...encounter },
    illness,
    course: { severity, worst: illness.severity[1], recoveryHours: ((illness.days?.[0] ?? 2) * 24) / 2.6, treated: true, atMs: nowMs },
    class: encounter.class.code === 'EMER' ? 'EMER' : 'IMP',
    ward,
    ...(bed === undefined ? {} : { bed }),
    fromMs,
    plannedMs: Math.max(
      nowMs + random.between(0.1, 1) * dayMs,
      fromMs + (illness.days?.[0] ?? 2) * Math.exp(random.normal(0, 0.5)) * dayMs,
    ),
    doses: [],
    open: [],
    over: false,
    score: 0,
  };
  if (number === undefined) {
    // Known by no number that a message could name: its end is told over FHIR by whoever wrote it.
    if (visit.class === 'EMER') return closeLater(world, fhir, visit, nowMs + random.between(0.3, 3) * hourMs);
  }
  if (visit.class === 'EMER') world.later(nowMs + random.between(0.3, 3) * hourMs, () => visit.over || end(world, visit, 'home'));
  return visit;
}

/** A visit without a visit number is closed where it was written. */
function closeLater(world: World, fhir: FhirSpeaker, visit: Visit, ms: number): Visit {
  world.inBeds.add(visit);
  world.later(ms, () => {
    visit.over = true;
    world.inBeds.delete(visit);
    if (visit.ward !== undefined && visit.bed !== undefined) world.beds.free(visit.ward, visit.bed);
    const { meta: _, ...rest } = visit.encounter;
    const finished: Encounter = {
      ...rest,
      status: 'finished',
      period: { ...rest.period, end: `${new Date(world.nowMs).toISOString().slice(0, 19)}Z` },
      hospitalization: { dischargeDisposition: hl7Concept('discharge-disposition', 'home', 'Home') },
    };
    void fhir.put({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [{ resource: finished, request: { method: 'PUT', url: `Encounter/${finished.id}` } }],
    });
  });
  return visit;
}
