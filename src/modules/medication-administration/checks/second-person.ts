// High-alert drugs need a second person who checks independently, and who is somebody else (ISMP list of high-alert
// medications in acute care settings).
import { type Check, drugIds, reason } from '../subject.ts';

export const secondPerson: Check = (subject) => {
  const { facts, session, read, order } = subject;
  const ids = drugIds(subject);
  const route = order?.route ?? subject.units[0]?.product.route;
  const rule = facts.highAlert.find(
    (each) =>
      each.drugs.some((id) => ids.includes(id)) && (each.routes === undefined || route === undefined || each.routes.includes(route)),
  );
  const badges = [...new Set(read.filter((each) => each.is === 'badge').map((each) => each.person))];
  const witness = session.witness ?? badges.find((person) => person !== undefined && !session.nurse.includes(person) && badges.length > 1);
  const givers = new Set([...session.nurse, ...(session.witness !== undefined && badges[0] !== undefined ? [badges[0]] : [])]);
  if (witness !== undefined && givers.has(witness))
    return rule || session.witness !== undefined ? [reason('block', 'second-person-same', 'The second person must be somebody else')] : [];
  if (rule === undefined) return [];
  return witness === undefined
    ? [reason('warn', 'second-person-missing', `${rule.says}: a second person must check it independently`)]
    : [];
};
