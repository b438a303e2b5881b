// From the order to its effect, and back from a lot to the patients: the whole program, doses recorded by scanning.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCheck } from '../src/formats/barcodes/check-digit.ts';
import { fnc1 } from '../src/formats/barcodes/element-strings.ts';
import { type Caller, caller, type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let world: Stand;
let nurse: Caller;
const ids: Record<string, string> = {};
const gsrn = withCheck('95011015300100001');
const gtin = withCheck('0030001001001');
const band = `]d28018${gsrn}${fnc1}80191`;
const label = (lot: string) => `]d201${gtin}17301231${`10${lot}`}`;
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

async function create(type: string, body: object): Promise<string> {
  const { status, json, text } = await world.call('POST', `/fhir/${type}`, { body: { resourceType: type, ...body } });
  expect(status, text).toBe(201);
  return `${type}/${String(json!['id'])}`;
}
const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
const order = (text: string, mg: number, more: object = {}) =>
  create('MedicationRequest', {
    status: 'active',
    intent: 'order',
    subject: { reference: ids['patient'] },
    authoredOn: hoursAgo(30),
    requester: { display: 'Dr Okafor' },
    medicationCodeableConcept: { text },
    dosageInstruction: [
      {
        route: { text: 'oral' },
        timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } },
        doseAndRate: [{ doseQuantity: { value: mg, unit: 'mg' } }],
      },
    ],
    ...more,
  });
const give = async (lot: string): Promise<string> => {
  const { status, json, text } = await nurse('POST', '/medication/administer', {
    body: { patient: ids['patient'], order: ids['lisinopril'], scans: [band, label(lot)], outcome: 'given', reason: 'early' },
  });
  expect(status, text).toBe(201);
  return String(json!['administration']);
};

beforeAll(async () => {
  world = await stand();
  nurse = caller(world.server.address, await tokenFor(world.database, { role: 'nurse' }));
  ids['patient'] = await create('Patient', {
    identifier: [
      { system: 'https://www.gs1.org/gsrn', value: gsrn },
      { system: 'https://www.gs1.org/srin', value: '1' },
    ],
  });
  await create('Medication', {
    status: 'active',
    code: { text: 'Lisinopril 10 MG Oral Tablet' },
    identifier: [{ system: 'https://www.gs1.org/gtin', value: gtin }],
  });
  ids['lisinopril'] = await order('Lisinopril 10 MG Oral Tablet', 10);
  ids['stopped'] = await order('Metoprolol tartrate 25 MG Oral Tablet', 25, {
    status: 'stopped',
    dispenseRequest: { validityPeriod: { end: hoursAgo(20) } },
  });
  ids['waiting'] = await order('Amlodipine 5 MG Oral Tablet', 5);
  await create('Task', {
    status: 'requested',
    intent: 'order',
    code: { coding: [{ system: 'http://lamplight.example/CodeSystem/medication-task', code: 'verify' }] },
    focus: { reference: ids['waiting'] },
    for: { reference: ids['patient'] },
  });
});
afterAll(() => world.end());

const loop = async (): Promise<Json> => {
  const { status, json, text } = await nurse('GET', `/medication/loop?patient=${ids['patient']}`);
  expect(status, text).toBe(200);
  return json!;
};
const kinds = (said: Json, ref: string): string[] =>
  list(said['discrepancies'])
    .filter((each) => list(each['refs']).map(String).includes(ref))
    .map((each) => String(each['kind']));

it('follows an order from its signature to the dose, with the lot that was scanned', async () => {
  const administration = await give('LOT77');
  const dispense = await create('MedicationDispense', {
    status: 'completed',
    subject: { reference: ids['patient'] },
    authorizingPrescription: [{ reference: ids['lisinopril'] }],
    whenHandedOver: hoursAgo(2),
    medicationCodeableConcept: { text: 'Lisinopril 10 MG Oral Tablet' },
  });
  const said = await loop();
  const own = list(said['loops']).find((each) => String(each['order']) === ids['lisinopril']);
  expect(own?.['signed']?.['by']).toBe('Dr Okafor');
  expect(list(own?.['dispensed']).map((each) => String(each['ref']))).toEqual([dispense]);
  expect(own?.['given']?.[0]).toMatchObject({ ref: administration, outcome: 'given', lots: [{ lot: 'LOT77' }] });
  expect(kinds(said, ids['lisinopril']!)).toEqual([]);
});

