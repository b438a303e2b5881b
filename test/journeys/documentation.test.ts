// What is written at the bedside: vital signs in three actions, a note that outlives the server and the browser, a signature and an
// amendment, an allergy that two change at once, a scored form.
import type { Route } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Json } from '../calls.ts';
import { journey } from './journey.ts';
import { fetchAsPage, openStage, type Stage, type Visit } from './stage.ts';

journey('documentation', () => {
  let stage: Stage;
  let nurse: Visit;
  let doctor: Visit;
  let patient: string;

  const found = async (query: string): Promise<Json[]> => {
    const { json } = await stage.call('GET', `/fhir/${query}`);
    const entries = (json?.entry ?? []) as unknown as Json[];
    return entries.map((entry) => entry.resource!);
  };

  beforeAll(async () => {
    stage = await openStage();
    const made = await stage.call('POST', '/fhir/Patient', {
      body: { resourceType: 'Patient', name: [{ family: 'Journey', given: ['Ada'] }], gender: 'female', birthDate: '1945-07-14' },
    });
    patient = String(made.json?.id);
    await stage.call('POST', '/fhir/Encounter', {
      body: { resourceType: 'Encounter', status: 'in-progress', class: { code: 'IMP' }, subject: { reference: `Patient/${patient}` } },
    });
    nurse = await stage.visit('nurse');
    doctor = await stage.visit('clinician');
  });
  afterAll(async () => {
    await nurse?.close();
    await doctor?.close();
    await stage?.close();
  });

  it('records vital signs by keys alone and shows the score that they make', async () => {
    const { page } = nurse;
    await nurse.open(`chart/${patient}`);
    await page.waitForSelector('.banner-actions');
    await page.keyboard.press('v');
    await page.waitForSelector('input[name=temperature]:focus');
    await nurse.look('vital-signs');
    const keys = ['37.9', 'Tab', '118/64', 'Tab', '104', 'Tab', '24', 'Tab', '93', 'Tab', 'Air', 'Tab', 'A'];
    for (const key of keys) await (key === 'Tab' ? page.keyboard.press('Tab') : page.keyboard.type(key));
    await page.locator('input[name=saturation]').press('Enter');
    await page.waitForSelector('.vitals-score[data-score="5"]', { timeout: 20_000 });
    expect(await page.locator('.vitals-score').textContent()).toMatch(/^NEWS2 5: medium/);
    await nurse.look('vital-signs-scored');
    const [temperature] = await found(`Observation?patient=${patient}&code=8310-5`);
    expect(temperature).toMatchObject({ valueQuantity: { value: 37.9, code: 'Cel' }, encounter: expect.anything() });
  });

  it('asks about what can hardly be true, refuses what cannot, and saves what is confirmed', async () => {
    const { page } = nurse;
    await nurse.open(`chart/${patient}?panel=vitals`);
    await page.fill('input[name=pulse]', '2100');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=is not possible');
    await page.fill('input[name=pulse]', '210');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=Is this right?');
    await nurse.look('vital-signs-asked');
    expect(await found(`Observation?patient=${patient}&code=8867-4&value-quantity=210`)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.vitals-done');
    expect(await found(`Observation?patient=${patient}&code=8867-4&value-quantity=210`)).toHaveLength(1);
  });

  it('has vital signs in the record once although the answer to them was lost on the way', async () => {
    const { page } = nurse;
    await nurse.open(`chart/${patient}?panel=vitals`);
    let recorded = 0;
    await page.route(
      ({ pathname }) => pathname === '/fhir',
      async (route: Route) => {
        // What is asked goes there too, and what is sent again.
        if (recorded !== 0 || !route.request().postData()?.includes('36.6')) return route.continue();
        recorded = (await fetchAsPage(route)).status();
        await route.abort();
      },
    );
    await page.fill('input[name=temperature]', '36.6');
    await page.keyboard.press('Enter');
    await page.getByText('Kept here; sent when the server is back').waitFor();
    await expect
      .poll(() => page.evaluate<string>(`Object.entries(localStorage).find(([key]) => key.includes('outbox'))[1]`), { timeout: 20_000 })
      .toBe('[]');
    expect(recorded).toBe(200);
    expect(await found(`Observation?patient=${patient}&code=8310-5&value-quantity=36.6`)).toHaveLength(1);
    await page.unrouteAll();
    nurse.complaints.length = 0;
  });

  it('loses nothing of a note while the server hangs and the browser is opened anew, and sends it once when it is back', async () => {
    const { page } = doctor;
    await doctor.open(`record/${patient}?do=note`);
    await page.getByLabel('Subjective').fill('Slept badly, <b>coughed</b> all night.');
    await page.getByText(/^Kept here/).waitFor();
    stage.server.process.kill('SIGSTOP');
    try {
      await page.getByLabel('Assessment').fill('Pneumonia, getting worse.');
      // Longer than the pause after which it is kept.
      await page.waitForTimeout(1000);
      await page.close({ runBeforeUnload: false });
    } finally {
      stage.server.process.kill('SIGCONT');
    }
    doctor.page = await doctor.context.newPage();
    await doctor.open(`record/${patient}?do=note`);
    expect(await doctor.page.getByLabel('Subjective').inputValue()).toBe('Slept badly, <b>coughed</b> all night.');
    expect(await doctor.page.getByLabel('Assessment').inputValue()).toBe('Pneumonia, getting worse.');
    await doctor.page.getByText(/^Your draft is back/).waitFor();
    await doctor.look('note');
    await doctor.context.setOffline(true);
    await doctor.page.getByLabel('Plan').fill('Blood cultures, antibiotic.');
    await doctor.page.keyboard.press('Control+Enter');
    await doctor.page.getByText('is sent when the server is back').first().waitFor();
    await doctor.page.screenshot({ path: doctor.picture('note-offline') });
    expect(await found(`Composition?patient=${patient}`)).toEqual([]);
    await doctor.context.setOffline(false);
    await doctor.page.locator('section[aria-label=Notes] button', { hasText: 'Progress note' }).waitFor({ timeout: 30_000 });
    const [note, ...more] = await found(`Composition?patient=${patient}`);
    expect(more).toEqual([]);
    expect(note).toMatchObject({ status: 'final', attester: [{ mode: 'legal' }] });
    expect(JSON.stringify(note)).toContain('Blood cultures');
    expect(await doctor.page.evaluate<string | null>(`Object.keys(localStorage).find((key) => key.includes('draft')) ?? null`)).toBeNull();
    doctor.complaints.length = 0;
  });

  it('amends a signed note with a reason, and both versions stay', async () => {
    const { page } = doctor;
    await doctor.open(`record/${patient}`);
    await page.locator('section[aria-label=Notes] button', { hasText: 'Progress note' }).click();
    await page.getByRole('button', { name: 'Amend it' }).click();
    await page.getByLabel('Plan').fill('Blood cultures, antibiotic by vein.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Say why it is amended').waitFor();
    await page.getByLabel('Reason for the amendment').fill('The route was missing.');
    await page.keyboard.press('Control+Enter');
    await page.getByText('Signed, amended').waitFor();
    await doctor.look('documentation');
    const [note] = await found(`Composition?patient=${patient}`);
    expect(note).toMatchObject({ status: 'amended', relatesTo: [{ code: 'replaces' }] });
    const history = await stage.call('GET', `/fhir/Composition/${String(note?.id)}/_history`);
    expect(((history.json?.entry ?? []) as unknown as Json[]).map((entry) => entry.resource?.status)).toEqual(['amended', 'final']);
  });

  it('shows both versions where two change one allergy, and one chooses', async () => {
    const { page } = nurse;
    await nurse.open(`record/${patient}?do=allergy`);
    await page.getByRole('combobox', { name: 'What is not tolerated' }).fill('penic');
    await page.getByRole('option', { name: 'Penicillin' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('form').getByText('list of allergens penicillin').waitFor();
    // At the bedside, on a tablet: nothing beside the screen, and all that is pressed is large enough for a finger.
    await page.setViewportSize({ width: 820, height: 1180 });
    await nurse.look('tablet-allergy');
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(820);
    const heights = await page
      .locator('.record-form button, .record-form input, .banner-actions button')
      .evaluateAll((all) => all.map((one) => one.getBoundingClientRect().height));
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44);
    await page.setViewportSize({ width: 1280, height: 720 });
    await page.getByRole('combobox', { name: 'What is not tolerated' }).focus();
    await page.keyboard.press('Control+Enter');
    const entry = page.locator('section[aria-label=Allergies] button', { hasText: 'Penicillin' });
    await entry.click();
    await page.getByLabel('Reaction').fill('Rash');
    const [allergy] = await found(`AllergyIntolerance?patient=${patient}`);
    expect(allergy).toMatchObject({ code: { text: 'Penicillin', coding: [{ code: 'penicillin' }] }, category: ['medication'] });
    await stage.call('PUT', `/fhir/AllergyIntolerance/${String(allergy?.id)}`, { body: { ...allergy, criticality: 'high' } });
    await page.keyboard.press('Control+Enter');
    await page.getByText('Somebody else has changed this while you wrote').waitFor();
    // The refusal is what was asked for.
    nurse.complaints.length = 0;
    await nurse.look('conflict');
    await page.getByRole('button', { name: 'Save mine as the next version' }).click();
    await entry.waitFor();
    const [after] = await found(`AllergyIntolerance?patient=${patient}`);
    expect(after).toMatchObject({ meta: { versionId: '3' }, reaction: [{ manifestation: [{ text: 'Rash' }] }] });
    expect(await page.locator('section[aria-label=Patient]').textContent()).toContain('Penicillin');
  });

  it('says that a form is being edited in another tab, and hands it over', async () => {
    const { page } = nurse;
    await nurse.open(`record/${patient}?do=problem`);
    await page.getByRole('combobox', { name: 'Problem or diagnosis' }).fill('Delirium, but of what?');
    const other = await nurse.context.newPage();
    await other.goto(page.url());
    await other.getByText('This is being edited in another tab.').waitFor();
    await other.getByRole('button', { name: 'Edit it here' }).click();
    await page.getByText('This is being edited in another tab.').waitFor();
    await expect.poll(() => other.getByRole('combobox', { name: 'Problem or diagnosis' }).inputValue()).toBe('Delirium, but of what?');
    await other.getByRole('combobox', { name: 'Problem or diagnosis' }).press('Control+Enter');
    await other.locator('section[aria-label=Problems] button', { hasText: 'Delirium' }).waitFor();
    await other.close();
    expect(await found(`Condition?patient=${patient}`)).toHaveLength(1);
  });

  it('loads a free instrument, fills it in and keeps its score', async () => {
    const administrator = await stage.visit();
    const { page } = administrator;
    await administrator.open(`record/${patient}?do=form`);
    await page.getByRole('button', { name: 'Load PHQ-9' }).click();
    await page.locator('button', { hasText: 'PHQ-9: Patient Health' }).click();
    const groups = page.getByRole('radiogroup');
    for (let question = 0; question < 9; question++) await groups.nth(question).getByRole('radio').nth(1).check();
    await page.getByText('ask about safety now').waitFor();
    expect(await page.locator('.form-score').textContent()).toBe('9 points · 9 of 9 answered');
    await administrator.look('form');
    await page.getByRole('button', { name: 'Complete' }).click();
    await page.locator('section[aria-label=Forms] button', { hasText: 'PHQ-9' }).waitFor();
    const [response] = await found(`QuestionnaireResponse?patient=${patient}`);
    const items = (response?.item ?? []) as unknown as Json[];
    expect(items.find((item) => String(item.linkId) === 'total')).toMatchObject({ answer: [{ valueInteger: 9 }] });
    await administrator.close();
  });

  it('shows the door over what was being typed when the session has ended, and everything again behind it', async () => {
    const administrator = await stage.visit();
    const { page, context } = administrator;
    await administrator.open(`record/${patient}?do=problem`);
    await page.getByRole('combobox', { name: 'Problem or diagnosis' }).fill('Unsteady since the night');
    await page.keyboard.press('Control+k');
    await page.waitForSelector('[role=dialog] input:focus');
    // The account's time is over, whatever stands open.
    await context.clearCookies({ name: 'lamplight' });
    await page.keyboard.type('unsteady');
    await page.getByText('Your session has ended').waitFor();
    await page.getByText('one thing of yours not yet in the record').waitFor();
    expect(await page.getByText('Unsteady since the night').isVisible()).toBe(false);
    expect(await page.locator('[role=dialog]').isVisible()).toBe(false);
    await administrator.look('door-again');
    await page.fill('input[name=password]', 'correct horse battery staple');
    await page.click('button[type=submit]');
    await page.waitForSelector('.door', { state: 'detached' });
    await page.keyboard.press('Escape');
    expect(await page.getByRole('combobox', { name: 'Problem or diagnosis' }).inputValue()).toBe('Unsteady since the night');

    // Leaving by choice is asked about.
    await page.getByRole('button', { name: /: menu$/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.locator('[role=dialog]', { hasText: 'Not everything is saved' }).waitFor();
    await administrator.look('sign-out-asks');
    await page.getByRole('button', { name: 'Stay and save it' }).click();
    expect(await page.getByRole('combobox', { name: 'Problem or diagnosis' }).inputValue()).toBe('Unsteady since the night');
    await page.getByRole('button', { name: /: menu$/ }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('button', { name: 'Sign out and delete it' }).click();
    await page.waitForSelector('input[name=name]');
    expect(await page.evaluate<number>("Object.keys(localStorage).filter((key) => key.startsWith('lamplight:draft')).length")).toBe(0);
    await administrator.close();
  });
});
