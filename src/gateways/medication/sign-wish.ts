// What is asked of POST /medication/sign: the orders, and what was decided about each card that interrupts.

import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type CheckWish, readCheckWish } from './check-wish.ts';

export interface CardDecision {
  /** Id of the rule, as the card names it. */
  rule: string;
  /** Its file, where rules of two kinds share an id. */
  file?: string;
  /** Summaries of the cards that were in sight: it counts for those alone. Absent: for all cards of the rule. */
  seen?: string[];
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
  /** Made by the client for these orders: sent again after a lost answer, they are ordered once. */
  session?: string;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isWords = (value: unknown, most: number): value is string =>
  typeof value === 'string' && value.trim() !== '' && value.length <= most && !value.includes('\0') && !/\p{Surrogate}/u.test(value);
const decisionsMax = 200;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const isSummaries = (value: unknown): value is string[] =>
  Array.isArray(value) && value.length <= decisionsMax && value.every((each) => isWords(each, 200));

export async function readSignWish(text: string, reasonCodes: readonly string[]): Promise<Result<SignWish>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  if (!isObject(body)) return fail('invalid', 'The body is a JSON object with patient, orders and decisions');
  const { encounter, decisions, session, ...rest } = body;
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
  if (session !== undefined) {
    if (!isWords(session, 36) || !uuid.test(session))
      return fail('invalid', 'session is a UUID that the client makes for these orders', 'session');
    wish.session = session.toLowerCase();
  }
  if (decisions !== undefined && (!Array.isArray(decisions) || decisions.length > decisionsMax))
    return fail('invalid', `decisions is a list of at most ${decisionsMax}`, 'decisions');
  for (const [i, each] of ((decisions ?? []) as unknown[]).entries()) {
    const where = `decisions[${i}]`;
    if (!isObject(each) || !isWords(each['rule'], 200)) return fail('invalid', 'A decision names the rule of its card', `${where}.rule`);
    const { rule, file, seen, reasonCode, reason, monitor } = each;
    if (file !== undefined && !isWords(file, 200))
      return fail('invalid', 'file is the file of the rule, as its card names it', `${where}.file`);
    if (seen !== undefined && !isSummaries(seen))
      return fail('invalid', 'seen is a list of the summaries of the cards that were decided about', `${where}.seen`);
    if (!isWords(reasonCode, 60) || !reasonCodes.includes(reasonCode))
      return fail('invalid', `reasonCode is one of ${reasonCodes.join(', ')}`, `${where}.reasonCode`);
    if (reason !== undefined && !isWords(reason, 1000)) return fail('invalid', 'reason is words, at most 1000 letters', `${where}.reason`);
    wish.decisions.push({
      rule,
      ...(file === undefined ? {} : { file }),
      ...(seen === undefined ? {} : { seen }),
      reasonCode,
      ...(reason === undefined ? {} : { reason }),
      monitor: monitor === true || reasonCode === 'will-monitor',
    });
  }
  return ok(wish);
}