it('says what does not fit: not verified, another drug, after its end, of no order', async () => {
  const other = await create('MedicationDispense', {
    status: 'completed',
    subject: { reference: ids['patient'] },
    authorizingPrescription: [{ reference: ids['lisinopril'] }],
    whenHandedOver: hoursAgo(1),
    medicationCodeableConcept: { text: 'Warfarin 5 MG Oral Tablet' },
  });
  const stray = await create('MedicationAdministration', {
    status: 'completed',
    subject: { reference: ids['patient'] },
    effectiveDateTime: hoursAgo(3),
    medicationCodeableConcept: { text: 'Furosemide 40 MG Oral Tablet' },
  });
  const wrong = await create('MedicationAdministration', {
    status: 'completed',
    subject: { reference: ids['patient'] },
    request: { reference: ids['lisinopril'] },
    effectiveDateTime: hoursAgo(26),
    medicationCodeableConcept: { text: 'Lisinopril 10 MG Oral Tablet' },
    dosage: { dose: { value: 40, unit: 'mg', system: 'http://unitsofmeasure.org', code: 'mg' } },
  });
  const said = await loop();
  expect(kinds(said, ids['waiting']!)).toContain('not-verified');
  expect(kinds(said, other)).toEqual(['dispensed-other-drug']);
  expect(kinds(said, stray)).toEqual(['given-without-order']);
  expect(kinds(said, wrong)).toEqual(['given-other-dose']);
});

it('finds who had a lot that is recalled, by what was scanned and by what another system wrote', async () => {
  const outside = await create('MedicationDispense', {
    status: 'completed',
    subject: { reference: ids['patient'] },
    whenHandedOver: hoursAgo(50),
    medicationReference: { reference: '#m' },
    contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'Amlodipine 5 MG' }, batch: { lotNumber: 'X-9' } }],
  });
  const ask = async (query: string) => (await nurse('GET', `/medication/recall?${query}`)).json!;
  expect((await ask('lot=LOT77'))['patients']).toEqual([ids['patient']]);
  expect(list((await ask('lot=LOT77&product=lisinopril'))['doses'])).toHaveLength(1);
  expect(list((await ask('lot=LOT77&product=warfarin'))['doses'])).toEqual([]);
  expect(list((await ask('lot=X-9'))['doses']).map((each) => String(each['ref']))).toEqual([outside]);
  expect((await ask('lot=LOT78'))['patients']).toEqual([]);
});

it('takes the code of a package for a recall, and says where it holds neither lot nor number', async () => {
  const ask = (scan: string, more = '') => nurse('GET', `/medication/recall?scan=${encodeURIComponent(scan)}${more}`);
  const whole = (await ask(`]d201${gtin}17301231\u001d10LOT77`)).json!;
  expect([whole['lot'], whole['ndc'], whole['patients']]).toEqual(['LOT77', gtin, [ids['patient']]]);
  const other = (await ask(`]d201${gtin}10LOT78`)).json!;
  expect([other['lot'], other['patients']]).toEqual(['LOT78', []]);
  const bare = (await ask(`]E0${gtin.slice(1)}`)).json!;
  expect(bare['lot']).toBeUndefined();
  expect(list(bare['doses']).length).toBeGreaterThan(0);
  for (const [scan, more] of [
    ['', ''],
    [']C0MRN-1', ''],
    [`]d201${gtin.slice(0, -1)}${(Number(gtin.at(-1)) + 1) % 10}10LOT77`, ''],
    ['1'.repeat(5000), ''],
    [`]d201${gtin}10LOT77`, '&lot=LOT77'],
  ] as const) {
    const { status, text } = await ask(scan, more);
    expect(status, `${scan.slice(0, 40)} ${text}`).toBe(400);
  }
});

