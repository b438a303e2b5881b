// Messages and documents by hand, and the documents of a patient, from the whole program: what the record says, as whoever asks may see
// it; nothing is stored.
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readText } from '../src/formats/hl7v2/tree/message.ts';
import { professionalClaim } from '../src/formats/x12/samples.ts';
import { type Stand, stand } from './calls.ts';
import { runCommand, tokenFor } from './running-server.ts';

/** The machine may be busy: what is waited for comes when it comes. */
const patiently = { timeout: 30_000 };
vi.setConfig({ testTimeout: 90_000 });

let here: Stand;
let ownPatient: string;
let otherPatient: string;

const loinc = (code: string, display: string) => ({ coding: [{ system: 'http://loinc.org', code, display }] });
const subject = { reference: 'Patient/p1' };
const chart = [
  {
    resourceType: 'Patient',
    id: 'p1',
    identifier: [{ system: 'urn:oid:1.2.36.1', value: '4711' }],
    name: [{ family: 'Seen', given: ['Ann'] }],
    gender: 'female',
    birthDate: '1980-02-29',
    photo: [{ title: 'a photo that no message carries' }],
  },
  { resourceType: 'Patient', id: 'p2', name: [{ family: 'Other' }] },
  {
    resourceType: 'Observation',
    id: 'o1',
    status: 'final',
    category: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'laboratory' }] }],
    code: loinc('2345-7', 'Glucose'),
    subject,
    effectiveDateTime: '2026-07-01T09:00:00Z',
    valueQuantity: { value: 5.6, unit: 'mmol/L', system: 'http://unitsofmeasure.org', code: 'mmol/L' },
  },
  {
    resourceType: 'DiagnosticReport',
    id: 'r1',
    status: 'final',
    code: loinc('24323-8', 'Panel'),
    subject,
    effectiveDateTime: '2026-07-01T09:00:00Z',
    result: [{ reference: 'Observation/o1' }],
  },
];

beforeAll(async () => {
  here = await stand();
  for (const one of chart) {
    const { status, text } = await here.call('PUT', `/fhir/${one.resourceType}/${one.id}`, { body: one });
    if (status >= 300) throw new Error(text);
  }
  ownPatient = await tokenFor(here.database, { role: 'patient', patients: ['p1'] });
  otherPatient = await tokenFor(here.database, { role: 'patient', patients: ['p2'] });
});
afterAll(() => here.end());

const produced = '/exchange/produce?format=hl7v2&kind=ORU^R01&resource=DiagnosticReport/r1';

