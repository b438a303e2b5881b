// What pumps report becomes what the record says of the dose: that it runs, how fast, how much went in, that it ended; and a DetectedIssue
// for what did not fit, from when to when. Everything is worked out anew from all reports of the infusion, so that what comes late, twice
// or in another order leaves the same.
import type { DetectedIssue, Observation, Resource } from '../../../fhir/generated/types.ts';
import { namedUuid } from '../../../methods/named-uuid.ts';
import type { Chart, Conclusion, Module, ModuleChange } from '../../contract.ts';
import { warningSystem } from '../codes.ts';
import { infusionOf } from './infusion.ts';
import { asReported, type Hung, hungOf } from './kept.ts';
import { isOfPump, pumpCodes, reportsOf } from './report.ts';

const knowledge = 'pump-comparison 2026.11';
const iso = (ms: number): string => new Date(ms).toISOString();

export function pumps(): Module {
  return {
    name: 'medication-administration',
    question: 'Does the pump do what was ordered?',
    watches: ['Observation', 'MedicationAdministration'],
    emits: ['MedicationAdministration', 'DetectedIssue'],
    follow,
  };
}

async function follow({ after }: ModuleChange, chart: Chart): Promise<Conclusion[]> {
  if (after?.resourceType === 'MedicationAdministration') {
    const hung = hungOf(after);
    return hung === undefined ? [] : conclude(hung, await hungOn(hung.device, chart), chart);
  }
  if (after === null || !isOfPump(after)) return [];
  const device = after.device?.reference;
  const [report] = reportsOf([after]);
  if (device === undefined || report === undefined) return [];
  const all = await hungOn(device, chart);
  const hung = all.findLast(({ hungMs }) => hungMs <= report.atMs);
  if (hung !== undefined) return conclude(hung, all, chart);
  return report.state === 'infusing' ? alone(device, report.atMs, after, chart) : [];
}

/** Everything that was hung on this pump, oldest first. */
async function hungOn(device: string, chart: Chart): Promise<Hung[]> {
  const found = await chart.search('MedicationAdministration', `device=${device}&_sort=-effective-time&_count=100`);
  if (!found.ok) throw new Error(found.problem.message);
  return found.value
    .flatMap((one) => (one.resourceType === 'MedicationAdministration' ? (hungOf(one) ?? []) : []))
    .sort((a, b) => a.hungMs - b.hungMs);
}

/** Reports from when it was hung until the next one is. The newest thousand observations: what was before stands in the record. */
export async function observationsOf(
  { device, hungMs }: Pick<Hung, 'device' | 'hungMs'>,
  untilMs: number | undefined,
  search: (type: 'Observation', query: string) => ReturnType<Chart['search']>,
): ReturnType<Chart['search']> {
  const until = untilMs === undefined ? '' : `&date=lt${iso(untilMs)}`;
  return search('Observation', `device=${device}&code=${pumpCodes.join(',')}&date=ge${iso(hungMs)}${until}&_sort=-date&_count=1000`);
}

/** When the next one was hung on the same pump. */
export const nextOf = ({ hungMs }: Hung, all: readonly Hung[]): number | undefined => all.find((other) => other.hungMs > hungMs)?.hungMs;

async function conclude(hung: Hung, all: readonly Hung[], chart: Chart): Promise<Conclusion[]> {
  const found = await observationsOf(hung, nextOf(hung, all), (type, query) => chart.search(type, query));
  if (!found.ok) throw new Error(found.problem.message);
  const infusion = infusionOf(hung, reportsOf(found.value.filter((one): one is Observation => isOfPump(one))));
  const { one, patient, device } = hung;
  const ref = `MedicationAdministration/${one.id}`;
  const basis = [...(infusion.last?.refs ?? []).slice(0, 20), ...(one.request?.reference === undefined ? [] : [one.request.reference])];
  const issues = infusion.episodes.map(({ kind, says, fromMs, untilMs, refs }): Conclusion => {
    const issue: DetectedIssue = {
      resourceType: 'DetectedIssue',
      id: namedUuid('pump', one.id ?? '', kind),
      status: 'final',
      code: { coding: [{ system: warningSystem, code: `pump-${kind}` }] },
      severity: kind === 'alarm' ? 'moderate' : 'high',
      patient: { reference: patient },
      identifiedPeriod: { start: iso(fromMs), ...(untilMs === undefined ? {} : { end: iso(untilMs) }) },
      implicated: [
        { reference: ref },
        { reference: device },
        ...(one.request?.reference === undefined ? [] : [{ reference: one.request.reference }]),
      ],
      detail: says,
    };
    return { resource: issue, basis: [...refs], knowledge };
  });
  const made = asReported(hung, infusion);
  return news([{ resource: made, basis, knowledge }, ...issues], chart);
}

/** It runs, and nobody has ever scanned for whom: said once a day and pump, from the first report on. */
async function alone(device: string, atMs: number, { id, subject }: Observation, chart: Chart): Promise<Conclusion[]> {
  const issue: DetectedIssue = {
    resourceType: 'DetectedIssue',
    id: namedUuid('pump alone', device, iso(atMs).slice(0, 10)),
    status: 'final',
    code: { coding: [{ system: warningSystem, code: 'pump-not-associated' }] },
    severity: 'high',
    ...(subject?.reference?.startsWith('Patient/') ? { patient: { reference: subject.reference } } : {}),
    identifiedDateTime: iso(atMs),
    implicated: [{ reference: device }],
    detail: 'The pump runs, and nobody has scanned for whom: scan wristband, bag and pump',
  };
  const there = await chart.read('DetectedIssue', issue.id ?? '');
  const earlier = there.ok && Date.parse((there.value as DetectedIssue).identifiedDateTime ?? '') <= atMs;
  return earlier ? [] : [{ resource: issue, basis: [`Observation/${id}`], knowledge }];
}

/** What stands in the record already is not said again. */
async function news(conclusions: readonly Conclusion[], chart: Chart): Promise<Conclusion[]> {
  const there = await Promise.all(
    conclusions.map(({ resource }) => chart.read(resource.resourceType as 'DetectedIssue' | 'MedicationAdministration', resource.id ?? '')),
  );
  return conclusions.filter(({ resource }, at) => {
    const before = there[at];
    return before?.ok !== true || content(before.value) !== content(resource);
  });
}

/** Members in one order, without what the record adds. */
const content = (one: Resource): string =>
  JSON.stringify({ ...one, meta: undefined }, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
