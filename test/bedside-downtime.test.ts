// A ward without its program: what it takes with it, and what it brings back, with nothing lost and nothing written twice.
import { createPublicKey, verify } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCheck } from '../src/formats/barcodes/check-digit.ts';
import { type Caller, caller, type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let world: Stand;
let nurse: Caller;
const ids: Record<string, string> = {};
const create = async (type: string, body: object): Promise<string> => {
  const { status, json, text } = await world.call('POST', `/fhir/${type}`, { body: { resourceType: type, ...body } });
  expect(status, text).toBe(201);
  return `${type}/${String(json!['id'])}`;
};
const orderOf = (patient: string, text: string) =>
  create('MedicationRequest', {
    status: 'active',
    intent: 'order',
    subject: { reference: patient },
    authoredOn: '2026-11-01T08:00:00Z',
    medicationCodeableConcept: { text },
    dosageInstruction: [
      {
        route: { text: 'oral' },
        timing: { repeat: { frequency: 4, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: { value: 5, unit: 'mg' } }],
      },
    ],
  });
let taken: { bundle: string; signature: string; key: string };
const bring = (body: object, as = nurse) => as('POST', '/medication/downtime/reconcile', { body: JSON.stringify(body) });
const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

beforeAll(async () => {
  world = await stand();
  nurse = caller(world.server.address, await tokenFor(world.database, { role: 'nurse' }));
  ids['ward'] = await create('Location', { name: '3 West' });
  ids['room'] = await create('Location', { name: 'Room 3', partOf: { reference: ids['ward'] } });
  ids['bed'] = await create('Location', { name: 'Bed 3 A', partOf: { reference: ids['room'] } });
  for (const [name, family] of [
    ['ann', 'Able'],
    ['ben', 'Bauer'],
  ] as const) {
    ids[name] = await create('Patient', { name: [{ family }], identifier: [{ value: `MRN-${name}` }] });
    await create('Encounter', {
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { reference: ids[name] },
      // One lies on the ward, as some systems say it; the other in a bed of a room of it.
      location: [{ location: { reference: ids[name === 'ann' ? 'ward' : 'bed'] } }],
    });
  }
  ids['elsewhere'] = await create('Patient', { name: [{ family: 'Cohen' }] });
  for (const drug of ['Lisinopril', 'Amlodipine', 'Bisoprolol', 'Ramipril'])
    ids[drug] = await orderOf(ids['ann']!, `${drug} 5 MG Oral Tablet`);
}, 120_000);
afterAll(() => world?.end());

describe('GET /medication/downtime', () => {
  it('gives the patients of the ward with what is due, signed so that anybody can check it', async () => {
    const { status, json, text } = await nurse('GET', `/medication/downtime?ward=${ids['ward']}`);
    expect(status, text).toBe(200);
    taken = json as unknown as typeof taken;
    const bundle = JSON.parse(taken.bundle) as Json;
    expect(bundle).toMatchObject({
      ward: ids['ward'],
      patients: [
        { patient: ids['ann'], name: 'Able' },
        { patient: ids['ben'], name: 'Bauer' },
      ],
    });
    expect(bundle['patients']![0]!['orders']).toHaveLength(4);
    expect((bundle['patients']![0]!['orders']![0]!['due'] as unknown as string[]).length).toBeGreaterThan(0);
    expect(bundle['patients']![0]!['orders']![0]).toMatchObject({ dosage: '5 mg' });
    expect(bundle['wardName']).toBe('3 West');
    const key = createPublicKey({ key: Buffer.from(taken.key, 'base64'), type: 'spki', format: 'der' });
    expect(verify(null, Buffer.from(taken.bundle), key, Buffer.from(taken.signature, 'base64'))).toBe(true);
  });

  it('prints it', async () => {
    const { status, text, headers } = await nurse('GET', `/medication/downtime?ward=${ids['ward']}&format=pdf`);
    expect([status, headers.get('content-type'), text.slice(0, 5)]).toEqual([200, 'application/pdf', '%PDF-']);
  });

  it('refuses what it does not understand', async () => {
    for (const query of [
      '',
      '?ward=',
      '?ward=a/b/c',
      '?ward=%00',
      '?ward=x&hours=0',
      '?ward=x&hours=1e9',
      '?ward=x&format=exe',
      '?ward=x&constructor=1',
    ])
      expect((await nurse('GET', `/medication/downtime${query}`)).status, query).toBe(400);
  });
});

describe('POST /medication/downtime/reconcile', () => {
  it('believes nothing that was not signed here, or was changed', async () => {
    const before = await world.changes();
    const doses = [{ id: 'a', patient: ids['ann'], order: ids['Lisinopril'], at: ago(20), outcome: 'given' }];
    const { bundle, signature } = taken;
    const bad: unknown[] = [
      null,
      [],
      { doses },
      { bundle: bundle.replace('Able', 'Abel'), signature, doses },
      { bundle, signature: 'AAAA', doses },
      { bundle, signature: `${signature}\0`.slice(1), doses },
      { bundle: JSON.parse(bundle), signature, doses },
      { bundle, signature, doses: 'x' },
      { bundle, signature, doses: [null] },
      { bundle, signature, doses: [{ ...doses[0], at: '2099-01-01T00:00:00Z' }] },
      { bundle, signature, doses: [{ ...doses[0], outcome: 'constructor' }] },
      { bundle, signature, doses: [{ ...doses[0], id: 'a b' }] },
      { bundle, signature, doses: [{ ...doses[0], words: 'a\0' }] },
      { bundle, signature, doses: [{ ...doses[0], more: 1 }] },
      { bundle, signature, doses: [doses[0], doses[0]] },
      { bundle, signature, doses: Array.from({ length: 1000 }, () => doses[0]) },
    ];
    for (const body of bad) expect((await bring(body as object)).status, JSON.stringify(body).slice(-150)).toBe(400);
    expect(await world.changes()).toBe(before);
  });

  it('writes what fits, keeps every conflict whole, and does neither twice', async () => {
    const given = (id: string, order: string, more: object = {}) => ({
      id,
      patient: ids['ann'],
      order,
      at: ago(30),
      outcome: 'given',
      by: 'Sr. Mary',
      ...more,
    });
    const stopped = (await world.call('GET', `/fhir/${ids['Amlodipine']}`)).json!;
    await world.call('PUT', `/fhir/${ids['Amlodipine']}`, { body: { ...stopped, status: 'stopped' } });
    const changed = (await world.call('GET', `/fhir/${ids['Bisoprolol']}`)).json!;
    await world.call('PUT', `/fhir/${ids['Bisoprolol']}`, { body: { ...changed, note: [{ text: 'half' }] } });
    await create('MedicationAdministration', {
      status: 'completed',
      subject: { reference: ids['ann'] },
      request: { reference: ids['Ramipril'] },
      medicationCodeableConcept: { text: 'Ramipril' },
      effectiveDateTime: ago(35),
    });
    const wish = {
      bundle: taken.bundle,
      signature: taken.signature,
      doses: [
        given('fits', ids['Lisinopril']!, { dose: '5 mg', words: 'with breakfast' }),
        given('stopped', ids['Amlodipine']!),
        given('changed', ids['Bisoprolol']!),
        given('recorded', ids['Ramipril']!),
        given('other', ids['Lisinopril']!, { patient: ids['ben'] }),
        given('elsewhere', ids['Lisinopril']!, { patient: ids['elsewhere'] }),
      ],
    };
    const checked = await bring({ ...wish, check: true });
    expect(checked.json, checked.text).toMatchObject({ written: 0, fits: 1, conflicts: 5, failed: 0 });
    const there = async (path: string) => Number((await world.call('GET', `/fhir/${path}&_summary=count`)).json!['total']);
    expect(await there(`MedicationAdministration?request=${ids['Lisinopril']}`)).toBe(0);
    expect(await there('Task?code=http://lamplight.example/CodeSystem/medication-task|downtime-conflict')).toBe(0);
    const first = await bring(wish);
    expect(first.json, first.text).toMatchObject({ written: 1, already: 0, conflicts: 5, failed: 0 });
    const byId = new Map(
      (first.json!['doses'] as unknown as { id: string; reference: string; why?: string }[]).map((each) => [each.id, each]),
    );
    expect((await world.call('GET', `/fhir/${byId.get('fits')!.reference}`)).json).toMatchObject({
      status: 'completed',
      request: { reference: ids['Lisinopril'] },
      performer: [{ actor: { display: 'Sr. Mary' } }],
      dosage: { dose: { value: 5, unit: 'mg' } },
    });
    expect([...byId.values()].flatMap((each) => each.why ?? []).sort()).toEqual([
      'A dose of this order is recorded within half an hour of it already',
      'The bundle has no such order for this patient',
      'The bundle has no such order for this patient',
      'The order is stopped now',
      'The order was changed meanwhile',
    ]);
    const task = (await world.call('GET', `/fhir/${byId.get('changed')!.reference}`)).json!;
    expect(JSON.parse(String(task['input']![0]!['valueString']))).toMatchObject({
      id: 'changed',
      order: ids['Bisoprolol'],
      by: 'Sr. Mary',
    });
    const before = await world.changes();
    const again = await Promise.all([bring(wish), bring(wish)]);
    for (const each of again) expect(each.json, each.text).toMatchObject({ written: 0, already: 1, conflicts: 5, failed: 0 });
    expect(await world.changes()).toBe(before);
  });

  it('is decided once what became of a dose that did not fit, and what was discarded is not written when it is brought again', async () => {
    const { json } = await world.call('GET', `/fhir/Task?status=requested&patient=${ids['ann']}&_count=50`);
    const tasks = (json!['entry'] as unknown as { resource: Json }[]).map(({ resource }) => resource);
    const about = (id: string) => `Task/${String(tasks.find((each) => JSON.stringify(each['input']).includes(`\\"${id}\\"`))!['id'])}`;
    const resolve = (body: object, as = nurse) => as('POST', '/medication/downtime/resolve', { body: JSON.stringify(body) });
    const analyst = caller(world.server.address, await tokenFor(world.database, { role: 'analyst' }));
    const wish = { task: about('changed'), decision: 'record', reason: 'Given before it was changed' };
    expect((await resolve(wish, analyst)).status).toBe(403);
    for (const bad of [
      null,
      [],
      {},
      { ...wish, reason: 'x' },
      { ...wish, decision: 'constructor' },
      { ...wish, more: 1 },
      { ...wish, reason: 'a\0bcdef' },
    ])
      expect((await resolve(bad as object)).status, JSON.stringify(bad)).toBe(400);
    expect((await resolve({ ...wish, task: 'Task/nothing' })).status).toBe(404);
    const both = await Promise.all([resolve(wish), resolve(wish)]);
    expect(both.map((each) => each.status).sort(), both.map((each) => each.text).join()).toEqual([200, 409]);
    const made = both.find((each) => each.status === 200)!.json!;
    expect((await world.call('GET', `/fhir/${String(made['administration'])}`)).json).toMatchObject({
      request: { reference: ids['Bisoprolol'] },
      performer: [{ actor: { display: 'Sr. Mary' } }],
    });
    expect((await resolve({ task: about('stopped'), decision: 'discard', reason: 'It was another patient' })).status).toBe(200);
    const again = await bring({
      bundle: taken.bundle,
      signature: taken.signature,
      doses: ['changed', 'stopped'].map((id) => ({
        id,
        patient: ids['ann'],
        order: id === 'changed' ? ids['Bisoprolol'] : ids['Amlodipine'],
        at: ago(30),
        outcome: 'given',
      })),
    });
    expect(again.json, again.text).toMatchObject({ written: 0, already: 2, conflicts: 0 });
    const { rows } = await world.database.query<{ query: string }>({
      text: `select query from audit where action = 'medication-downtime-resolve' order by query`,
      values: [],
    });
    expect(rows.map(({ query }) => query)).toEqual(['decision=discard', 'decision=record']);
  });

  it('does not take a high-alert drug on nobody’s word, and names a patient who could not be read', async () => {
    const insulin = await orderOf(ids['ben']!, 'Insulin glargine 100 UNT/ML Injectable Solution');
    await create('Encounter', {
      status: 'in-progress',
      class: { code: 'IMP' },
      subject: { reference: 'Patient/nobody-there' },
      location: [{ location: { reference: ids['ward'] } }],
    });
    const { json } = await nurse('GET', `/medication/downtime?ward=${ids['ward']}`);
    const { bundle, signature } = json as unknown as typeof taken;
    expect(JSON.parse(bundle)).toMatchObject({ notRead: [{ patient: 'Patient/nobody-there' }] });
    const dose = { id: 'high', patient: ids['ben'], order: insulin, at: ago(10), outcome: 'given' };
    const brought = await bring({ bundle, signature, doses: [dose] });
    expect(brought.json, brought.text).toMatchObject({ written: 0, conflicts: 1, doses: [{ why: expect.stringContaining('high-alert') }] });
  });

  it('says before it is written what the bedside would have said, and keeps reason, product and lot', async () => {
    const late = await orderOf(ids['ben']!, 'Torsemide 5 MG Oral Tablet');
    const { json: held } = await nurse('GET', `/medication/downtime?ward=${ids['ward']}`);
    const { bundle, signature } = held as unknown as typeof taken;
    expect(JSON.parse(bundle)).toMatchObject({ patients: [{ patient: ids['ann'] }, { patient: ids['ben'] }] });
    const gtin = '00300010010010';
    const code = withCheck(gtin.slice(0, 13));
    await create('Medication', {
      status: 'active',
      code: { text: 'Warfarin 5 MG Oral Tablet' },
      identifier: [{ system: 'https://www.gs1.org/gtin', value: code }],
    });
    const dose = (id: string, more: object) => ({
      id,
      patient: ids['ben'],
      order: late,
      at: ago(20),
      outcome: 'given',
      dose: '5 mg',
      ...more,
    });
    const scanned = dose('scanned', { product: `]d201${code}1730123110DOWN7` });
    const check = await bring({ bundle, signature, check: true, doses: [scanned] });
    expect(check.json!['doses'], check.text).toMatchObject([{ outcome: 'fits', warnings: [expect.stringMatching(/warfarin/i)] }]);
    const held2 = dose('held', { outcome: 'held', at: ago(60), reason: 'vital-sign: pulse 44' });
    const sent = await bring({ bundle, signature, doses: [scanned, held2] });
    expect(sent.json, sent.text).toMatchObject({ written: 2, conflicts: 0 });
    const recalled = await world.call('GET', '/medication/recall?lot=DOWN7');
    expect(recalled.json!['patients']).toEqual([ids['ben']]);
    const { json: kept } = await world.call('GET', `/fhir/MedicationAdministration?request=${late}&status=not-done`);
    expect(JSON.stringify(kept)).toContain('"code":"vital-sign"');
    const wrong = await bring({ bundle, signature, doses: [dose('x', { outcome: 'held', reason: 'because' })] });
    expect([wrong.status, wrong.text]).toEqual([400, expect.stringContaining('reason')]);
    const none = await bring({ bundle, signature, check: true, doses: [] });
    expect(none.status, none.text).toBe(200);
    expect((await bring({ bundle: `${bundle} `, signature, check: true, doses: [] })).status).toBe(400);
  });

  it('is for those who may record doses', async () => {
    const analyst = caller(world.server.address, await tokenFor(world.database, { role: 'analyst' }));
    const dose = { id: 'z', patient: ids['ann'], order: ids['Lisinopril'], at: ago(300), outcome: 'given' };
    expect((await bring({ bundle: taken.bundle, signature: taken.signature, doses: [dose] }, analyst)).status).toBe(403);
  });
});