describe('a message by hand', () => {
  test('is of what stands in the record, and nothing is stored', async () => {
    const before = await here.changes();
    const answer = await here.call('GET', `${produced}&sender=LAMP/NORTH&receiver=LAB/EAST`);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('cache-control')]).toEqual([
      200,
      'x-application/hl7-v2+er7',
      'no-store',
    ]);
    const message = readText(answer.text);
    expect(['MSH-3', 'MSH-4', 'MSH-5', 'MSH-9.1', 'PID-3.1', 'OBR-3.1', 'OBX-3.1', 'OBX-5'].map((at) => message.get(at))).toEqual([
      'LAMP',
      'NORTH',
      'LAB',
      'ORU',
      '4711',
      'r1',
      '2345-7',
      '5.6',
    ]);
    expect(await here.changes()).toBe(before);
    expect((await here.call('GET', '/exchange/messages')).json?.['messages']).toEqual([]);
  });

  test('says what it could not say, where JSON is asked for', async () => {
    const answer = await here.call('GET', '/exchange/produce?format=hl7v2&kind=ADT^A31&resource=Patient/p1', {
      headers: { accept: 'application/json' },
    });
    expect(answer.json?.['message']).toContain('|Seen^Ann|');
    expect(answer.json?.['unsaid']).toEqual([{ element: 'Patient/p1#photo.title', values: ['a photo that no message carries'] }]);
  });

  test('is made of a Bundle that is sent, whose references may be by fullUrl', async () => {
    const urn = 'urn:uuid:0190a000-0000-7000-8000-000000000009';
    const body = {
      resourceType: 'Bundle',
      type: 'collection',
      entry: [
        { fullUrl: urn, resource: { resourceType: 'Patient', name: [{ family: 'Sent' }] } },
        {
          resource: {
            resourceType: 'ServiceRequest',
            id: 's',
            status: 'active',
            intent: 'order',
            code: loinc('1-8', 'X'),
            subject: { reference: urn },
          },
        },
      ],
    };
    const answer = await here.call('POST', '/exchange/produce?format=hl7v2&kind=OML^O21', { body });
    expect(answer.text).toMatch(/^MSH.*\rPID\|1\|\|0190a000-0000-7000-8000-000000000009\^\^\^LAMPLIGHT\^PI\|\|Sent\rORC\|NW\|s\^LAMPLIGHT/);
  });

  test('is X12 too, of resources and of the record', async () => {
    const claim = await here.call('POST', '/exchange/convert?format=x12', {
      headers: { 'content-type': 'application/edi-x12' },
      body: professionalClaim,
    });
    const path = '/exchange/produce?format=x12&kind=837P&sender=ZZ/ELMCLINIC&receiver=ZZ/RIVERPAYER';
    const answer = await here.call('POST', path, { body: claim.text });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/edi-x12']);
    expect(answer.text).toMatch(/^ISA\*.*\*ZZ\*ELMCLINIC {6}\*ZZ\*RIVERPAYER {5}\*/);
    expect(answer.text).toContain('CLM*ELM-C-1*180.5');
    await here.call('POST', '/exchange/receive', { headers: { 'content-type': 'application/edi-x12' }, body: professionalClaim });
    const stored = async () => (await here.call('GET', '/fhir/Claim')).json?.['entry']?.[0]?.['resource'];
    await expect.poll(stored, patiently).toBeDefined();
    const made = await here.call('GET', `${path}&resource=Claim/${String((await stored())?.['id'])}`);
    expect(made.text).toContain('CLM*ELM-C-1*180.5');
    expect(made.text).toContain('NM1*IL*1*ASHBY*WREN*Q');
  });

  test('is only for who may see it', async () => {
    const as = async (token: string, path = produced): Promise<number> => (await here.call('GET', path, { token })).status;
    expect([await as(ownPatient), await as(otherPatient)]).toEqual([200, 404]);
    const pharmacist = await tokenFor(here.database, { role: 'pharmacist' });
    expect(await as(pharmacist, '/exchange/produce?format=x12&kind=837P&resource=Claim/c')).toBe(403);
    expect((await fetch(`${here.server.address}${produced}`)).status).toBe(401);
  });

  test.each([
    ['format=constructor&kind=x&resource=Patient/p1', 415, 'format is one of hl7v2, x12, ccda'],
    ['format=hl7v2&kind=ADT^A99&resource=Patient/p1', 415, 'Of hl7v2 these are written: ADT^A01'],
    ['format=hl7v2&kind=constructor&resource=Patient/p1', 415, 'these are written'],
    ['format=hl7v2&kind=ADT^A08', 400, 'Name what stands in the record'],
    ['format=hl7v2&kind=ADT^A08&resource=Patient/p1%00', 400, 'control characters'],
    ['format=hl7v2&kind=ADT^A08&resource=Patient/../x', 400, 'resource is Type/id'],
    ['format=hl7v2&kind=ADT^A08&resource=Nothing/p1', 400, 'resource is Type/id'],
    ['format=hl7v2&kind=ADT^A08&resource=Patient/none', 404, ''],
    ['format=hl7v2&kind=ADT^A08&resource=Observation/o1&kind=x', 400, 'kind is given once'],
    ['format=hl7v2&kind=RDE^O11&resource=Patient/p1', 400, 'A message RDE says something of a MedicationRequest'],
    ['format=hl7v2&kind=ADT^A08&resource=Patient/p1&character-set=constructor', 400, 'character-set is one of'],
    ['format=x12&kind=837P&resource=Patient/p1&sender=a', 400, 'QUALIFIER/ID'],
    ['format=ccda&kind=CCD&resource=Observation/o1', 400, 'A document is about a Patient'],
    ['format=ccda&kind=CCD&resource=Patient/p1&start=yesterday', 400, 'start is a date'],
    ['format=ccda&kind=CCD&resource=Patient/p1&strat=2026', 400, 'There is no parameter'],
  ])('%s is refused', async (query, status, says) => {
    const answer = await here.call('GET', `/exchange/produce?${query.replaceAll('^', '%5E')}`);
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(says)]);
  });

  test('is refused as a body that is no Bundle, too', async () => {
    const send = async (body: string): Promise<number> =>
      (await here.call('POST', '/exchange/produce?format=hl7v2&kind=ADT^A08', { body })).status;
    expect([
      await send('{"resourceType":"Patient"}'),
      await send('MSH|'),
      await send('{"resourceType":"Bundle","type":"collection"}'),
    ]).toEqual([400, 400, 400]);
  });

  test('is printed by the command', async () => {
    const env = { LAMPLIGHT_DATA_DIR: here.server.dataDir, DATABASE_URL: here.url };
    const ran = await runCommand(['exchange', 'produce', 'DiagnosticReport/r1', '--kind', 'ORU^R01', '--verbose'], env);
    expect(ran.stdout).toMatch(/^MSH\|.*ORU\^R01\^ORU_R01.*\rPID\|1\|\|4711/);
    expect(ran.stderr).toContain('Patient/p1#photo.title  a photo that no message carries');
  });
});

