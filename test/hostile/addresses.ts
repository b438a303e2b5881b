// Tricks in the address, the method and the headers of requests that are HTTP: types, ids and versions that lead elsewhere,
// conditions that are no condition, preferences nobody has.
import { type Ask, type Attack, ask } from './attack.ts';

const longName = 'a'.repeat(5_000);

/** Where an id is expected. Sent as written: no client tidies them. */
const ids = [
  '..',
  '../..',
  '../../etc/passwd',
  '%2e%2e',
  '%2e%2e%2f%2e%2e%2fetc%2fpasswd',
  '..%2f..',
  '..%5c..',
  '%00',
  'a%00',
  '%2f',
  '%252e%252e',
  '%',
  '%zz',
  '%c0%af',
  '%ed%a0%80',
  '%ff',
  'a%0d%0aX-Injected:%201',
  '%e2%80%ae',
  '%F0%9F%98%80',
  "1'%20or%20'1'='1",
  '1;drop%20table%20resource',
  '1--;',
  '/*',
  '*',
  '~',
  '$x',
  '$everyone',
  '_x',
  '__proto__',
  'a'.repeat(65),
  longName,
  '%61'.repeat(65),
  '1%20',
  'a_b',
  'a:b',
  '.',
  '1\\..\\2',
  '\\',
  '{}',
  '[1]',
  '<script>',
  '%3Cscript%3E',
];
const types = [
  '..',
  'patient',
  'Patients',
  'constructor',
  '__proto__',
  'toString',
  'Resource',
  'DomainResource',
  'Element',
  'HumanName',
  '%50atien%74%00',
  "Patient'",
  'Patient;',
  '$x',
  '_history%00',
  longName,
  'Pätient',
  '\\Patient',
];
const versions = [
  '0',
  '-1',
  '1.0',
  '1e3',
  '99999999999999999999',
  '2147483648',
  '%00',
  '..',
  "1'",
  '1%20or%201=1',
  'a',
  '*',
  ' ',
  '%20',
  '１',
  '9'.repeat(5_000),
];

/** The letters that an HTTP client refuses to send are sent as the escapes that browsers make of them. */
const sendable = (path: string): string => path.replace(/[^\x21-\x7e]/g, (letter) => encodeURIComponent(letter));

const shownName = (text: string): string => (text.length > 40 ? `${text.slice(0, 20)}… (${text.length})` : text);
const refusing = (name: string, request: (patient: string) => Ask, status = [400, 404]): Attack => ({
  name,
  status,
  wordless: !isUnescapable(request('').path),
  run: (target) => ask(target, request(target.patient)),
});

