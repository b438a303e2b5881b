// Orders through the whole server, as a physician's and another vendor's program ask: checked, signed with a reason, refused
// without one, and told by CDS Hooks; what is hostile is refused in words.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rewind } from '../src/feed/cursor.ts';
import { type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let here: Stand;
let doctor: string;
const type = { 'content-type': 'application/json' };
const post = (path: string, body: object | string, token = doctor) => here.call('POST', path, { token, headers: type, body });
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

const loinc = (code: string) => ({ coding: [{ system: 'http://loinc.org', code }] });
const quantity = (value: number, code: string) => ({ value, unit: code, system: 'http://unitsofmeasure.org', code });

beforeAll(async () => {
  here = await stand();
  doctor = await tokenFor(here.database, { role: 'clinician' });
  const today = new Date().toISOString();
  const subject = { reference: 'Patient/ada' };
  const put = async (resource: { resourceType: string; id: string }) => {
    const answer = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
    expect(answer.status, answer.text).toBe(201);
  };
  await put({ resourceType: 'Patient', id: 'ada', gender: 'female', birthDate: '1950-07-14' } as never);
  await put({
    resourceType: 'MedicationRequest',
    id: 'w',
    status: 'active',
    intent: 'order',
    subject,
    authoredOn: today,
    medicationCodeableConcept: { text: 'Warfarin 5 MG Oral Tablet' },
    dosageInstruction: [{ text: '1 tablet po daily' }],
  } as never);
  await put({
    resourceType: 'AllergyIntolerance',
    id: 'a',
    patient: subject,
    clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    code: { text: 'penicillin' },
    reaction: [{ manifestation: [{ text: 'anaphylaxis' }], severity: 'severe' }],
  } as never);
  await put({
    resourceType: 'Observation',
    id: 'c',
    status: 'final',
    subject,
    effectiveDateTime: today,
    code: loinc('2160-0'),
    valueQuantity: quantity(2.4, 'mg/dL'),
  } as never);
  await put({
    resourceType: 'Observation',
    id: 'kg',
    status: 'final',
    subject,
    effectiveDateTime: today,
    code: loinc('29463-7'),
    valueQuantity: quantity(60, 'kg'),
  } as never);
});
afterAll(() => here.end());

const tiers = (answer: Json | undefined, category: string) =>
  list(answer?.['cards'])
    .filter((card) => String(card['category']) === category)
    .map((card) => String(card['tier']));

describe('a check', () => {
  test('sees what stands in the record: the other drug, the allergy, the kidneys', async () => {
    const { status, json } = await post('/medication/check', {
      patient: 'Patient/ada',
      orders: ['ibuprofen 400 mg po tid', 'amoxicillin 500 mg po tid'],
    });
    expect(status).toBe(200);
    expect(String(json?.['outcome'])).toBe('alert');
    expect(tiers(json, 'drug-drug').some((tier) => tier !== 'aside')).toBe(true);
    expect(tiers(json, 'allergy')).toContain('stop');
    expect(list(json?.['cards']).some((card) => list(card['facts']).some((fact) => String(fact['ref']) === 'MedicationRequest/w'))).toBe(
      true,
    );
    expect(String(json?.['checked']?.['says'])).toMatch(/^Checked 2 of 2 ingredients against lamplight-medication-safety/);
  });

  test('says what it could not check, and never that all is fine', async () => {
    const { json } = await post('/medication/check', { patient: 'ada', orders: ['xyzzyplugh 5 mg po daily'] });
    expect(String(json?.['outcome'])).toBe('could-not-check');
    expect(String(json?.['checked']?.['says'])).toContain('not known');
  });

  test('answers a situation without a record', async () => {
    const { status, json } = await post('/medication/check', {
      orders: ['simvastatin 40 mg po qhs'],
      situation: { age: '60 y', taking: ['clarithromycin 500 mg po bid'] },
    });
    expect(status).toBe(200);
    expect(tiers(json, 'drug-drug').some((tier) => tier !== 'aside')).toBe(true);
  });

  test.each([
    ['no JSON', '{'],
    ['no orders', '{"patient":"Patient/ada"}'],
    ['an order that is a number', '{"patient":"ada","orders":[5]}'],
    ['nobody', '{"orders":["x"]}'],
    ['another member', '{"patient":"ada","orders":["x"],"__proto__x":1}'],
    ['a NUL', '{"patient":"ada","orders":["a\\u0000b"]}'],
    ['hostile FHIR', '{"patient":"ada","orders":[{"resourceType":"MedicationRequest","dosageInstruction":"x"}]}'],
    ['an odd situation', '{"orders":["x"],"situation":{"taking":"warfarin"}}'],
  ])('refuses %s in words', async (_, body) => {
    const { status, json } = await post('/medication/check', body);
    expect(status).toBe(400);
    expect(String(json?.['title']).length).toBeGreaterThan(10);
  });

  test('knows no patient whom it does not know', async () => {
    expect((await post('/medication/check', { patient: 'nobody', orders: ['x'] })).status).toBe(404);
  });
});

describe('signing', () => {
  const orders = ['ibuprofen 400 mg po tid for 5 days'];

  test('is refused while a card that interrupts has no decision, and writes nothing', async () => {
    const { status, json } = await post('/medication/sign', { patient: 'ada', orders });
    expect(status).toBe(409);
    expect(list(json?.['undecided']).length).toBeGreaterThan(0);
    const { json: found } = await here.call('GET', '/fhir/DetectedIssue?patient=Patient/ada&code:not=could-not-check');
    expect(list(found?.['entry'])).toEqual([]);
  });

  test('writes the order, its alerts with their reasons, and Tasks for the pharmacist and for what is monitored', async () => {
    const refused = await post('/medication/sign', { patient: 'ada', orders });
    const decisions = list(refused.json?.['undecided']).map((rule) => ({
      rule: String(rule),
      reasonCode: 'will-monitor',
      reason: 'INR twice a week, proton pump inhibitor',
    }));
    const { status, json, text } = await post('/medication/sign', { patient: 'ada', orders, decisions });
    expect(status, text).toBe(201);
    const [request] = list(json?.['requests']).map(String);
    const { json: written } = await here.call('GET', `/fhir/${request}`);
    expect(String(written?.['dosageInstruction']?.[0]?.['text'])).toBe(orders[0]);
    const { json: issues } = await here.call('GET', `/fhir/DetectedIssue?implicated=${request}`);
    expect(list(issues?.['entry']).some((entry) => JSON.stringify(entry).includes('INR twice a week'))).toBe(true);
    const { json: tasks } = await here.call('GET', '/fhir/Task?patient=Patient/ada&status=requested');
    const codes = list(tasks?.['entry']).map((entry) => String(entry['resource']?.['code']?.['coding']?.[0]?.['code']));
    expect(codes).toContain('verify');
    expect(codes).toContain('monitor');
    const { rows } = await here.database.query<{ n: number }>({
      text: "select count(*)::int as n from medication_alert where outcome = 'overridden' and reason_code = 'will-monitor'",
    });
    expect(rows[0]?.n).toBe(decisions.length);
  });

  test('what is awaited ends the promise to monitor, and what is dangerous now asks the pharmacist to look again', async () => {
    const measured = (code: string, value: number, unit: string) => ({
      resourceType: 'Observation',
      status: 'final',
      subject: { reference: 'Patient/ada' },
      code: { coding: [{ system: 'http://loinc.org', code }] },
      effectiveDateTime: new Date().toISOString(),
      valueQuantity: { value, unit, system: 'http://unitsofmeasure.org', code: unit },
    });
    const tasksOf = async (code: string, status: string) =>
      list((await here.call('GET', `/fhir/Task?patient=Patient/ada&status=${status}&code=${code}`)).json?.['entry']);
    const codes: Record<string, [string, number, string]> = {
      inr: ['6301-6', 2.2, '1'],
      creatinine: ['2160-0', 1.1, 'mg/dL'],
      potassium: ['2823-3', 4.4, 'mmol/L'],
    };
    const awaited = (await tasksOf('monitor', 'requested')).flatMap((entry) => list(entry['resource']?.['input']));
    const laboratories = new Set(awaited.map((input) => String(input['valueString'])));
    expect(laboratories.size).toBeGreaterThan(0);
    for (const laboratory of laboratories) {
      expect(Object.keys(codes)).toContain(laboratory);
      expect((await here.call('POST', '/fhir/Observation', { body: measured(...codes[laboratory]!) })).status).toBe(201);
    }
    await expect.poll(async () => (await tasksOf('monitor', 'completed')).length, { timeout: 30_000 }).toBeGreaterThan(0);
    expect(await tasksOf('recheck', 'requested')).toEqual([]);
    expect(await tasksOf('recheck', 'requested')).toEqual([]);
    const allergy = {
      resourceType: 'AllergyIntolerance',
      patient: { reference: 'Patient/ada' },
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
      code: { text: 'ibuprofen' },
    };
    expect((await here.call('POST', '/fhir/AllergyIntolerance', { body: allergy })).status).toBe(201);
    await expect.poll(async () => (await tasksOf('recheck', 'requested')).length, { timeout: 30_000 }).toBe(1);
  });

  test('of what must stop asks for words, not for a code alone', async () => {
    const body = { patient: 'ada', orders: ['amoxicillin 500 mg po tid'] };
    const rules = list((await post('/medication/sign', body)).json?.['undecided']).map(String);
    const decide = (reason?: string) =>
      rules.map((rule) => ({ rule, reasonCode: 'benefit-outweighs-risk', ...(reason === undefined ? {} : { reason }) }));
    expect((await post('/medication/sign', { ...body, decisions: decide() })).status).toBe(409);
    expect((await post('/medication/sign', { ...body, decisions: decide('allergy excluded by test in 2024') })).status).toBe(201);
  });

  test('orders once what is sent again after a lost answer, at once or later, and again what is another order', async () => {
    const session = '7d9b1f0e-2c57-4a63-8f11-3f2a9c4e5d60';
    const body = { patient: 'ada', orders: ['docusate 100 mg po bid'], session };
    const both = await Promise.all([post('/medication/sign', body), post('/medication/sign', body)]);
    const later = await post('/medication/sign', body);
    const answers = [...both, later];
    expect(
      answers.map(({ status }) => status),
      answers.map(({ text }) => text).join(),
    ).toEqual([201, 201, 201]);
    expect(new Set(answers.map(({ json }) => String(json?.['requests']))).size).toBe(1);
    expect(list(later.json?.['tasks']).length).toBeGreaterThan(0);
    const { json } = await here.call('GET', '/fhir/MedicationRequest?patient=Patient/ada&_count=100');
    expect(list(json?.['entry']).filter((entry) => JSON.stringify(entry).includes('docusate')).length).toBe(1);
    const other = await post('/medication/sign', { ...body, orders: ['docusate 50 mg po bid'] });
    expect(other.json?.['requests']).not.toEqual(later.json?.['requests']);
    expect((await post('/medication/sign', { ...body, session: 'mine' })).status).toBe(400);
  });

  test('counts a decision for the cards that were in sight, not for others of the same rule', async () => {
    const body = { patient: 'ada', orders: ['naproxen 250 mg po bid'] };
    const refused = await post('/medication/sign', body);
    const cards = list(refused.json?.['cards']).filter((card) => String(card['tier']) !== 'aside');
    const decide = (seen: (summary: string) => string) =>
      cards.map((card) => ({
        rule: String(card['rule']?.['id']),
        file: String(card['rule']?.['file']),
        seen: [seen(String(card['summary']))],
        reasonCode: 'benefit-outweighs-risk',
        reason: 'three days only, with omeprazole',
      }));
    expect((await post('/medication/sign', { ...body, decisions: decide(() => 'something else') })).status).toBe(409);
    expect((await post('/medication/sign', { ...body, decisions: decide((summary) => summary) })).status).toBe(201);
  });

  test('is not for who may not prescribe', async () => {
    const nurse = await tokenFor(here.database, { role: 'nurse' });
    expect((await post('/medication/sign', { patient: 'ada', orders: ['acetaminophen 500 mg po once'] }, nurse)).status).toBe(403);
  });
});

describe('orders that nobody signed here', () => {
  const subject = { reference: 'Patient/bob' };
  const codeSystem = 'http://lamplight.example/CodeSystem/medication-task';
  const arrivedTasks = async () =>
    list((await here.call('GET', `/fhir/Task?code=${codeSystem}|arrived&patient=bob&_count=100`)).json?.['entry']).map(
      (each) => each['resource']!,
    );
  const aboutOrder = async (words: RegExp) => (await arrivedTasks()).filter((task) => words.test(String(task['description'])));
  const follower = async () => {
    // What was written before this is followed when the module stands behind it.
    const { rows } = await here.database.query<{ n: string }>({ text: 'select max(position)::text as n from change' });
    await expect
      .poll(
        async () =>
          (
            await here.database.query<{ there: boolean }>({
              text: "select position >= $1::bigint as there from follower where name = 'module:medication-safety'",
              values: [rows[0]!.n],
            })
          ).rows[0]?.there,
        { timeout: 30_000 },
      )
      .toBe(true);
  };
  const order = (text: string, more: object = {}) => ({
    resourceType: 'MedicationRequest',
    status: 'active',
    intent: 'order',
    subject,
    authoredOn: new Date().toISOString(),
    medicationCodeableConcept: { text },
    dosageInstruction: [{ text }],
    ...more,
  });
  const rde = (control: string, drug: string, dose: string) =>
    [
      `MSH|^~\\&|CPOE|EAST|LAMP|EAST|${new Date().toISOString().replace(/\D/g, '').slice(0, 14)}||RDE^O11|${control}|P|2.5.1`,
      'PID|1||4711^^^EAST^MR||BRAVO^BOB||19500714|M',
      `ORC|NW|${control}^CPOE`,
      `RXE||${drug}|${dose}||mg`,
      'RXR|PO',
      '',
    ].join('\r');
  const send = (body: string) => here.call('POST', '/exchange/receive', { headers: { 'content-type': 'x-application/hl7-v2+er7' }, body });

  test('are checked when they are here, by FHIR: told once, also when they are sent again', async () => {
    for (const body of [
      { resourceType: 'Patient', id: 'bob', gender: 'male', birthDate: '1950-07-14' },
      { ...order('Warfarin 5 MG Oral Tablet', { authoredOn: '2026-01-01T08:00:00Z' }), id: 'bob-w' },
    ])
      expect((await here.call('PUT', `/fhir/${body.resourceType}/${body.id}`, { body })).status).toBe(201);
    const body = { ...order('ibuprofen 400 mg po tid'), id: 'bob-i' };
    expect((await here.call('PUT', '/fhir/MedicationRequest/bob-i', { body })).status).toBe(201);
    expect((await here.call('PUT', '/fhir/MedicationRequest/bob-i', { body: { ...body, note: [{ text: 'as before' }] } })).status).toBe(
      200,
    );
    await follower();
    const tasks = await aboutOrder(/ibuprofen/i);
    expect(tasks.map((task) => String(task['focus']?.['reference']))).toEqual(['MedicationRequest/bob-i']);
    const issue = await here.call('GET', `/fhir/${String(tasks[0]!['reasonReference']?.['reference'])}`);
    expect(String(issue.json?.['detail'])).toMatch(/found when it had come in/);
    // Set back to the beginning, the module says nothing anew.
    const counted = async () => (await here.call('GET', '/fhir/DetectedIssue?patient=bob&_summary=count')).json?.['total'];
    const before = await counted();
    expect(await rewind(here.database, 'module:medication-safety', 0n)).toBe(true);
    await follower();
    expect(await arrivedTasks()).toHaveLength(1);
    expect(await counted()).toEqual(before);
  });

  test('by a message of another system, what is dangerous and what cannot be understood', async () => {
    const { status, text } = await send(rde('E1', '2670^Codeine^L', '30'));
    expect(status, text).toBe(200);
    const found = async () => list((await here.call('GET', '/fhir/Patient?identifier=4711')).json?.['entry']);
    await expect.poll(async () => (await found()).length, { timeout: 30_000 }).toBe(1);
    const eastern = `Patient/${String((await found())[0]!['resource']?.['id'])}`;
    const allergy = {
      resourceType: 'AllergyIntolerance',
      patient: { reference: eastern },
      code: { text: 'penicillin' },
      criticality: 'high',
      clinicalStatus: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/allergyintolerance-clinical', code: 'active' }] },
    };
    expect((await here.call('POST', '/fhir/AllergyIntolerance', { body: allergy })).status).toBe(201);
    await follower();
    await send(rde('E2', '723^Amoxicillin^L', '500'));
    await send(rde('E3', 'X9^Zyxomab^L', '5'));
    // The same message again.
    await send(rde('E2', '723^Amoxicillin^L', '500'));
    const said = async () =>
      list((await here.call('GET', `/fhir/Task?code=${codeSystem}|arrived&patient=${eastern}`)).json?.['entry']).map(
        ({ resource }) => `${String(resource!['priority'])}: ${String(resource!['description'])}`,
      );
    await expect.poll(async () => (await said()).length, { timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    await follower();
    expect((await said()).filter((each) => /^stat: .*amoxicillin/i.test(each))).toHaveLength(1);
    expect((await said()).filter((each) => /^urgent: Could not be checked: .*Zyxomab/.test(each))).toHaveLength(1);
  });

  test('by ORM^O01, whatever it says of its drug; a laboratory order by ORM or OML^O21 is nothing to check', async () => {
    const now = () => new Date().toISOString().replace(/\D/g, '').slice(0, 14);
    const head = (event: string, control: string, person: string) => [
      `MSH|^~\\&|CPOE|WEST|LAMP|WEST|${now()}||${event}|${control}|P|2.5.1`,
      `PID|1||${person}^^^WEST^MR||CHARLIE^${person}||19500714|F`,
    ];
    const lines = (...all: string[]) => `${all.join('\r')}\r`;
    const entries = async (query: string) =>
      list((await here.call('GET', `/fhir/${query}`)).json?.['entry']).map((each) => each['resource']!);
    const laid = async (person: string, type: string, count: number): Promise<string> => {
      await expect.poll(async () => (await entries(`${type}?patient.identifier=${person}`)).length, { timeout: 30_000 }).toBe(count);
      return `Patient/${String((await entries(`Patient?identifier=${person}`))[0]!['id'])}`;
    };
    const said = async (patient: string) =>
      (await entries(`Task?code=${codeSystem}|arrived&patient=${patient}`)).map(
        (task) => `${String(task['priority'])}: ${String(task['description'])}`,
      );
    const orm = (control: string, ...group: string[]) => send(lines(...head('ORM^O01^ORM_O01', control, '8801'), ...group));

    // As systems of 2.3 send it: how often in ORC-7, the dose in RXO.
    const warfarin = await orm('W1', 'ORC|NW|W1^CPOE|||||1^QD|||', 'RXO|11289^Warfarin^L|5||mg', 'RXR|PO');
    expect(warfarin.status, warfarin.text).toBe(200);
    const patient = await laid('8801', 'MedicationRequest', 1);
    await follower();
    expect((await said(patient)).filter((each) => /^(?:stat|urgent)/.test(each))).toEqual([]);
    await orm('W2', 'ORC|NW|W2^CPOE|||||1^TID', 'RXO|5640^Ibuprofen^L|400||mg', 'RXR|PO');
    // Two orders in one message, one of a drug that nobody knows, one without a drug but for its words.
    await orm(
      'W3',
      'ORC|NW|W3^CPOE',
      'RXO|X9^Zyxomab^L|5||mg',
      'RXR|IV',
      'ORC|NW|W4^CPOE',
      'RXO||||||Phenelzine 15 mg by mouth three times a day',
    );
    // A laboratory order has no drug; nor has one that is taken back.
    await orm('W5', 'ORC|NW|W5^CPOE', 'OBR|1|W5^CPOE||24323-8^Comprehensive metabolic panel^LN');
    await orm('W6', 'ORC|CA|W6^CPOE', 'RXO|723^Phenytoin^L|300||mg', 'RXR|PO');
    await laid('8801', 'MedicationRequest', 5);
    await laid('8801', 'ServiceRequest', 1);
    await follower();
    const about = async (words: RegExp) => (await said(patient)).filter((each) => words.test(each));
    expect(await about(/ibuprofen/i)).toHaveLength(1);
    expect(await about(/^urgent: Could not be checked: .*Zyxomab/)).toHaveLength(1);
    expect(await about(/phenelzine|names no drug/i)).toHaveLength(1);
    expect(await said(patient)).toHaveLength(3);

    const oml = await send(
      lines(...head('OML^O21^OML_O21', 'L1', '8802'), 'ORC|NW|L1^CPOE', 'OBR|1|L1^CPOE||2823-3^Potassium^LN', 'SPM|1|||BLD'),
    );
    expect(oml.status, oml.text).toBe(200);
    const other = await laid('8802', 'ServiceRequest', 1);
    await follower();
    expect(await said(other)).toEqual([]);
    expect(await entries(`DetectedIssue?patient=${other}`)).toEqual([]);
  });

  test('of a patient with more orders than are read: said by the check and to the pharmacist, not checked against the first thousand', async () => {
    const crowd = { reference: 'Patient/crowd' };
    const entry = [
      { resource: { resourceType: 'Patient', id: 'crowd', birthDate: '1950-07-14' }, request: { method: 'PUT', url: 'Patient/crowd' } },
      ...Array.from({ length: 1001 }, () => ({
        resource: order('docusate 100 mg po bid', { subject: crowd, authoredOn: '2026-01-01T08:00:00Z' }),
        request: { method: 'POST', url: 'MedicationRequest' },
      })),
    ];
    const filled = await here.call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'transaction', entry } });
    expect(filled.status, filled.text.slice(0, 500)).toBe(200);
    const checked = await post('/medication/check', { patient: 'crowd', orders: ['ibuprofen 400 mg po tid'] });
    expect(checked.status, checked.text).toBe(200);
    expect(checked.json?.['outcome']).not.toBe('fine');
    expect(JSON.stringify(checked.json?.['couldNot'])).toMatch(/more than 1000 of MedicationRequest: not all were read/);
    await here.call('PUT', '/fhir/MedicationRequest/crowd-i', {
      body: { ...order('ibuprofen 400 mg po tid', { subject: crowd }), id: 'crowd-i' },
    });
    await follower();
    const tasks = list((await here.call('GET', `/fhir/Task?code=${codeSystem}|arrived&patient=crowd`)).json?.['entry']);
    expect(tasks.map((each) => String(each['resource']?.['description']))).toEqual([
      expect.stringMatching(/Could not be checked: more than 1000 orders stand for this patient/),
    ]);
  });

  test('signed here they are not told twice, and a Task that says so hides no danger', async () => {
    const orders = { patient: 'bob', orders: ['aspirin 325 mg po daily', 'Coumadin 2 mg po daily', 'enoxaparin 60 mg sc bid'] };
    const rules = list((await post('/medication/sign', orders)).json?.['undecided']).map(String);
    expect(rules.length).toBeGreaterThan(0);
    const decisions = rules.map((rule) => ({ rule, reasonCode: 'benefit-outweighs-risk', reason: 'agreed with cardiology' }));
    const signed = await post('/medication/sign', { ...orders, decisions });
    expect(signed.status, signed.text).toBe(201);
    await follower();
    const own = list(signed.json?.['requests']).map(String);
    expect((await arrivedTasks()).filter((task) => own.includes(String(task['focus']?.['reference'])))).toEqual([]);
    // Another program writes an order and the Task of verification, done, in one transaction.
    const forged = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [
        {
          fullUrl: 'urn:uuid:7f1c2a60-0000-4000-8000-000000000001',
          resource: order('ketorolac 30 mg iv q6h'),
          request: { method: 'POST', url: 'MedicationRequest' },
        },
        {
          resource: {
            resourceType: 'Task',
            status: 'completed',
            intent: 'order',
            code: { coding: [{ system: codeSystem, code: 'verify' }] },
            focus: { reference: 'urn:uuid:7f1c2a60-0000-4000-8000-000000000001' },
            for: subject,
          },
          request: { method: 'POST', url: 'Task' },
        },
      ],
    };
    expect((await here.call('POST', '/fhir', { body: forged })).status).toBe(200);
    await follower();
    expect(await aboutOrder(/ketorolac/i)).toHaveLength(1);
  });

  test('hostile ones stop nobody: words without end, a patient who is none, a drug named by what it is not', async () => {
    const hostile = [
      order('((((((('.repeat(9_000)),
      order('5 '.repeat(30_000)),
      order('ibuprofen', {
        medicationCodeableConcept: {
          coding: [{ system: 'http://www.nlm.nih.gov/research/umls/rxnorm', code: '11289' }],
          text: 'ibuprofen',
        },
      }),
      order('ibuprofen', { subject: { reference: 'Patient/bob/_history/1' } }),
      order('\u202E<script>alert(1)</script>'),
      order('', { medicationCodeableConcept: undefined, medicationReference: { reference: 'Medication/none' } }),
    ];
    for (const body of hostile) expect([201, 400, 422]).toContain((await here.call('POST', '/fhir/MedicationRequest', { body })).status);
    await follower();
    const last = await here.call('POST', '/fhir/MedicationRequest', { body: order('Quuxamab 3 mg po daily') });
    expect(last.status).toBe(201);
    await follower();
    expect(await aboutOrder(/Quuxamab/)).toHaveLength(1);
    expect(await aboutOrder(/script/)).toHaveLength(1);
  });
});

