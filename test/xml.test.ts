// FHIR XML through the whole server, as a client sends and reads it (http://hl7.org/fhir/R4/xml.html).
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Stand, stand } from './calls.ts';

let here: Stand;
beforeAll(async () => {
  here = await stand();
});
afterAll(() => here.end());

const accept = { accept: 'application/fhir+xml' };
const send = (method: string, path: string, body: string, headers: Record<string, string> = {}): Promise<Answer> =>
  here.call(method, `/fhir${path}`, { body, headers: { 'content-type': 'application/fhir+xml', ...headers } });

const weight =
  '<Observation xmlns="http://hl7.org/fhir"><id value="w1"/><text><status value="generated"/><div xmlns="http://www.w3.org/1999/xhtml"><p>7&#160;kg</p></div></text><status value="final"/><code><text value="weight"/></code><effectiveDateTime value="2026-01"><extension url="http://example.org/about"><valueBoolean value="true"/></extension></effectiveDateTime><valueQuantity><value value="7.10"/><unit value="kg"/><system value="http://unitsofmeasure.org"/><code value="kg"/></valueQuantity></Observation>';

describe('a resource sent as XML', () => {
  test('is the same read as JSON and as XML, with its digits', async () => {
    expect((await send('PUT', '/Observation/w1', weight)).status).toBe(201);
    const json = await here.call('GET', '/fhir/Observation/w1');
    expect(json.text).toContain('"value":7.10');
    expect(json.json).toMatchObject({ _effectiveDateTime: { extension: [{ url: 'http://example.org/about', valueBoolean: true }] } });
    const xml = await here.call('GET', '/fhir/Observation/w1', { headers: accept });
    expect(xml.headers.get('content-type')).toBe('application/fhir+xml; charset=utf-8');
    expect(xml.text.replace(/<meta>.*<\/meta>/, '').replace(/^<\?xml[^>]*>\n|\n$/g, '')).toBe(weight);
    expect(xml.headers.get('etag')).toBe('W/"1"');
  });

  test('is found by search, and the answer is XML where that is asked for', async () => {
    const found = await here.call('GET', '/fhir/Observation?value-quantity=7100|http://unitsofmeasure.org|g&_format=xml');
    expect(found.status).toBe(200);
    expect(found.text).toContain('<type value="searchset"/>');
    expect(found.text).toContain('<value value="7.10"/>');
    const pretty = await here.call('GET', '/fhir/Observation/w1?_format=xml&_pretty=true');
    expect(pretty.text).toContain('\n  <status value="final"/>');
    expect(pretty.text).toContain('<p>7&#160;kg</p>');
  });

  test('that says the same again makes no version', async () => {
    const again = await send('PUT', '/Observation/w1', (await here.call('GET', '/fhir/Observation/w1', { headers: accept })).text);
    expect([again.status, again.headers.get('etag')]).toEqual([200, 'W/"1"']);
  });
});

test('a transaction in XML is carried out and answered in XML', async () => {
  const answer = await send(
    'POST',
    '',
    '<Bundle xmlns="http://hl7.org/fhir"><type value="transaction"/><entry><fullUrl value="urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"/><resource><Patient><active value="true"/></Patient></resource><request><method value="POST"/><url value="Patient"/></request></entry><entry><resource><Basic><code><text value="x"/></code><subject><reference value="urn:uuid:61ebe359-bfdc-4613-8bf2-c5e300945f0a"/></subject></Basic></resource><request><method value="POST"/><url value="Basic"/></request></entry></Bundle>',
    accept,
  );
  expect(answer.status).toBe(200);
  expect(answer.text).toContain('<type value="transaction-response"/>');
  expect(answer.text.match(/<status value="201/g)).toHaveLength(2);
});

test('a FHIRPath Patch changes one element, as XML and as JSON, alone and in a transaction', async () => {
  const replacing = (path: string, code: string): string =>
    `<Parameters xmlns="http://hl7.org/fhir"><parameter><name value="operation"/><part><name value="type"/><valueCode value="replace"/></part><part><name value="path"/><valueString value="${path}"/></part><part><name value="value"/><valueCode value="${code}"/></part></parameter></Parameters>`;
  const patched = await send('PATCH', '/Observation/w1', replacing('Observation.status', 'amended'), { 'if-match': 'W/"1"' });
  expect([patched.status, patched.json?.['status']], patched.text).toEqual([200, 'amended']);
  expect(patched.text).toContain('"value":7.10');
  const parts = (type: string, more: object[]) => [
    { name: 'type', valueCode: type },
    { name: 'path', valueString: 'Observation.note' },
    ...more,
  ];
  const body = {
    resourceType: 'Parameters',
    parameter: [
      {
        name: 'operation',
        part: [
          { name: 'type', valueCode: 'add' },
          { name: 'path', valueString: 'Observation' },
          { name: 'name', valueString: 'note' },
          { name: 'value', valueAnnotation: { text: 'weighed twice' } },
        ],
      },
    ],
  };
  const noted = await here.call('PATCH', '/fhir/Observation/w1', { body });
  expect(noted.json, noted.text).toMatchObject({ note: [{ text: 'weighed twice' }] });
  const bundle = {
    resourceType: 'Bundle',
    type: 'transaction',
    entry: [
      {
        resource: { ...body, parameter: [{ name: 'operation', part: parts('delete', []) }] },
        request: { method: 'PATCH', url: 'Observation/w1' },
      },
    ],
  };
  expect((await here.call('POST', '/fhir', { body: bundle })).status).toBe(200);
  expect((await here.call('GET', '/fhir/Observation/w1')).json).not.toHaveProperty('note');
  const wrong = await send('PATCH', '/Observation/w1', replacing('Observation.status', 'nonsense'));
  expect(wrong.status).toBe(422);
  const jsonPatch = { headers: { 'content-type': 'application/json-patch+json' } };
  expect((await here.call('PATCH', '/fhir/Observation/w1', { body, ...jsonPatch })).status).toBe(400);
  expect((await here.call('PATCH', '/fhir/Observation/w1', { body: { resourceType: 'Observation' } })).status).toBe(415);
});

test('a refusal is XML too, and names the place', async () => {
  const wrong = await send('POST', '/Patient', '<Patient xmlns="http://hl7.org/fhir">\n<brithDate value="1970"/></Patient>', accept);
  expect(wrong.status).toBe(400);
  expect(wrong.text).toContain('<OperationOutcome xmlns="http://hl7.org/fhir">');
  expect(wrong.text).toContain('did you mean &lt;birthDate&gt;?');
  expect(wrong.text).toMatch(/<expression value="2:\d+"\/>/);
  const invalid = await send('POST', '/Patient', '<Patient xmlns="http://hl7.org/fhir"><birthDate value="1970-13"/></Patient>', accept);
  expect([invalid.status, invalid.text.includes('<expression value="Patient.birthDate"/>')]).toEqual([422, true]);
});

test('the CapabilityStatement, a history and HEAD speak XML', async () => {
  expect((await here.call('GET', '/fhir/metadata', { headers: accept })).text).toContain('<format value="application/fhir+xml"/>');
  expect((await here.call('GET', '/fhir/Observation/w1/_history', { headers: accept })).text).toContain('<type value="history"/>');
  const head = await here.call('HEAD', '/fhir/Observation/w1', { headers: accept });
  expect(Number(head.headers.get('content-length'))).toBe(
    Buffer.byteLength((await here.call('GET', '/fhir/Observation/w1', { headers: accept })).text),
  );
});
