// Bedside scanning as a nurse has it: the whole program, raw scanner input, the patient's own record.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCheck } from '../src/formats/barcodes/check-digit.ts';
import { fnc1 } from '../src/formats/barcodes/element-strings.ts';
import { openPeople } from '../src/people/people.ts';
import { type Caller, caller, type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let world: Stand;
let colleague: string;
let nurse: Caller;
const gsrn = withCheck('95011015300100001');
const otherGsrn = withCheck('95011015300100002');
const lisinopril10 = withCheck('0030001001011');
const lisinopril20 = withCheck('0030001001021');
const metoprolol25 = withCheck('0030001002011');
const recalled = withCheck('0030001003011');
const onlyNdc = withCheck('0030093310501');
const ids: Record<string, string> = {};

const label = (gtin: string, lot = 'A1', expiry = '301231') => `]d201${gtin}17${expiry}10${lot}`;
const band = `]d28018${gsrn}${fnc1}80192`;

async function create(type: string, body: object): Promise<string> {
  const { status, json, text } = await world.call('POST', `/fhir/${type}`, { body: { resourceType: type, ...body } });
  expect(status, text).toBe(201);
  return `${type}/${String(json!['id'])}`;
}
const product = (text: string, gtin: string, more: object = {}) =>
  create('Medication', { status: 'active', code: { text }, identifier: [{ system: 'https://www.gs1.org/gtin', value: gtin }], ...more });
const order = (text: string, dose: [number, string], more: object = {}) =>
  create('MedicationRequest', {
    status: 'active',
    intent: 'order',
    subject: { reference: ids['patient'] },
    authoredOn: '2026-11-01T08:00:00Z',
    medicationCodeableConcept: { text },
    dosageInstruction: [
      {
        route: { text: 'oral' },
        timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: { value: dose[0], unit: dose[1] } }],
      },
    ],
    ...more,
  });
const scan = async (body: object): Promise<Json> => {
  const { status, json, text } = await nurse('POST', '/medication/scan', { body });
  expect(status, text).toBe(200);
  return json!;
};
const codes = (said: Json) => (said['reasons'] as unknown as { code: string }[]).map((each) => each.code);

beforeAll(async () => {
  world = await stand();
  nurse = caller(world.server.address, await tokenFor(world.database, { role: 'nurse' }));
  const people = openPeople(world.database);
  for (const [name, role] of [
    ['florence', 'nurse'],
    ['grace', 'nurse'],
    ['ana', 'analyst'],
  ] as const) {
    const made = await people.createAccount({ name, password: `${name} walks at dawn`, role }, new Date());
    if (!made.ok) throw new Error(made.problem.message);
  }
  const issued = await people.issueToken({ name: 'mary', role: 'nurse' }, 3600_000, new Date());
  if (!issued.ok) throw new Error(issued.problem.message);
  colleague = issued.value.token;
  ids['patient'] = await create('Patient', {
    identifier: [
      { system: 'urn:example:mrn', value: 'MRN-00123' },
      { system: 'https://www.gs1.org/gsrn', value: gsrn },
      { system: 'https://www.gs1.org/srin', value: '2' },
    ],
  });
  ids['other'] = await create('Patient', {
    identifier: [
      { system: 'urn:example:mrn', value: 'MRN-00999' },
      { system: 'https://www.gs1.org/gsrn', value: otherGsrn },
    ],
  });
  ids['l10'] = await product('Lisinopril 10 MG Oral Tablet', lisinopril10);
  await product('Lisinopril 20 MG Oral Tablet', lisinopril20);
  await product('Metoprolol tartrate 25 MG Oral Tablet', metoprolol25);
  await product('Amlodipine 5 MG Oral Tablet', recalled);
  await product('Amlodipine 5 MG Oral Tablet', recalled, { status: 'inactive', batch: { lotNumber: 'BAD7' } });
  await create('Medication', {
    code: { text: 'Amoxicillin 500 MG Oral Capsule', coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '00093-3105-01' }] },
  });
  ids['lisinopril'] = await order('Lisinopril 10 MG Oral Tablet', [10, 'mg']);
  ids['amlodipine'] = await order('Amlodipine 5 MG Oral Tablet', [5, 'mg']);
  ids['amoxicillin'] = await order('Amoxicillin 500 MG Oral Capsule', [500, 'mg']);
  ids['paracetamol'] = await create('MedicationRequest', {
    status: 'active',
    intent: 'order',
    subject: { reference: ids['patient'] },
    medicationCodeableConcept: { text: 'Acetaminophen 325 MG Oral Tablet' },
    dosageInstruction: [{ asNeededBoolean: true, route: { text: 'oral' }, doseAndRate: [{ doseQuantity: { value: 325, unit: 'mg' } }] }],
  });
  await create('AllergyIntolerance', {
    patient: { reference: ids['patient'] },
    code: { coding: [{ system: 'http://snomed.info/sct', code: '716186003' }], text: 'No known allergy' },
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
  });
  const measured = (code: string, value: number, unit: string) =>
    create('Observation', {
      status: 'final',
      subject: { reference: ids['patient'] },
      code: { coding: [{ system: 'http://loinc.org', code }] },
      effectiveDateTime: new Date().toISOString(),
      valueQuantity: { value, unit, code: unit, system: 'http://unitsofmeasure.org' },
    });
  await measured('8480-6', 128, 'mm[Hg]');
  await measured('8867-4', 72, '/min');
}, 120_000);
afterAll(() => world?.end());

