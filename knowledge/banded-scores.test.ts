// Every banded score that we ship, or show as an example, is sound and does what its cases say.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { type InputValue, scoreBands } from '../src/methods/banded-score.ts';
import { readBandedScore } from '../src/methods/banded-score-file.ts';

interface Cases {
  score: string;
  version: string;
  normal: Record<string, InputValue>;
  cases: {
    name: string;
    change?: Record<string, InputValue>;
    without?: string[];
    total?: number;
    level?: string;
    parts?: Record<string, number>;
    missing?: string[];
    atLeast?: number;
  }[];
}

const project = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));
const files = ['knowledge', 'examples'].flatMap((folder) =>
  readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json') && !name.endsWith('.cases.json'))
    .map((name) => join(project, folder, name))
    .filter((path) => (read(path) as { kind?: string }).kind === 'banded-score'),
);

it('finds NEWS2', () => {
  expect(files.some((path) => path.endsWith('news2.json'))).toBe(true);
});

describe.each(files)('%s', (path) => {
  const score = readBandedScore(read(path));
  const casesPath = path.replace(/\.json$/, '.cases.json');

  it('is sound', () => {
    expect(score).toMatchObject({ ok: true });
  });

  it('has its cases beside it, for this version', () => {
    expect(existsSync(casesPath)).toBe(true);
    expect(score).toMatchObject({ value: { name: (read(casesPath) as Cases).score, version: (read(casesPath) as Cases).version } });
  });

  if (!score.ok || !existsSync(casesPath)) return;
  const { normal, cases } = read(casesPath) as Cases;
  it.each(cases)('$name', (expected) => {
    const values = { ...normal, ...expected.change };
    for (const name of expected.without ?? []) delete values[name];
    const result = scoreBands(score.value, values);
    expect(result.missing.map((missing) => missing.input.name)).toEqual(expected.missing ?? []);
    expect(result.total).toBe(expected.total);
    if (expected.atLeast !== undefined) expect(result.atLeast).toBe(expected.atLeast);
    expect(result.level?.name).toBe(expected.level);
    for (const [name, points] of Object.entries(expected.parts ?? {})) {
      expect(result.parts.find((part) => part.input.name === name)?.points).toBe(points);
    }
  });
});
