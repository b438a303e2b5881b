// A dose that cannot wait for an order to be written: what can be checked without one is checked, and the rest is said. An
// interaction warns and does not stop it, since the prescriber asked for it and the person who gives it must not be left alone.
import { isSameDrug } from '../find-order.ts';
import { type Check, drugIds, reason, spanText } from '../subject.ts';

const recentMs = 4 * 3_600_000;
const took = new Set(['given', 'partly-given', 'completed', 'self-administered', 'infusing']);

export const beforeOrder: Check = (subject) => {
  const { session, facts, units } = subject;
  if (session.beforeOrder === undefined) return [];
  const ids = drugIds(subject);
  const reasons = [
    reason(
      'warn',
      'before-order',
      `It is given before there is an order (${session.beforeOrder.reason}): the prescriber acknowledges it afterwards`,
    ),
    ...(facts.asDraft ?? []).map(({ says, severity }) => reason(severity, 'interaction', says)),
  ];
  if (units.length === 0 && session.beforeOrder.drug === undefined)
    reasons.push(reason('block', 'drug-not-known', 'Scan the drug, or say in beforeOrder.drug what it is'));
  else if (ids.length === 0)
    reasons.push(
      reason(
        'warn',
        'could-not-check',
        'Could not be checked: what the drug holds is not known, so neither allergies nor interactions are',
      ),
    );
  const standing = facts.orders.find((order) => order.status === 'active' && units.length > 0 && isSameDrug(order, units));
  if (standing) reasons.push(reason('warn', 'order-exists', `There is an order of this drug: ${standing.title}`));
  const last = facts.given
    .filter((dose) => took.has(dose.outcome) && dose.ingredients.some((id) => ids.includes(id)) && session.atMs - dose.atMs < recentMs)
    .sort((a, b) => b.atMs - a.atMs)[0];
  if (last) reasons.push(reason('warn', 'given-recently', `The same drug was given ${spanText(session.atMs - last.atMs)} ago`));
  return reasons;
};

/** What needs an order, and so was not checked. */
export const notWithoutOrder = [
  'dose against the order',
  'time',
  'route and site against the order',
  'verification by a pharmacist',
] as const;
export const checkedWithoutOrder = [
  'patient',
  'allergies',
  'interactions, duplicates and doses as a new order would be checked',
  'expiry and recall',
  'last vital signs and laboratory values',
  'the same drug within four hours',
  'second person',
] as const;