it('finds who had a product, by its number in any wording and by its name, those in beds first', async () => {
  const ward = await create('Location', { name: '4 East', physicalType: { coding: [{ code: 'wa' }] } });
  const bed = await create('Location', { name: 'Bed 7', partOf: { reference: ward }, physicalType: { coding: [{ code: 'bd' }] } });
  await create('Encounter', {
    status: 'in-progress',
    class: { code: 'IMP' },
    subject: { reference: ids['patient'] },
    location: [{ location: { reference: bed }, status: 'active' }],
  });
  ids['ward'] = ward;
  const home = await create('Patient', { name: [{ family: 'Aaron' }] });
  const dose = await create('MedicationAdministration', {
    status: 'completed',
    subject: { reference: home },
    effectiveDateTime: hoursAgo(30 * 24),
    medicationCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '0001-0010-01' }], text: 'Lisinopril 10 mg' },
  });
  await create('MedicationAdministration', {
    status: 'entered-in-error',
    subject: { reference: home },
    effectiveDateTime: hoursAgo(9),
    medicationCodeableConcept: { coding: [{ system: 'http://hl7.org/fhir/sid/ndc', code: '0001-0010-01' }] },
  });
  const ask = async (query: string) => {
    const { status, json, text } = await nurse('GET', `/medication/recall?${query}`);
    expect(status, text).toBe(200);
    expect([list(json!['stops']), list(json!['notRead'])]).toEqual([[], []]);
    return json!;
  };
  // The directory holds the product number, another system wrote the code: each finds both.
  for (const ndc of ['0001-0010-01', '00001001001', gtin]) {
    const said = await ask(`ndc=${ndc}`);
    expect(list(said['patients']), ndc).toEqual([ids['patient'], home]);
    expect(list(said['people'])).toMatchObject([
      { patient: ids['patient'], place: '4 East, Bed 7' },
      { patient: home, name: 'Aaron' },
    ]);
    expect(list(said['doses']).map((each) => String(each['ref']))).toContain(dose);
  }
  expect(list((await ask('product=lisinopril'))['patients'])).toEqual([ids['patient'], home]);
  expect(list((await ask(`ndc=${gtin}&since=${hoursAgo(24).slice(0, 10)}`))['patients'])).toEqual([ids['patient']]);
  expect(list((await ask(`lot=LOT77&ndc=${gtin}`))['doses'])).toMatchObject([{ lots: ['LOT77'] }]);
  expect(list((await ask('lot=LOT77&ndc=0002-0010-01'))['doses'])).toEqual([]);
  expect(list((await ask('ndc=0002-0010-01'))['patients'])).toEqual([]);
});

it('reads a recall page by page: nobody is missed behind the first thousand', async () => {
  const outpatient = await create('Patient', { name: [{ family: 'Meyer' }] });
  const entry = Array.from({ length: 600 }, (_, i) => ({
    resource: {
      resourceType: 'MedicationDispense',
      status: 'completed',
      subject: { reference: outpatient },
      whenHandedOver: hoursAgo(100 + i),
      medicationReference: { reference: '#m' },
      contained: [{ resourceType: 'Medication', id: 'm', code: { text: 'Docusate 100 MG' }, batch: { lotNumber: 'MANY' } }],
    },
    request: { method: 'POST', url: 'MedicationDispense' },
  }));
  for (const half of [0, 1]) {
    const { status, text } = await world.call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'transaction', entry } });
    expect([half, status], text.slice(0, 300)).toEqual([half, 200]);
  }
  const { json } = await nurse('GET', '/medication/recall?lot=MANY');
  expect([list(json!['doses']).length, list(json!['stops']), json!['more']]).toEqual([1200, [], undefined]);
});

it('follows the orders of everybody in the beds of a ward, and says whom it could not read', async () => {
  const { status, json, text } = await nurse('GET', `/medication/loop?ward=${ids['ward']}`);
  expect(status, text).toBe(200);
  expect(json).toMatchObject({ name: '4 East', notRead: [], patients: [{ patient: ids['patient'], bed: 'Bed 7' }] });
  expect(list(json!['patients']![0]!['loops']).map((each) => String(each['order']))).toContain(ids['waiting']);
  expect(list(json!['patients']![0]!['discrepancies']).length).toBeGreaterThan(0);
  expect((await nurse('GET', '/medication/loop?ward=Location/nowhere')).status).toBe(404);
});

