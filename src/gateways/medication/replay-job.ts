// A replay as a job: goes on where it stood after a restart, can be cancelled, and ends where the asker's rights do.
import { setImmediate as turn } from 'node:timers/promises';
import type { Json } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { JobKind, RunningJob } from '../../jobs/contract.ts';
import type { KnowledgeBase } from '../../modules/medication-safety/knowledge/base.ts';
import { type Library, libraryOf } from '../../modules/medication-safety/library.ts';
import type { LocalRules } from '../../modules/medication-safety/local-rules.ts';
import { ruleKey } from '../../modules/medication-safety/local-rules.ts';
import type { Person } from '../../policy/contract.ts';
import { decideMedicationRules } from '../../policy/medication-rules.ts';
import type { Caller } from '../../record/contract.ts';
import { localOf } from './governance-changes.ts';
import { ruleOf } from './governance-signatures.ts';
import { type ReplayRecord, replayOrders, type Side } from './replay.ts';
import { newTally, type ReplayResult, resultOf, type Tally } from './replay-tally.ts';
import type { ReplayWish, RuleChange } from './replay-wish.ts';

export const replayKind = 'medication-replay';

export interface ReplayAsked {
  caller: Caller;
  wish: ReplayWish;
}

export interface ReplayParts {
  record: ReplayRecord;
  library: Library;
  /** The knowledge as it is in force. */
  base(): KnowledgeBase;
  /** The knowledge with one more file; made elsewhere, since it holds the loop. */
  withFile(file: Json): Promise<Result<KnowledgeBase>>;
  rightsNow(id: string): Promise<Result<Person>>;
}

/** Part of the time in which a job works, beside a record that is in use. */
const share = 0.3;
const saveEveryMs = 2000;
/** Differences kept of each rule until the sample is drawn. */
export const keepEach = 10;

export const replayJob = (parts: ReplayParts): JobKind => ({ name: replayKind, run: (job) => run(parts, job) });

async function run(parts: ReplayParts, job: RunningJob): Promise<Result<Json>> {
  const { caller, wish } = JSON.parse(String(job.wish)) as ReplayAsked;
  const sides = await sidesOf(parts, wish);
  if (!sides.ok) return sides;
  const held = job.checkpoint === null ? undefined : (JSON.parse(String(job.checkpoint)) as { after: string; tally: Tally });
  const tally = held?.tally ?? newTally(wish.seed);
  let savedMs = performance.now();
  const done = await replayOrders(
    parts.record,
    caller,
    { span: wish.span, ...sides.value, tally, keep: keepEach, ...(held === undefined ? {} : { from: held.after }) },
    {
      share,
      signal: job.signal,
      async reached(after, progress) {
        if (performance.now() - savedMs < saveEveryMs && progress.done < progress.total) return ok(undefined);
        savedMs = performance.now();
        const still = await mayStill(parts, caller.person);
        if (!still.ok) return still;
        return job.save(JSON.stringify({ after, tally }), { ...progress, note: 'patients' });
      },
    },
  );
  if (!done.ok) return done;
  return ok(JSON.stringify(replayResult(tally, wish, sides.value)));
}

export const replayResult = (tally: Tally, wish: ReplayWish, { before, after }: { before: Side; after: Side }): ReplayResult =>
  resultOf(
    tally,
    {
      span: wish.span,
      against: { before: nameOf(before.base), after: nameOf(after.base) },
      change: saysChange(wish),
      seed: wish.seed,
    },
    wish.sample,
  );

const nameOf = (base: KnowledgeBase): string =>
  `lamplight-medication-safety ${base.version}${base.local.size > 0 ? `, ${base.local.size} local changes` : ''}`;

function saysChange({ changes, file }: ReplayWish): string {
  const all = changes.map(
    ({ file: of, rule, what, tier, level }) =>
      `${of}/${rule}: ${what}${tier === undefined ? '' : ` ${tier}`}${level === undefined ? '' : ` when ${level.says}`}`,
  );
  const name = file?.['name'];
  if (file !== undefined) all.push(`file ${typeof name === 'string' ? name.slice(0, 100) : ''}`);
  return all.join('; ');
}

async function mayStill(parts: ReplayParts, then: Person): Promise<Result<void>> {
  const now = await parts.rightsNow(then.id);
  if (!now.ok) {
    if (now.problem.kind === 'busy') throw new Error('the rights of the account could not be read');
    return now;
  }
  const decision = decideMedicationRules(now.value, 'replay');
  const same =
    JSON.stringify([then.role, then.organisations, then.patients]) ===
    JSON.stringify([now.value.role, now.value.organisations, now.value.patients]);
  return decision.allowed && same
    ? ok(undefined)
    : fail('forbidden', 'The rights of the account have changed since: ask for the replay again');
}

/** Before: as it is in force. After: with the changes, those in force that they do not touch kept. */
export async function sidesOf(
  parts: Pick<ReplayParts, 'library' | 'base' | 'withFile'>,
  wish: ReplayWish,
): Promise<Result<{ before: Side; after: Side }>> {
  const before: Side = { library: parts.library, base: parts.base() };
  let { library } = before;
  let changed = library.base;
  if (wish.file !== undefined) {
    const made = await parts.withFile(wish.file as Json);
    if (!made.ok) return made;
    changed = made.value;
    await turn();
    library = libraryOf(changed);
    await turn();
  }
  const local = withChanges(changed, before.base.local, wish.changes);
  return local.ok ? ok({ before, after: { library, base: changed.withLocal(local.value) } }) : local;
}

export function withChanges(base: KnowledgeBase, local: LocalRules, changes: readonly RuleChange[]): Result<LocalRules> {
  const all = new Map(local);
  for (const { file, rule, what, tier, level } of changes) {
    if (ruleOf(base, { file, rule }) === undefined)
      return fail('not-found', `There is no rule ${file.slice(0, 100)}/${rule.slice(0, 100)}: cards name file and rule`);
    all.set(ruleKey({ file, id: rule }), localOf({ id: 'replay', what, tier: tier ?? null, level: level ?? null, in_force: null }));
  }
  return ok(all);
}
