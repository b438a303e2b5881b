// High-alert drugs need a second person who checks independently, who has proved who they are, and who is somebody else (ISMP list
// of high-alert medications in acute care settings). A badge proves it only where the site says so.
import { type Check, drugIds, reason, type Subject } from '../subject.ts';

export const secondPerson: Check = (subject) => {
  const { facts, session, order } = subject;
  const { witnessSaid } = session;
  if (witnessSaid !== undefined && isGiver(witnessSaid, subject)) return [same];
  const ids = drugIds(subject);
  const route = order?.route ?? subject.units[0]?.product.route;
  const rule = facts.highAlert.find(
    (each) =>
      each.drugs.some((id) => ids.includes(id)) && (each.routes === undefined || route === undefined || each.routes.includes(route)),
  );
  const witness = session.witness ?? scanned(subject);
  if (witness !== undefined && isGiver(witness, subject)) return rule || session.witness !== undefined ? [same] : [];
  if (rule === undefined || witness !== undefined) return [];
  return [reason('warn', 'second-person-missing', `${rule.says}: a second person must check it independently and prove who they are`)];
};

/** Who checked; undefined: nobody who could be taken for it. */
export function witnessOf(subject: Subject): string | undefined {
  const witness = subject.session.witness ?? scanned(subject);
  return witness !== undefined && !isGiver(witness, subject) ? witness : undefined;
}

const same = reason('block', 'second-person-same', 'The second person must be somebody else');

const badgesOf = ({ read }: Subject): string[] => [
  ...new Set(read.flatMap((each) => (each.is === 'badge' && each.person !== undefined ? [each.person] : []))),
];

/** The first badge is the giver's. */
function scanned(subject: Subject): string | undefined {
  const { facts, session } = subject;
  const badges = badgesOf(subject);
  if (facts.badgeProves !== true || badges.length < 2) return undefined;
  return badges.find(
    (person) => !session.nurse.includes(person) && facts.badges.some((each) => each.person === person && each.mayCheck === true),
  );
}

function isGiver(witness: string, subject: Subject): boolean {
  const { nurse, witness: proved } = subject.session;
  const [first] = badgesOf(subject);
  return nurse.includes(witness) || (proved !== undefined && first !== undefined && witness === first);
}
