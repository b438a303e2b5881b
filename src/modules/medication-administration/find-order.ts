// The order that scanned drugs belong to: the chosen one, else the one among the patient's that names the same ingredients
// (or the same code). Active ones before others, due ones before later ones; what stays equal is asked.
import type { BedsideFacts, BedsideOrder, Product, Session } from './contract.ts';
import { matched, uses } from './due.ts';
import { routesFit } from './routes.ts';

const dayMs = 86_400_000;

export interface OrderFound {
  order?: BedsideOrder;
  unsure?: readonly BedsideOrder[];
  dueMs?: number;
}

export function findOrder(session: Session, facts: BedsideFacts, units: readonly { product: Product }[]): OrderFound {
  if (session.order !== undefined) {
    const order = facts.orders.find((each) => each.ref === session.order);
    return order ? withDue(order, session, facts) : {};
  }
  if (units.length === 0) return {};
  const all = facts.orders.filter((order) => isSameDrug(order, units));
  const active = all.filter((order) => order.status === 'active');
  const fitting = narrowed(active.length > 0 ? active : all, units);
  const ready = fitting.map((order) => withDue(order, session, facts)).sort((a, b) => distance(a, session) - distance(b, session));
  const [first, second] = ready;
  if (first === undefined) return {};
  return second !== undefined && distance(second, session) === distance(first, session) ? { ...first, unsure: fitting } : first;
}

/** Together the scanned products hold exactly what the order names. */
export function isSameDrug(order: BedsideOrder, units: readonly { product: Product }[]): boolean {
  const scanned = new Set(units.flatMap(({ product }) => product.ingredients.map((one) => one.id)));
  const ordered = new Set(order.ingredients.map((one) => one.id));
  if (scanned.size > 0 && ordered.size > 0) return scanned.size === ordered.size && [...scanned].every((id) => ordered.has(id));
  return units.every(({ product }) => product.codes.some((code) => order.codes.includes(code)));
}

function narrowed(orders: readonly BedsideOrder[], units: readonly { product: Product }[]): readonly BedsideOrder[] {
  const byRelease = orders.filter((order) => units.every(({ product }) => product.extendedRelease === order.extendedRelease));
  const kept = byRelease.length > 0 ? byRelease : orders;
  const byRoute = kept.filter((order) => units.every(({ product }) => routesFit(product.route, order.route)));
  return byRoute.length > 0 ? byRoute : kept;
}

/** The nearest moment for which nothing was given yet. */
function withDue(order: BedsideOrder, session: Session, facts: BedsideFacts): OrderFound {
  const own = facts.given.filter((dose) => dose.order === order.ref && uses(dose.outcome));
  const open = matched(order, own, session.atMs - dayMs, session.atMs + dayMs, facts.timeZone)
    .filter((each) => each.dose === undefined)
    .sort((a, b) => Math.abs(a.atMs - session.atMs) - Math.abs(b.atMs - session.atMs))[0];
  return open ? { order, dueMs: open.atMs } : { order };
}

const distance = ({ dueMs }: OrderFound, { atMs }: Session): number =>
  dueMs === undefined ? Number.MAX_SAFE_INTEGER : Math.abs(dueMs - atMs);
