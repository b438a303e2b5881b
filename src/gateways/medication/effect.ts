// POST /medication/effect: what a dose that was given when needed did. An Observation (part of the administration) answers the
// Task that the dose left, both in one commit; a Task that was answered is not answered again.
import { createHash } from 'node:crypto';
import type { Observation, Task } from '../../fhir/generated/types.ts';
import { readJson, readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { newId } from '../../record/uuid7.ts';
import { isOpen, isTask } from './medication-task.ts';
import type { Bedside } from './scan-facts.ts';
import { isObject, isText, momentOf } from './scan-wish.ts';

/** How it helped, as it is asked; the codes are local. */
export const effects = { helped: 'Helped', partly: 'Helped in part', none: 'No effect', worse: 'Worse than before' } as const;
type Effect = keyof typeof effects;
export const effectSystem = 'https://lamplight.dev/fhir/CodeSystem/dose-effect';

export interface EffectWish {
  task: string;
  effect?: Effect;
  /** Severity of pain as the patient tells it, 0 to 10. */
  before?: number;
  after?: number;
  words?: string;
  atMs?: number;
}

const known = ['task', 'effect', 'before', 'after', 'words', 'at'];

export async function readEffectWish(text: string): Promise<Result<EffectWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body = read.value;
  if (!isObject(body)) return fail('invalid', 'The body is a JSON object with task and effect, after or words');
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return fail('invalid', `${JSON.stringify(unknown.slice(0, 40))} is not understood here: known are ${known.join(', ')}`);
  const { effect, words, at } = body;
  const task = isText(body['task']) ? /^(?:Task\/)?([A-Za-z0-9.-]{1,64})$/.exec(body['task'])?.[1] : undefined;
  if (task === undefined) return fail('invalid', 'task is the id of the Task that asks for the effect, such as "Task/123"', 'task');
  if (effect !== undefined && !isEffect(effect)) return fail('invalid', `effect is one of ${Object.keys(effects).join(', ')}`, 'effect');
  if (words !== undefined && !isText(words, 1000)) return fail('invalid', 'words is a text of at most 1000 characters', 'words');
  const scores: Pick<EffectWish, 'before' | 'after'> = {};
  for (const name of ['before', 'after'] as const) {
    if (body[name] === undefined) continue;
    const score = scoreOf(body[name]);
    if (score === undefined) return fail('invalid', `${name} is a whole number from 0 (no pain) to 10`, name);
    scores[name] = score;
  }
  const atMs = at === undefined ? undefined : momentOf(at);
  if (at !== undefined && atMs === undefined) return fail('invalid', 'at is a moment such as "2026-11-22T09:00:00Z"', 'at');
  if (effect === undefined && scores.after === undefined && words === undefined)
    return fail('invalid', 'Say what the dose did: effect, after (a score) or words', 'effect');
  return ok({
    task,
    ...scores,
    ...(effect === undefined ? {} : { effect }),
    ...(words === undefined ? {} : { words }),
    ...(atMs === undefined ? {} : { atMs }),
  });
}

const isEffect = (value: unknown): value is Effect => typeof value === 'string' && Object.hasOwn(effects, value);

/** The number as it was written: `7`, not `7.5`, not `"7"`. */
function scoreOf(value: unknown): number | undefined {
  const number = typeof value === 'object' && value !== null ? Number(String(value)) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= 10 ? number : undefined;
}

export async function recordEffect(
  wish: EffectWish,
  caller: Caller,
  bedside: Bedside,
  record: Pick<RecordStore, 'transact'>,
): Promise<Result<{ observation: string; task: string }>> {
  const now = bedside.safety.now();
  if (wish.atMs !== undefined && wish.atMs > now.getTime() + 300_000) return fail('invalid', 'at lies in the future', 'at');
  const missing = fail('not-found', `There is no Task/${wish.task} that asks for the effect of a dose`, 'task');
  const chart = bedside.chartFor(caller);
  const first = await chart.read('Task', wish.task);
  if (!first.ok) return first.problem.kind === 'forbidden' ? first : missing;
  if (first.value.resourceType !== 'Task' || !isTask(first.value, 'effect')) return missing;
  const { focus, for: subject } = first.value;
  if (focus?.reference === undefined || subject === undefined) return missing;
  const id = newId();
  const query = parseQuery('Task', [['_id', wish.task]]);
  if (!query.ok) return query;
  const done = await record.transact(caller, [lockOf(wish.task)], async (find) => {
    const page = await find(query.value);
    if (!page.ok) return page;
    const stored = page.value.matches[0];
    const read = stored === undefined ? undefined : readJsonNow(stored.body);
    if (stored === undefined || read?.ok !== true || !isTaskResource(read.value)) return missing;
    const task: Task = read.value;
    if (!isOpen(task)) return fail('conflict', `The effect of this dose was recorded already: the Task is ${task.status}`, 'task');
    const observation = observationOf(wish, { id, task, caller, at: new Date(wish.atMs ?? now.getTime()), now });
    const answered: Task = {
      ...task,
      status: 'completed',
      lastModified: now.toISOString(),
      output: [{ type: { text: 'effect of the dose' }, valueReference: { reference: `Observation/${id}` } }],
    };
    return ok([
      { kind: 'create', resource: observation, id },
      { kind: 'update', resource: answered, ifVersion: stored.version },
    ]);
  });
  return done.ok ? ok({ observation: `Observation/${id}`, task: `Task/${wish.task}` }) : done;
}

const isTaskResource = (value: unknown): value is Task =>
  typeof value === 'object' && value !== null && 'resourceType' in value && value.resourceType === 'Task';

interface Around {
  id: string;
  task: Task;
  caller: Caller;
  at: Date;
  now: Date;
}

function observationOf({ effect, before, after, words }: EffectWish, { id, task, caller, at, now }: Around): Observation {
  const pain = { coding: [{ system: 'http://loinc.org', code: '72514-3', display: 'Pain severity - 0-10 verbal numeric rating' }] };
  const scored = [
    ...(before === undefined ? [] : [{ code: { ...pain, text: 'Pain before the dose' }, valueInteger: before }]),
    ...(after === undefined ? [] : [{ code: { ...pain, text: 'Pain after the dose' }, valueInteger: after }]),
  ];
  return {
    resourceType: 'Observation',
    id,
    status: 'final',
    partOf: [{ reference: task.focus!.reference! }],
    code: { coding: [{ system: effectSystem, code: 'effect' }], text: 'Effect of a dose given when needed' },
    subject: task.for!,
    effectiveDateTime: at.toISOString(),
    issued: now.toISOString(),
    performer: [{ type: 'Practitioner', identifier: { value: caller.person.id }, display: caller.person.name }],
    ...(effect === undefined
      ? words === undefined
        ? {}
        : { valueString: words }
      : {
          valueCodeableConcept: {
            coding: [{ system: effectSystem, code: effect, display: effects[effect] }],
            text: words ?? effects[effect],
          },
        }),
    ...(scored.length === 0 ? {} : { component: scored }),
  };
}

const lockOf = (task: string): bigint => createHash('sha256').update(`effect ${task}`).digest().readBigInt64BE(0);
