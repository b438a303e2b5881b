// The part of a stored resource that _summary and _elements ask for; without them, its text untouched. In a Bundle of several
// types (over the base, or with what is included) an element counts for the types that have it: a type of which nothing is
// named comes whole. Whether there is such an element at all was checked when the search was read.

import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { readJsonNow, writeJson } from '../../fhir/json.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { elementsOfType } from '../../fhir/search/parameters.ts';
import { subset } from '../../fhir/subset.ts';
import type { Stored } from '../../record/contract.ts';

/** What a query asks of each resource: undefined for its text untouched. */
export interface SubsetWish {
  summary: string | undefined;
  elements: string[] | undefined;
}

export function subsetWish(query: [string, string][]): SubsetWish | undefined {
  let summary: string | undefined;
  let elements: string[] | undefined;
  for (const [name, value] of query) {
    if (name === '_summary' && value !== 'false') summary = value;
    if (name === '_elements') elements = [...(elements ?? []), ...value.split(',').map((element) => element.trim())];
  }
  return summary === undefined && elements === undefined ? undefined : { summary, elements };
}

export function subsetOf(stored: Stored, { summary, elements: asked }: SubsetWish, among: 'one' | 'several' = 'several'): Result<string> {
  const elements = asked !== undefined && among === 'several' ? elementsFor(stored.type, asked) : asked;
  if (summary === undefined && elements === undefined) return ok(stored.body);
  const read = readJsonNow(stored.body);
  if (!read.ok) return read;
  const part = subset(read.value as unknown as Resource, { summary, elements });
  return part.ok ? ok(writeJson(part.value)) : part;
}

function elementsFor(type: ResourceType, elements: string[]): string[] | undefined {
  const known = elementsOfType(type);
  const own = elements.filter((name) => known.has(name.startsWith(`${type}.`) ? name.slice(type.length + 1) : name));
  return own.length === 0 ? undefined : own;
}
