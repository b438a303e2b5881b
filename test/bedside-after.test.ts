// What follows on a dose, and what comes before an order: the effect of a dose given when needed, a dose in an emergency, an infusion on
// a pump that says itself what it does.
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { withCheck } from '../src/formats/barcodes/check-digit.ts';
import { openPeople } from '../src/people/people.ts';
import { type Answer, type Caller, caller, type Json, type Stand, stand } from './calls.ts';
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
  world = await stand({ env: { LAMPLIGHT_MQTT_PORT: '0' } });
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

describe('a dose before there is an order', () => {
  const epinephrine = withCheck('0030001006011');
  const ibuprofen = withCheck('0030001006021');
  const emergency = { reason: 'emergency', prescriber: 'Dr. Blackwell' };
  const scan = async (body: object) => (await nurse('POST', '/medication/scan', { body })).json!;
  const codes = (said: unknown) => (said as { reasons: { code: string }[] }).reasons.map((each) => each.code);
  const wish = (more: object = {}) => ({
    patient: ids['emergency'],
    scans: [']C0MRN-00777', label(epinephrine)],
    outcome: 'given',
    reason: 'anaphylaxis',
    entered: { dose: '0.5 mg', route: 'IM' },
    beforeOrder: emergency,
    ...more,
  });
  let clinician: Caller;
  beforeAll(async () => {
    clinician = caller(world.server.address, await tokenFor(world.database, { role: 'clinician' }));
    ids['emergency'] = await create('Patient', {
      birthDate: '1960-01-01',
      identifier: [{ system: 'urn:example:mrn', value: 'MRN-00777' }],
    });
    await create('AllergyIntolerance', {
      patient: { reference: ids['emergency'] },
      code: { text: 'Penicillin' },
      criticality: 'high',
      reaction: [{ severity: 'severe', manifestation: [{ text: 'anaphylaxis' }] }],
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    });
    await create('MedicationRequest', {
      status: 'active',
      intent: 'order',
      subject: { reference: ids['emergency'] },
      authoredOn: '2026-11-01T08:00:00Z',
      medicationCodeableConcept: { text: 'Warfarin 5 MG Oral Tablet' },
      dosageInstruction: [
        { timing: { repeat: { frequency: 1, period: 1, periodUnit: 'd' } }, doseAndRate: [{ doseQuantity: { value: 5, unit: 'mg' } }] },
      ],
    });
    await product('Epinephrine 1 MG/ML Injectable Solution', epinephrine);
    await product('Ibuprofen 400 MG Oral Tablet', ibuprofen);
  });

  it('is checked as far as it can be, and the rest is said', async () => {
    const said = await scan({ patient: ids['emergency'], scans: [']C0MRN-00777', label(ibuprofen)], beforeOrder: emergency });
    expect(codes(said)).toEqual(expect.arrayContaining(['before-order', 'interaction']));
    expect(said['beforeOrder']).toMatchObject({
      checked: expect.arrayContaining(['allergies']),
      notChecked: expect.arrayContaining(['time']),
    });
    const allergic = await scan({
      patient: ids['emergency'],
      scans: [']C0MRN-00777'],
      beforeOrder: { ...emergency, drug: 'amoxicillin 500 mg po' },
    });
    expect(codes(allergic)).toContain('allergy');
    const expired = await scan({
      patient: ids['emergency'],
      scans: [']C0MRN-00777', `]d201${epinephrine}17260131`],
      beforeOrder: emergency,
    });
    expect([expired['outcome'], codes(expired)]).toEqual(['block', expect.arrayContaining(['expired'])]);
    const stranger = await scan({ patient: ids['emergency'], scans: [band, label(epinephrine)], beforeOrder: emergency });
    expect(codes(stranger)).toContain('wristband-other-patient');
  });

  it('needs a coded reason, the name of the prescriber, the dose and the drug', async () => {
    const before = await world.changes();
    const bad: [object, number][] = [
      [{ beforeOrder: {} }, 400],
      [{ beforeOrder: 'emergency' }, 400],
      [{ beforeOrder: { reason: 'hurry', prescriber: 'x' } }, 400],
      [{ beforeOrder: { reason: 'constructor', prescriber: 'x' } }, 400],
      [{ beforeOrder: { reason: 'emergency' } }, 400],
      [{ beforeOrder: { ...emergency, prescriber: 'a\0' } }, 400],
      [{ beforeOrder: { ...emergency, drug: 7 } }, 400],
      [{ beforeOrder: { ...emergency, more: 7 } }, 400],
      [{ order: ids['paracetamol'] }, 400],
      [{ entered: {} }, 400],
      [{ outcome: 'refused', reason: 'patient-refused' }, 400],
      [{ scans: [']C0MRN-00777'], notScanned: 'emergency' }, 409],
      [{ scans: [label(epinephrine)] }, 409],
      [{ reason: undefined }, 409],
    ];
    for (const [more, status] of bad) {
      const said = await administer(wish(more));
      expect(said.status, `${JSON.stringify(more)} ${said.text}`).toBe(status);
    }
    expect(await world.changes()).toBe(before);
  });

  it('is recorded once, asks the prescriber, and is bound to the order afterwards', async () => {
    const twice = await Promise.all([administer(wish()), administer(wish())]);
    expect(twice.map((each) => each.status).sort(), twice.map((each) => each.text).join()).toEqual([201, 409]);
    const done = twice.find((each) => each.status === 201)!.json!;
    const [task, dose] = [String(done['acknowledge']), String(done['administration'])];
    const recorded = (await world.call('GET', `/fhir/${dose}`)).json!;
    expect(recorded).toMatchObject({ status: 'completed', dosage: { dose: { value: 0.5, unit: 'mg' } } });
    expect(recorded).not.toHaveProperty('request');
    const list = async () =>
      (await nurse('GET', `/medication/before-order?patient=${ids['emergency']}`)).json!['doses'] as unknown as object[];
    expect(await list()).toMatchObject([{ task, administration: dose, prescriber: 'Dr. Blackwell', reason: 'emergency' }]);

    const order = await create('MedicationRequest', {
      status: 'completed',
      intent: 'order',
      subject: { reference: ids['emergency'] },
      medicationCodeableConcept: { text: 'Epinephrine 0.5 mg IM once' },
    });
    const acknowledge = (as: Caller, body: object) => as('POST', '/medication/acknowledge', { body });
    expect((await acknowledge(nurse, { task, order })).status).toBe(403);
    expect((await acknowledge(clinician, { task, order: ids['paracetamol'] })).status).toBe(400);
    for (const body of [null, [], {}, { task }, { task: 7, order }, { task, order: '../x' }, { task, order, more: 1 }])
      expect((await clinician('POST', '/medication/acknowledge', { body: JSON.stringify(body) })).status).toBe(400);
    const both = await Promise.all([acknowledge(clinician, { task, order }), acknowledge(clinician, { task, order })]);
    expect(both.map((each) => each.status).sort(), both.map((each) => each.text).join()).toEqual([200, 409]);
    expect((await world.call('GET', `/fhir/${dose}`)).json).toMatchObject({ request: { reference: order } });
    expect(await list()).toEqual([]);
    for (const query of ['?patient=%00', '?x=1', '?patient=a/b/c'])
      expect((await nurse('GET', `/medication/before-order${query}`)).status).toBe(400);
  });

  it('is recorded from words where nothing can be scanned', async () => {
    const said = await administer(
      wish({
        scans: [']C0MRN-00777'],
        notScanned: 'emergency',
        beforeOrder: { reason: 'verbal order', prescriber: 'Dr. B', drug: 'furosemide 40 mg iv' },
        entered: { dose: '40 mg', route: 'IV' },
      }),
    );
    expect(said.status, said.text).toBe(201);
    expect((await world.call('GET', `/fhir/${String(said.json!['administration'])}`)).json).toMatchObject({
      medicationCodeableConcept: { text: 'furosemide 40 mg iv' },
      note: [{ text: expect.stringContaining('Dr. B') }],
    });
  });
});

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

