// Ines, clinical informatician: how rules do, one rule tried over past orders, a change that she asks for and somebody else signs.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { journey } from './journey.ts';
import { openStage, type Stage, type Visit } from './stage.ts';

journey('governance of alerts', () => {
  let stage: Stage;
  let ines: Visit;
  let sam: Visit;
  const rule = 'file=interactions-bleeding&rule=warfarin-nsaid';

  beforeAll(async () => {
    stage = await openStage();
    const { call } = stage;
    const headers = { 'content-type': 'application/json' };
    for (let i = 0; i < 6; i++) {
      const patient = `governance-${i}`;
      for (const resource of [
        { resourceType: 'Patient', id: patient, gender: 'female', birthDate: '1950-02-03', name: [{ family: `Ruled ${i}` }] },
        {
          resourceType: 'MedicationRequest',
          id: `${patient}-warfarin`,
          status: 'active',
          intent: 'order',
          subject: { reference: `Patient/${patient}` },
          medicationCodeableConcept: { text: 'Warfarin' },
          authoredOn: '2026-11-01T08:00:00Z',
          dosageInstruction: [{ text: 'warfarin 5 mg po daily' }],
        },
      ])
        expect((await call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource })).status).toBe(201);
      const orders = ['ibuprofen 400 mg po tid for 5 days', 'acetaminophen 500 mg po q6h prn'].slice(i % 2);
      const sign = async (decisions: object[]) => call('POST', '/medication/sign', { headers, body: { patient, orders, decisions } });
      const refused = await sign([]);
      const undecided = refused.status === 409 ? (JSON.parse(refused.text) as { undecided: string[] }).undecided : [];
      const done = undecided.map((name) => ({ rule: name, reasonCode: 'tolerated-before', reason: 'has taken it for a year' }));
      if (refused.status === 409) expect((await sign(done)).status, refused.text).toBe(201);
    }
    ines = await stage.visit();
    sam = await stage.visit('pharmacist');
  }, 120_000);
  afterAll(() => stage?.close());

  it('shows how rules do, in orders that were signed', async () => {
    const { page } = ines;
    await ines.open('governance');
    await page.getByRole('link', { name: 'warfarin-nsaid', exact: true }).first().waitFor();
    await ines.look('governance');
    await page.getByRole('link', { name: 'warfarin-nsaid', exact: true }).first().click();
    await page.getByText('unreviewed').first().waitFor();
  });

  it('tries a change over past orders and asks for it with that evidence', async () => {
    const { page } = ines;
    await ines.open(`governance?${rule}&to=aside`);
    await page.getByRole('button', { name: 'Replay' }).click();
    await page.getByText(/orders of \d+ patients would differ/).waitFor({ timeout: 60_000 });
    await page.getByRole('textbox', { name: /Why, in view of this replay/ }).fill('Tolerated by all of ours; the sample was read');
    await page.getByRole('button', { name: /^Ask for it/ }).click();
    await page.getByText('Waits for a signature').waitFor();
    await ines.look('governance-rule');
  });

  it('lets somebody else sign, and it holds', async () => {
    const { page } = sam;
    await sam.open('governance?view=changes');
    await page.getByRole('textbox', { name: 'What did you look at?' }).fill('Looked at the sample of the replay');
    await sam.look('governance-changes');
    await page.getByRole('button', { name: 'Sign', exact: true }).click();
    await page.getByText('In force').waitFor();
    const { text } = await stage.call('POST', '/medication/check', {
      headers: { 'content-type': 'application/json' },
      body: { patient: 'governance-1', orders: ['ibuprofen 400 mg po tid'] },
    });
    const answer = JSON.parse(text) as { cards: { rule: { id: string; local?: { says: string } }; tier: string }[] };
    const card = answer.cards.find((each) => each.rule.id === 'warfarin-nsaid');
    expect([card?.tier, card?.rule.local?.says]).toEqual(['aside', expect.stringContaining('no higher than aside')]);
  });
});
