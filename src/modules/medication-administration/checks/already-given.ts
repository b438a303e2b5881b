// Was this dose given already? The last one of the same order, or the same drug under another order, too short a while ago.
import { intervalMs, uses } from '../due.ts';
import { type Check, drugIds, reason, spanText } from '../subject.ts';

const took = new Set(['given', 'partly-given', 'completed', 'self-administered', 'infusing']);
const minuteMs = 60_000;

export const alreadyGiven: Check = (subject) => {
  const { order, session, facts } = subject;
  if (order === undefined || order.rhythm.kind === 'continuous' || order.rhythm.kind === 'as-needed') return [];
  const own = facts.given.filter((dose) => dose.order === order.ref && uses(dose.outcome) && dose.atMs <= session.atMs + 5 * minuteMs);
  const last = own.filter((dose) => took.has(dose.outcome)).sort((a, b) => b.atMs - a.atMs)[0];
  if (last) {
    const ago = session.atMs - last.atMs;
    if (order.rhythm.kind !== 'scheduled')
      return [reason('block', 'already-given', `It is to be given once and was given ${spanText(ago)} ago`)];
    if (ago < intervalMs(order) / 2) return [reason('block', 'already-given', `This dose was given ${spanText(ago)} ago`)];
  }
  const ids = drugIds(subject);
  const other = facts.given.find(
    (dose) =>
      dose.order !== order.ref &&
      took.has(dose.outcome) &&
      session.atMs - dose.atMs < 4 * 60 * minuteMs &&
      dose.ingredients.some((id) => ids.includes(id)),
  );
  return other
    ? [reason('warn', 'given-by-another-order', `The same drug was given ${spanText(session.atMs - other.atMs)} ago by another order`)]
    : [];
};
