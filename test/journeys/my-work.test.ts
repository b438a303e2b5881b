// The first screen after signing in: empty it teaches; with patients it shows what is due, new, unsigned and alarming, live.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('my work', () => {
  let stage: Stage;
  let nurse: Visit;
  let patient: string;

  beforeAll(async () => {
    stage = await openStage();
    const made = await stage.call('POST', '/fhir/Patient', {
      body: { resourceType: 'Patient', name: [{ family: 'Worklist', given: ['Ada'] }], birthDate: '1950-01-02' },
    });
    patient = String(made.json?.id);
    await stage.call('POST', '/fhir/Encounter', {
      body: { resourceType: 'Encounter', status: 'in-progress', class: { code: 'IMP' }, subject: { reference: `Patient/${patient}` } },
    });
    nurse = await stage.visit('nurse');
  });
  afterAll(async () => {
    await nurse?.close();
    await stage?.close();
  });

  it('is where one arrives, and teaches how it is filled', async () => {
    await nurse.page.goto(`${stage.server.address}/`);
    await nurse.page.waitForURL('**/app/work');
    await nurse.page.getByText('You have no patients on your list yet').waitFor();
    await nurse.look('work-empty');
  });

  it('shows what is due, alarming and new for a patient who was put on the list by keys, as it happens', async () => {
    const { page } = nurse;
    await nurse.open(`chart/${patient}`);
    await page.waitForSelector('.banner-actions button[aria-pressed=false]:not([disabled])');
    await page.keyboard.press('d');
    await page.keyboard.press('m');
    await page.waitForSelector('.banner-actions button[aria-pressed=true]');
    await nurse.open('work');
    await page.getByText('Nothing is due').waitFor();
    const subject = { reference: `Patient/${patient}` };
    const at = new Date().toISOString();
    const sign = (code: string, value: number, unit: string) => ({
      resourceType: 'Observation',
      status: 'final',
      code: { coding: [{ system: 'http://loinc.org', code }] },
      subject,
      effectiveDateTime: at,
      valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    });
    for (const body of [
      {
        resourceType: 'Task',
        status: 'requested',
        intent: 'order',
        description: 'Turn the patient',
        for: subject,
        restriction: { period: { end: '2026-01-01T08:00:00Z' } },
      },
      sign('9279-1', 28, '/min'),
      sign('8867-4', 135, '/min'),
      sign('59408-5', 90, '%'),
      {
        resourceType: 'Observation',
        status: 'final',
        category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
        code: { text: 'Potassium' },
        subject,
        effectiveDateTime: at,
        valueQuantity: { value: 6.1, unit: 'mmol/L' },
        interpretation: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation', code: 'H' }] }],
      },
    ])
      expect((await stage.call('POST', `/fhir/${body.resourceType}`, { body })).status).toBe(201);
    await page.locator('section[aria-label=Due]', { hasText: 'Late' }).waitFor();
    await page.locator('section[aria-label=Alerts] li', { hasText: 'high' }).waitFor({ timeout: 20_000 });
    await page.locator('section[aria-label="New results"] li', { hasText: 'Potassium' }).waitFor();
    await nurse.look('work');
    await page.getByRole('button', { name: 'Done: Turn the patient' }).press('Enter');
    await page.getByText('✓ Done: Turn the patient').waitFor();
    const tasks = async () => (await stage.call('GET', `/fhir/Task?patient=${patient}`)).text;
    await expect.poll(tasks).toContain('"completed"');
    await page.getByRole('button', { name: 'It was not' }).click();
    await page.locator('section[aria-label=Due] li', { hasText: 'Turn the patient' }).waitFor();
    await expect.poll(tasks).toContain('"requested"');
    await page.getByRole('button', { name: 'I have seen all 1' }).click();
    await page.locator('section[aria-label="New results"]', { hasText: 'Nothing new' }).waitFor();
  });

  it('shows a ward, with the address that opens it again', async () => {
    const { page } = nurse;
    await nurse.open('work');
    await page.getByLabel('Whose patients').selectOption({ label: 'Medical Ward' });
    await page.waitForURL('**/app/work?ward=*');
    await page.locator('section[aria-label=Patients] li').first().waitFor();
    await nurse.look('work-ward');
    // At the bedside.
    await page.setViewportSize({ width: 800, height: 1100 });
    await page.locator('section[aria-label=Patients] a').first().click();
    await page.waitForSelector('.banner-actions');
    await page.getByRole('button', { name: 'Vital signs' }).click();
    await page.waitForSelector('input[name=temperature]');
    await nurse.look('bedside');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(800);
    await page.setViewportSize({ width: 1280, height: 720 });
  });

  it('shows administrators how the house runs', async () => {
    const administrator = await stage.visit();
    await administrator.open('work');
    await administrator.page.getByText('keep up with the record').waitFor();
    await administrator.look('work-administrator');
    await administrator.close();
  });
});
