// A CDS service of others, asked when orders are signed: it gets the order and what it prefetches, its cards interrupt as ours do, and
// where it is slow, away or talks nonsense that is said and the orders can be signed all the same.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Json, type Stand, stand } from './calls.ts';
import { tokenFor } from './running-server.ts';

let here: Stand;
let doctor: string;
let outside: Server;
const asked: { hook: string; context: Json; prefetch: Json; token: string | undefined }[] = [];
let answer: (text: string) => string | undefined = () => '{"cards":[]}';
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

beforeAll(async () => {
  outside = createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += String(part);
    });
    request.on('end', () => {
      response.setHeader('content-type', 'application/json');
      if (request.method === 'GET') {
        const services = [
          {
            hook: 'order-sign',
            id: 'formulary',
            title: 'Formulary',
            description: 'x',
            prefetch: {
              patient: 'Patient/{{context.patientId}}',
              meds: 'MedicationRequest?patient={{context.patientId}}',
              user: '{{context.userId}}',
              others: 'Patient?_count=50',
              other: 'Patient/bob',
              either: 'MedicationRequest?patient={{context.patientId}},bob',
            },
          },
          { hook: 'patient-view', id: 'greeting', title: 'Greeting', description: 'x' },
        ];
        return response.end(JSON.stringify({ services }));
      }
      const body = JSON.parse(text) as { hook: string; context: Json; prefetch: Json };
      asked.push({ ...body, token: request.headers.authorization });
      const said = answer(text);
      if (said !== undefined) response.end(said);
      return undefined;
    });
  });
  await new Promise<void>((done) => outside.listen(0, '127.0.0.1', done));
  const { port } = outside.address() as AddressInfo;
  here = await stand({ env: { LAMPLIGHT_CDS_SERVICES: `http://127.0.0.1:${port}`, LAMPLIGHT_CDS_TOKEN: 'a-token-of-theirs' } });
  doctor = await tokenFor(here.database, { role: 'clinician' });
  expect(
    (
      await here.call('PUT', '/fhir/Patient/ada', {
        body: { resourceType: 'Patient', id: 'ada', gender: 'female', birthDate: '1980-01-01' },
      })
    ).status,
  ).toBe(201);
});
afterAll(async () => {
  await here.end();
  outside.closeAllConnections();
  outside.close();
});

const sign = (orders: string[], decisions: object[] = []) =>
  here.call('POST', '/medication/sign', {
    token: doctor,
    headers: { 'content-type': 'application/json' },
    body: { patient: 'ada', orders, decisions },
  });

test('is asked with the draft, the patient and what it prefetches, and its warning needs a decision', async () => {
  answer = () =>
    JSON.stringify({
      cards: [{ summary: 'Not on the formulary', indicator: 'warning', detail: 'Use <b>x</b>', source: { label: 'Formulary Inc' } }],
    });
  const refused = await sign(['docusate 100 mg po bid']);
  expect(refused.status, refused.text).toBe(409);
  const [question] = asked;
  expect(question).toMatchObject({
    hook: 'order-sign',
    token: 'Bearer a-token-of-theirs',
    context: { patientId: 'ada', draftOrders: { entry: [{ resource: { resourceType: 'MedicationRequest', status: 'draft' } }] } },
    prefetch: { patient: { id: 'ada' }, meds: { resourceType: 'Bundle' } },
  });
  // Of this patient alone, whatever it would like to have.
  for (const name of ['user', 'others', 'other', 'either']) expect(question?.prefetch[name]).toBeUndefined();
  const [card] = list(refused.json?.['cards']).filter((each) => String(each['category']) === 'outside');
  expect(card).toMatchObject({ summary: 'Not on the formulary', tier: 'interrupt', source: 'Formulary Inc' });
  const decision = {
    rule: String(card?.['rule']?.['id']),
    file: String(card?.['rule']?.['file']),
    reasonCode: 'no-alternative',
    reason: 'not in stock',
  };
  const signed = await sign(['docusate 100 mg po bid'], [decision]);
  expect(signed.status, signed.text).toBe(201);
  const issues = await here.call('GET', `/fhir/DetectedIssue?implicated=${String(signed.json?.['requests']?.[0])}`);
  expect(JSON.stringify(issues.json)).toContain('Not on the formulary');
});

/** Another drug each time: twice the same would be an alert of our own. */
const drugs = [
  'loratadine 10 mg po daily',
  'famotidine 20 mg po bid',
  'guaifenesin 200 mg po q6h',
  'folic acid 1 mg po daily',
  'psyllium 3.4 g po daily',
];
const next = (): string[] => drugs.splice(0, 1);

test.each<[string, () => string | undefined, RegExp]>([
  ['does not answer', () => undefined, /no answer within/],
  ['answers no JSON', () => '<html>', /no JSON/],
  ['answers no cards', () => '{"cards":7}', /no cards/],
  ['answers two megabytes', () => `{"cards":[],"x":"${'y'.repeat(2_000_000)}"}`, /longer than 1 MB/],
])('says so where it %s, and the orders are signed', async (_what, says, pattern) => {
  answer = says;
  const signed = await sign(next());
  expect(signed.status, signed.text).toBe(201);
  expect(
    list(signed.json?.['couldNot'])
      .map((each) => String(each['why']))
      .join(),
  ).toMatch(pattern);
});

test('shows no more than twenty cards of one, and passes over what is none', async () => {
  answer = () =>
    JSON.stringify({
      cards: [
        null,
        7,
        { summary: 'x' },
        { indicator: 'info' },
        ...Array.from({ length: 30 }, (_, i) => ({ summary: `card ${i}`, indicator: 'info', source: {} })),
      ],
    });
  const signed = await sign(next());
  expect(signed.status, signed.text).toBe(201);
  expect(list(signed.json?.['cards']).filter((each) => String(each['category']) === 'outside').length).toBeLessThanOrEqual(20);
  expect(signed.text).toMatch(/only the first 20/);
});