describe('POST /medication/scan', () => {
  it('allows the right drug for the right patient', async () => {
    const said = await scan({ patient: ids['patient'], scans: [band, label(lisinopril10)] });
    expect(said['reasons']).toEqual([]);
    expect(said).toMatchObject({
      outcome: 'allow',
      order: ids['lisinopril'],
      patient: ids['patient'],
      evidence: { wristband: true, drug: true },
    });
  });

  it('finds the patient by the wristband where no chart is open', async () => {
    expect(await scan({ scans: [']C0MRN-00123', lisinopril10.slice(2)] })).toMatchObject({ outcome: 'allow', patient: ids['patient'] });
  });

  it.each([
    ['the wristband of somebody else', () => [`]d28018${otherGsrn}`, label(lisinopril10)], 'wristband-other-patient'],
    ['the record number of somebody else', () => [']C0MRN-00999', label(lisinopril10)], 'wristband-other-patient'],
    ['a copy of the wristband', () => [`]d28018${gsrn}${fnc1}80191`, label(lisinopril10)], 'wristband-not-current'],
    ['another drug', () => [band, label(metoprolol25)], 'not-ordered'],
    ['a double strength in halves is said, not blocked', () => [band, label(lisinopril20)], 'dose-part-of-unit'],
    ['two units where one is the dose', () => [band, label(lisinopril10), label(lisinopril10)], 'dose-over'],
    ['an expired pack', () => [band, label(lisinopril10, 'A1', '260131')], 'expired'],
    ['a recalled lot', () => [band, label(recalled, 'BAD7')], 'recalled'],
    ['a product that nobody knows', () => [band, label(withCheck('0030009009091'))], 'product-not-known'],
    ['a wrong check digit', () => [band, `]d201${lisinopril10.slice(0, 13)}${(Number(lisinopril10[13]) + 1) % 10}`], 'code-unreadable'],
    ['no wristband', () => [label(lisinopril10)], 'wristband-missing'],
  ])('notices %s', async (_, scans, code) => {
    const said = await scan({ patient: ids['patient'], scans: scans() });
    expect(codes(said)).toContain(code);
    expect(said['outcome']).not.toBe('allow');
  });

  it('matches a product number with the national drug code of the directory', async () => {
    expect(await scan({ patient: ids['patient'], scans: [band, `]E0${onlyNdc.slice(1)}`] })).toMatchObject({
      outcome: 'allow',
      order: ids['amoxicillin'],
    });
  });

  it('refuses hostile bodies with a sentence', async () => {
    const hostile: unknown[] = [
      { patient: 7 },
      { patient: 'Patient/x', scans: 'abc' },
      { scans: [7] },
      { scans: ['a\0b'] },
      { scans: ['\ud800'] },
      { scans: [] },
      { scans: Array.from({ length: 5000 }, () => 'x') },
      { scans: ['x'.repeat(10_000)] },
      { scans: ['x'], entered: { dose: { value: 'NaN', unit: 'mg' } } },
      { scans: ['x'], entered: { __proto__x: 1 } },
      { scans: ['x'], at: 'yesterday' },
      { scans: ['x'], at: 12 },
      { scans: ['x'], constructor: 1 },
      { scans: ['x'], order: ['MedicationRequest/1'] },
      [],
      null,
      'text',
    ];
    for (const body of hostile) {
      const { status, text } = await nurse('POST', '/medication/scan', { body: JSON.stringify(body) });
      expect([400, 413], `${JSON.stringify(body).slice(0, 80)} ${text.slice(0, 200)}`).toContain(status);
      expect(text.length).toBeGreaterThan(20);
    }
    for (const raw of ['%', '\\', 'a,b|c$d', "'; drop table x", '*', ']d2\u001d\u001d', ']', 'é'.repeat(100)])
      expect((await nurse('POST', '/medication/scan', { body: { patient: ids['patient'], scans: [raw] } })).status, raw).toBe(200);
  });

  it('says not found for a patient that is not there', async () => {
    expect((await nurse('POST', '/medication/scan', { body: { patient: 'Patient/none', scans: ['x'] } })).status).toBe(404);
  });
});

