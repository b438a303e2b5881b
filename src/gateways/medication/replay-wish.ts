// What is asked of POST /medication/replay: a span of days, and what would be different: changes of rules, or one knowledge file.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Condition, Level, Tier } from '../../modules/medication-safety/knowledge/contract.ts';
import { isObject, type Json, readObject, ruleIn, type What, whatIn } from './governance-wish.ts';
import type { Span } from './replay.ts';

export interface RuleChange {
  file: string;
  rule: string;
  what: What;
  tier?: Tier;
  level?: Level;
}

export interface ReplayWish {
  span: Span;
  changes: RuleChange[];
  /** A knowledge file as JSON: takes the place of the one of its name, its rows that of rows of the same id. */
  file?: Json;
  sample: number;
  seed: number;
}

const changesMax = 200;
const samplesMax = 200;
const day = /^\d{4}-\d{2}-\d{2}$/;
const isDay = (value: unknown): value is string =>
  typeof value === 'string' && day.test(value) && !Number.isNaN(Date.parse(value)) && new Date(value).toISOString().startsWith(value);
const dayMs = 86_400_000;

export async function readReplayWish(text: string, now: Date): Promise<Result<ReplayWish>> {
  const read = await readObject(text, ['since', 'until', 'changes', 'file', 'sample', 'seed']);
  if (!read.ok) return read;
  const { since, until, changes, file, sample, seed } = read.value;
  if (!isDay(since)) return fail('invalid', 'since is a day, such as 2026-01-31', 'since');
  const end = until ?? new Date(now.getTime() + dayMs).toISOString().slice(0, 10);
  if (!isDay(end) || end <= since) return fail('invalid', 'until is a later day than since; that day itself is not run', 'until');
  const wish: ReplayWish = { span: { since, until: end }, changes: [], sample: 30, seed: 1 };
  if (changes !== undefined && (!Array.isArray(changes) || changes.length > changesMax))
    return fail('invalid', `changes is a list of at most ${changesMax}`, 'changes');
  for (const [i, each] of ((changes ?? []) as unknown[]).entries()) {
    const change = isObject(each) ? changeIn(each) : fail('invalid', 'A change names file, rule and what');
    if (!change.ok) return { ok: false, problem: { ...change.problem, where: `changes[${i}]` } };
    wish.changes.push(change.value);
  }
  if (file !== undefined && !isObject(file)) return fail('invalid', 'file is a knowledge file', 'file');
  if (isObject(file)) wish.file = file;
  if (wish.changes.length === 0 && wish.file === undefined)
    return fail('invalid', 'Say what would be different: changes, such as [{"file": …, "rule": …, "what": "shadow"}], or file', 'changes');
  if (sample !== undefined) {
    if (!Number.isInteger(Number(sample)) || Number(sample) < 0 || Number(sample) > samplesMax)
      return fail('invalid', `sample is a number up to ${samplesMax}`, 'sample');
    wish.sample = Number(sample);
  }
  if (seed !== undefined) {
    if (!Number.isInteger(Number(seed)) || Number(seed) < 0 || Number(seed) > 0xffff_ffff)
      return fail('invalid', 'seed is a whole number', 'seed');
    wish.seed = Number(seed);
  }
  return ok(wish);
}

function changeIn(each: Json): Result<RuleChange> {
  const unknown = Object.keys(each).find((name) => !['file', 'rule', 'what', 'tier', 'context'].includes(name));
  if (unknown !== undefined) return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood in a change`);
  const named = ruleIn(each);
  if (!named.ok) return named;
  if (each['what'] === 'level') {
    const level = typeof each['context'] === 'string' ? levelOf(each['context']) : undefined;
    if (level === undefined) return fail('invalid', `context is one of ${Object.keys(contexts).join(', ')}`);
    return ok({ ...named.value, what: 'level', level });
  }
  const what = whatIn(each);
  return what.ok ? ok({ ...named.value, ...what.value }) : what;
}

/** The contexts that overrides can speak of, as levels of a rule. */
export const contexts: Record<string, { reason: string; says: string; when: Condition }> = {
  'tolerated-30-days': { reason: 'tolerated-before', says: 'tolerated for 30 days', when: { tolerated: { days: 30 } } },
  palliative: { reason: 'palliative', says: 'palliative care', when: { setting: ['palliative'] } },
  inpatient: { reason: 'will-monitor', says: 'an inpatient, who is monitored', when: { setting: ['inpatient', 'intensive-care'] } },
};

export const levelOf = (context: string): Level | undefined => {
  const found = Object.hasOwn(contexts, context) ? contexts[context] : undefined;
  return found === undefined ? undefined : { when: found.when, tier: 'aside', says: found.says };
};
