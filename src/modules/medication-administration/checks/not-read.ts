// What of the record could not be read, or of the order not understood: those checks were not made.
import { type Check, reason } from '../subject.ts';

export const notRead: Check = ({ facts, order }) => [
  ...facts.notRead.map((part) => reason('warn', 'could-not-check', `Could not be checked: ${part}`)),
  ...(order?.unread ?? []).map((why) => reason('warn', 'could-not-check', `The order is not wholly understood: ${why}`)),
];
