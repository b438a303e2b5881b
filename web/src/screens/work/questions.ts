// What My work asks of the record, for a list of patients at a time.
import type { Composition, Location, Observation, Patient } from '../../../../src/fhir/generated/types.ts';
import { type Criteria, searchAll } from '../../api/fhir.ts';
import { about } from '../../api/touched.ts';
import { conceptOf, quantityOf } from '../../parts/words.ts';
import { type Due, dueOf, patientIn } from './due.ts';

/** So many in one address. */
const atOnce = 40;

/** The same question for all of them, in groups; each answer once. */
async function forAll<R extends { id?: string }>(patients: readonly string[], asked: (some: string) => Promise<R[]>): Promise<R[]> {
  const groups: string[] = [];
  for (let at = 0; at < patients.length; at += atOnce) groups.push(patients.slice(at, at + atOnce).join(','));
  const found = (await Promise.all(groups.map(asked))).flat();
  return [...new Map(found.map((one) => [one.id, one])).values()];
}

export const namesQuery = (patients: readonly string[]) => ({
  queryKey: ['Patient', 'names', ...patients],
  meta: about(...patients),
  queryFn: async (): Promise<Map<string, Patient>> =>
    new Map((await forAll(patients, (_id) => searchAll('Patient', { _id }))).map((patient) => [patient.id ?? '', patient])),
});

export interface Ward {
  id: string;
  name: string;
  beds: string[];
}

export const wardsQuery = {
  queryKey: ['Location', 'wards'],
  staleTime: 600_000,
  queryFn: async (): Promise<Ward[]> => {
    const places = await searchAll('Location', {}, 5000);
    const isWard = ({ physicalType }: Location): boolean => physicalType?.coding?.some(({ code }) => code === 'wa') ?? false;
    const inside = (id: string): string[] =>
      places.filter(({ partOf }) => partOf?.reference === `Location/${id}`).flatMap((place) => [place.id ?? '', ...inside(place.id ?? '')]);
    return places
      .filter(isWard)
      .map(({ id = '', name = 'A ward without a name' }) => ({ id, name, beds: inside(id) }))
      .sort((a, b) => a.name.localeCompare(b.name));
  },
};

/** Who lies there now. */
export const onWardQuery = (ward: string, wards: readonly Ward[]) => ({
  queryKey: ['Encounter', 'ward', ward],
  queryFn: async (): Promise<string[]> => {
    const places = [ward, ...(wards.find(({ id }) => id === ward)?.beds ?? [])];
    const encounters = await forAll(places, (location) => searchAll('Encounter', { status: 'in-progress,arrived,triaged', location }));
    const here = encounters.filter((encounter) =>
      encounter.location?.some(
        ({ location, status }) => status !== 'completed' && places.some((place) => location.reference === `Location/${place}`),
      ),
    );
    return [...new Set(here.map(({ subject }) => patientIn(subject?.reference)).filter((id) => id !== undefined))];
  },
});

export const dueQuery = (patients: readonly string[]) => ({
  queryKey: ['Task', 'due', ...patients],
  meta: { types: ['ServiceRequest', 'CarePlan'], ...about(...patients) },
  queryFn: async (): Promise<Due[]> => {
    const [tasks, requests, plans] = await Promise.all([
      forAll(patients, (patient) => searchAll('Task', { patient, status: 'requested,received,accepted,ready,in-progress' }, 500)),
      forAll(patients, (patient) => searchAll('ServiceRequest', { patient, status: 'active' }, 500)),
      forAll(patients, (patient) => searchAll('CarePlan', { patient, status: 'active' }, 200)),
    ]);
    return dueOf(tasks, requests, plans, new Date());
  },
});

export interface Result {
  key: string;
  patient: string | undefined;
  what: string;
  value: string;
  abnormal: boolean;
  /** When it came into the record, ISO 8601. */
  at: string;
}

const isAbnormal = ({ interpretation }: Observation): boolean =>
  interpretation?.some(({ coding }) => coding?.some(({ code }) => ['A', 'AA', 'H', 'HH', 'L', 'LL', 'HU', 'LU'].includes(code ?? ''))) ??
  false;

