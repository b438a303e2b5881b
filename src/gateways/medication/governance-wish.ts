// What is asked of governance: a change of a rule, a signature, an end, an answer to a proposal. Held to its form before anything.
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { Tier } from '../../modules/medication-safety/knowledge/contract.ts';

export const changes = ['shadow', 'retired', 'active', 'at-most', 'at-least'] as const;
export type What = (typeof changes)[number] | 'level';

export interface ChangeWish {
  file: string;
  rule: string;
  what: (typeof changes)[number];
  tier?: Tier;
  why: string;
  replay?: string;
}

export type Json = Record<string, unknown>;
export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isWords = (value: unknown, least: number, most: number): value is string =>
  typeof value === 'string' && value.trim().length >= least && value.length <= most && !/[\0\p{Surrogate}]/u.test(value);
export const isUuid = (value: unknown): value is string =>
  typeof value === 'string' && /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i.test(value);
const isOneOf = <T extends string>(value: unknown, all: readonly T[]): value is T => all.some((each) => each === value);

/** Letters of a reason: enough to be one. */
export const whyLeast = 10;
const whyMost = 2000;
const whySays = `why is words, ${whyLeast} to ${whyMost} letters: who reads the rule in a year must understand it`;

/** A JSON object with these members and no others. */
export async function readObject(text: string, members: readonly string[]): Promise<Result<Json>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  if (!isObject(body)) return fail('invalid', `The body is a JSON object with ${members.join(', ')}`);
  const unknown = Object.keys(body).find((name) => !members.includes(name));
  return unknown === undefined
    ? ok(body)
    : fail(
        'invalid',
        `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are ${members.join(', ')}`,
        unknown.slice(0, 40),
      );
}

const wrong = (message: string, where: string): { ok: false; problem: Problem } => fail('invalid', message, where);

export function ruleIn(body: Json): Result<{ file: string; rule: string }> {
  const { file, rule } = body;
  if (!isWords(file, 1, 200) || !isWords(rule, 1, 200)) return wrong('file and rule name a rule, as its cards do', 'rule');
  return ok({ file, rule });
}

export function whatIn(body: Json): Result<Pick<ChangeWish, 'what' | 'tier'>> {
  const { what, tier } = body;
  if (!isOneOf(what, changes)) return wrong(`what is one of ${changes.join(', ')}`, 'what');
  const limits = what === 'at-most' || what === 'at-least';
  if (!limits) return tier === undefined ? ok({ what }) : wrong('tier goes with at-most and at-least only', 'tier');
  if (!isOneOf(tier, ['stop', 'interrupt', 'aside'] as const)) return wrong('tier is stop, interrupt or aside', 'tier');
  if (what === 'at-most' && tier === 'stop') return wrong('at-most stop would change nothing', 'tier');
  if (what === 'at-least' && tier === 'aside') return wrong('at-least aside would change nothing', 'tier');
  return ok({ what, tier });
}

export async function readChangeWish(text: string): Promise<Result<ChangeWish>> {
  const body = await readObject(text, ['file', 'rule', 'what', 'tier', 'why', 'replay']);
  if (!body.ok) return body;
  const named = ruleIn(body.value);
  if (!named.ok) return named;
  const what = whatIn(body.value);
  if (!what.ok) return what;
  const { why, replay } = body.value;
  if (!isWords(why, whyLeast, whyMost)) return wrong(whySays, 'why');
  if (replay !== undefined && !isUuid(replay)) return wrong('replay is the id of a replay', 'replay');
  return ok({ ...named.value, ...what.value, why, ...(replay === undefined ? {} : { replay }) });
}

/** A signature or a refusal. */
export async function readSignature(text: string): Promise<Result<{ agrees: boolean; words: string }>> {
  const body = await readObject(text, ['agrees', 'words']);
  if (!body.ok) return body;
  const { agrees, words } = body.value;
  if (typeof agrees !== 'boolean') return wrong('agrees is true or false', 'agrees');
  if (!isWords(words, whyLeast, whyMost)) return wrong(`words: what was looked at, ${whyLeast} to ${whyMost} letters`, 'words');
  return ok({ agrees, words });
}

export async function readEnd(text: string): Promise<Result<{ why: string }>> {
  const body = await readObject(text, ['why']);
  if (!body.ok) return body;
  const { why } = body.value;
  return isWords(why, whyLeast, whyMost) ? ok({ why }) : wrong(whySays, 'why');
}

export interface ProposalAnswer {
  file: string;
  rule: string;
  context: string;
  accept: boolean;
  why: string;
}

export async function readProposalAnswer(text: string): Promise<Result<ProposalAnswer>> {
  const body = await readObject(text, ['file', 'rule', 'context', 'accept', 'why']);
  if (!body.ok) return body;
  const named = ruleIn(body.value);
  if (!named.ok) return named;
  const { context, accept, why } = body.value;
  if (!isWords(context, 1, 100)) return wrong('context is that of the proposal', 'context');
  if (typeof accept !== 'boolean') return wrong('accept is true or false', 'accept');
  if (!isWords(why, whyLeast, whyMost)) return wrong(whySays, 'why');
  return ok({ ...named.value, context, accept, why });
}
