// Conditions of rows and of their levels that are never true, that always are, or that an earlier level takes away: a row that
// says "silent when …" and never is, or always.
import type { KnowledgeBase } from '../base.ts';
import { type Condition, type Drug, type Level, type Route, routes } from '../contract.ts';
import { Conditions } from './conditions.ts';
import { type Contradiction, contradiction } from './contract.ts';
import { routesOf } from './overlap.ts';

interface Conditional {
  id: string;
  origin: { file: string };
  when?: Condition;
  levels?: Level[];
  drugs: readonly Drug[];
  /** Of a rule about two, "taking" means one of the two as well. */
  two: boolean;
  /** A rule about a route, or about an allergy to the thing itself, speaks of any route. */
  anyRoute: boolean;
}

export function neverTrue(base: KnowledgeBase): Contradiction[] {
  const conditions = new Conditions(base);
  return conditionals(base).flatMap((row) => ofRow(base, conditions, row));
}

const conditionals = (base: KnowledgeBase): Conditional[] => [
  ...base.all('interactions').map((row) => ({ ...row, drugs: [row.a, row.b], two: true, anyRoute: false })),
  ...base.all('allergies').map((row) => ({ ...row, drugs: [row.avoid], two: false, anyRoute: row.relation === 'same' })),
  ...base.all('precautions').map((row) => ({ ...row, drugs: [row.drug], two: false, anyRoute: row.category === 'route' })),
  ...base.all('duplicates').map((row) => ({ ...row, drugs: [row.of], two: true, anyRoute: false })),
  ...base.all('additive-loads').map((row) => ({ ...row, drugs: [Object.keys(row.points)], two: true, anyRoute: false })),
  ...base.all('monitoring').map((row) => ({ ...row, drugs: [row.drug], two: false, anyRoute: false })),
  ...base.all('corollary-orders').map((row) => ({ ...row, drugs: [row.drug], two: false, anyRoute: false })),
  ...base.all('costs').map((row) => ({ ...row, drugs: [row.drug], two: false, anyRoute: false })),
];

function ofRow(base: KnowledgeBase, conditions: Conditions, row: Conditional): Contradiction[] {
  const found: string[] = [];
  const byRoute: Condition = { route: waysIn(base, row) };
  const { when, levels = [] } = row;
  const given: Condition[] = when === undefined ? [byRoute] : [byRoute, when];
  if (when !== undefined) {
    if (!conditions.canAll(byRoute, when)) found.push('its condition is never true: it never fires');
    else if (isAlways(conditions, row, when, [byRoute])) found.push('its condition is always true: leave it out');
  }
  for (const [i, level] of levels.entries()) {
    const name = `level ${i + 1} (“${level.says}”)`;
    if (!conditions.canAll(...given, level.when)) {
      found.push(`${name} is never true where the row fires`);
      continue;
    }
    if (isAlways(conditions, row, level.when, given)) found.push(`${name} is always true: it is the row's own tier`);
    const before = levels.findIndex((other, j) => j < i && conditions.implies({ all: [...given, level.when] }, other.when));
    if (before >= 0) found.push(`${name} is never reached: level ${before + 1} is true whenever it is`);
  }
  return found.map((says) => contradiction('condition', says, row));
}

function waysIn(base: KnowledgeBase, { drugs, anyRoute }: Conditional): Route[] {
  const possible = new Set<Route>();
  for (const drug of drugs) {
    const selection = base.selection(drug);
    // A rule about a wrong way in speaks of ways by which the drug is never given.
    if (anyRoute) return [...routes];
    const meant = routesOf(selection);
    for (const id of selection.members)
      for (const route of base.ingredients.get(id)?.routes ?? routes) if (meant.has(route)) possible.add(route);
  }
  return [...possible];
}

function isAlways(conditions: Conditions, { drugs, two }: Conditional, asked: Condition, given: readonly Condition[]): boolean {
  if (conditions.implies({ all: [...given] }, asked)) return true;
  // One of the two is what is asked for: the rule itself makes it true.
  return two && 'taking' in asked && drugs.some((drug) => conditions.isWithin(drug, asked.taking));
}