describe('an infusion on a pump', () => {
  const bag = withCheck('0030001007011');
  const beginMs = Date.now() - 40 * 60_000;
  const minute = (at: number): string => new Date(beginMs + at * 60_000).toISOString();
  let gateway: MqttClient;
  let number = 0;
  beforeAll(async () => {
    const port = Number(/MQTT: [^:]+:(\d+)/.exec(world.server.said())?.[1]);
    const made = await openPeople(world.database).createClient({ name: 'pumps', role: 'system' }, new Date());
    if (!made.ok) throw new Error(made.problem.message);
    gateway = await connectAsync(`mqtt://127.0.0.1:${port}`, { username: 'pumps', password: made.value.secret, reconnectPeriod: 0 });
    for (const mrn of ['MRN-00881', 'MRN-00882', 'MRN-00883']) {
      ids[mrn] = await create('Patient', { identifier: [{ system: 'urn:example:mrn', value: mrn }] });
      await noAllergy(ids[mrn]);
      ids[`order ${mrn}`] = await create('MedicationRequest', {
        status: 'active',
        intent: 'order',
        subject: { reference: ids[mrn] },
        authoredOn: '2026-11-01T08:00:00Z',
        medicationCodeableConcept: { text: 'Dopamine 1.6 MG/ML Injectable Solution' },
        dosageInstruction: [{ route: { text: 'intravenous' }, doseAndRate: [{ rateQuantity: { value: 16, unit: 'mg/h' } }] }],
      });
    }
    await product('Dopamine 1.6 MG/ML Injectable Solution', bag, {
      amount: { numerator: { value: 250, unit: 'mL' }, denominator: { value: 1 } },
    });
  });
  afterAll(() => gateway?.endAsync());

  /** What the pump says of one moment; by itself it names nobody. */
  const say = async (at: number, state: string, values: object[] = [], more: object = {}): Promise<void> => {
    const id = `p${++number}`;
    await gateway.publishAsync(
      'lamplight/devices/pumps:7/observations',
      JSON.stringify({
        id,
        device: { id: 'PUMP-0007', model: 'Example Flow', type: '69985' },
        time: minute(at),
        values: [{ code: '184508', value: `pump-status-${state}`, components: values }],
        ...more,
      }),
      { qos: 1 },
    );
    await expect
      .poll(
        async () =>
          Object.values((await world.call('GET', `/exchange/messages?control-id=${id}&state=done`)).json?.['messages'] ?? []).length,
      )
      .toBe(1);
  };
  const rate = (value: number, unit = 'mL/h') => ({ code: '157784', value, unit });
  const infused = (value: number) => ({ code: '157993', value, unit: 'mL' });
  const left = (value: number) => ({ code: '157872', value, unit: 'mL' });
  const infusion = async (mrn: string): Promise<Json | undefined> =>
    (await nurse('GET', `/medication/due?patient=${ids[mrn]}`)).json?.['infusions']?.[0];
  const kinds = (one: Json | undefined): string[] => Object.values(one?.['findings'] ?? []).map((each) => String(each['kind']));
  const scans = (mrn: string) => [`]C0${mrn}`, label(bag), ']C0PUMP-0007'];
  const hang = (mrn: string, at: number, more: object = {}) =>
    administer({ patient: ids[mrn], scans: scans(mrn), at: minute(at), outcome: 'hung', reason: 'checked-by-hand', ...more });
  const kept = async (ref: string) => (await world.call('GET', `/fhir/${ref}`)).json!;

  it('is not begun by a label that nobody knows, nor recorded as running by a nurse', async () => {
    const unknown = await administer({
      patient: ids['MRN-00881'],
      scans: [']C0MRN-00881', label(bag), ']C0PUMP-9999'],
      outcome: 'hung',
      reason: 'checked-by-hand',
    });
    expect([unknown.status, unknown.text]).toEqual([409, expect.stringMatching(/pump/)]);
    await say(0, 'standby');
    const running = await administer({
      patient: ids['MRN-00881'],
      scans: scans('MRN-00881'),
      outcome: 'infusing',
      reason: 'checked-by-hand',
    });
    expect([running.status, running.text]).toEqual([409, expect.stringMatching(/record it as hung/)]);
  });

  it('is answered with what to set, and given from when the pump says that it runs', async () => {
    const { json } = await nurse('POST', '/medication/scan', { body: { patient: ids['MRN-00881'], scans: scans('MRN-00881') } });
    expect(json?.['pump']).toMatchObject({ title: 'Example Flow PUMP-0007', set: '10 mL/h', volumeMl: 250 });
    const session = '00000000-0000-4000-8000-000000000881';
    const hung = await hang('MRN-00881', 1, { session });
    expect(hung.status, hung.text).toBe(201);
    ids['infusion'] = String(hung.json!['administration']);
    expect(String((await hang('MRN-00881', 1, { session })).json!['administration'])).toBe(ids['infusion']);
    expect(await kept(ids['infusion'])).toMatchObject({ status: 'on-hold', device: [{ display: 'Example Flow PUMP-0007' }] });
    expect(await infusion('MRN-00881')).toMatchObject({ state: 'hung', set: '10 mL/h' });
    await say(3, 'infusing', [rate(10), infused(0), left(250)]);
    await expect.poll(async () => (await kept(ids['infusion']!))['status']).toBe('in-progress');
    expect(await kept(ids['infusion'])).toMatchObject({
      effectivePeriod: { start: minute(3) },
      dosage: { rateQuantity: { value: 10, code: 'mL/h' }, dose: { value: 0, unit: 'mL' } },
    });
    const trail = (await world.call('GET', `/fhir/Provenance?target=${ids['infusion']}`)).text;
    expect(trail).toMatch(/PUMP-0007/);
    expect(trail).toMatch(/pump-comparison/);
  });

  it('is heard of by HL7 v2 too, as pumps speak by IHE PCD-01, whoever the message names', async () => {
    const line = (at: number, rateMlPerH: number) => {
      const when = minute(at).replace(/\D/g, '').slice(0, 14);
      const obx = (n: number, type: string, code: string, value: string, unit = '') =>
        `OBX|${n}|${type}|${code}^MDC|1.1.1.${n}|${value}|${unit}|||||R|||${when}+0000||||PUMP-0042^PUMPGW`;
      return [
        `MSH|^~\\&|PUMPGW|HOSP|LAMPLIGHT||${when}+0000||ORU^R01^ORU_R01|PCD${at}|P|2.6`,
        'PID|1||MRN-70883^^^HOSP^MR',
        `OBR|1|A${at}^PUMPGW|B${at}^PUMPGW|69985^MDC_DEV_PUMP_INFUS_MDS^MDC|||${when}+0000`,
        obx(1, 'CWE', '184508^MDC_PUMP_STAT', '^pump-status-infusing^MDC'),
        obx(2, 'NM', '157784^MDC_FLOW_FLUID_PUMP', String(rateMlPerH), '265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/h^UCUM'),
        obx(3, 'NM', '157993^MDC_VOL_FLUID_DELIV_TOTAL', '7', '263762^MDC_DIM_MILLI_L^MDC^mL^mL^UCUM'),
        '',
      ].join('\r');
    };
    const tell = async (at: number, rateMlPerH: number) => {
      const sent = await world.call('POST', '/exchange/receive', {
        body: line(at, rateMlPerH),
        headers: { 'content-type': 'application/hl7-v2' },
      });
      expect(sent.status, sent.text).toBe(200);
    };
    await tell(-5, 10);
    const by = { patient: ids['MRN-00883'], scans: [']C0MRN-00883', label(bag), ']C0PUMP-0042'], at: minute(1), outcome: 'hung' };
    await expect.poll(async () => (await administer({ ...by, reason: 'checked-by-hand' })).status).toBe(201);
    await tell(3, 20);
    await expect.poll(async () => kinds(await infusion('MRN-00883'))).toEqual(['silent', 'other-patient', 'rate-off']);
    expect(await infusion('MRN-00883')).toMatchObject({ state: 'infusing', rateMlPerH: 20, deliveredMl: 7 });
  });

  it('is told where the pump does otherwise, and what nobody can read is never right', async () => {
    await say(10, 'infusing', [rate(100), infused(3), left(247)]);
    await expect.poll(async () => kinds(await infusion('MRN-00881'))).toEqual(['silent', 'rate-off']);
    const issues = async () => (await world.call('GET', `/fhir/DetectedIssue?patient=${ids['MRN-00881']}`)).text;
    await expect.poll(issues).toMatch(/runs at 100 mL\/h, the order means 10 mL\/h/);
    await say(12, 'infusing', [rate(1e9), infused(-4)]);
    expect(await infusion('MRN-00881')).toMatchObject({ outcome: 'could-not-check' });
    await say(13, 'infusing', [rate(16, 'mg/h')]);
    expect(kinds(await infusion('MRN-00881'))).toEqual(['silent', 'could-not-check']);
  });

  it('comes to the same where reports are late or come again', async () => {
    await say(39, 'infusing', [rate(10), infused(20), left(230)]);
    await say(20, 'infusing', [rate(10), infused(8), left(242)]);
    await expect.poll(async () => kinds(await infusion('MRN-00881'))).toEqual([]);
    expect(await infusion('MRN-00881')).toMatchObject({ state: 'infusing', outcome: 'fine', rateMlPerH: 10, deliveredMl: 20 });
    await expect.poll(async () => (await kept(ids['infusion']!))['dosage']?.['dose']?.['value']).toBe(20);
    const before = await kept(ids['infusion']!);
    await say(39, 'infusing', [rate(10), infused(20), left(230)]);
    expect(before).toEqual(await kept(ids['infusion']!));
    const [issue] = Object.values(
      (await world.call('GET', `/fhir/DetectedIssue?patient=${ids['MRN-00881']}&code=pump-rate-off`)).json!['entry']!,
    );
    expect(issue!['resource']).toMatchObject({ identifiedPeriod: { start: minute(10) } });
  });

  it('holds its pump: another patient cannot have it, and one that names another is told', async () => {
    const other = await nurse('POST', '/medication/scan', { body: { patient: ids['MRN-00882'], scans: scans('MRN-00882') } });
    expect(other.text).toMatch(/pump-in-use/);
    expect((await hang('MRN-00882', 39)).status).toBe(409);
    // Nor one that only stands still, whatever reason is given.
    await say(39.2, 'paused', [infused(20)]);
    await expect.poll(async () => (await kept(ids['infusion']!))['status']).toBe('on-hold');
    expect((await hang('MRN-00882', 39.3)).status).toBe(409);
    await say(39.5, 'infusing', [rate(10), infused(20)], { patient: { system: 'urn:example:mrn', value: 'MRN-00882' } });
    expect(kinds(await infusion('MRN-00881'))).toEqual(['other-patient']);
  });

  it('ends with what the pump counted, and is free for the next', async () => {
    await say(39.8, 'ended', [infused(250), left(0)]);
    await expect.poll(async () => (await kept(ids['infusion']!))['status']).toBe('completed');
    expect(await kept(ids['infusion']!)).toMatchObject({
      effectivePeriod: { end: minute(39.8) },
      dosage: { dose: { value: 250, unit: 'mL' } },
    });
    const hung = await hang('MRN-00882', 39.9);
    expect(hung.status, hung.text).toBe(201);
    await say(40, 'infusing', [rate(10), { code: '184330', value: 'Norepinephrine' }]);
    await expect.poll(async () => kinds(await infusion('MRN-00882'))).toEqual(['other-drug']);
    const stop = {
      patient: ids['MRN-00882'],
      order: ids['order MRN-00882'],
      scans: [']C0MRN-00882'],
      outcome: 'stopped',
      reason: 'reaction',
    };
    await expect.poll(async () => (await administer(stop)).status).toBe(201);
    await expect.poll(async () => (await kept(String(hung.json!['administration'])))['status']).toBe('stopped');
  });
});
