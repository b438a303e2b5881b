// What a refusal must be, whoever words it: an OperationOutcome below /fhir and /bulk, an error of OAuth at its door, otherwise a
// problem document; one sentence that is neither a code nor a page.
import { expect } from 'vitest';
import type { Seen } from './attack.ts';

interface Refusal {
  issue?: { severity: string; diagnostics: string }[];
  title?: string;
  error_description?: string;
}

export function wordsOf({ status, headers, text }: Seen): string {
  const json = JSON.parse(text) as Refusal;
  const type = headers['content-type'] ?? '';
  if (type.startsWith('application/fhir+json')) {
    expect(json).toMatchObject({ resourceType: 'OperationOutcome' });
    expect(new Set(json.issue!.map(({ severity }) => severity))).toEqual(new Set(['error']));
    return json.issue![0]!.diagnostics;
  }
  if (json.error_description !== undefined) return json.error_description;
  expect(type).toMatch(/^application\/problem\+json/);
  expect(json).toMatchObject({ status });
  return json.title!;
}

export function isRefusal(seen: Seen): void {
  const words = wordsOf(seen);
  expect(words.length, words).toBeGreaterThan(15);
  expect(words.length, words).toBeLessThan(1_000);
}