describe('POST /medication/administer', () => {
  const right = () => ({ patient: ids['patient'], scans: [band, label(lisinopril10)], workstation: 'cart 4' });
  const administer = (body: object) => nurse('POST', '/medication/administer', { body });

  it('gives nothing without evidence, against a block, or without a reason against a warning', async () => {
    const before = await world.changes();
    const bare = await administer({ patient: ids['patient'], order: ids['lisinopril'], scans: [band], outcome: 'given' });
    const blocked = await administer({
      ...right(),
      scans: [`]d28018${gsrn}${fnc1}80191`, label(lisinopril10)],
      outcome: 'given',
      reason: 'x',
    });
    const warned = await administer({ ...right(), scans: [band, label(lisinopril20)], outcome: 'given' });
    const held = await administer({ ...right(), outcome: 'held' });
    expect([bare.status, blocked.status, warned.status, held.status]).toEqual([409, 409, 409, 400]);
    expect((await administer({ ...right(), outcome: 'eaten' })).status).toBe(400);
    expect((await administer({ ...right(), outcome: 'given', at: '2099-01-01T00:00:00Z' })).status).toBe(400);
    expect(await world.changes()).toBe(before);
  });

  it('records one dose where an answer was lost and the session is sent again, at once or later', async () => {
    const session = '3f0c1a52-7d4e-4a8b-9c55-0d6f2b7e1a90';
    const body = { ...right(), order: ids['paracetamol'], scans: [band], notScanned: 'no-barcode', reason: 'checked-by-hand', session };
    const wish = { ...body, entered: { reason: 'pain' }, outcome: 'given' };
    const both = await Promise.all([administer(wish), administer(wish)]);
    const later = await administer(wish);
    expect(
      [...both, later].map((each) => each.status),
      [...both, later].map((each) => each.text).join(),
    ).toEqual([201, 201, 201]);
    expect(new Set([...both, later].map((each) => each.json!['administration'])).size).toBe(1);
    const { json } = await world.call('GET', `/fhir/MedicationAdministration?request=${ids['paracetamol']}&_summary=count`);
    expect(json!['total']).toBe(1);
    // What was recorded is not turned into something else by the same session.
    expect((await administer({ ...wish, outcome: 'refused', reason: 'patient-refused' })).status).toBe(409);
    expect((await administer({ ...wish, session: 'mine' })).status).toBe(400);
  });

  it('refuses hostile bodies with a sentence, and stores nothing of them', async () => {
    const before = await world.changes();
    const hostile: unknown[] = [
      null,
      [],
      'text',
      7,
      {},
      { ...right() },
      { ...right(), outcome: 'constructor' },
      { ...right(), outcome: ['given'] },
      { ...right(), outcome: 'given', reason: 'a\0b' },
      { ...right(), outcome: 'given', reason: '\ud800' },
      { ...right(), outcome: 'given', reason: 'x'.repeat(1000) },
      { ...right(), outcome: 'given', notScanned: 'toString' },
      { ...right(), outcome: 'given', workstation: { a: 1 } },
      { ...right(), outcome: 'given', witness: 'a name' },
      { ...right(), outcome: 'given', entered: { dose: '-5 mg' } },
      { ...right(), outcome: 'given', entered: { dose: '1e999 mg' } },
      { ...right(), outcome: 'given', entered: 'all' },
      { ...right(), outcome: 'given', at: 'now' },
      { ...right(), outcome: 'given', more: 1 },
      { ...right(), outcome: 'given', scans: ['a\0'] },
      { ...right(), outcome: 'given', scans: Array.from({ length: 1000 }, () => band) },
    ];
    for (const body of hostile) {
      const { status, text } = await nurse('POST', '/medication/administer', { body: JSON.stringify(body) });
      expect([400, 413], `${JSON.stringify(body).slice(-80)} ${text.slice(0, 200)}`).toContain(status);
      expect(text.length).toBeGreaterThan(20);
    }
    for (const body of ['', '{', `${'['.repeat(100_000)}`, '{"patient":"x","patient":'])
      expect([400, 413], body.slice(0, 20)).toContain((await nurse('POST', '/medication/administer', { body })).status);
    expect(await world.changes()).toBe(before);
  });

  it('records the dose with its scans, and the same dose only once', async () => {
    const twice = await Promise.all([administer({ ...right(), outcome: 'given' }), administer({ ...right(), outcome: 'given' })]);
    expect(twice.map((each) => each.status).sort(), twice.map((each) => each.text).join()).toEqual([201, 409]);
    const reference = String(twice.find((each) => each.status === 201)!.json!['administration']);
    const { json } = await world.call('GET', `/fhir/${reference}`);
    expect(json).toMatchObject({
      status: 'completed',
      medicationReference: { reference: ids['l10'] },
      request: { reference: ids['lisinopril'] },
      dosage: { dose: { value: 10, unit: 'mg' } },
    });
    const provenance = await world.call('GET', `/fhir/Provenance?target=${reference}`);
    expect(provenance.json!['entry']![0]!['resource']).toMatchObject({
      location: { display: 'cart 4' },
      entity: [
        { what: { identifier: { value: band.replace(fnc1, '<GS>') } } },
        { what: { identifier: { value: label(lisinopril10) } } },
        { what: { identifier: { system: 'https://lamplight.dev/fhir/NamingSystem/lot', value: 'A1' } } },
      ],
    });
    const again = await scan(right());
    expect(again['outcome']).toBe('block');
    expect(codes(again)).toContain('already-given');
  });

  it('records what was overridden, with the reason', async () => {
    const done = await administer({
      patient: ids['patient'],
      order: ids['amlodipine'],
      scans: [band, ']C0SMEARED'],
      outcome: 'given',
      notScanned: 'damaged-label',
      entered: { dose: '5 mg' },
    });
    expect(done.status, done.text).toBe(201);
    const issues = await world.call('GET', `/fhir/DetectedIssue?implicated=${String(done.json!['administration'])}`);
    expect(issues.json!['entry']![0]!['resource']).toMatchObject({
      code: { coding: [{ code: 'product-not-known' }] },
      mitigation: [{ action: { text: 'damaged-label' } }],
    });
  });

  it('records that a dose was refused', async () => {
    const done = await administer({
      patient: ids['patient'],
      order: ids['amoxicillin'],
      scans: [],
      outcome: 'refused',
      reason: 'patient-refused',
    });
    expect(done.status, done.text).toBe(201);
    expect((await world.call('GET', `/fhir/${String(done.json!['administration'])}`)).json).toMatchObject({ status: 'not-done' });
  });
});

