// A drug that is given when needed: for what, long enough since the last, and not more than a day allows.
import { type Check, reason, spanText } from '../subject.ts';

const took = new Set(['given', 'partly-given', 'completed', 'self-administered']);
const hourMs = 3_600_000;

export const asNeeded: Check = ({ order, session, facts }) => {
  if (order === undefined || order.rhythm.kind !== 'as-needed') return [];
  const reasons = [];
  if (session.entered.reason === undefined || session.entered.reason.trim() === '')
    reasons.push(
      reason(
        'warn',
        'reason-missing',
        order.indication ? `Enter the reason: it is ordered for ${order.indication}` : 'Enter why it is needed',
      ),
    );
  const drugs = new Set(order.ingredients.map((one) => one.id));
  const given = facts.given
    .filter(
      (dose) =>
        took.has(dose.outcome) &&
        (dose.order === order.ref || dose.ingredients.some((id) => drugs.has(id))) &&
        session.atMs - dose.atMs < 24 * hourMs,
    )
    .sort((a, b) => b.atMs - a.atMs);
  const own = given.filter((dose) => dose.order === order.ref);
  const { everyHours, perDay } = order.rhythm;
  const [last] = own;
  if (last && everyHours !== undefined && session.atMs - last.atMs < everyHours * hourMs - 60_000)
    reasons.push(
      reason('block', 'too-soon', `The last was ${spanText(session.atMs - last.atMs)} ago; at least ${everyHours} h must lie between`),
    );
  const most = order.dosesPerDayMax ?? perDay;
  if (most !== undefined && own.length + 1 > most + 1e-9)
    reasons.push(reason('block', 'day-maximum', `${own.length} doses were given in 24 hours, which is the most (${Math.floor(most)})`));
  for (const one of order.ingredients) {
    if (one.daily === undefined) continue;
    const sums = given
      .filter((dose) => dose.ingredients.includes(one.id) && dose.dose?.unit === one.daily!.unit)
      .reduce((sum, dose) => sum + (dose.dose?.value ?? 0), 0);
    const now = session.entered.dose?.unit === one.daily.unit ? session.entered.dose.value : (one.dose?.value ?? 0);
    if (sums + now > one.daily.value * 1.001 && sums > 0 && !reasons.some((each) => each.code === 'day-maximum'))
      reasons.push(
        reason(
          'block',
          'day-maximum',
          `${one.title}: with ${sums} ${one.daily.unit} in 24 hours it would be more than ${one.daily.value} ${one.daily.unit}`,
        ),
      );
  }
  return reasons;
};
