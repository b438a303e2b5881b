// The walk of docs/walkthroughs/population.md: a practice nurse on Thursday looks whom to call, and at one chart.
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { smallPractice } from '../population.fixture.ts';
import { layDown } from '../surveillance.fixture.ts';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('population', () => {
  let stage: Stage;
  let visit: Visit;

  beforeAll(async () => {
    stage = await openStage({ LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_TIME_ZONE: 'UTC' });
    await layDown(stage.call, smallPractice());
    await vi.waitFor(
      async () => {
        const { json } = await stage.call('GET', '/population/registries/diabetes/patients?gap=eye');
        // Beside the people of the demonstration.
        expect(JSON.stringify(json?.['rows'] ?? []).match(/"pop-p\d+"/g)?.length).toBe(12);
      },
      { timeout: 30_000, interval: 500 },
    );
    visit = await stage.visit();
  }, 120_000);
  afterAll(() => stage?.close());

  it('from the registries to diabetes by clinic, and to the list', async () => {
    const { page, look } = visit;
    await visit.open('population');
    await page.getByRole('link', { name: 'Diabetes', exact: true }).waitFor();
    await look('population-registries');
    await page.getByRole('link', { name: 'Diabetes', exact: true }).click();
    await page.getByRole('link', { name: 'Retina examined in 12 months' }).click();
    await page.getByText('Riverside Clinic').first().waitFor();
    await look('population-registry');
    await page.getByRole('link', { name: 'Hilltop Clinic', exact: true }).click();
    await page.getByText('REGISTERED10, Ben').waitFor();
    // A label stands above its field: no other list of choices lends this one its columns.
    const clinic = page.getByLabel('Clinic', { exact: true });
    const [label, field] = [await page.getByText('Clinic', { exact: true }).first().boundingBox(), await clinic.boundingBox()];
    expect(label!.y + label!.height).toBeLessThanOrEqual(field!.y + 1);
    await look('population-patients');
    // Practitioners are told by name, never by the id of their resource.
    await page.getByRole('link', { name: 'Care gaps' }).click();
    await page.getByLabel('By', { exact: true }).selectOption('practitioner');
    const doctor = page.getByRole('link', { name: /^Doctor\d, Ada$/ }).first();
    await doctor.waitFor();
    await look('population-practitioners');
    await doctor.click();
    await expect.poll(() => page.getByLabel('Patients of').locator('option:checked').textContent()).toMatch(/^Doctor\d, Ada$/);
  }, 60_000);

  it('rates by area are on a map: by keys, in words and in the table, and lead to the patients of an area', async () => {
    const { page, look } = visit;
    await visit.open('population?registry=diabetes&view=rates');
    const map = page.getByRole('group', { name: /Map of areas/ });
    const told = (name: string): RegExp =>
      new RegExp(`^${name}: [\\d.]+ \\([\\d.]+ to [\\d.]+\\) per 1,000, class \\d of \\d, \\d+ patients$`);
    await map.getByRole('button', { name: told('Greyhaven') }).focus();
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => page.locator(':focus').getAttribute('aria-label')).toMatch(told('Alderbrook'));
    await page
      .locator('.map-reading')
      .getByText(/95 % interval/)
      .waitFor();
    await page.getByText(/^Colours are \d classes/).waitFor();
    await look('population-map');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('area=00000');
    expect(await page.locator('tr[aria-current=true]').textContent()).toContain('00000');
    // Another rate has other classes of its own.
    const key = page.getByRole('list', { name: /colours mean/ });
    const before = await key.textContent();
    await page.getByText('Not standardised', { exact: true }).click();
    await expect.poll(() => page.url()).toContain('rate=crude');
    await expect.poll(() => key.textContent()).not.toBe(before);
    await page.emulateMedia({ media: 'print' });
    await page.screenshot({ path: visit.picture('population-map-print'), fullPage: true });
    await page.emulateMedia({ media: null });
    await page.getByRole('navigation', { name: 'Parts of the registry' }).getByRole('link', { name: 'Patients' }).click();
    await expect.poll(() => page.getByLabel('Postal area').inputValue()).toBe('00000');
  }, 60_000);

  it('who may not export sees small numbers on the map as in the table: not', async () => {
    const nurse = await stage.visit('nurse', { width: 390, height: 844 });
    await nurse.open('population?registry=diabetes&view=rates');
    const map = nurse.page.getByRole('group', { name: /Map of areas/ });
    await map.waitFor();
    const answer = await nurse.context.request.get(`${stage.server.address}/population/registries/diabetes/rates`);
    const { rows } = (await answer.json()) as { rows: { area: string; members: number | null }[] };
    const kept = rows.filter(({ members }) => members === null).map(({ area }) => area);
    const hatched = await map.locator('[fill*=kept]').evaluateAll((all) => all.map((each) => each.getAttribute('data-area')));
    expect(hatched.length).toBeGreaterThan(0);
    expect(kept).toEqual(expect.arrayContaining(hatched));
    for (const area of hatched)
      expect(await map.locator(`[data-area="${area}"]`).getAttribute('aria-label')).toMatch(/: fewer than 5 patients, or kept back/);
    await map.evaluate((drawn) => drawn.scrollIntoView({ block: 'start' }));
    await nurse.look('population-map-narrow');
    await nurse.close();
  }, 60_000);

  it('a chart has its care gaps', async () => {
    const { page, look } = visit;
    await visit.open('chart/pop-p3');
    await page.getByRole('region', { name: 'Care gaps' }).getByText('Last HbA1c below 8 %').waitFor();
    await look('population-chart');
  }, 60_000);
});
