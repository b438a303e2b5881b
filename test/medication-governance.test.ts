// Governance of rules through the whole server: what counts as a decision, a change that waits for somebody else's name and then
// holds at once, and past orders run against what would be different.
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let here: Stand;
let doctor: string;
let second: string;
let third: string;
let nurse: string;
const type = { 'content-type': 'application/json' };
const post = (path: string, body: object | string, token = doctor) => here.call('POST', path, { token, headers: type, body });
const get = (path: string, token = doctor) => here.call('GET', path, { token });
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);
const why = 'Overridden by everybody, the replay was looked at';

beforeAll(async () => {
  here = await stand();
  doctor = await tokenFor(here.database, { role: 'clinician' });
  second = await tokenFor(here.database, { role: 'pharmacist' });
  third = await tokenFor(here.database, { role: 'clinician' });
  nurse = await tokenFor(here.database, { role: 'nurse' });
  const put = async (resource: { resourceType: string; id: string }) => {
    const answer = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
    expect(answer.status, answer.text).toBe(201);
  };
  const order = (id: string, patient: string, text: string, authoredOn: string, more: object = {}) =>
    put({
      resourceType: 'MedicationRequest',
      id,
      status: 'active',
      intent: 'order',
      subject: { reference: `Patient/${patient}` },
      authoredOn,
      medicationCodeableConcept: { text },
      dosageInstruction: [{ text: '1 tablet po daily' }],
      ...more,
    } as never);
  for (const patient of ['ada', 'bob']) {
    await put({ resourceType: 'Patient', id: patient, gender: 'female', birthDate: '1950-07-14' } as never);
    await order(`w-${patient}`, patient, 'Warfarin 5 MG Oral Tablet', '2026-03-01T08:00:00Z');
    await order(`i-${patient}`, patient, 'Ibuprofen 400 MG Oral Tablet', '2026-03-05T08:00:00Z');
  }
  // Ended before the second order: no interaction then.
  await put({ resourceType: 'Patient', id: 'eve', gender: 'female', birthDate: '1950-07-14' } as never);
  await order('w-eve', 'eve', 'Warfarin 5 MG Oral Tablet', '2025-01-01T08:00:00Z', {
    status: 'completed',
    dispenseRequest: { validityPeriod: { end: '2025-02-01' } },
  });
  await order('i-eve', 'eve', 'Ibuprofen 400 MG Oral Tablet', '2026-03-05T08:00:00Z');
});
afterAll(() => here.end());

/** The rule that speaks of warfarin with ibuprofen, as its card names it. */
async function bleeding(): Promise<{ file: string; rule: string; tier: string; local?: Json } | undefined> {
  const { json } = await post('/medication/check', {
    orders: ['ibuprofen 400 mg po tid'],
    situation: { taking: ['warfarin 5 mg po daily'] },
  });
  const card = list(json?.['cards']).find((each) => String(each['category']) === 'drug-drug');
  const rule = card?.['rule'];
  return rule === undefined
    ? undefined
    : {
        file: String(rule['file']),
        rule: String(rule['id']),
        tier: String(card!['tier']),
        ...(rule['local'] === undefined ? {} : { local: rule['local'] }),
      };
}

async function ended(id: string): Promise<Json> {
  for (let i = 0; i < 200; i++) {
    const { json } = await get(`/medication/replay/${id}`);
    if (!['waiting', 'running'].includes(String(json?.['state']))) return json!;
    await sleep(100);
  }
  throw new Error('the replay did not end');
}

describe('what counts', () => {
  test('is an order that was signed, once, however often it was asked about', async () => {
    const orders = ['ibuprofen 400 mg po tid for 5 days'];
    const of = async () => {
      const { json } = await get('/medication/rules');
      return { orders: Number(json?.['orders']), rules: list(json?.['rules']) };
    };
    expect((await of()).orders).toBe(0);
    for (let i = 0; i < 3; i++) await post('/medication/check', { patient: 'ada', orders });
    const refused = await post('/medication/sign', { patient: 'ada', orders });
    expect(refused.status).toBe(409);
    expect(await of()).toEqual({ orders: 0, rules: [] });
    const decisions = list(refused.json?.['undecided']).map((rule) => ({
      rule: String(rule),
      reasonCode: 'not-accurate',
      reason: 'this is no reason for her',
    }));
    expect((await post('/medication/sign', { patient: 'ada', orders, decisions })).status).toBe(201);
    const { orders: signed, rules } = await of();
    expect(signed).toBe(1);
    const known = (await bleeding())!;
    const rule = rules.find((each) => String(each['rule']) === known.rule);
    expect(Number(rule?.['interrupted'])).toBe(1);
    expect(Number(rule?.['overrideRate']?.['share'])).toBe(1);
    expect(Number(rule?.['precision']?.['share'])).toBe(0);
    expect(Number(rule?.['interruptiveRate']?.['of'])).toBe(1);
  });

  test('a nurse may look, and changes nothing', async () => {
    expect((await get('/medication/rules', nurse)).status).toBe(200);
    const known = (await bleeding())!;
    expect((await post('/medication/changes', { file: known.file, rule: known.rule, what: 'shadow', why }, nurse)).status).toBe(403);
  });
});

