// Is the badge that was scanned first the badge of who is signed in? A badge need not be scanned.
import { type Check, reason } from '../subject.ts';

export const badge: Check = ({ read, session }) => {
  const [first] = read.filter((each) => each.is === 'badge');
  // Whoever is signed in may not be known as a Practitioner: then nothing can be compared.
  const known = session.nurse.some((name) => name.startsWith('Practitioner/'));
  return first?.person !== undefined && known && !session.nurse.includes(first.person) && first.person !== session.witness
    ? [reason('warn', 'badge-of-another', 'The badge is not that of the person who is signed in')]
    : [];
};