describe('an order is stopped', () => {
  const stop = (body: object, by: Caller = world.call) => by('POST', '/medication/stop', { body });
  const due = async (): Promise<string[]> => {
    const { json } = await nurse('GET', `/medication/due?patient=${ids['patient']}`);
    return list(json!['doses']).map((each) => String(each['order']));
  };

  it('with its reason: what waited for it is taken away, no dose is due, and the loop says when and why', async () => {
    const order = await create('MedicationRequest', {
      status: 'active',
      intent: 'order',
      subject: { reference: ids['patient'] },
      authoredOn: hoursAgo(30),
      medicationCodeableConcept: { text: 'Furosemide 40 MG Oral Tablet' },
      dosageInstruction: [{ text: 'furosemide 40 mg po q6h', timing: { repeat: { frequency: 1, period: 6, periodUnit: 'h' } } }],
    });
    const task = await create('Task', {
      status: 'requested',
      intent: 'order',
      code: { coding: [{ system: 'http://lamplight.example/CodeSystem/medication-task', code: 'verify' }] },
      focus: { reference: order },
      for: { reference: ids['patient'] },
    });
    expect(await due()).toContain(order);
    expect((await stop({ order, reason: 'potassium is 2.9' }, nurse)).status).toBe(403);
    const pharmacist = caller(world.server.address, await tokenFor(world.database, { role: 'pharmacist' }));
    const both = await Promise.all([
      stop({ order, reason: 'potassium is 2.9' }, pharmacist),
      stop({ order, reason: 'potassium is 2.9' }, pharmacist),
    ]);
    expect(
      both.map(({ status }) => status),
      both.map(({ text }) => text).join(),
    ).toEqual([200, 200]);
    expect(both.filter(({ json }) => json!['repeated'] === undefined).flatMap(({ json }) => list(json!['tasks']).map(String))).toEqual([
      task,
    ]);
    expect(await due()).not.toContain(order);
    const own = list((await loop())['loops']).find((each) => String(each['order']) === order);
    expect(own).toMatchObject({ status: 'stopped', ended: { reason: 'potassium is 2.9', at: String(both[0]!.json!['at']) } });
    expect((await world.call('GET', `/fhir/${task}`)).json).toMatchObject({ status: 'cancelled' });
    const trail = await world.call('GET', `/fhir/Provenance?target=${order}`);
    expect(JSON.stringify(trail.json)).toContain('potassium is 2.9');
    expect(list(trail.json!['entry'])).toHaveLength(1);
    // A dose that is given after it was stopped is said.
    const late = await create('MedicationAdministration', {
      status: 'completed',
      subject: { reference: ids['patient'] },
      request: { reference: order },
      effectiveDateTime: new Date(Date.now() + 60_000).toISOString(),
      medicationCodeableConcept: { text: 'Furosemide 40 MG Oral Tablet' },
    });
    expect(kinds(await loop(), late)).toContain('given-after-end');
    const again = await stop({ order, reason: 'another reason' });
    expect([again.status, again.text]).toEqual([409, expect.stringContaining('The order is stopped')]);
  });

  it.each([
    ['no reason', { order: 'MedicationRequest/x' }, 400],
    ['a reason of spaces', { order: 'MedicationRequest/x', reason: '         ' }, 400],
    ['a reason without end', { order: 'MedicationRequest/x', reason: 'x'.repeat(1001) }, 400],
    ['another member', { order: 'MedicationRequest/x', reason: 'no longer needed', status: 'active' }, 400],
    ['another type', { order: 'Patient/x', reason: 'no longer needed' }, 400],
    ['an order that is a list', { order: ['MedicationRequest/x'], reason: 'no longer needed' }, 400],
    ['one that is not there', { order: 'MedicationRequest/x', reason: 'no longer needed' }, 404],
  ])('refuses %s, and writes nothing', async (_, body, status) => {
    const before = await world.changes();
    expect((await stop(body)).status).toBe(status);
    expect(await world.changes()).toBe(before);
  });
});

it('says where it stops: of more than sixty ended orders the newest are read', async () => {
  const said = async () => list((await loop())['notRead']).map(String);
  expect(await said()).toEqual([]);
  const ended = (i: number) => ({
    resource: {
      resourceType: 'MedicationRequest',
      status: 'completed',
      intent: 'order',
      subject: { reference: ids['patient'] },
      authoredOn: hoursAgo(2000 + i),
      medicationCodeableConcept: { text: 'Docusate 100 MG Oral Capsule' },
    },
    request: { method: 'POST', url: 'MedicationRequest' },
  });
  const body = { resourceType: 'Bundle', type: 'transaction', entry: Array.from({ length: 60 }, (_, i) => ended(i)) };
  expect((await world.call('POST', '/fhir', { body })).status).toBe(200);
  expect(await said()).toEqual(['ended orders: only the newest 60 were read']);
});

it('refuses in words what it does not understand, and somebody whom it does not know', async () => {
  for (const path of [
    'loop',
    'loop?patient=',
    'loop?patient=a%00b',
    'recall',
    'recall?lot=',
    'recall?lot=%01',
    `recall?lot=${'9'.repeat(80)}`,
    'recall?product=ab',
    'recall?ndc=12',
    `recall?ndc=${'1-'.repeat(40)}`,
    'recall?lot=A1&since=yesterday',
    'loop?ward=a/b/c',
    'loop?ward=x&patient=y',
  ]) {
    const { status, text } = await nurse('GET', `/medication/${path}`);
    expect(status, `${path} ${text}`).toBe(400);
  }
  expect((await nurse('GET', '/medication/loop?patient=Patient/nobody')).status).toBe(404);
});
