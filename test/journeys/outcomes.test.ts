// Walks of docs/walkthroughs/outcomes.md: a quality lead before the board meeting, a ward manager on Monday.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

/** Fourteen months of twelve visits; from the eleventh on the doctor comes later. */
function visits(): object[] {
  const ward = { resourceType: 'Location', id: 'walk-ed', name: 'Emergency Department', physicalType: { coding: [{ code: 'wa' }] } };
  const entries: object[] = [{ resource: ward, request: { method: 'PUT', url: 'Location/walk-ed' } }];
  for (let month = 0; month < 14; month++)
    for (let n = 0; n < 12; n++) {
      const startMs = Date.UTC(2025, month, 2 + n * 2, 10);
      const wait = 18 + ((n * 7 + month * 5) % 11) + (month > 9 ? 22 : 0);
      const at = (minutes: number): string => new Date(startMs + minutes * 60_000).toISOString();
      const id = `walk-${month}-${n}`;
      entries.push({
        resource: {
          resourceType: 'Encounter',
          id,
          status: 'finished',
          class: { code: 'EMER' },
          subject: { reference: 'Patient/walk-patient' },
          participant: [
            {
              type: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType', code: 'ATND' }] }],
              period: { start: at(wait) },
            },
          ],
          period: { start: at(0), end: at(180) },
          location: [{ location: { reference: 'Location/walk-ed' } }],
        },
        request: { method: 'PUT', url: `Encounter/${id}` },
      });
    }
  return entries;
}

journey('outcomes', () => {
  let stage: Stage;
  let lead: Visit;

  beforeAll(async () => {
    stage = await openStage({ LAMPLIGHT_WAREHOUSE: 'on', LAMPLIGHT_TIME_ZONE: 'UTC' });
    const { call } = stage;
    const patient = { resourceType: 'Patient', id: 'walk-patient', gender: 'female', birthDate: '1950-02-03', name: [{ family: 'Walk' }] };
    expect((await call('PUT', '/fhir/Patient/walk-patient', { body: patient })).status).toBe(201);
    const sent = await call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'batch', entry: visits() } });
    expect(sent.status, sent.text.slice(0, 500)).toBe(200);
    lead = await stage.visit();
  }, 120_000);
  afterAll(() => stage?.close());

  it('shows where the house stands, what is worse first', async () => {
    const path = '/outcomes/indicators/ed-door-to-doctor?until=2026-02-28';
    await expect.poll(async () => (await stage.call('GET', path)).text, { timeout: 30_000 }).toContain('"period":"2026-02","numerator":12');
    const { page } = lead;
    await lead.open('outcomes?until=2026-02-28');
    await page.getByText('1 indicator shows a sign for the worse').waitFor({ timeout: 20_000 });
    await lead.look('outcomes');
  }, 60_000);

  it('shows since when, of what, and what was changed then', async () => {
    const { page } = lead;
    await page.getByRole('link', { name: 'Emergency department: door to doctor' }).click();
    await page.getByRole('list', { name: 'Signs' }).waitFor();
    await page.getByText('Unreviewed.').waitFor();
    await page.getByLabel('Day').fill('2025-11-03');
    await page.getByRole('textbox', { name: 'What was changed' }).fill('Tests come before the doctor');
    await page.getByRole('button', { name: 'Note it' }).click();
    await page.getByText('▼ Tests come before the doctor').waitFor();
    await page.keyboard.press('Control+Home');
    await lead.look('outcomes-indicator');
    await page.getByText('As a table').first().click();
    await page.getByRole('button', { name: 'Rows of Nov 2025' }).click();
    await page.getByRole('link', { name: 'open the chart' }).first().waitFor();
  }, 60_000);

  it('says what the data are worth', async () => {
    await lead.open('outcomes?view=quality');
    await lead.page.getByRole('heading', { name: /Completeness/ }).waitFor();
    await lead.look('outcomes-quality');
  }, 60_000);

  it('shows a ward manager figures, and no rows of persons', async () => {
    const nurse = await stage.visit('nurse');
    await nurse.open('outcomes?indicator=ed-door-to-doctor&until=2026-02-28&period=2025-11');
    await nurse.page.getByText('The rows are not for this account').waitFor();
    await nurse.page.getByRole('table', { name: 'Wards' }).waitFor();
    await nurse.open('outcomes?view=signals');
    await nurse.page.getByText('A signal is not a cause').waitFor({ timeout: 20_000 });
    await nurse.close();
  }, 60_000);
});
