import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { published } from './published.ts';
import { compareYear } from './report.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lamplight-report-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const stay = (days: number, disposition: string) => ({
  resourceType: 'Encounter',
  class: { code: 'IMP' },
  subject: { reference: 'Patient/p' },
  period: { start: '2026-03-02T10:00:00Z', end: new Date(Date.UTC(2026, 2, 2, 10) + days * 86_400_000).toISOString() },
  hospitalization: { dischargeDisposition: { coding: [{ code: disposition }] } },
});
const write = (name: string, lines: readonly object[]): void =>
  writeFileSync(join(folder, `${name}.ndjson`), lines.map((line) => JSON.stringify(line)).join('\n'));

test('a year is told figure by figure, what is apart as well, each with a source and a year, and that nobody has reviewed it', async () => {
  expect(await compareYear(folder)).toMatchObject({ ok: false, problem: { kind: 'not-found' } });
  write('Patient', [{ resourceType: 'Patient', id: 'p', birthDate: '1950-01-01' }]);
  write('Encounter', [...Array.from({ length: 980 }, () => stay(9, 'home')), ...Array.from({ length: 20 }, () => stay(8, 'exp'))]);
  const compared = await compareYear(folder);
  if (!compared.ok) throw new Error(compared.problem.message);
  const of = (what: string) => compared.value.find((one) => one.what === what);
  expect(of(published.stay.what)).toMatchObject({ found: '9.0 days', fits: false });
  expect(of(published.deaths.what)).toMatchObject({ found: '2.0 %', fits: true });
  expect(of(published.lastStay.what)).toMatchObject({ found: '8.0 days', fits: true });
  for (const { what, source, review } of compared.value) {
    expect(source, what).toMatch(/(19|20)\d\d/);
    expect(review, what).toBe('unreviewed');
  }
});