function isUnescapable(path: string): boolean {
  try {
    return decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
}

const patientBody = (id: string): string => JSON.stringify({ resourceType: 'Patient', id, active: true });

const inPaths: Attack[] = [
  ...ids.map((id) => refusing(`reading Patient/${shownName(id)}`, () => ({ path: sendable(`/fhir/Patient/${id}`) }), [400, 404])),
  ...ids.map((id) =>
    refusing(
      `writing Patient/${shownName(id)}`,
      () => ({ method: 'PUT', path: sendable(`/fhir/Patient/${id}`), body: patientBody(id) }),
      [400, 404, 422],
    ),
  ),
  ...ids.map((id) =>
    refusing(`deleting Patient/${shownName(id)}`, () => ({ method: 'DELETE', path: sendable(`/fhir/Patient/${id}`) }), [400, 404]),
  ),
  ...types.map((type) => refusing(`reading ${shownName(type)}`, () => ({ path: sendable(`/fhir/${type}/1`) }))),
  ...types.map((type) =>
    refusing(
      `creating ${shownName(type)}`,
      () => ({ method: 'POST', path: sendable(`/fhir/${type}`), body: '{"resourceType":"Patient"}' }),
      [400, 404, 405],
    ),
  ),
  ...versions.map((version) =>
    refusing(`version ${shownName(version)}`, (patient) => ({ path: sendable(`/fhir/Patient/${patient}/_history/${version}`) })),
  ),
  ...[
    '/fhir/../etc/passwd',
    '/fhir//Patient//1',
    '/fhir/Patient//',
    '//fhir/Patient/1',
    '/fhir/Patient/1/2/3/4/5',
    '/FHIR/Patient/1',
    '/fhir%2fPatient/1',
    '/fhir/Patient/1/$x',
    '/fhir/$x',
    '/fhir/Patient/$everyone',
    '/fhir/_search',
    '/fhir/Patient/1/Nothing',
    '/fhir/Patient/1/_history/1/2',
    '/fhir/metadata/x',
    `/${'a/'.repeat(4_000)}`,
    `/fhir/${'a/'.repeat(4_000)}`,
    '/.git/config',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/node_modules/pg/package.json',
    '/fhir;jsessionid=1/Patient/1',
  ].map((path) => refusing(`the address ${shownName(path)}`, () => ({ path }))),
];

const methods: Attack[] = [
  ...['TRACE', 'OPTIONS', 'PROPFIND', 'MERGE', 'PURGE', 'LINK', 'M-SEARCH', 'SUBSCRIBE', 'REPORT'].map((method) =>
    refusing(`${method} on a patient`, (patient) => ({ method, path: `/fhir/Patient/${patient}` }), [404, 405]),
  ),
  refusing(
    'a method in a header',
    (patient) => ({ method: 'POST', path: `/fhir/Patient/${patient}`, headers: { 'x-http-method-override': 'DELETE' }, body: '{}' }),
    [405],
  ),
  refusing('POST to an instance', (patient) => ({ method: 'POST', path: `/fhir/Patient/${patient}`, body: '{}' }), [405]),
  refusing('PUT to the base', () => ({ method: 'PUT', path: '/fhir', body: '{}' }), [405]),
  refusing('DELETE of a type without a condition', () => ({ method: 'DELETE', path: '/fhir/Patient' }), [400, 412]),
  refusing('DELETE of everything', () => ({ method: 'DELETE', path: '/fhir' }), [405]),
  refusing(
    'PATCH of a type without a condition',
    () => ({ method: 'PATCH', path: '/fhir/Patient', headers: { 'content-type': 'application/json-patch+json' }, body: '[]' }),
    [412],
  ),
];

const update = (headers: Ask['headers'], status: number[], name: string): Attack =>
  refusing(name, (patient) => ({ method: 'PUT', path: `/fhir/Patient/${patient}`, headers, body: patientBody(patient) }), status);
const create = (headers: Ask['headers'], status: number[], name: string): Attack =>
  refusing(name, () => ({ method: 'POST', path: '/fhir/Patient', headers, body: '{"resourceType":"Patient","active":7}' }), status);

const headers: Attack[] = [
  ...[
    '0',
    '-1',
    'W/"-1"',
    'W/"99999999999999999999"',
    'W/"1\'; drop table resource"',
    '*x',
    '""',
    'W/',
    'W/"1", W/"2"',
    '"a"',
    ' ',
    'W/"１"'.replace('１', '%EF'),
    '9'.repeat(10_000),
    '"'.repeat(500),
  ].map((value) => update({ 'if-match': value }, [400, 412], `If-Match: ${shownName(value)}`)),
  ...['"1"', 'W/"1"', 'x'.repeat(5_000)].map((value) =>
    update({ 'if-none-match': value }, [400, 412], `If-None-Match of a write: ${shownName(value)}`),
  ),
  ...[
    'identifier=1&_count=1',
    '_sort=name',
    'no-such=1',
    "name;drop table resource;--='",
    '',
    '?',
    '&',
    '=',
    'identifier',
    'identifier=',
    'identifier=%00',
    'identifier=%zz',
    '_include=*',
    'name:nothing=1',
    `identifier=${'a,'.repeat(2_000)}`,
    '_has:Observation',
    '_cursor=a',
    '_id=../..',
    'identifier=a\tb'.replace('\t', '%01'),
    'name=a&'.repeat(500),
  ].map((value) =>
    refusing(
      `a condition ${shownName(value)}`,
      () => ({
        method: 'POST',
        path: '/fhir/Patient',
        headers: { 'if-none-exist': value },
        body: '{"resourceType":"Patient","active":true}',
      }),
      [400, 412, 413],
    ),
  ),
  ...[
    'text/plain',
    'application/xml',
    'application/fhir+xml',
    'multipart/form-data; boundary=x',
    'application/fhir+json; charset=utf-16',
    'application/fhir+json; charset=utf-7',
    '',
    ';',
    'a'.repeat(5_000),
    'application/json, text/plain',
    'application/x-www-form-urlencoded',
  ].map((value) => create({ 'content-type': value }, [400, 415], `Content-Type: ${shownName(value)}`)),
  ...['application/fhir+xml; fhirVersion=3.0', 'image/png', 'x'.repeat(8_000)].map((accept) =>
    create({ accept }, [406], `Accept: ${shownName(accept)}`),
  ),
  ...[
    'Bearer',
    'Bearer ',
    'Bearer a',
    `Bearer ${'a'.repeat(10_000)}`,
    'Basic YTpi',
    "Bearer ' or '1'='1",
    'Bearer ../../etc/passwd',
    'bearer\t'.trim(),
    'Negotiate abc',
    `Bearer ${'!'.repeat(40)}`,
    'Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhZG1pbiJ9.',
  ].map((authorization) => create({ authorization }, [401], `Authorization: ${shownName(authorization)}`)),
  create({ authorization: '', cookie: 'lamplight=aaaaaaaaaaaaaaaaaaaaaaaa' }, [401], 'a session cookie from elsewhere'),
  create({ prefer: 'return=everything; handling=whatever, respond-async' }, [422], 'preferences that are not known'),
  create({ prefer: 'handling=lenient' }, [422], 'lenience for a resource that is wrong'),
  create({ prefer: '=;,='.repeat(2_000) }, [422], 'a preference of 8,000 signs'),
  create({ host: '' }, [422, 400], 'an empty Host'),
  create({ expect: '100-continue' }, [422], 'Expect: 100-continue'),
  create({ upgrade: 'websocket', connection: 'Upgrade' }, [422, 400], 'an upgrade'),
  create({ 'x-forwarded-for': "127.0.0.1'; drop table resource", 'x-purpose-of-use': "'; --" }, [422], 'headers of a proxy that is none'),
  refusing(
    'If-Modified-Since on a resource that is not there',
    () => ({ path: '/fhir/Patient/none', headers: { 'if-modified-since': '-1', 'if-none-match': '*' } }),
    [404],
  ),
];

export const addressAttacks: Attack[] = [...inPaths, ...methods, ...headers];
