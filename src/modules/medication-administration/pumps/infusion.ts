// The reports of one infusion come to its state, what does not fit and what cannot be told. Of the same reports always the same, in
// whatever order and however often they came: they are laid in a row by the pump's own moments and read from the first one.
import type { Episode, Finding, FindingKind, Infusion, Programme, PumpReport } from './contract.ts';
import { rateText, spanText } from './programme.ts';
import { anHour, figure } from './rates.ts';

const minuteMs = 60_000;
/** Local convention, unreviewed: a pump that stands still longer is asked about; a bag that is through sooner is fetched. */
const stoppedMsMax = 10 * minuteMs;
const nearEmptyMs = 30 * minuteMs;
/** Of what was to be infused, so much is all of it: bags are overfilled, and the line holds some. */
const wholeShare = 0.95;
const aheadMinutes = 5;

export interface Asked {
  /** `Patient/1`. */
  patient: string;
  programme: Programme;
  /** When a nurse said that it is over. */
  releasedMs?: number;
}

export function infusionOf(asked: Asked, all: readonly PumpReport[]): Infusion {
  const { releasedMs = Number.POSITIVE_INFINITY } = asked;
  const firstAt = all.findIndex(runs);
  const endAt = all.findIndex(({ state }, at) => state === 'ended' && firstAt >= 0 && at > firstAt);
  const overMs = Math.min(releasedMs, all[endAt]?.atMs ?? Number.POSITIVE_INFINITY);
  const reports = all.filter(({ atMs }) => atMs <= overMs);
  const after = all.filter(({ atMs }) => atMs > overMs);
  const first = reports.find(runs);
  const over = Number.isFinite(overMs);
  const last = all.at(-1);
  const spoken = reports.filter(({ state }) => state !== undefined).at(-1);
  const delivered = most(reports.map(({ deliveredMl }) => deliveredMl));
  const remaining = reports.findLast(({ remainingMl }) => remainingMl !== undefined)?.remainingMl;
  const rates = ratesOf(reports);
  const running = spoken !== undefined && runs(spoken);
  const rate = running ? rates.at(-1)?.rateMlPerH : undefined;
  const { volumeMl } = asked.programme;
  return {
    state: over ? 'ended' : first === undefined ? 'hung' : running ? 'infusing' : 'paused',
    complete: over && (remaining === 0 || (volumeMl !== undefined && (delivered ?? 0) >= volumeMl * wholeShare)),
    rates,
    ...(spoken === undefined ? {} : { sinceMs: sinceOf(reports, spoken) }),
    ...(first === undefined ? {} : { startMs: first.atMs }),
    ...(over ? { endMs: overMs } : {}),
    ...(rate === undefined ? {} : { rateMlPerH: rate }),
    ...(delivered === undefined ? {} : { deliveredMl: delivered }),
    ...(remaining === undefined ? {} : { remainingMl: remaining }),
    ...(last === undefined ? {} : { last }),
    findings: [...(over ? [] : [...latest(asked, reports), ...wentBack(last, delivered)]), ...again(after).slice(0, 1)],
    episodes: episodesOf(asked, reports, after),
  };
}

const runs = ({ state }: PumpReport): boolean => state === 'infusing' || state === 'kvo';
const most = (values: readonly (number | undefined)[]): number | undefined =>
  values.reduce((best, one) => (one === undefined ? best : Math.max(best ?? 0, one)), undefined);

function sinceOf(reports: readonly PumpReport[], spoken: PumpReport): number {
  const told = reports.filter(({ state }) => state !== undefined);
  const other = told.findLastIndex((one) => runs(one) !== runs(spoken));
  return told[other + 1]?.atMs ?? spoken.atMs;
}

/** A pump counts up; where it begins anew, another bag may hang that nobody has scanned. */
const wentBack = (last: PumpReport | undefined, delivered: number | undefined): Finding[] =>
  last?.deliveredMl === undefined || delivered === undefined || last.deliveredMl >= delivered - 1
    ? []
    : [
        {
          kind: 'could-not-check',
          outcome: 'could-not-check',
          says: `The pump counted ${figure(delivered)} mL and now says ${figure(last.deliveredMl)} mL: was another bag hung?`,
          fromMs: last.atMs,
        },
      ];

function ratesOf(reports: readonly PumpReport[]): { atMs: number; rateMlPerH: number }[] {
  const found: { atMs: number; rateMlPerH: number }[] = [];
  for (const one of reports)
    if (runs(one) && one.rateMlPerH !== undefined && one.rateMlPerH !== found.at(-1)?.rateMlPerH)
      found.push({ atMs: one.atMs, rateMlPerH: one.rateMlPerH });
  return found;
}

