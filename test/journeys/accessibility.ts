// Accessibility by axe, asked of the page as it stands: read into each document once, and told to say what is wrong and no more, as most
// of its time goes into describing each element that is right. The workbench has no frames.
import axe, { type RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';

const wcag = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** In the dark the page is the same but for its colours. */
const rules: Record<'light' | 'dark', RunOptions> = {
  light: { runOnly: { type: 'tag', values: wcag } },
  dark: { runOnly: { type: 'rule', values: ['color-contrast'] } },
};

/** Violations of WCAG 2.2 AA, each as its rule and where it stands. */
export async function violationsIn(page: Page, colours: 'light' | 'dark'): Promise<string[]> {
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const { violations } = await page.evaluate((options) => (globalThis as unknown as { axe: typeof axe }).axe.run(options), {
    ...rules[colours],
    resultTypes: ['violations'],
  } satisfies RunOptions);
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}
