import { expect, it } from 'vitest';
import { screens } from './screens.ts';

it('gives each screen a key and an address of its own', () => {
  expect(new Set(screens.map(({ key }) => key)).size).toBe(screens.length);
  expect(new Set(screens.map(({ path }) => path)).size).toBe(screens.length);
});
