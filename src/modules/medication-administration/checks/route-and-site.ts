// The right way and place: what the nurse enters against the order, and a site that is not the one used last.
import { type Check, reason } from '../subject.ts';

const hourMs = 3_600_000;
const rotated = new Set(['subcutaneous', 'intramuscular', 'transdermal']);
const alike = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

export const routeAndSite: Check = ({ order, session, facts }) => {
  if (order === undefined) return [];
  const { route, site } = session.entered;
  const reasons = [];
  if (route !== undefined && order.route !== undefined && !alike(route, order.route))
    reasons.push(reason('block', 'wrong-route', `Ordered is ${order.route}, entered is ${route}`));
  if (site !== undefined && order.site !== undefined && !alike(site, order.site))
    reasons.push(reason('warn', 'other-site', `Ordered is ${order.site}, entered is ${site}`));
  const last = facts.given
    .filter((dose) => dose.site !== undefined && dose.order === order.ref && session.atMs - dose.atMs < 24 * hourMs)
    .sort((a, b) => b.atMs - a.atMs)[0];
  if (site !== undefined && last?.site !== undefined && order.route !== undefined && rotated.has(order.route) && alike(site, last.site))
    reasons.push(reason('aside', 'same-site-again', `The last dose was given at ${last.site} too: change the site`));
  return reasons;
};