describe('a replay', () => {
  test('tells what would be gone, before and after, with a sample that its reader may read', async () => {
    const known = (await bleeding())!;
    const asked = await post('/medication/replay', {
      since: '2026-01-01',
      until: '2026-04-01',
      changes: [{ file: known.file, rule: known.rule, what: 'shadow' }],
    });
    expect(asked.status, asked.text).toBe(202);
    const answer = await ended(String(asked.json?.['replay']));
    expect(String(answer['state']), JSON.stringify(answer)).toBe('done');
    expect(Number(answer['orders'])).toBe(5);
    expect(Number(answer['patients'])).toBe(3);
    const rule = list(answer['rules']).find((each) => String(each['rule']) === known.rule);
    // Ada and Bob; Eve's warfarin had ended. Nothing that came after an order is seen by it.
    expect([Number(rule?.['gone']), Number(rule?.['new'])]).toEqual([2, 0]);
    expect(
      list(answer['sample'])
        .map((each) => String(each['order']))
        .sort(),
    ).toEqual(['MedicationRequest/i-ada', 'MedicationRequest/i-bob']);
    expect(list(answer['notKnown']).join(' ')).toMatch(/written after the order/);
  });

  test('takes a knowledge file, and says what is wrong with one', async () => {
    const bad = await post('/medication/replay', { since: '2026-01-01', file: { kind: 'interactions', rows: 5 } });
    expect(bad.status).toBe(202);
    const answer = await ended(String(bad.json?.['replay']));
    expect(String(answer['state'])).toBe('failed');
    expect(String(answer['problem']).length).toBeGreaterThan(10);
  });

  test.each([
    ['no JSON', '{'],
    ['no span', '{"changes":[]}'],
    ['a day that is none', '{"since":"2026-02-31","changes":[{"file":"a","rule":"b","what":"shadow"}]}'],
    [
      'a span that ends before it begins',
      '{"since":"2026-02-01","until":"2026-01-01","changes":[{"file":"a","rule":"b","what":"shadow"}]}',
    ],
    ['nothing that differs', '{"since":"2026-01-01"}'],
    ['a rule that is a number', '{"since":"2026-01-01","changes":[{"file":1,"rule":"b","what":"shadow"}]}'],
    ['a change that is none', '{"since":"2026-01-01","changes":[{"file":"a","rule":"b","what":"__proto__"}]}'],
    ['a context from the prototype', '{"since":"2026-01-01","changes":[{"file":"a","rule":"b","what":"level","context":"constructor"}]}'],
    ['a NUL', '{"since":"2026-01-01","changes":[{"file":"a\\u0000","rule":"b","what":"shadow"}]}'],
    ['a sample of a million', '{"since":"2026-01-01","sample":1000000,"changes":[{"file":"a","rule":"b","what":"shadow"}]}'],
  ])('refuses %s in words', async (_, body) => {
    const { status, json } = await post('/medication/replay', body);
    expect(status).toBe(400);
    expect(String(json?.['title']).length).toBeGreaterThan(10);
  });

  test('knows no rule that there is not', async () => {
    const { status } = await post('/medication/replay', { since: '2026-01-01', changes: [{ file: 'no', rule: 'such', what: 'shadow' }] });
    expect(status).toBe(404);
  });
});

