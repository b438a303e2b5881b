// The part of a stored resource that _summary and _elements ask for; without them, its text untouched.

import type { Resource } from '../../fhir/generated/types.ts';
import { readJsonNow, writeJson } from '../../fhir/json.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { subset } from '../../fhir/subset.ts';
import type { Stored } from '../../record/contract.ts';

export function subsetOf(stored: Stored, query: [string, string][]): Result<string> {
  let summary: string | undefined;
  let elements: string[] | undefined;
  for (const [name, value] of query) {
    if (name === '_summary' && value !== 'false') summary = value;
    if (name === '_elements') elements = [...(elements ?? []), ...value.split(',').map((element) => element.trim())];
  }
  if (summary === undefined && elements === undefined) return ok(stored.body);
  const read = readJsonNow(stored.body);
  if (!read.ok) return read;
  const part = subset(read.value as unknown as Resource, { summary, elements });
  return part.ok ? ok(writeJson(part.value)) : part;
}
