// What follows on a dose, and what comes before an order: the effect of a dose given when needed, a dose in an emergency.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCheck } from '../src/formats/barcodes/check-digit.ts';
import { type Answer, type Caller, caller, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let world: Stand;
let nurse: Caller;
const ids: Record<string, string> = {};
const paracetamol = withCheck('0030001005011');
const band = ']C0MRN-00123';
const label = (gtin: string, more = '') => `]d201${gtin}1730123110A1${more}`;

async function create(type: string, body: object): Promise<string> {
  const { status, json, text } = await world.call('POST', `/fhir/${type}`, { body: { resourceType: type, ...body } });
  expect(status, text).toBe(201);
  return `${type}/${String(json!['id'])}`;
}
const product = (text: string, gtin: string, more: object = {}) =>
  create('Medication', { status: 'active', code: { text }, identifier: [{ system: 'https://www.gs1.org/gtin', value: gtin }], ...more });
const noAllergy = (patient: string) =>
  create('AllergyIntolerance', {
    patient: { reference: patient },
    code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }], text: 'No known allergy' },
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  });

beforeAll(async () => {
  world = await stand();
  nurse = caller(world.server.address, await tokenFor(world.database, { role: 'nurse' }));
  ids['patient'] = await create('Patient', { identifier: [{ system: 'urn:example:mrn', value: 'MRN-00123' }] });
  await noAllergy(ids['patient']);
  await product('Acetaminophen 500 MG Oral Tablet', paracetamol);
  ids['paracetamol'] = await create('MedicationRequest', {
    status: 'active',
    intent: 'order',
    subject: { reference: ids['patient'] },
    authoredOn: '2026-11-01T08:00:00Z',
    medicationCodeableConcept: { text: 'Acetaminophen 500 MG Oral Tablet' },
    dosageInstruction: [
      {
        route: { text: 'oral' },
        asNeededCodeableConcept: { text: 'pain' },
        timing: { repeat: { frequency: 1, period: 6, periodUnit: 'h' } },
        doseAndRate: [{ doseQuantity: { value: 500, unit: 'mg' } }],
      },
    ],
  });
}, 120_000);
afterAll(() => world?.end());

const administer = (body: object, as = nurse): Promise<Answer> => as('POST', '/medication/administer', { body });

describe('the effect of a dose given when needed', () => {
  const given = new Date(Date.now() - 2 * 3600_000);
  const effects = async () => {
    const { json, text } = await nurse('GET', `/medication/due?patient=${ids['patient']}`);
    expect(json, text).toBeDefined();
    return json!['effects'] as unknown as Record<string, string>[];
  };

  it('is asked for an hour after a tablet, and is overdue then', async () => {
    const done = await administer({
      patient: ids['patient'],
      order: ids['paracetamol'],
      scans: [band, label(paracetamol)],
      outcome: 'given',
      at: given.toISOString(),
      entered: { reason: 'headache' },
      reason: 'no',
    });
    expect(done.status, done.text).toBe(201);
    ids['dose'] = String(done.json!['administration']);
    ids['effect'] = String(done.json!['effect']);
    expect(await effects()).toMatchObject([
      {
        kind: 'effect',
        task: ids['effect'],
        administration: ids['dose'],
        at: new Date(given.getTime() + 3600_000).toISOString(),
        overdue: true,
      },
    ]);
  });

  it('is not recorded from what cannot be understood', async () => {
    const before = await world.changes();
    const task = ids['effect'];
    const hostile: unknown[] = [
      null,
      [],
      'text',
      { effect: 'helped' },
      { task, effect: 'constructor' },
      { task },
      { task, after: 11 },
      { task, after: -1 },
      { task, after: 2.5 },
      { task, after: '3' },
      { task, words: 'a\0b' },
      { task, words: '\ud800' },
      { task, words: 'x'.repeat(2000) },
      { task, effect: 'helped', at: 'soon' },
      { task, effect: 'helped', at: '2099-01-01T00:00:00Z' },
      { task: ['Task/1'], effect: 'helped' },
      { task: "Task/1' or 1=1", effect: 'helped' },
      { task, effect: 'helped', more: 1 },
    ];
    for (const body of hostile) {
      const { status, text } = await nurse('POST', '/medication/effect', { body: JSON.stringify(body) });
      expect(status, `${JSON.stringify(body).slice(0, 80)} ${text.slice(0, 200)}`).toBe(400);
    }
    for (const other of ['Task/none', ids['dose']!.replace(/.*\//, 'Task/')])
      expect((await nurse('POST', '/medication/effect', { body: { task: other, effect: 'helped' } })).status).toBe(404);
    expect(await world.changes()).toBe(before);
  });

  it('is recorded once, as a part of the dose', async () => {
    const tell = () =>
      nurse('POST', '/medication/effect', { body: { task: ids['effect'], effect: 'partly', before: 7, after: 3, words: 'better' } });
    const told = await Promise.all([tell(), tell()]);
    expect(told.map((each) => each.status).sort(), told.map((each) => each.text).join()).toEqual([201, 409]);
    const observation = String(told.find((each) => each.status === 201)!.json!['observation']);
    expect((await world.call('GET', `/fhir/${observation}`)).json).toMatchObject({
      partOf: [{ reference: ids['dose'] }],
      subject: { reference: ids['patient'] },
      valueCodeableConcept: { coding: [{ code: 'partly' }], text: 'better' },
      component: [{ valueInteger: 7 }, { valueInteger: 3 }],
    });
    expect((await world.call('GET', `/fhir/${ids['effect']}`)).json).toMatchObject({ status: 'completed' });
    const [listed] = await effects();
    expect(listed).toMatchObject({ done: { observation } });
    expect(listed).not.toHaveProperty('overdue');
  });
});
