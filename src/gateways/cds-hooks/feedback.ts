// What people did with cards (CDS Hooks 2.0, "Feedback"): accepted or overridden, with the reason.
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Decision } from '../medication/alerts.ts';

const most = 200;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export async function readFeedback(text: string, now: Date): Promise<Result<Decision[]>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  const all = isObject(body) ? body['feedback'] : undefined;
  if (!Array.isArray(all) || all.length === 0 || all.length > most)
    return fail('invalid', `Send {"feedback": [{"card": …, "outcome": "accepted" or "overridden"}]}, at most ${most}`, 'feedback');
  const decisions: Decision[] = [];
  for (const [i, each] of (all as unknown[]).entries()) {
    const where = `feedback[${i}]`;
    if (!isObject(each) || typeof each['card'] !== 'string' || !uuid.test(each['card']))
      return fail('invalid', 'card is the uuid of a card', `${where}.card`);
    const { outcome } = each;
    if (outcome !== 'accepted' && outcome !== 'overridden') return fail('invalid', 'outcome is accepted or overridden', `${where}.outcome`);
    const given = each['outcomeTimestamp'];
    const at = typeof given === 'string' && !Number.isNaN(Date.parse(given)) ? new Date(given) : now;
    const decision: Decision = { id: each['card'], outcome, at };
    const why = each['overrideReason'];
    if (isObject(why)) {
      const code = isObject(why['reason']) ? why['reason']['code'] : undefined;
      if (isWords(code, 100)) decision.reasonCode = code;
      if (isWords(why['userComment'], 1000)) decision.reason = why['userComment'];
    }
    decisions.push(decision);
  }
  return ok(decisions);
}

const isWords = (value: unknown, length: number): value is string =>
  typeof value === 'string' && value.length <= length && !value.includes('\0') && !/\p{Surrogate}/u.test(value);
