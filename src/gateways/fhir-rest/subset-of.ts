// The part of a stored resource that _summary and _elements ask for; without them, its text untouched.

import type { Resource } from '../../fhir/generated/types.ts';
import { readJsonNow, writeJson } from '../../fhir/json.ts';
import { ok, type Result } from '../../fhir/result.ts';
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

export function subsetOf(stored: Stored, wish: SubsetWish): Result<string> {
  const read = readJsonNow(stored.body);
  if (!read.ok) return read;
  const part = subset(read.value as unknown as Resource, wish);
  return part.ok ? ok(writeJson(part.value)) : part;
}
