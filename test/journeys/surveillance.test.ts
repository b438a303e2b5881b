// An epidemiologist on Monday morning: what is unusual, where it is, who they are, what became of it, and a brief for those who decide.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { reportabilityResponse } from '../reportability-response.fixture.ts';
import { removeFolder, temporaryFolder } from '../running-server.ts';
import { dayBack, layDown, smallHospital } from '../surveillance.fixture.ts';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('surveillance', () => {
  let stage: Stage;
  let mira: Visit;

  const folder = temporaryFolder('case-reports');

  beforeAll(async () => {
    for (const name of ['channels', 'reports']) mkdirSync(join(folder, name));
    const channel = { name: 'case-reports', format: 'ccda', direction: 'out', destination: { folder: { path: join(folder, 'reports') } } };
    writeFileSync(join(folder, 'channels', 'case-reports.json'), JSON.stringify(channel));
    stage = await openStage({
      LAMPLIGHT_WAREHOUSE: 'on',
      LAMPLIGHT_TIME_ZONE: 'UTC',
      LAMPLIGHT_DEMO: 'off',
      LAMPLIGHT_CHANNELS: join(folder, 'channels'),
      LAMPLIGHT_CASE_REPORT_CHANNEL: 'case-reports',
    });
    await layDown(stage.call, smallHospital());
    mira = await stage.visit('analyst', { width: 1440, height: 900 });
    // The tables are some seconds behind the record.
    await vi.waitFor(async () => expect((await stage.call('GET', '/surveillance/suspected')).text).toContain('Measles'), {
      timeout: 30_000,
      interval: 500,
    });
  }, 120_000);
  afterAll(async () => {
    await stage?.close();
    removeFolder(folder);
  });

  it('opens on what is unusual, the rarest first, and leads from it to its days and people', async () => {
    const { page } = mira;
    await mira.open('surveillance');
    const alert = page.getByRole('link', { name: /Gastrointestinal.*everybody/s });
    await alert.waitFor();
    await alert.click();
    await page.getByText('Investigation', { exact: false }).first().waitFor();
    await expect.poll(() => page.url(), { timeout: 10_000 }).toContain(`last=${dayBack(1)}`);
    await page.getByRole('table', { name: 'Line list' }).waitFor();
    await mira.look('surveillance');
    // An area of the map narrows the rows, and the address says so. Its colour is said in words, too, and that an alert is of it.
    const map = page.getByRole('group', { name: /Map of areas/ });
    await map.getByRole('button', { name: /^Greyhaven: \d+ of [\d.]+ expected, more than expected, in an alert$/ }).click();
    await expect.poll(() => page.url(), { timeout: 10_000 }).toContain('area=00003');
    await expect.poll(() => page.getByRole('row', { name: /00003/ }).count(), { timeout: 10_000 }).toBeGreaterThan(3);
    await page
      .getByRole('table', { name: 'Line list' })
      .getByRole('cell', { name: '00001', exact: true })
      .first()
      .waitFor({ state: 'detached' });
  });

  it('goes over the map by arrow keys, chooses and lets go, and has the same as tiles', async () => {
    const { page } = mira;
    const map = page.getByRole('group', { name: /Map of areas/ });
    const pressed = (name: RegExp) => map.getByRole('button', { name, pressed: true });
    const focused = (): Promise<string | null> => page.locator(':focus').getAttribute('data-area');
    await pressed(/Greyhaven/).focus();
    await page.keyboard.press('ArrowRight');
    await expect.poll(focused).not.toBe('00003');
    await page.keyboard.press('ArrowLeft');
    await expect.poll(focused).toBe('00003');
    await page.keyboard.press('ArrowUp');
    await expect.poll(focused).toBe('00000');
    await page.locator('.map-reading').getByText('Alderbrook').waitFor();
    await map.evaluate((drawn) => drawn.scrollIntoView({ block: 'center' }));
    await mira.look('surveillance-map');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url(), { timeout: 10_000 }).toContain('area=00000');
    await pressed(/Alderbrook/).waitFor();
    // Nobody came from there: it can be read of, and not chosen.
    const empty = map.getByRole('button', { name: 'Oakmere: no visits in these days' });
    await empty.focus();
    await page.keyboard.press('Enter');
    expect(page.url()).toContain('area=00000');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url(), { timeout: 10_000 }).not.toContain('area=');
    await page.getByText('Tiles', { exact: true }).click();
    await page.getByRole('button', { name: /Greyhaven/ }).click();
    await expect.poll(() => page.url(), { timeout: 10_000 }).toMatch(/area=00003.*areas=tiles|areas=tiles.*area=00003/);
    expect(await map.count()).toBe(0);
    await mira.look('surveillance-tiles');
    await page.getByText('Map', { exact: true }).click();
    await pressed(/Greyhaven/).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await map.evaluate((drawn) => drawn.scrollIntoView({ block: 'center' }));
    await expect.poll(async () => (await map.boundingBox())?.width ?? 0).toBeLessThan(390);
    await page.screenshot({ path: mira.picture('surveillance-map-narrow') });
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('chooses days by keys, and says what was found out', async () => {
    const { page } = mira;
    await page.getByRole('link', { name: /Gastrointestinal.*everybody/s }).click();
    await page.getByRole('textbox', { name: /What was found out/ }).fill('Called the school: a fair on Saturday');
    await page.getByRole('button', { name: 'Save note' }).click();
    await page.getByRole('link', { name: /Gastrointestinal.*Being investigated/s }).waitFor();
    const chart = page.getByRole('region', { name: /Gastrointestinal by day/ });
    await chart.focus();
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => page.url(), { timeout: 10_000 }).toContain(`first=${dayBack(2)}&last=${dayBack(1)}`);
    await page.getByText('Look for clusters').click();
    await page.getByText(/Likely cluster: Greyhaven/).waitFor({ timeout: 20_000 });
    await page.getByRole('button', { name: /^Greyhaven: .*in the likely cluster$/ }).waitFor();
    await mira.look('surveillance-days');
  });

  it('judges by the share of all visits where that is asked, and says so', async () => {
    const { page } = mira;
    await page.getByRole('combobox', { name: 'Judged by' }).click();
    await page.getByRole('option', { name: 'Share of all visits' }).click();
    await expect.poll(() => page.url(), { timeout: 10_000 }).toContain('of=visits');
    await page.getByText(/series, 28 days, .*of all visits/).waitFor();
    await page.getByText(/bound of .*of the share of all visits/).waitFor();
    await mira.look('surveillance-share');
    await page.getByRole('combobox', { name: 'Judged by' }).click();
    await page.getByRole('option', { name: 'Counts' }).click();
    await expect.poll(() => page.url(), { timeout: 10_000 }).not.toContain('of=visits');
  });

  it('is a brief on paper, with its method and limits', async () => {
    const { page } = mira;
    await page
      .locator('details.as-table')
      .first()
      .evaluate((details) => details.setAttribute('open', ''));
    await page.emulateMedia({ media: 'print' });
    await page.getByText('Method and limits').waitFor();
    expect(await page.locator('.line-list').isVisible()).toBe(false);
    await page.screenshot({ path: mira.picture('surveillance-paper'), fullPage: true });
    await page.emulateMedia({ media: 'screen' });
  });

  it('names whom to notify, and by when', async () => {
    const { page } = mira;
    await mira.open('surveillance?view=suspected');
    await page.getByRole('row', { name: /Measles.*B05\.9/s }).waitFor();
    await mira.look('surveillance-suspected');
    // The report of the visit, as public health would get it, with what the record does not say.
    await page
      .getByRole('row', { name: /Measles.*B05\.9/s })
      .getByRole('button', { name: 'Look at the report' })
      .click();
    const report = page.getByRole('dialog', { name: /Case report: Measles/ });
    await report.getByRole('table', { name: 'Problems' }).getByText('Measles without complication').waitFor();
    await report.getByText('The visit names no clinician who is responsible').waitFor();
    await mira.look('surveillance-case-report');
    await report.getByRole('button', { name: 'Send to public health' }).click();
    await report.waitFor({ state: 'detached' });
    await page.getByText(/Case report, version 1/).waitFor();
    expect(await page.getByText(/Since it was sent/).count()).toBe(0);
  });

  it('shows what public health has answered: to whom it is reportable, how soon, and what is to be done', async () => {
    const { page } = mira;
    const reports = join(folder, 'reports');
    await expect.poll(() => readdirSync(reports).length, { timeout: 10_000 }).toBe(1);
    const set = /<setId root="([^"]+)"/.exec(readFileSync(join(reports, readdirSync(reports)[0]!), 'utf8'))?.[1] ?? '';
    const body = reportabilityResponse(set, 1);
    const headers = { 'content-type': 'application/xml' };
    expect((await stage.call('POST', '/exchange/receive', { body, headers })).status).toBeLessThan(300);
    // One that is too large to be read says so.
    const huge = body.replace('</title>', `${'x'.repeat(1_200_000)}</title>`).replace('7d1a7c5e', '7d1a7c5f');
    expect((await stage.call('POST', '/exchange/receive', { body: huge, headers })).status).toBeLessThan(300);
    await mira.open('surveillance?view=suspected');
    const answers = page.getByRole('list', { name: 'Answers of public health' });
    await answers.getByText('Measles: reportable to Harbour Department of Health, within 24 hours').waitFor();
    await answers.getByText(/Not read here: with 1.3 MB/).waitFor();
    expect(await answers.getByRole('link', { name: 'Send the form' }).getAttribute('href')).toBe('https://health.example/form');
    await mira.look('surveillance-answers');
    await page.setViewportSize({ width: 390, height: 844 });
    await answers.evaluate((shown) => shown.scrollIntoView({ block: 'center' }));
    await page.screenshot({ path: mira.picture('surveillance-answers-narrow') });
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('says what the record tells since a case was sent, and what would go out as the next version', async () => {
    const { page } = mira;
    const name = { family: 'Corrected', given: ['Name'] };
    const patient = JSON.parse((await stage.call('GET', '/fhir/Patient/sv-p14')).text) as object;
    expect((await stage.call('PUT', '/fhir/Patient/sv-p14', { body: { ...patient, name: [name] } })).status).toBe(200);
    await mira.open('surveillance?view=suspected');
    await page.getByText(/Since it was sent/).waitFor();
    await mira.look('surveillance-changed');
    await page.getByRole('button', { name: 'Look at version 2' }).click();
    const report = page.getByRole('dialog', { name: /Case report: Measles/ });
    await report.getByText(/Since version 1.*changed: the patient’s details/).waitFor();
    await report.getByText('Corrected').first().waitFor();
    expect(await report.getByRole('button', { name: 'Send version 2' }).isEnabled()).toBe(true);
    await page.keyboard.press('Escape');
  });
});
