// Is it expired, or of a lot that was recalled? The expiry on the label counts before that of the directory.
import { type Check, reason } from '../subject.ts';

export const expiryAndRecall: Check = ({ read, session, facts }) => {
  const now = new Intl.DateTimeFormat('sv-SE', { timeZone: facts.timeZone, dateStyle: 'short', timeStyle: 'short' })
    .format(session.atMs)
    .replace(' ', 'T');
  return read.flatMap(({ is, product, code }) => {
    if (is !== 'drug' || product === undefined) return [];
    const reasons = [];
    const expires = code.expires ?? product.expires;
    if (expires !== undefined && now.slice(0, expires.length) > expires)
      reasons.push(reason('block', 'expired', `${product.title} expired on ${expires.replace('T', ' ')}`));
    if (product.withdrawn)
      reasons.push(
        reason(
          'block',
          'recalled',
          product.lot === undefined ? `${product.title} was withdrawn` : `Lot ${product.lot} of ${product.title} was recalled`,
        ),
      );
    return reasons;
  });
};
