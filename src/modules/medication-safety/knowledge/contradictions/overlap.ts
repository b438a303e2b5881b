// Which drugs, by which routes, two rows both speak of.
import { type KnowledgeBase, localRoutes, type Selection } from '../base.ts';
import { type Drug, type Route, routes } from '../contract.ts';

const systemic: ReadonlySet<Route> = new Set(routes.filter((route) => !localRoutes.has(route)));

export const routesOf = (selection: Selection): ReadonlySet<Route> => selection.routes ?? systemic;

export const sharesRoute = (a: ReadonlySet<Route>, b: ReadonlySet<Route>): boolean => [...a].some((route) => b.has(route));

const isLimited = (drug: Drug): boolean => typeof drug === 'object' && !Array.isArray(drug) && drug.dailyFrom !== undefined;

export interface Meeting {
  /** How many ingredients both mean. */
  shared: readonly string[];
  /** All that the one means is meant by the other. */
  aInB: boolean;
  bInA: boolean;
}

/** undefined: no drug by any route is meant by both. */
export function meeting(base: KnowledgeBase, a: Drug, b: Drug): Meeting | undefined {
  const [x, y] = [base.selection(a), base.selection(b)];
  const [xRoutes, yRoutes] = [routesOf(x), routesOf(y)];
  const shared = [...x.members].filter((id) => y.members.has(id));
  if (shared.length === 0 || !sharesRoute(xRoutes, yRoutes)) return undefined;
  return {
    shared,
    aInB: shared.length === x.members.size && [...xRoutes].every((route) => yRoutes.has(route)) && !isLimited(b),
    bInA: shared.length === y.members.size && [...yRoutes].every((route) => xRoutes.has(route)) && !isLimited(a),
  };
}

export function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const held = groups.get(keyOf(row));
    if (held) held.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
}
