// Whatever the program notes in the audit trail has words there, and may be asked for by its name.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { actionGroups, actionWords } from './words.ts';

test('every action that is noted has its words', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((name) => /^(?!.*\.test\.ts$).*\.ts$/.test(name));
  const noted = files.flatMap((name) =>
    [...readFileSync(join('src', name), 'utf8').matchAll(/(?:trail: |\bnote\(caller, )'([a-z-]+)'/g)].map(([, action = '']) => action),
  );
  expect(noted.length).toBeGreaterThan(50);
  expect([...new Set(noted)].filter((action) => !Object.hasOwn(actionWords, action))).toEqual([]);
  for (const [group, names] of Object.entries(actionGroups))
    expect(names.filter((name) => !Object.hasOwn(actionWords, name)), group).toEqual([]); // biome-ignore format: one line
});