describe('a drug that a second person checks', () => {
  const insulin = withCheck('0030001004011');
  let florence: Caller;
  const give = (more: object, as: Caller = florence) =>
    as('POST', '/medication/administer', {
      body: {
        patient: ids['patient'],
        order: ids['insulin'],
        scans: [band, label(insulin)],
        outcome: 'given',
        reason: 'ok',
        entered,
        ...more,
      },
    });
  const entered = { dose: '10 units' };
  beforeAll(async () => {
    const people = openPeople(world.database);
    const signedIn = await people.signIn({ name: 'florence', password: 'florence walks at dawn', from: 'test' }, new Date());
    if (!signedIn.ok) throw new Error(signedIn.problem.message);
    florence = caller(world.server.address, signedIn.value.token);
    await product('Insulin lispro 100 UNT/ML Injectable Solution', insulin);
    ids['insulin'] = await order('Insulin lispro 100 UNT/ML Injectable Solution', [10, 'unit'], {
      dosageInstruction: [
        {
          route: { text: 'subcutaneous' },
          timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
          doseAndRate: [{ doseQuantity: { value: 10, unit: 'unit' } }],
        },
      ],
    });
    await create('Observation', {
      status: 'final',
      subject: { reference: ids['patient'] },
      code: { coding: [{ system: 'http://loinc.org', code: '2339-0' }] },
      effectiveDateTime: new Date().toISOString(),
      valueQuantity: { value: 180, unit: 'mg/dL', code: 'mg/dL', system: 'http://unitsofmeasure.org' },
    });
  });

  it('is not given on a name alone, the own proof, a wrong one, or that of somebody who may not check', async () => {
    const before = await world.changes();
    const statusOf = async (witness: unknown) => (await give(witness === undefined ? {} : { witness })).status;
    expect(await statusOf(undefined)).toBe(409);
    expect(await statusOf('grace')).toBe(400);
    expect(await statusOf({ name: 'florence', password: 'florence walks at dawn' })).toBe(409);
    expect(await statusOf({ name: 'ana', password: 'ana walks at dawn' })).toBe(403);
    expect(await statusOf({ token: world.administrator })).toBe(403);
    expect(await statusOf({ token: 'llt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' })).toBe(403);
    const wrong = await give({ witness: { name: 'grace', password: 'a guess of mine' } });
    expect([wrong.status, wrong.text]).toEqual([403, expect.not.stringMatching(/guess|grace/)]);
    for (const witness of [
      {},
      [],
      7,
      { name: 'grace' },
      { name: 'grace', password: 'a\0' },
      { token: 7 },
      { token: 'x', name: 'y' },
      { __proto__x: 1 },
    ])
      expect(await statusOf(witness), JSON.stringify(witness)).toBe(400);
    expect(await world.changes()).toBe(before);
    const { rows } = await world.database.query<{ n: number }>({
      text: `select count(*)::int4 as n from session join account on account.id = session.account where name = 'grace'`,
    });
    expect(rows[0]!.n).toBe(0);
  });

  it('is given with the password of a colleague, and record and trail name both', async () => {
    const done = await give({ witness: { name: 'grace', password: 'grace walks at dawn' } });
    expect(done.status, done.text).toBe(201);
    const { json, text } = await world.call('GET', `/fhir/${String(done.json!['administration'])}`);
    expect(json!['performer']).toMatchObject([
      { actor: { display: 'florence' } },
      { function: { text: 'independent second check' }, actor: { display: 'grace' } },
    ]);
    expect(text).not.toContain('dawn');
    const trail = await world.call('GET', `/audit?patient=${ids['patient']!.slice('Patient/'.length)}`);
    const rows = trail.json!['rows'] as unknown as { action: string; query?: string; who: string }[];
    const { rows: kept } = await world.database.query<{ who: string; query: string }>({
      text: `select who, query from audit where action = 'medication-witness' and outcome = 200`,
    });
    expect(kept, JSON.stringify(rows?.slice(0, 3))).toEqual([{ who: 'florence', query: 'giver=florence&second-person=grace&by=sign-in' }]);
  });

  it('locks a name that is guessed at, as signing in does', async () => {
    const codes: number[] = [];
    for (let i = 0; i < 6; i++) codes.push((await give({ witness: { name: 'nobody-there', password: `guess ${i}` } })).status);
    expect(codes).toEqual([403, 403, 403, 403, 403, 429]);
    // Another proof still counts.
    expect((await give({ witness: { token: colleague } })).status).toBe(409);
  });
});