describe('$docref', () => {
  const documents = async (path: string, token?: string) => {
    const answer = await here.call('GET', `/fhir/${path}`, token === undefined ? {} : { token });
    return { status: answer.status, entries: Object.values(answer.json?.['entry'] ?? []).map((entry) => entry['resource']) };
  };

  test('offers a document that is made of the record where none is stored, and gives it with the rights of who fetches it', async () => {
    const { status, entries } = await documents('DocumentReference/$docref?patient=p1', ownPatient);
    expect([status, entries.length]).toEqual([200, 1]);
    const content = entries[0]?.['content']?.[0];
    expect(content?.['format']?.['code']).toBe('urn:hl7-org:sdwg:ccda-structuredBody:2.1');
    const path = String(content?.['attachment']?.['url']).slice(here.server.address.length);
    const document = await here.call('GET', path, { token: ownPatient });
    expect([document.status, document.headers.get('content-type')]).toEqual([200, 'application/xml']);
    expect(document.text).toContain('2.16.840.1.113883.10.20.22.1.2');
    expect(document.text).toContain('Glucose');
    expect((await here.call('GET', path, { token: otherPatient })).status).toBe(404);
    const binary = await here.call('GET', path, { token: ownPatient, headers: { accept: 'application/fhir+json' } });
    expect(Buffer.from(String(binary.json?.['data']), 'base64').toString()).toContain('<ClinicalDocument');
    const { status: checked } = await here.call('POST', '/fhir/DocumentReference/$validate', { body: entries[0] ?? {} });
    expect(checked).toBe(200);
  });

  test('gives nothing of whom the asker may not see, or who is not there', async () => {
    for (const patient of ['p1', 'nobody'])
      expect(await documents(`DocumentReference/$docref?patient=${patient}`, otherPatient)).toEqual({ status: 200, entries: [] });
    expect((await documents('Patient/p1/$docref', otherPatient)).entries).toEqual([]);
  });

  test('gives those that are stored, by type and care dates; only the one that is made, on demand', async () => {
    const document = (id: string, code: string, more: object) => ({
      resourceType: 'DocumentReference',
      id,
      status: 'current',
      type: loinc(code, id),
      subject,
      content: [{ attachment: { contentType: 'text/plain', data: 'YQ==' } }],
      ...more,
    });
    for (const one of [
      document('d1', '18842-5', { context: { period: { start: '2026-01-01', end: '2026-01-05' } } }),
      document('d2', '11488-4', { date: '2026-05-01T10:00:00Z' }),
      document('d3', '18842-5', { status: 'superseded', date: '2026-05-01T10:00:00Z' }),
    ])
      expect((await here.call('PUT', `/fhir/DocumentReference/${one.id}`, { body: one })).status).toBe(201);
    const ids = async (query: string): Promise<string[]> =>
      (await documents(`Patient/p1/$docref${query}`)).entries.map((one) => String(one?.['id'] ?? 'made')).sort();
    expect(await ids('')).toEqual(['d1', 'd2']);
    expect(await ids('?type=http://loinc.org|18842-5')).toEqual(['d1']);
    expect(await ids('?start=2026-01-03&end=2026-01-04')).toEqual(['d1']);
    expect(await ids('?start=2026-02-01')).toEqual(['d2', 'd3']);
    expect(await ids('?end=2025-12-31')).toEqual(['made']);
    expect(await ids('?type=34133-9')).toEqual(['made']);
    expect(await ids('?type=11111-1')).toEqual([]);
    expect(await ids('?on-demand=true')).toEqual(['made']);
  });

  test.each([
    ['DocumentReference/$docref', 'patient is the id'],
    ['DocumentReference/$docref?patient=../x', 'patient is the id'],
    ['Patient/p1/$docref?start=soon', 'start is a date'],
    ['Patient/p1/$docref?on-demand=perhaps', 'on-demand is true'],
    ['Patient/p1/$docref?type=%00', ''],
    ['Patient/p1/$docref?what=1', 'has no parameter'],
  ])('%s is refused', async (path, says) => {
    const answer = await here.call('GET', `/fhir/${path}`);
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(says)]);
  });

  test('is in the CapabilityStatement', async () => {
    const { json } = await here.call('GET', '/fhir/metadata');
    const listed = Object.values(json?.['rest']?.[0]?.['resource'] ?? []).filter((one) =>
      JSON.stringify(one['operation'] ?? []).includes('/docref'),
    );
    expect(listed.map((one) => one['type'])).toEqual(['DocumentReference', 'Patient']);
  });
});
