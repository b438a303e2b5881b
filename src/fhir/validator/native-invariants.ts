// Invariants of R4 that are met on nearly every resource, or whose cost would grow faster than the resource, as plain functions.
// Found by the text of the expression, so a profile that says something else under the same key is evaluated as written.
import type { Json } from '../json.ts';
import { isMembers, type Members } from './definition.ts';

/** True where it holds. */
export type Native = (value: Members) => boolean;

/** The element is there, be it only with extensions. */
const has = (value: Members, name: string): boolean => value[name] !== undefined || value[`_${name}`] !== undefined;
/** One of the choices of `start[x]` is there. */
function hasChoice(value: Members, start: string): boolean {
  for (const name in value) {
    const at = name.charCodeAt(0) === 95 ? start.length + 1 : start.length;
    if (value[name] !== undefined && name.startsWith(start, at - start.length) && isCapital(name.charCodeAt(at))) return true;
  }
  return false;
}
const isCapital = (code: number): boolean => code >= 65 && code <= 90;
const items = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

function distinct(values: Iterable<Json | undefined>): boolean {
  const seen = new Set<Json>();
  for (const value of values) {
    if (value === undefined || value === null) continue;
    if (seen.has(value)) return false;
    seen.add(value);
  }
  return true;
}

/** The member `name` of each object of the list `through`, and of those below by the same name. */
function* below(value: Json | undefined, through: string, name: string): Generator<Json | undefined> {
  const waiting: Json[] = [...items(value)];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (!isMembers(next)) continue;
    yield next[name];
    for (const inside of items(next[through])) waiting.push(inside);
  }
}

export const natives: ReadonlyMap<string, Native> = new Map<string, Native>([
  ['code.empty() or system.exists()', (v) => !has(v, 'code') || has(v, 'system')],
  ['value.empty() or system.exists()', (v) => !has(v, 'value') || has(v, 'system')],
  ['comparator.empty()', (v) => !has(v, 'comparator')],
  ['data.empty() or contentType.exists()', (v) => !has(v, 'data') || has(v, 'contentType')],
  ['dataAbsentReason.empty() or value.empty()', (v) => !has(v, 'dataAbsentReason') || !hasChoice(v, 'value')],
  ['value.exists() or dataAbsentReason.exists()', (v) => has(v, 'dataAbsentReason') || hasChoice(v, 'value')],
  [
    '(component.empty() and hasMember.empty()) implies (dataAbsentReason.exists() or value.exists())',
    (v) => has(v, 'component') || has(v, 'hasMember') || has(v, 'dataAbsentReason') || hasChoice(v, 'value'),
  ],
  ['low.exists() or high.exists() or text.exists()', (v) => has(v, 'low') || has(v, 'high') || has(v, 'text')],
  ['(identifier.count() + name.count()) > 0', (v) => has(v, 'identifier') || has(v, 'name')],
  [
    'name.exists() or telecom.exists() or address.exists() or organization.exists()',
    (v) => has(v, 'name') || has(v, 'telecom') || has(v, 'address') || has(v, 'organization'),
  ],
  // Of a large CodeSystem or Questionnaire: once over it, not once for each code.
  ['concept.code.combine($this.descendants().concept.code).isDistinct()', (v) => distinct(below(v['concept'], 'concept', 'code'))],
  ['descendants().linkId.isDistinct()', (v) => distinct(below(v['item'], 'item', 'linkId'))],
  [
    'snapshot.element.all(id.exists()) and differential.element.all(id.exists())',
    (v) => elements(v).every((one) => isMembers(one) && has(one, 'id')),
  ],
  [
    "snapshot.element.all(id.exists()) and snapshot.element.id.trace('ids').isDistinct()",
    (v) => elementsOf(v['snapshot']).every((one) => isMembers(one) && has(one, 'id')) && distinct(ids(v['snapshot'])),
  ],
  [
    "differential.element.all(id.exists()) and differential.element.id.trace('ids').isDistinct()",
    (v) => elementsOf(v['differential']).every((one) => isMembers(one) && has(one, 'id')) && distinct(ids(v['differential'])),
  ],
]);

const elementsOf = (view: Json | undefined): Json[] => (isMembers(view) ? items(view['element']) : []);
const elements = (v: Members): Json[] => [...elementsOf(v['snapshot']), ...elementsOf(v['differential'])];
const ids = (view: Json | undefined): (Json | undefined)[] => elementsOf(view).map((one) => (isMembers(one) ? one['id'] : undefined));
