// That the journeys would see what nobody can read, in either colours, and on every page that comes after another.
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { violationsIn } from './accessibility.ts';
import { openBrowser } from './browser.ts';
import { journey } from './journey.ts';

const written = (words: string): string =>
  `<!doctype html><html lang="en"><title>Page</title><style>
    p { color: #999; background: #fff }
    @media (prefers-color-scheme: dark) { p { color: #444; background: #000 } }
  </style><main><h1>Page</h1>${words}</main>`;

journey('what is looked for on every screen', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  it('is found in light and dark, and where it stands', async () => {
    const page = await browser.newPage();
    for (const words of ['<p>pale</p><input type="text">', '<p>pale again</p><input type="text">']) {
      await page.setContent(written(words));
      await page.emulateMedia({ colorScheme: 'light' });
      expect(await violationsIn(page, 'light')).toEqual(['color-contrast: p', 'label: input']);
      await page.emulateMedia({ colorScheme: 'dark' });
      expect(await violationsIn(page, 'dark')).toEqual(['color-contrast: p']);
    }
    await page.setContent(written('<h2>Nothing</h2>'));
    expect([...(await violationsIn(page, 'light')), ...(await violationsIn(page, 'dark'))]).toEqual([]);
  });
});
