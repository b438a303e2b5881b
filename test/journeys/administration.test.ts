// Ruth on Monday: an account for the new registrar, who opened a chart last week, whether there is a backup, what runs.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('administration', () => {
  let stage: Stage;
  let ruth: Visit;

  beforeAll(async () => {
    stage = await openStage({ LAMPLIGHT_IMPORT_TOKEN: 'a-token-that-is-secret' });
    ruth = await stage.visit();
  });
  afterAll(async () => {
    await ruth?.close();
    await stage?.close();
  });

  it('makes an account by keys, after it was told what a password must be', async () => {
    const { page } = ruth;
    await ruth.open('administration');
    await page.locator('button:has-text("New account…")').focus();
    await page.keyboard.press('Enter');
    await page.getByLabel('Name', { exact: false }).first().fill('registrar');
    await page.locator('input[autocomplete="new-password"]').fill('short');
    await page.keyboard.press('Enter');
    await page.waitForSelector('[role=dialog] [role=alert] >> text=12 characters');
    // The browser notes what the server refused.
    expect(ruth.complaints.splice(0)).toEqual([expect.stringContaining('400')]);
    await ruth.look('administration-new-account');
    await page.locator('input[autocomplete="new-password"]').fill('four words that fit nowhere');
    await page.keyboard.press('Enter');
    await page.waitForSelector('text=registrar can sign in.');
    await page.waitForSelector('td:has-text("registrar")');
  });

  it('disables it, enables it again, and keeps the last administrator', async () => {
    const { page } = ruth;
    await page.click('button[aria-label="Disable: registrar"]');
    await page.click('[role=dialog] button:has-text("Disable it")');
    await page.click('button[aria-label="Enable: registrar"]');
    await page.waitForSelector('button[aria-label="Disable: registrar"]');
    await page.click('button[aria-label="Disable: admin"]');
    await page.click('[role=dialog] button:has-text("Disable it")');
    await page.waitForSelector('[role=alert] >> text=only administrator');
    expect(ruth.complaints.splice(0)).toEqual([expect.stringContaining('409')]);
    await page.keyboard.press('Escape');
    await page.waitForSelector('[role=dialog]', { state: 'detached' });
    await ruth.look('administration-accounts');
  });

  it('sees who looked at a chart, and takes the rows away', async () => {
    const { page } = ruth;
    const found = await stage.call('GET', '/fhir/Patient?_count=1');
    const id = String(found.json?.['entry']?.[0]?.['resource']?.['id']);
    await stage.call('GET', `/fhir/Patient/${id}`);
    await ruth.open(`administration?view=audit&patient=${id}`);
    await page.waitForSelector('td:has-text("test-administrator")');
    const [file] = await Promise.all([page.waitForEvent('download'), page.click('button:has-text("Export all that is found")')]);
    const lines = readFileSync(await file.path(), 'utf8').split('\r\n');
    expect(lines[0]).toBe(`# Lamplight, audit trail, newest first: patient ${id}`);
    expect(lines.filter((line) => line.includes('test-administrator')).length).toBeGreaterThan(0);
    await page.waitForSelector('text=rows were written');
    await ruth.look('administration-audit');
  });

  it('says what runs, what is loaded and what was backed up, or how to come to that', async () => {
    const { page } = ruth;
    await ruth.open('administration?view=jobs');
    await page.waitForSelector('text=No job was asked for yet');
    await stage.call('GET', '/fhir/$export?_type=Patient', { headers: { prefer: 'respond-async' } });
    await ruth.open('administration?view=jobs');
    await page.waitForSelector('main table >> text=Done');
    await ruth.look('administration-jobs');
    await ruth.open('administration?view=terminology');
    await page.waitForSelector('text=No code system was loaded');
    await ruth.open('administration?view=backups');
    await page.waitForSelector('text=No backup was made from this data folder');
    await ruth.look('administration-backups');
  });

  it('shows settings with what they mean, and of a secret only that it is set', async () => {
    await ruth.open('administration?view=settings&own=yes');
    await ruth.page.waitForSelector('tr:has-text("LAMPLIGHT_IMPORT_TOKEN") >> text=(set)');
    expect(await ruth.page.content()).not.toContain('a-token-that-is-secret');
    await ruth.look('administration-settings');
  });

  it('gives a records officer the audit trail and nothing else', async () => {
    const officer = await stage.visit('records-officer');
    await officer.open('administration');
    await officer.page.waitForSelector('main table');
    expect(await officer.page.locator('nav[aria-label="Parts of administration"] a').allTextContents()).toEqual(['Who looked']);
    await officer.close();
  });
});
