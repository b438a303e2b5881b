// lamplight medication replay: past orders against a changed knowledge folder or a changed rule, read from the record in this
// process, beside a server or without one. The charts that it reads are in the audit trail under the name of who ran it.
import { ok, type Result } from '../../fhir/result.ts';
import { changesInForce } from '../../gateways/medication/governance-changes.ts';
import { whatIn } from '../../gateways/medication/governance-wish.ts';
import { replayOrders, type Side } from '../../gateways/medication/replay.ts';
import { keepEach, replayResult, withChanges } from '../../gateways/medication/replay-job.ts';
import { newTally, type ReplayResult } from '../../gateways/medication/replay-tally.ts';
import { type ReplayWish, readReplayWish } from '../../gateways/medication/replay-wish.ts';
import { libraryOf } from '../../modules/medication-safety/library.ts';
import { ownKnowledge } from '../knowledge-folder.ts';
import { loadMedicationKnowledge } from '../medication-knowledge.ts';
import { openOwnRecord } from '../own-record.ts';
import { printData, printHint, printMisuse, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';
import { caller } from './exchange-open.ts';

export interface ReplayOptions {
  knowledge?: string;
  rule?: string;
  to?: string;
  since?: string;
  until?: string;
  sample?: string;
  seed?: string;
  json?: boolean;
}

export async function replayCommand(settings: Settings, options: ReplayOptions): Promise<number> {
  const { knowledge, rule, to } = options;
  if (options.since === undefined) return printMisuse('--since is needed', 'for example --since 2026-01-01');
  if (knowledge === undefined && rule === undefined)
    return printMisuse('say what would be different', 'for example --knowledge our-knowledge, or --rule interactions-heart/ID --to shadow');
  const changes = rule === undefined ? [] : [changeOf(rule, to ?? 'shadow')];
  const wish = await readReplayWish(
    JSON.stringify({
      since: options.since,
      ...(options.until === undefined ? {} : { until: options.until }),
      ...(options.sample === undefined ? {} : { sample: Number(options.sample) }),
      ...(options.seed === undefined ? {} : { seed: Number(options.seed) }),
      changes,
      ...(knowledge === undefined ? {} : { file: { name: `of ${knowledge}` } }),
    }),
    new Date(),
  );
  if (!wish.ok) return printMisuse(wish.problem.message);
  const done = await withDatabase(settings, (database) => ran(settings, database, wish.value, knowledge), { make: false, connections: 4 });
  if (!done.ok) return printProblem(done.problem);
  if (options.json === true) await printData(JSON.stringify(done.value));
  else await shown(done.value);
  return 0;
}

/** `FILE/RULE`, as cards name it; `shadow`, `retired`, `active`, `at-most:aside` … */
function changeOf(rule: string, to: string): object {
  const at = rule.indexOf('/');
  const [what = '', tier] = to.split(':');
  const named = { file: rule.slice(0, Math.max(at, 0)), rule: rule.slice(at + 1), what, ...(tier === undefined ? {} : { tier }) };
  return whatIn(named).ok ? named : { ...named, what: to };
}

async function ran(
  settings: Settings,
  database: Parameters<Parameters<typeof withDatabase>[1]>[0],
  wish: ReplayWish,
  folder: string | undefined,
): Promise<Result<ReplayResult>> {
  const folders = [ownKnowledge, ...(settings.knowledge?.split(',').map((each) => each.trim()) ?? [])];
  const base = await loadMedicationKnowledge(folders);
  if (!base.ok) return base;
  const changed = folder === undefined ? base : await loadMedicationKnowledge([...folders, folder]);
  if (!changed.ok) return changed;
  const own = await openOwnRecord(database, settings);
  if (!own.ok) return own;
  const inForce = await changesInForce(database);
  const local = withChanges(changed.value, inForce, wish.changes);
  if (!local.ok) return local;
  const library = libraryOf(base.value);
  const before: Side = { library, base: base.value.withLocal(inForce) };
  const after: Side = { library: folder === undefined ? library : libraryOf(changed.value), base: changed.value.withLocal(local.value) };
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  const tally = newTally(wish.seed);
  let saidMs = performance.now();
  const done = await replayOrders(
    own.value.record,
    { ...caller(), purpose: 'HOPERAT', request: `medication replay ${process.pid}` },
    { span: wish.span, before, after, tally, keep: keepEach },
    {
      share: 0.5,
      signal: stop.signal,
      async reached(_, progress) {
        if (performance.now() - saidMs > 5000) {
          saidMs = performance.now();
          printNote(`${progress.done} of ${progress.total} patients`);
        }
        return ok(undefined);
      },
    },
  );
  return done.ok ? ok(replayResult(tally, wish, { before, after })) : done;
}

const percent = (rate: ReplayResult['interrupted']['before']): string =>
  rate === undefined ? 'none' : `${(rate.share * 100).toFixed(1)} % (${(rate.low * 100).toFixed(1)} to ${(rate.high * 100).toFixed(1)})`;

async function shown(result: ReplayResult): Promise<void> {
  await printData(
    `${result.orders} orders of ${result.patients} patients, ${result.span.since} to ${result.span.until}: ${result.changed} would differ`,
  );
  await printData(`orders interrupted: ${percent(result.interrupted.before)} before, ${percent(result.interrupted.after)} after`);
  if (result.rules.length > 0)
    printTable(
      ['rule', 'new', 'gone', 'raised', 'lowered', 'interrupted before', 'after'],
      result.rules.map((row) => [
        `${row.file}/${row.rule}`,
        ...[row.new, row.gone, row.raised, row.lowered, row.interruptedBefore, row.interruptedAfter].map(String),
      ]),
    );
  for (const { order, authoredOn, file, rule, before = 'no card', after = 'no card' } of result.sample)
    await printData(`look at  ${order} of ${authoredOn}: ${file}/${rule}, ${before} before, ${after} after`);
  for (const words of result.notKnown) printHint(words);
}