describe('an allergy that is recorded after the order', () => {
  it('is said at the bedside', async () => {
    await create('AllergyIntolerance', {
      patient: { reference: ids['patient'] },
      code: { text: 'Penicillin' },
      criticality: 'high',
      reaction: [{ severity: 'severe', manifestation: [{ text: 'anaphylaxis' }] }],
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    });
    const said = await scan({ patient: ids['patient'], scans: [band, `]E0${onlyNdc.slice(1)}`] });
    expect(codes(said)).toContain('allergy');
    expect(said['outcome']).not.toBe('allow');
  });
});

describe('GET /medication/due', () => {
  it('lists what is due and what became of it', async () => {
    const { status, json, text } = await nurse(
      'GET',
      `/medication/due?patient=${ids['patient']}&from=2026-11-02T00:00:00Z&to=2026-11-04T00:00:00Z`,
    );
    expect(status, text).toBe(200);
    expect((json!['doses'] as unknown as { order: string }[]).filter((each) => each.order === ids['lisinopril'])).toHaveLength(2);
    // What a drug weighs is its dose; of an infusion the salt in it is none.
    const fluid = await order('sodium chloride 0.9 % intravenous infusion', [500, 'mL']);
    const later = await nurse('GET', `/medication/due?patient=${ids['patient']}&from=2026-11-02T00:00:00Z&to=2026-11-04T00:00:00Z`);
    const shown = later.json!['orders'] as unknown as { order: string; dose?: string }[];
    expect(shown.find((each) => each.order === fluid)).toMatchObject({ title: expect.stringContaining('sodium chloride') });
    expect(shown.find((each) => each.order === fluid)?.dose).toBeUndefined();
    expect(shown.find((each) => each.order === ids['lisinopril'])?.dose).toBe('10 mg');
    for (const query of [
      '',
      '?patient=none',
      `?patient=${ids['patient']}&from=x`,
      `?patient=${ids['patient']}&from=2026-01-01&to=2027-01-01`,
      '?patient=a%00b',
      '?patient=a%27%20or%201=1',
      '?constructor=1',
      `?patient=${ids['patient']}&from=2026-11-02&to=2026-11-01`,
      `?patient=${ids['patient']}&from=%00`,
      `?patient=${'x'.repeat(5000)}`,
    ])
      expect([400, 404]).toContain((await nurse('GET', `/medication/due${query}`)).status);
  });
});
