// A journey, or, where there is no browser, its name with the reason why it is not made.
import { describe } from 'vitest';
import { browserPath, whyNot } from './browser.ts';

export const journey = (name: string, steps: () => void): void => {
  if (browserPath === undefined) describe.skip(`${name} (skipped: ${whyNot})`, steps);
  else describe(name, steps);
};