test('rules are judged by what was done with them', async () => {
  const { status, json } = await here.call('GET', '/medication/rules', { token: doctor });
  expect(status).toBe(200);
  const rule = list(json?.['rules']).find((each) => Number(each['overridden']) > 0);
  expect(Number(rule?.['overrideRate']?.['share'])).toBeGreaterThan(0);
  expect(Number(rule?.['overrideRate']?.['low'])).toBeLessThan(Number(rule?.['overrideRate']?.['high']));
  expect((await here.call('GET', '/medication/rules?since=yesterday', { token: doctor })).status).toBe(400);
  expect((await here.call('GET', '/medication/rules?until=1', { token: doctor })).status).toBe(400);
});

describe('CDS Hooks', () => {
  const instance = '01890000-0000-4000-8000-000000000001';
  const draft = {
    resourceType: 'MedicationRequest',
    id: 'd',
    status: 'draft',
    intent: 'order',
    subject: { reference: 'Patient/ada' },
    medicationCodeableConcept: { text: 'naproxen 500 mg oral tablet' },
    dosageInstruction: [{ text: '1 tablet twice daily' }],
  };
  const call = (patientId: string, more: object = {}) => ({
    hook: 'order-sign',
    hookInstance: instance,
    context: {
      userId: 'Practitioner/x',
      patientId,
      draftOrders: { resourceType: 'Bundle', type: 'collection', entry: [{ resource: draft }] },
    },
    ...more,
  });

  test('are discovered by everybody', async () => {
    const { json } = await here.call('GET', '/cds-services', { token: 'nobody' });
    const services = list(json?.['services']);
    expect(services.map((each) => String(each['id']))).toEqual(
      expect.arrayContaining(['lamplight-patient-view', 'lamplight-order-select', 'lamplight-order-sign']),
    );
  });

  test('answer with cards that interrupt, and take what was done with them', async () => {
    const { status, json } = await post('/cds-services/lamplight-order-sign', call('ada'));
    expect(status).toBe(200);
    const cards = list(json?.['cards']);
    const warning = cards.find((card) => String(card['indicator']) === 'warning');
    expect(String(warning?.['summary'])).toMatch(/Naproxen/);
    for (const card of cards) expect(String(card['summary']).length).toBeLessThanOrEqual(140);
    const feedback = await post('/cds-services/lamplight-order-sign/feedback', {
      feedback: [
        {
          card: String(warning?.['uuid']),
          outcome: 'overridden',
          overrideReason: { reason: { code: 'tolerated-before' }, userComment: 'for years' },
        },
      ],
    });
    expect(feedback.json).toEqual({ stored: 1, unknown: 0 });
  });

  test('of a patient who is elsewhere take what came with the question, and say what did not', async () => {
    const patient = { resourceType: 'Patient', id: 'elsewhere', gender: 'male', birthDate: '1980-01-01' };
    const { json } = await post('/cds-services/lamplight-order-sign', call('elsewhere', { prefetch: { patient } }));
    expect(list(json?.['cards']).some((card) => String(card['summary']).startsWith('Could not check'))).toBe(true);
  });

  test.each([
    ['another hook', { hook: 'patient-view', hookInstance: instance, context: { patientId: 'ada' } }],
    ['no context', { hook: 'order-sign', hookInstance: instance }],
    ['drafts that are none', { hook: 'order-sign', hookInstance: instance, context: { patientId: 'ada', draftOrders: 5 } }],
  ])('refuse %s in words', async (_, body) => {
    expect((await post('/cds-services/lamplight-order-sign', body)).status).toBe(400);
  });

  test('take the first page of a prefetch for no more than it is', async () => {
    const medications = (link: object[]) => ({
      patient: { resourceType: 'Patient', id: 'elsewhere', gender: 'male', birthDate: '1980-01-01' },
      meds: {
        resourceType: 'Bundle',
        type: 'searchset',
        link,
        entry: [
          {
            resource: {
              resourceType: 'MedicationRequest',
              id: 'one',
              status: 'active',
              intent: 'order',
              subject: { reference: 'Patient/elsewhere' },
              medicationCodeableConcept: { text: 'docusate 100 mg po bid' },
            },
          },
        ],
      },
    });
    const said = async (link: object[]) =>
      JSON.stringify((await post('/cds-services/lamplight-order-sign', call('elsewhere', { prefetch: medications(link) }))).json);
    expect(await said([{ relation: 'next', url: 'http://elsewhere.example/fhir?page=2' }])).toMatch(/prefetch\.meds has a next page/);
    expect(await said([{ relation: 'self', url: 'http://elsewhere.example/fhir' }])).not.toContain('next page');
  });

  test('stand resources that are no FHIR, and say that they were not read', async () => {
    const prefetch = {
      a: { resourceType: 'Observation', code: { coding: 'x' }, status: 5 },
      b: {
        resourceType: 'MedicationRequest',
        status: 'active',
        dosageInstruction: [{ timing: { repeat: 7 } }],
        medicationCodeableConcept: { coding: { x: 1 } },
      },
    };
    const { status, json } = await post('/cds-services/lamplight-order-sign', call('elsewhere', { prefetch }));
    expect(status).toBe(200);
    expect(JSON.stringify(json)).toContain('could not');
  });
});