describe('a change of a rule that interrupts', () => {
  test('waits for somebody else, holds at once and is named by its cards, and can be taken back', async () => {
    const known = (await bleeding())!;
    const one = { file: known.file, rule: known.rule };
    const { json: row } = await get(`/medication/rule?${new URLSearchParams(one)}`);
    const needed = row?.['onc'] === undefined ? 1 : 2;
    const asked = await post('/medication/changes', { ...one, what: 'at-most', tier: 'aside', why });
    expect(asked.status, asked.text).toBe(201);
    expect(String(asked.json?.['state'])).toBe('waiting');
    expect(Number(asked.json?.['signaturesNeeded'])).toBe(needed);
    const sign = (token: string, body: object = { agrees: true, words: 'looked at the sample of the replay' }) =>
      post(`/medication/changes/${String(asked.json?.['change'])}/sign`, body, token);
    expect((await sign(doctor)).status).toBe(403);
    expect((await bleeding())?.tier).toBe(known.tier);
    const first = await sign(second);
    expect(first.status).toBe(200);
    if (needed === 2) {
      expect(String(first.json?.['state'])).toBe('waiting');
      expect((await sign(second)).status).toBe(409);
      expect(String((await sign(third)).json?.['state'])).toBe('in-force');
    } else expect(String(first.json?.['state'])).toBe('in-force');
    const changed = (await bleeding())!;
    expect(changed.tier).toBe('aside');
    expect(String(changed.local?.['change'])).toBe(String(asked.json?.['change']));
    const back = await post(`/medication/changes/${String(asked.json?.['change'])}/revoke`, { why }, third);
    expect(back.status).toBe(200);
    expect(await bleeding()).toEqual(known);
  });

  test('of the fifteen classes needs two signatures to be silenced', async () => {
    const { json } = await post('/medication/changes', {
      file: 'interactions-high-priority',
      rule: 'onc-amphetamines-maoi',
      what: 'retired',
      why,
    });
    expect(Number(json?.['signaturesNeeded'])).toBe(2);
    const refused = await post(`/medication/changes/${String(json?.['change'])}/sign`, { agrees: false, words: 'never, it kills' }, second);
    expect(String(refused.json?.['state'])).toBe('refused');
    const again = await post(
      `/medication/changes/${String(json?.['change'])}/sign`,
      { agrees: true, words: 'I would all the same' },
      third,
    );
    expect(again.status).toBe(409);
  });

  test.each([
    ['without a reason', { what: 'shadow', why: 'no' }],
    ['with a tier that is none', { what: 'at-most', tier: 'nothing', why }],
    ['with a tier where it has no place', { what: 'shadow', tier: 'aside', why }],
    ['on a replay that is not there', { what: 'shadow', why, replay: '01890000-0000-4000-8000-000000000001' }, 404],
  ])('is refused %s', async (_, body, expected = 400) => {
    const { status } = await post('/medication/changes', { file: 'interactions-high-priority', rule: 'onc-amphetamines-maoi', ...body });
    expect(status).toBe(expected);
  });
});

describe('proposals', () => {
  const enough = 30;

  test('come from thirty overrides for one reason, not from one fewer, and are accepted or rejected by a person', async () => {
    const of = async () => {
      const { json } = await get('/medication/rules');
      const found = (name: string) => list(json?.[name]).filter((each) => String(each['rule']) === rule);
      return { proposals: found('proposals'), guarded: found('guarded') };
    };
    const entry = (resource: object, url: string) => ({ resource, request: { method: 'PUT', url } });
    const patients = Array.from({ length: enough }, (_, i) => `overridden-${i}`);
    const bundle = {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: patients.flatMap((id) => [
        entry({ resourceType: 'Patient', id, gender: 'male', birthDate: '1950-07-14' }, `Patient/${id}`),
        entry(
          {
            resourceType: 'MedicationRequest',
            id: `m-${id}`,
            status: 'active',
            intent: 'order',
            subject: { reference: `Patient/${id}` },
            authoredOn: '2026-03-01T08:00:00Z',
            medicationCodeableConcept: { text: 'Warfarin 5 MG Oral Tablet' },
            dosageInstruction: [{ text: '1 tablet po daily' }],
          },
          `MedicationRequest/m-${id}`,
        ),
      ]),
    };
    expect((await here.call('POST', '/fhir', { body: bundle })).status).toBe(200);
    const orders = ['aspirin 325 mg po daily'];
    const rule = 'warfarin-aspirin';
    const reasons = list((await get('/medication/override-reasons')).json?.['reasons']).map((each) => String(each['code']));
    expect(reasons).toContain('tolerated-before');
    const sign = async (patient: string) => {
      const refused = await post('/medication/sign', { patient, orders });
      const undecided = list(refused.json?.['undecided']).map(String);
      expect(undecided).toContain(rule);
      const decisions = undecided.map((each) => ({ rule: each, reasonCode: 'tolerated-before', reason: 'for two years' }));
      const signed = await post('/medication/sign', { patient, orders, decisions });
      expect(signed.status, signed.text).toBe(201);
    };
    for (const patient of patients.slice(1)) await sign(patient);
    expect((await of()).proposals).toEqual([]);
    await sign(patients[0]!);
    const { proposals } = await of();
    expect(proposals.map((each) => [String(each['context']), Number(each['overridden'])])).toEqual([['tolerated-30-days', enough]]);
    const answer = (by: string, why: string, accept: boolean) =>
      post(
        '/medication/proposals',
        { file: String(proposals[0]!['file']), rule, context: String(proposals[0]!['context']), accept, why },
        by,
      );
    expect((await answer(nurse, 'as proposed, nobody heeds it', true)).status).toBe(403);
    const accepted = await answer(doctor, 'as proposed, nobody heeds it', true);
    expect(accepted.status, accepted.text).toBeLessThan(300);
    expect((await answer(doctor, 'as proposed, nobody heeds it', true)).status).toBe(404);
    // Accepted it waits for somebody else's name: the alert interrupts until then.
    const before = await post('/medication/sign', { patient: 'ada', orders });
    expect(list(before.json?.['undecided']).map(String)).toContain(rule);
  });
});
