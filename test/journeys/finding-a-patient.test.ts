// Somebody comes in, is found, and the chart is opened: by mouse and by keys alone, with names that try to break the screen.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('finding a patient', () => {
  let stage: Stage;
  let nurse: Visit;
  const hostile = `<img src=x onerror="document.title='broken'">`;

  beforeAll(async () => {
    stage = await openStage();
    for (const name of [
      { family: 'Ångström-Testcase', given: ['Åse'] },
      { family: hostile, given: ['x'.repeat(500)] },
      { family: 'אבגד', given: ['שלום'] },
    ])
      expect((await stage.call('POST', '/fhir/Patient', { body: { resourceType: 'Patient', name: [name] } })).status).toBe(201);
    nurse = await stage.visit('nurse');
  });
  afterAll(async () => {
    await nurse?.close();
    await stage?.close();
  });

  it('shows who changed last before anything is typed', async () => {
    await nurse.open('patients');
    await nurse.look('patients');
    expect(await nurse.page.locator('main table tbody tr').count()).toBeGreaterThan(20);
  });

  it('finds by the beginning of a name, keeps what was typed in the address, and opens it again from there', async () => {
    await nurse.open('patients');
    await nurse.page.fill('main input', 'angstr');
    const row = nurse.page.locator('main table a', { hasText: 'ÅNGSTRÖM' });
    await row.waitFor();
    expect(nurse.page.url()).toContain('q=angstr');
    await nurse.page.reload();
    await nurse.page.locator('main table a', { hasText: 'ÅNGSTRÖM' }).click();
    // Until the allergies have come the banner says so with "…", and never that there are none.
    await nurse.page.waitForSelector('section[aria-label="Patient"] .banner-allergies:has-text("None recorded: ask")');
    await nurse.look('chart-of-nobody-known');
  });

  it('opens a chart by keys alone', async () => {
    await nurse.open('patients');
    await nurse.page.keyboard.press('Control+k');
    await nurse.page.waitForSelector('[role=dialog] input:focus');
    await nurse.page.keyboard.type('angstrom');
    await nurse.page.waitForSelector('[role=option][aria-selected=true]:has-text("ÅNGSTRÖM")');
    await nurse.look('palette');
    await nurse.page.keyboard.press('Enter');
    await nurse.page.waitForURL('**/app/chart/*');
  });

  it('finds a code by its words, and leads to what has it in the open chart', async () => {
    const { page } = nurse;
    await page.keyboard.press('Control+k');
    await page.waitForSelector('[role=dialog] input:focus');
    await page.keyboard.type('potassium');
    await page.getByRole('option', { name: /LOINC 2823-3/ }).click();
    await page.waitForURL(/explorer\?type=Observation&q=patient%3D.*2823-3/);
  });

  it('shows hostile and foreign names as text, in their own direction, inside the layout', async () => {
    await nurse.open('patients?q=<img');
    await nurse.open('patients');
    await nurse.look('patients-hostile');
    expect(await nurse.page.title()).toBe('Patients · Lamplight');
    const width = await nurse.page.evaluate<number>('document.documentElement.scrollWidth');
    expect(width).toBeLessThanOrEqual(1280);
    const hebrew = nurse.page.locator('td', { hasText: 'אבגד' }).first();
    expect(await hebrew.getAttribute('dir')).toBe('auto');
  });

  it('says what to do where nobody is found', async () => {
    await nurse.open('patients?q=zzzzzz');
    expect(await nurse.page.locator('main').textContent()).toContain('Nobody is found by “zzzzzz”');
    await nurse.look('patients-none');
  });
});
