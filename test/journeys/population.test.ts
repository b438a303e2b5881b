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

  it('a chart has its care gaps', async () => {
    const { page, look } = visit;
    await visit.open('chart/pop-p3');
    await page.getByRole('region', { name: 'Care gaps' }).getByText('Last HbA1c below 8 %').waitFor();
    await look('population-chart');
  }, 60_000);
});
