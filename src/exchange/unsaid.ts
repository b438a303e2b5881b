// What a message does not say of the resources that it was made of: the message is read again as any receiver would, and what is not
// found there was not said. What we read is what we can swear to.
import { Decimal } from '../fhir/decimal.ts';
import type { Resource } from '../fhir/generated/types.ts';

export interface Unsaid {
  /** `Type/id#element.path`, without the numbers of repetitions. */
  element: string;
  /** Of these values, each once. */
  values: string[];
}

/** Names that are the record's own, or that a receiver gives itself. */
const ours: ReadonlySet<string> = new Set(['id', 'meta', 'text', 'resourceType', 'reference', 'contained']);
const mostRows = 1000;
const mostLetters = 200;

/** Times by their instant: the same one may be written in another zone. */
const canonical = (value: unknown): string => {
  const text = value instanceof Decimal ? String(Number(value.text)) : String(value);
  return /^\d{4}-\d\d-\d\dT/.test(text) && !Number.isNaN(Date.parse(text)) ? String(Date.parse(text)) : text;
};

function* leavesOf(value: unknown, path: string): Generator<[path: string, value: unknown]> {
  if (Array.isArray(value)) for (const one of value) yield* leavesOf(one, path);
  else if (typeof value === 'object' && value !== null && !(value instanceof Decimal)) {
    for (const [name, one] of Object.entries(value)) if (!ours.has(name)) yield* leavesOf(one, path === '' ? name : `${path}.${name}`);
  } else if (value !== undefined && value !== null) yield [path, value];
}

/** In steps of one resource. `read`: what reading the message again gives. */
export function* unsaidOf(resources: readonly Resource[], read: readonly Resource[]): Generator<undefined, Unsaid[]> {
  const said = new Set<string>();
  for (const one of read) {
    for (const [path, value] of leavesOf(one, '')) said.add(`${one.resourceType} ${path} ${canonical(value)}`);
    yield;
  }
  const rows: Unsaid[] = [];
  for (const one of resources) {
    const lacks = new Map<string, Set<string>>();
    for (const [path, value] of leavesOf(one, ''))
      if (!said.has(`${one.resourceType} ${path} ${canonical(value)}`)) {
        const values = lacks.get(path) ?? new Set();
        lacks.set(path, values.add(String(value).slice(0, mostLetters)));
      }
    for (const [path, values] of lacks) rows.push({ element: `${one.resourceType}/${one.id ?? ''}#${path}`, values: [...values] });
    if (rows.length >= mostRows) return rows.slice(0, mostRows);
    yield;
  }
  return rows;
}
