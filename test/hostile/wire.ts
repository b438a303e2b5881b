// Bytes on a bare connection: what no HTTP client would send. http://www.rfc-editor.org/rfc/rfc9112
import { connect, type Socket } from 'node:net';
import { type Attack, megabyte, type Seen, type Target } from './attack.ts';

/** Sends these bytes and gives what came back until the server closed, or until it was silent for `patienceMs`. */
export function talk(port: number, bytes: string | Uint8Array, patienceMs = 5_000): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let heard = '';
    const done = (): void => {
      socket.destroy();
      resolve(heard);
    };
    socket.setTimeout(patienceMs, done);
    socket.on('data', (piece) => (heard += piece.toString('latin1')));
    socket.on('error', () => {});
    socket.on('close', done);
    socket.write(bytes);
  });
}

/** The first of the answers; all of them are in `text` where there are several. */
export function firstAnswer(heard: string): Seen & { answers: number } {
  const answers = heard
    .split(/^HTTP\/1\.1 /m)
    .slice(1)
    .filter((one) => !one.startsWith('100 '));
  const [first = ''] = answers;
  const end = first.indexOf('\r\n\r\n');
  const [line = '', ...lines] = first.slice(0, end).split('\r\n');
  const headers = Object.fromEntries(
    lines.map((one) => [one.slice(0, one.indexOf(':')).toLowerCase(), one.slice(one.indexOf(':') + 1).trim()]),
  );
  return { status: Number(line.slice(0, 3)) || 0, headers, text: first.slice(end + 4), answers: answers.length };
}

type Lines = (string | undefined)[];
const request = (...lines: Lines): string => `${lines.filter((line) => line !== undefined).join('\r\n')}\r\n\r\n`;
const body = '{"resourceType":"Patient","active":true}';

/** A request that deletes the patient, hidden in what another request carries. */
const hidden = ({ token, patient }: Target): string =>
  request(`DELETE /fhir/Patient/${patient} HTTP/1.1`, 'host: a', `authorization: Bearer ${token}`);

/** A POST of a good patient with these further lines: only they are wrong. */
const post = (target: Target, content: string, ...lines: string[]): string =>
  `${request('POST /fhir/Patient HTTP/1.1', 'host: a', `authorization: Bearer ${target.token}`, 'content-type: application/fhir+json', ...lines)}${content}`;
const get = (target: Target, ...lines: string[]): string =>
  request('GET /fhir/Patient/none HTTP/1.1', 'host: a', `authorization: Bearer ${target.token}`, ...lines);

const wire = (name: string, status: number[], bytes: (target: Target) => string | Uint8Array): Attack => ({
  name,
  status,
  run: async (target) => {
    const seen = firstAnswer(await talk(target.port, bytes(target), 1_000));
    if (seen.answers > 1) throw new Error(`${seen.answers} answers to one request`);
    return seen;
  },
});
const refused = (name: string, bytes: (target: Target) => string | Uint8Array): Attack => wire(name, [400], bytes);

const length = `content-length: ${body.length}`;
const chunked = (content: string): string => `${content.length.toString(16)}\r\n${content}\r\n0\r\n\r\n`;

const smuggling: Attack[] = [
  refused('a length and chunks', (target) =>
    post(target, `${chunked(body)}${hidden(target)}`, 'content-length: 4', 'transfer-encoding: chunked'),
  ),
  refused('chunks and a length', (target) =>
    post(target, `0\r\n\r\n${hidden(target)}`, 'transfer-encoding: chunked', 'content-length: 500'),
  ),
  refused('two lengths', (target) => post(target, body + hidden(target), length, 'content-length: 0')),
  refused('two lengths in one', (target) => post(target, body + hidden(target), `${length}, 0`)),
  ...['+5', '-1', '0x28', '4 0', '1e1', '99999999999999999999', 'a', ''].map((wrong) =>
    refused(`a length of ${JSON.stringify(wrong)}`, (target) => post(target, body, `content-length: ${wrong}`)),
  ),
  ...['xchunked', 'identity, chunked, identity', 'chunked, identity', 'chunked\r\ntransfer-encoding: identity', '"chunked"'].map((wrong) =>
    refused(`the transfer encoding ${JSON.stringify(wrong)}`, (target) =>
      post(target, chunked(body) + hidden(target), `transfer-encoding: ${wrong}`),
    ),
  ),
  ...['-1', 'FFFFFFFFFFFFFFFFFF', '0x28', 'zz', ' 28', '28 ;a=\0'].map((wrong) =>
    refused(`a chunk of ${JSON.stringify(wrong)}`, (target) =>
      post(target, `${wrong}\r\n${body}\r\n0\r\n\r\n`, 'transfer-encoding: chunked'),
    ),
  ),
  refused('a chunk that is longer than it says', (target) => post(target, `5\r\n${body}\r\n0\r\n\r\n`, 'transfer-encoding: chunked')),
  wire('a chunk extension of a megabyte', [413], (target) =>
    post(target, `28;${'a'.repeat(megabyte)}\r\n${body}\r\n0\r\n\r\n`, 'transfer-encoding: chunked'),
  ),
  refused('a space before the colon', (target) => post(target, body + hidden(target), `content-length : ${body.length}`)),
  refused('a header on two lines', (target) => post(target, body, length, 'x-a: b\r\n c')),
  refused('a header that begins with a blank', (target) =>
    request('GET /fhir/Patient/none HTTP/1.1', ' host: a', `authorization: Bearer ${target.token}`),
  ),
  refused('a bare CR in a header', (target) => get(target, 'x-a: b\rcontent-length: 5')),
  refused('NUL in a header', (target) => get(target, 'x-a: b\0c')),
  refused('a header without a name', (target) => get(target, ': b')),
  refused('a header that is none', (target) => get(target, 'nothing here')),
  refused('a name with a control character', (target) => get(target, 'x\u0001a: b')),
  {
    ...refused('no Host', (target) => request('GET /fhir/Patient/none HTTP/1.1', `authorization: Bearer ${target.token}`)),
    wordless: true,
  },
];

