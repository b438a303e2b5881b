// Pumps that run for nobody: what is in them goes into somebody, and no screen of a patient can say so. Told until somebody has scanned
// the pump for a patient, for a day at most.
import { useQuery } from '@tanstack/react-query';
import type { DetectedIssue, Device, MedicationAdministration } from '../../../../src/fhir/generated/types.ts';
import { search } from '../../api/fhir.ts';
import { sinceOf } from '../../parts/dates.ts';

const code = 'https://lamplight.dev/fhir/CodeSystem/bedside-reason|pump-not-associated';
const dayMs = 86_400_000;
/** As often as a pump reports. */
const againMs = 60_000;

interface Alone {
  device: string;
  name: string;
  /** Of its first report on that day. */
  at: string;
  says: string;
}

/** The newest of each pump for which nobody was scanned since. `scanned`: what hangs or hung on them. */
export function alone(
  issues: readonly DetectedIssue[],
  devices: ReadonlyMap<string, Device>,
  scanned: readonly MedicationAdministration[],
): Alone[] {
  const found = new Map<string, Alone>();
  for (const { implicated, identifiedDateTime: at, detail } of issues) {
    const device = implicated?.[0]?.reference;
    if (device === undefined || at === undefined) continue;
    const after = scanned.some(
      (one) =>
        one.device?.some(({ reference }) => reference === device) === true &&
        Date.parse(one.effectiveDateTime ?? one.effectivePeriod?.start ?? '') >= Date.parse(at),
    );
    const before = found.get(device);
    if (after || (before !== undefined && Date.parse(before.at) >= Date.parse(at))) continue;
    const known = devices.get(device);
    const name = known?.deviceName?.[0]?.name ?? known?.identifier?.[0]?.value ?? device;
    found.set(device, { device, name, at, says: detail ?? 'The pump runs, and nobody has scanned for whom' });
  }
  return [...found.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

async function fetchAlone(signal: AbortSignal): Promise<Alone[]> {
  const identified = `ge${new Date(Date.now() - dayMs).toISOString()}`;
  const issues = await search('DetectedIssue', { code, identified, _include: 'DetectedIssue:implicated', _count: 200 }, signal);
  if (issues.resources.length === 0) return [];
  const devices = new Map(
    [...issues.included].flatMap(([name, one]): [string, Device][] => (one.resourceType === 'Device' ? [[name, one]] : [])),
  );
  const named = [...new Set(issues.resources.flatMap(({ implicated }) => implicated?.[0]?.reference ?? []))];
  const scanned = await search('MedicationAdministration', { device: named.join(','), _sort: '-effective-time', _count: 500 }, signal);
  return alone(issues.resources, devices, scanned.resources);
}

/** Nothing, where no pump does. */
export function PumpsAlone() {
  const { data, error } = useQuery({
    queryKey: ['DetectedIssue', 'pump-not-associated'],
    queryFn: ({ signal }) => fetchAlone(signal),
    refetchInterval: againMs,
  });
  if (error !== null && data === undefined)
    return (
      <p className="bedside-alert" role="alert">
        ▲ Whether a pump runs for nobody could not be read: {error.message}
      </p>
    );
  if (data === undefined || data.length === 0) return null;
  return (
    <section className="card" aria-label="Pumps that run for nobody">
      <h2>
        Pumps that run for nobody <span className="count">{data.length}</span>
      </h2>
      <ul className="due-rows">
        {data.map(({ device, name, at, says }) => (
          <li key={device} className="due-row effect-row due-overdue">
            <strong dir="auto">▲ {name}</strong>
            <span>
              {says}. Reported {sinceOf(at)}.
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