/** What one report by itself says, whatever came before. */
export function findingsOf({ patient, programme }: Asked, report: PumpReport): Finding[] {
  const { atMs: fromMs, state, rateMlPerH, dose } = report;
  const finding = (kind: FindingKind, says: string): Finding => ({
    kind,
    outcome: kind === 'could-not-check' ? 'could-not-check' : 'alert',
    says,
    fromMs,
  });
  const found = report.unread.map((what) => finding('could-not-check', `What the pump says cannot be used: ${what}`));
  if (report.patient !== undefined && report.patient !== patient && state !== 'ended')
    found.push(finding('other-patient', 'The pump itself names another patient: go to it and compare the wristband'));
  if (report.alarm !== undefined) found.push(finding('alarm', `The pump alarms: ${report.alarm}`));
  if (state === 'kvo') found.push(finding('near-empty', 'The bag is through: the pump only keeps the vein open'));
  if (state !== 'infusing') return found;
  const asked = rateText(programme);
  if (rateMlPerH === undefined) {
    if (report.unread.length === 0) found.push(finding('could-not-check', 'The pump runs and does not say how fast'));
  } else if (programme.rate === undefined)
    found.push(finding('could-not-check', `The pump runs at ${figure(rateMlPerH)} mL/h; whether that is right: ${programme.why ?? ''}`));
  else if (isOff(rateMlPerH, programme.rate, programme.tolerance))
    found.push(finding('rate-off', `The pump runs at ${figure(rateMlPerH)} mL/h, the order means ${asked}: go to the pump`));
  if (dose !== undefined && programme.dose !== undefined) {
    const hourly = anHour(dose.value, dose.unit, programme.weightKg);
    if (!hourly.ok) found.push(finding('could-not-check', `The dose rate of the pump cannot be compared: ${hourly.problem.message}`));
    else if (hourly.value.unit !== programme.dose.unit)
      found.push(finding('could-not-check', `The pump says its dose rate in ${dose.unit}, the order is in ${programme.dose.unit}`));
    else if (isOff(hourly.value.value, programme.dose, programme.tolerance))
      found.push(
        finding(
          'dose-rate-off',
          `The pump is set for ${figure(hourly.value.value)} ${hourly.value.unit} an hour, ordered is ${spanText(programme.dose)}: its concentration or weight is another one`,
        ),
      );
  }
  const left = report.remainingMl !== undefined && rateMlPerH ? (report.remainingMl / rateMlPerH) * 60 * minuteMs : undefined;
  if (left !== undefined && left <= nearEmptyMs)
    found.push(finding('near-empty', `About ${Math.round(left / minuteMs)} min left in the bag`));
  return found;
}

const isOff = (value: number, { low, high }: { low: number; high: number }, tolerance: number): boolean =>
  value < low * (1 - tolerance) || value > high * (1 + tolerance);

/** Of the last report, each with the moment since when it is so. */
function latest(asked: Asked, reports: readonly PumpReport[]): Finding[] {
  const last = reports.at(-1);
  if (last === undefined) return [];
  return findingsOf(asked, last).map((one) => {
    let { fromMs } = one;
    for (const before of reports.toReversed()) {
      if (!findingsOf(asked, before).some(({ kind }) => kind === one.kind)) break;
      fromMs = before.atMs;
    }
    return { ...one, fromMs };
  });
}

/** It runs once more after it ended: what of, and for whom, nobody has scanned. */
const again = (after: readonly PumpReport[]): Finding[] =>
  after.filter(runs).map(({ atMs: fromMs }) => ({
    kind: 'not-associated' as const,
    outcome: 'alert' as const,
    says: 'The pump runs again after this infusion ended, and nobody has scanned for whom: scan wristband, bag and pump',
    fromMs,
  }));

const kept: ReadonlySet<FindingKind> = new Set(['rate-off', 'dose-rate-off', 'other-patient', 'alarm', 'not-associated']);

function episodesOf(asked: Asked, reports: readonly PumpReport[], after: readonly PumpReport[]): Episode[] {
  const found = new Map<FindingKind, Episode & { untilMs?: number }>();
  for (const report of [...reports, ...after]) {
    const here = reports.includes(report) ? findingsOf(asked, report) : again([report]);
    for (const one of here) {
      if (!kept.has(one.kind)) continue;
      const { untilMs: _, ...before } = found.get(one.kind) ?? { ...one, refs: [] };
      found.set(one.kind, { ...before, says: one.says, refs: [...new Set([...before.refs, ...report.refs])].slice(0, 20) });
    }
    for (const [kind, episode] of found)
      if (episode.untilMs === undefined && !here.some((one) => one.kind === kind)) found.set(kind, { ...episode, untilMs: report.atMs });
  }
  return [...found.values()];
}

/** What time alone brings: nothing was heard for long, it stands still for long, its clock is wrong. `now` of the server. */
export function findingsNow({ state, last, sinceMs, findings }: Infusion, hungMs: number, nowMs: number, silentMinutes: number): Finding[] {
  if (state === 'ended') return [...findings];
  const heardMs = last?.atMs ?? hungMs;
  const minutes = Math.floor((nowMs - heardMs) / minuteMs);
  const could = (kind: 'silent' | 'could-not-check', says: string): Finding => ({
    kind,
    outcome: 'could-not-check',
    says,
    fromMs: heardMs,
  });
  const silent =
    last === undefined
      ? `Nothing was heard of the pump since it was scanned ${minutes} min ago`
      : `Pump silent for ${minutes} min: look at it`;
  const still = sinceMs === undefined ? 0 : nowMs - sinceMs;
  return [
    ...(minutes >= silentMinutes ? [could('silent', silent)] : []),
    ...(minutes < -aheadMinutes
      ? [could('could-not-check', `The clock of the pump is ${-minutes} min ahead: when it spoke last is not known`)]
      : []),
    ...findings,
    ...(state === 'paused' && still >= stoppedMsMax
      ? [
          {
            kind: 'stopped' as const,
            outcome: 'alert' as const,
            says: `The pump stands still for ${Math.floor(still / minuteMs)} min`,
            fromMs: sinceMs ?? heardMs,
          },
        ]
      : []),
  ];
}