const heads: Attack[] = [
  wire('a header of 64 kB', [431], (target) => get(target, `x-a: ${'a'.repeat(65_536)}`)),
  wire('64 kB in 1,000 headers', [431], (target) => get(target, ...Array.from({ length: 1_000 }, (_, i) => `x-${i}: ${'a'.repeat(60)}`))),
  wire('a request line of a megabyte', [431], () => `GET /${'a'.repeat(megabyte)} HTTP/1.1\r\n\r\n`),
  wire('a head without end', [431], () => `GET / HTTP/1.1\r\n${'a: b\r\n'.repeat(100_000)}`),
  refused('garbage', () => Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919 + 3) % 256))),
  refused('a TLS hello', () =>
    Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03, ...Array.from({ length: 500 }, (_, i) => i % 256)]),
  ),
  refused('an SSH hello', () => 'SSH-2.0-OpenSSH_9.2\r\n'),
  refused('an SMTP hello', () => 'EHLO example.org\r\n'),
  wire('HTTP/0.9', [400, 401], () => 'GET /fhir/Patient\r\n\r\n'),
  refused('HTTP/2 without being asked', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
  refused('HTTP/9.9', () => 'GET /fhir HTTP/9.9\r\nhost: a\r\n\r\n'),
  refused('a version that is none', () => 'GET /fhir HTTP/x\r\nhost: a\r\n\r\n'),
  refused('a method in small letters', () => 'get /fhir HTTP/1.1\r\nhost: a\r\n\r\n'),
  refused('a method that is none', () => 'JUMP /fhir HTTP/1.1\r\nhost: a\r\n\r\n'),
  refused('a method of 10 kB', () => `${'G'.repeat(10_000)} /fhir HTTP/1.1\r\nhost: a\r\n\r\n`),
  refused('blanks in the address', () => 'GET /fhir/ Patient HTTP/1.1\r\nhost: a\r\n\r\n'),
  refused('NUL in the address', () => 'GET /fhir/\0Patient HTTP/1.1\r\nhost: a\r\n\r\n'),
  wire('CONNECT', [0, 400, 404, 405], () => 'CONNECT example.org:443 HTTP/1.1\r\nhost: example.org\r\n\r\n'),
  wire('an address of another machine', [401, 404], () => 'GET http://example.org/fhir/Patient HTTP/1.1\r\nhost: a\r\n\r\n'),
  wire('OPTIONS *', [404, 405], () => 'OPTIONS * HTTP/1.1\r\nhost: a\r\n\r\n'),
  wire('HTTP/1.0 without a Host', [401], () => 'GET /fhir/Patient HTTP/1.0\r\n\r\n'),
  wire('bytes above 127 in the address', [400, 401, 404], () =>
    Buffer.from('GET /fhir/Pati\u00ebnt HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n', 'latin1'),
  ),
];

export const wireAttacks: Attack[] = [...smuggling, ...heads];

/** Opens a connection that says this and stays. */
export const opened = (port: number, says: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' }, () => {
      socket.off('error', reject).on('error', () => {});
      if (says !== '') socket.write(says);
      resolve(socket);
    });
    socket.on('error', reject);
  });