/** Reports and laboratory values that became final after the patient's were last looked at, newest first; a value of a report is not told twice. */
export const resultsQuery = (patients: readonly string[], since: (patient: string | undefined) => Date) => ({
  queryKey: ['DiagnosticReport', 'new', ...patients.map((patient) => `${patient} ${since(patient).toISOString()}`)],
  meta: { types: ['Observation'], ...about(...patients) },
  queryFn: async (): Promise<Result[]> => {
    const earliest = new Date(Math.min(...patients.map((patient) => since(patient).getTime()))).toISOString();
    const wish: Criteria = { status: 'final,amended,corrected', _lastUpdated: `gt${earliest}`, _sort: '-_lastUpdated' };
    const [reports, values] = await Promise.all([
      forAll(patients, (patient) => searchAll('DiagnosticReport', { patient, ...wish }, 200)),
      forAll(patients, (patient) => searchAll('Observation', { patient, category: 'laboratory', ...wish }, 500)),
    ]);
    const inReport = new Map(
      reports.flatMap((report) => (report.result ?? []).map(({ reference }) => [reference ?? '', report.id ?? ''] as const)),
    );
    const outside = new Map<string, string[]>();
    for (const value of values.filter(isAbnormal)) {
      const report = inReport.get(`Observation/${value.id ?? ''}`);
      if (report !== undefined)
        outside.set(report, [...(outside.get(report) ?? []), `${conceptOf(value.code)} ${quantityOf(value.valueQuantity)}`]);
    }
    return [
      ...reports.map(
        (report): Result => ({
          key: `DiagnosticReport/${report.id ?? ''}`,
          patient: patientIn(report.subject?.reference),
          what: conceptOf(report.code),
          value: outside.get(report.id ?? '')?.join(', ') ?? report.conclusion ?? '',
          abnormal: outside.has(report.id ?? ''),
          at: report.meta?.lastUpdated ?? '',
        }),
      ),
      ...values
        .filter(({ id }) => !inReport.has(`Observation/${id ?? ''}`))
        .map(
          (value): Result => ({
            key: `Observation/${value.id ?? ''}`,
            patient: patientIn(value.subject?.reference),
            what: conceptOf(value.code),
            value: quantityOf(value.valueQuantity) || conceptOf(value.valueCodeableConcept) || (value.valueString ?? ''),
            abnormal: isAbnormal(value),
            at: value.meta?.lastUpdated ?? '',
          }),
        ),
    ]
      .filter(({ patient, at }) => new Date(at) > since(patient))
      .sort((a, b) => b.at.localeCompare(a.at));
  },
});

const score = 'http://lamplight.example/CodeSystem/score|news2';

/** The newest score of each patient within a day, where it asks for somebody. */
export const alertsQuery = (patients: readonly string[]) => ({
  queryKey: ['Observation', 'alerts', ...patients],
  meta: about(...patients),
  queryFn: async (): Promise<Observation[]> => {
    const since = new Date(Math.floor(Date.now() / 60_000 - 24 * 60) * 60_000).toISOString();
    const scores = await forAll(patients, (patient) =>
      searchAll('Observation', { patient, code: score, date: `ge${since}`, _sort: '-date' }, 2000),
    );
    const newest = new Map<string, Observation>();
    for (const one of scores.sort((a, b) => (b.effectiveDateTime ?? '').localeCompare(a.effectiveDateTime ?? ''))) {
      const patient = one.subject?.reference ?? '';
      if (!newest.has(patient)) newest.set(patient, one);
    }
    const rank = ({ interpretation, valueQuantity }: Observation): number =>
      (interpretation?.[0]?.coding?.[0]?.code === 'AA' ? 100 : 0) + Number(valueQuantity?.value ?? 0);
    return [...newest.values()]
      .filter(({ interpretation }) => ['A', 'AA'].includes(interpretation?.[0]?.coding?.[0]?.code ?? ''))
      .sort((a, b) => rank(b) - rank(a));
  },
});

/** Notes of this account that are not signed. */
export const unsignedQuery = (account: string, name: string) => ({
  queryKey: ['Composition', 'unsigned', account],
  queryFn: async (): Promise<Composition[]> =>
    (await searchAll('Composition', { status: 'preliminary', _sort: '-date' }, 500)).filter(({ author }) =>
      author.some(({ identifier, display }) => (identifier === undefined ? display === name : identifier.value === account)),
    ),
});
