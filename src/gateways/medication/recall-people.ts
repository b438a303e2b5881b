// Whom a recall concerns: name, date of birth, record number, and the bed of those who lie in one now. They come first: they can be
// asked and looked after at once.
import type { Encounter, Location, Patient } from '../../fhir/generated/types.ts';
import { nameOf } from './labels.ts';
import type { PagedChart } from './safety.ts';
import { gsrnSystem, printSystem } from './scan-facts.ts';
import { labelOf, running } from './ward-patients.ts';

export interface RecalledPerson {
  patient: string;
  name?: string;
  birthDate?: string;
  number?: string;
  /** Where they lie now; absent: not in a bed here. */
  place?: string;
  since?: string;
}

const together = 50;
const most = 5000;
/** Bed, room, ward. */
const levels = 2;

export async function peopleOf(patients: readonly string[], chart: PagedChart): Promise<{ people: RecalledPerson[]; notRead: string[] }> {
  const notRead: string[] = [];
  const people = new Map<string, RecalledPerson>(patients.map((patient) => [patient, { patient }]));
  const asked = async <T>(
    type: 'Patient' | 'Encounter' | 'Location',
    query: (some: string) => string,
    refs: readonly string[],
    says: string,
  ) => {
    const found: T[] = [];
    for (let i = 0; i < refs.length; i += together) {
      const page = await chart.pages(type, query(encodeURIComponent(refs.slice(i, i + together).join(','))), most);
      if (!page.ok) {
        notRead.push(`${says} (${page.problem.message})`);
        break;
      }
      if (page.value.more) notRead.push(`${says}: not all were read`);
      found.push(...page.value.resources.map((each) => each as object as T));
    }
    return found;
  };
  const ids = patients.filter((ref) => ref.startsWith('Patient/')).map((ref) => ref.slice('Patient/'.length));
  for (const one of await asked<Patient>('Patient', (some) => `_id=${some}`, ids, 'names')) {
    const own = people.get(`Patient/${one.id}`);
    if (own === undefined) continue;
    own.name = nameOf(one.name ?? []);
    if (one.birthDate !== undefined) own.birthDate = one.birthDate;
    const number = numberOf(one);
    if (number !== undefined) own.number = number;
  }
  const stays = await asked<Encounter>('Encounter', (some) => `patient=${some}&status=${running}`, ids, 'who lies in a bed now');
  const beds = stays.flatMap((stay) => {
    const here = (stay.location ?? []).filter(({ status }) => status !== 'completed' && status !== 'planned').at(-1)?.location;
    return here === undefined ? [] : [{ stay, here }];
  });
  const names = await placeNames(
    beds.flatMap(({ here }) => here.reference ?? []),
    (refs) => asked<Location>('Location', (some) => `_id=${some}`, refs, 'names of beds'),
  );
  for (const { stay, here } of beds) {
    const own = people.get(stay.subject?.reference ?? '');
    if (own === undefined) continue;
    own.place = names(here.reference ?? '') || here.display || 'A place without a name';
    if (stay.period?.start !== undefined) own.since = stay.period.start;
  }
  const inBed = ({ place }: RecalledPerson): number => (place === undefined ? 1 : 0);
  return { people: [...people.values()].sort((a, b) => inBed(a) - inBed(b) || byPlace(a, b)), notRead };
}

/** In beds by ward and bed, as somebody walks; others by name. */
const byPlace = (a: RecalledPerson, b: RecalledPerson): number =>
  (a.place ?? '').localeCompare(b.place ?? '', 'en', { numeric: true }) || (a.name ?? '').localeCompare(b.name ?? '');

async function placeNames(refs: readonly string[], read: (ids: string[]) => Promise<Location[]>): Promise<(ref: string) => string> {
  const known = new Map<string, Location>();
  let wanted = [...new Set(refs)];
  for (let level = 0; level <= levels && wanted.length > 0; level++) {
    for (const one of await read(wanted.filter((ref) => ref.startsWith('Location/')).map((ref) => ref.slice('Location/'.length))))
      known.set(`Location/${one.id}`, one);
    wanted = [...new Set(wanted.flatMap((ref) => known.get(ref)?.partOf?.reference ?? []))].filter((ref) => !known.has(ref));
  }
  const isWard = (one: Location): boolean => one.physicalType?.coding?.some(({ code }) => code === 'wa') ?? false;
  return (ref) => {
    const said: string[] = [];
    for (let at = known.get(ref), level = 0; at !== undefined && level <= levels; at = known.get(at.partOf?.reference ?? ''), level++) {
      // "Willow, bed 4" stands for its ward too.
      const label = labelOf(at);
      if (!said.some((inner) => inner.startsWith(label))) said.unshift(label);
      if (isWard(at)) break;
    }
    return said.join(', ');
  };
}

function numberOf({ identifier }: Patient): string | undefined {
  const own = (identifier ?? []).filter(
    ({ system, use, period }) => use !== 'old' && period?.end === undefined && system !== gsrnSystem && system !== printSystem,
  );
  return (own.find(({ type }) => type?.coding?.some(({ code }) => code === 'MR')) ?? own[0])?.value;
}
