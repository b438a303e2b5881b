// Which file of boundaries is read, and what is said at the start of one that cannot be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadBoundaries } from './surveillance-boundaries.ts';

const folder = mkdtempSync(join(tmpdir(), 'lamplight-boundaries-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, content: string): string => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};
const words = (named: string): string => {
  const loaded = loadBoundaries(named, true);
  return loaded.ok ? 'fine' : loaded.problem.message;
};

test('without a setting the demonstration has its town, and a site with areas of its own has no map of it', () => {
  expect(loadBoundaries(undefined, true)).toMatchObject({ ok: true, value: { madeUp: true } });
  expect(loadBoundaries(undefined, false)).toMatchObject({ ok: true, value: { list: [] } });
});

test('a file that cannot be used stops the start and names setting, file and place', () => {
  const missing = join(folder, 'missing.geojson');
  expect(words(missing)).toContain(`LAMPLIGHT_BOUNDARIES names ${missing}, which cannot be read`);
  expect(words(folder)).toContain('which cannot be read');
  const broken = file('broken.geojson', '{"type":"FeatureCollection","features":[{"type":"Feature"}]}');
  expect(words(broken)).toBe(
    `LAMPLIGHT_BOUNDARIES names ${broken}: features[0]: it names no area: properties.code, or else id, is its code as counts have it`,
  );
  expect(words(file('big.geojson', ' '.repeat(10 * 1024 * 1024 + 1)))).toContain('10 MB is most');
});
