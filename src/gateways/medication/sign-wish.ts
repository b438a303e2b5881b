// What is asked of POST /medication/sign: the orders, and what was decided about each card that interrupts.

import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type CheckWish, readCheckWish } from './check-wish.ts';

export interface CardDecision {
  /** Id of the rule, as the card names it. */
  rule: string;
  /** accepted: the order is changed or not given, so it must not be signed; overridden: signed all the same. */
  reasonCode: string;
  reason?: string;
  /** A Task is made: what is to be looked at, by when. */
  monitor: boolean;
}

export interface SignWish {
  check: CheckWish & { patient: string };
  encounter?: string;
  decisions: CardDecision[];
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWords = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= most && !value.includes('\0') && !/\p{Surrogate}/u.test(value);
const decisionsMax = 200;

export async function readSignWish(text: string, reasonCodes: readonly string[]): Promise<Result<SignWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  if (!isObject(body)) return fail('invalid', 'The body is a JSON object with patient, orders and decisions');
  const { encounter, decisions, ...rest } = body;
  const check = await readCheckWish(JSON.stringify(rest));
  if (!check.ok) return check;
  if (check.value.patient === undefined || check.value.situation !== undefined || check.value.resources.length > 0)
    return fail(
      'invalid',
      'Orders are signed for a patient of the record: send patient and orders, and nothing beside the record',
      'patient',
    );
  const wish: SignWish = { check: { ...check.value, patient: check.value.patient }, decisions: [] };
  if (encounter !== undefined) {
    const id = isWords(encounter, 80) ? /^(?:Encounter\/)?([A-Za-z0-9.-]{1,64})$/.exec(encounter)?.[1] : undefined;
    if (id === undefined) return fail('invalid', 'encounter is the id of an Encounter', 'encounter');
    wish.encounter = id;
  }
  if (decisions !== undefined && (!Array.isArray(decisions) || decisions.length > decisionsMax))
    return fail('invalid', `decisions is a list of at most ${decisionsMax}`, 'decisions');
  for (const [i, each] of ((decisions ?? []) as unknown[]).entries()) {
    const where = `decisions[${i}]`;
    if (!isObject(each) || !isWords(each['rule'], 200)) return fail('invalid', 'A decision names the rule of its card', `${where}.rule`);
    const { rule, reasonCode, reason, monitor } = each;
    if (!isWords(reasonCode, 60) || !reasonCodes.includes(reasonCode))
      return fail('invalid', `reasonCode is one of ${reasonCodes.join(', ')}`, `${where}.reasonCode`);
    if (reason !== undefined && !isWords(reason, 1000)) return fail('invalid', 'reason is words, at most 1000 letters', `${where}.reason`);
    wish.decisions.push({
      rule,
      reasonCode,
      ...(reason === undefined ? {} : { reason }),
      monitor: monitor === true || reasonCode === 'will-monitor',
    });
  }
  return ok(wish);
}
