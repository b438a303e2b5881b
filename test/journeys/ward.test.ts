// The ward board as Amara sees it at 21:40: who is where, who is getting worse and why, what changes while she looks, and the list on paper.
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Bundle, Encounter, Patient } from '../../src/fhir/generated/types.ts';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('the ward board', () => {
  let stage: Stage;
  let nurse: Visit;
  let stay: Encounter;

  beforeAll(async () => {
    stage = await openStage();
    nurse = await stage.visit('nurse');
  });
  afterAll(async () => {
    await nurse?.close();
    await stage?.close();
  });

  /** One complete set of vital signs that scores high. */
  async function turnForTheWorse(encounter: Encounter): Promise<void> {
    const at = new Date().toISOString();
    const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
    const of = (value: number, code: string) => ({ value, unit: code, system: 'http://unitsofmeasure.org', code });
    const same = {
      resourceType: 'Observation',
      status: 'final',
      subject: encounter.subject,
      encounter: { reference: `Encounter/${encounter.id}` },
      effectiveDateTime: at,
    };
    const signs = [
      { ...same, code: loinc('9279-1'), valueQuantity: of(28, '/min') },
      {
        ...same,
        code: loinc('59408-5'),
        valueQuantity: of(88, '%'),
        component: [{ code: loinc('3151-8'), valueQuantity: of(8, 'L/min') }],
      },
      { ...same, code: loinc('85354-9'), component: [{ code: loinc('8480-6'), valueQuantity: of(84, 'mm[Hg]') }] },
      { ...same, code: loinc('8867-4'), valueQuantity: of(134, '/min') },
      { ...same, code: loinc('8310-5'), valueQuantity: of(39.4, 'Cel') },
      { ...same, code: loinc('80288-4'), valueCodeableConcept: { text: 'Voice' } },
    ];
    for (const body of signs) expect((await stage.call('POST', '/fhir/Observation', { body })).status).toBe(201);
  }

  it('shows every ward with its beds and who is in them', async () => {
    await nurse.open('ward');
    await nurse.page.waitForSelector('.ews');
    expect(await nurse.page.locator('section.ward').count()).toBeGreaterThanOrEqual(8);
    await nurse.look('ward');
    expect(await nurse.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(1280);
  });

  it('shows within seconds who turns for the worse, how much, why and since when', async () => {
    const found = await stage.call('GET', '/fhir/Encounter?status=in-progress&class=IMP&_include=Encounter:patient&_count=100');
    const entries = (JSON.parse(found.text) as Bundle).entry ?? [];
    const grown = (encounter: Encounter): boolean =>
      entries.some(
        ({ resource }) =>
          resource?.resourceType === 'Patient' &&
          encounter.subject?.reference === `Patient/${resource.id}` &&
          ((resource as Patient).birthDate ?? '') < '2000',
      );
    const stays = entries.map(({ resource }) => resource).filter((one): one is Encounter => one?.resourceType === 'Encounter');
    stay = stays.find(grown) as Encounter;
    await turnForTheWorse(stay);
    const card = nurse.page.locator('.who', { has: nurse.page.locator(`a[href="/app/chart/${stay.subject?.reference?.split('/')[1]}"]`) });
    await card.locator('.ews-high').waitFor({ timeout: 15_000 });
    expect(await card.textContent()).toMatch(/Respiration rate 28 \/min: 3/);
    expect(await card.locator('.ews-high').textContent()).toContain('since');
  });

  it('puts the sickest first and keeps that in the address', async () => {
    await nurse.open('ward?order=ill');
    await nurse.page.waitForSelector('.ews-high');
    await nurse.look('ward-sickest');
    expect(await nurse.page.locator('.bed-empty').count()).toBe(0);
    const first = nurse.page.locator('section.ward', { has: nurse.page.locator('.ews-high') }).first();
    expect(await first.locator('.bed').first().locator('.ews-high').count()).toBe(1);
  });

  it('is a list for handing over on paper, with who printed it and of when it is', async () => {
    await nurse.open('ward');
    await nurse.page.waitForSelector('.ews-high');
    await nurse.page.emulateMedia({ media: 'print' });
    expect(await nurse.page.locator('.handover table').first().isVisible()).toBe(true);
    expect(await nurse.page.locator('.wards').isVisible()).toBe(false);
    expect(await nurse.page.locator('.on-paper').textContent()).toMatch(/all wards.*printed by/);
    await nurse.page.emulateMedia({ media: 'screen' });
  });

  it('says what to do where a ward does not exist and where the server does not answer', async () => {
    await nurse.open('ward?ward=Nowhere');
    expect(await nurse.page.locator('main').textContent()).toContain('There is no ward called “Nowhere”');
    await nurse.look('ward-nowhere');
    await nurse.page.route('**/fhir/Location*', (route) => route.abort());
    await nurse.page.reload();
    await nurse.page.locator('main [role=alert]').waitFor();
    expect(await nurse.page.locator('main').textContent()).toContain('Try again');
    await nurse.page.unroute('**/fhir/Location*');
    await nurse.page.locator('main button', { hasText: 'Try again' }).click();
    await nurse.page.waitForSelector('main .page');
  });

  it('holds at the bedside, on a tablet', async () => {
    await nurse.page.setViewportSize({ width: 800, height: 1180 });
    await nurse.open('ward?ward=Medical+Ward');
    // Of the step before, where the server did not answer.
    nurse.complaints.length = 0;
    await nurse.page.waitForSelector('.ews');
    await nurse.look('ward-tablet');
    expect(await nurse.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(800);
  });
});
