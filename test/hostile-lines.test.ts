// POST /bulk/lines attacked from outside: a line that cannot be taken is told with its number and reason and the others go on; what is
// no list of lines is refused as a whole; what was acknowledged is there, and of what was not acknowledged nothing is.
import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Stand, stand } from './calls.ts';
import { ask, megabyte, repeated, type Seen, type Target } from './hostile/attack.ts';
import { isRefusal } from './hostile/refusal.ts';
import { tokenFor } from './running-server.ts';

let here: Stand;
let target: Target;
beforeAll(async () => {
  here = await stand();
  target = { port: Number(new URL(here.server.address).port), token: here.administrator, patient: '' };
});
afterAll(() => here.end());

interface Shown {
  line: number;
  what: string;
  outcome?: string;
  problem?: { kind: string; message: string };
}
const patient = (id: string, more = ''): string => `{"resourceType":"Patient","id":"${id}"${more}}`;
const send = (...lines: string[]): Promise<Answer> =>
  here.call('POST', '/bulk/lines', { body: lines.join('\n'), headers: { 'content-type': 'application/fhir+ndjson' } });
const post = (
  body: string | Uint8Array | Iterable<Uint8Array>,
  path = '/bulk/lines',
  headers: Record<string, string> = {},
): Promise<Seen> => ask(target, { method: 'POST', path, body, headers: { 'content-type': 'application/fhir+ndjson', ...headers } });
const isThere = async (id: string): Promise<boolean> => (await here.call('GET', `/fhir/Patient/${id}`)).status === 200;

describe('between two good lines, one is told with its number and reason:', () => {
  const big = 10 * megabyte;
  const cases: [string, () => string, RegExp][] = [
    ['no JSON', () => 'nonsense', /Expected a value/],
    ['JSON that ends too early', () => '{"resourceType":"Patient","id":"x"', /./],
    ['two values in a line', () => `${patient('x')}${patient('y')}`, /./],
    ['a number', () => '7', /no resource/],
    ['a list', () => `[${patient('x')}]`, /no resource/],
    ['null', () => 'null', /no resource/],
    ['a type that there is not', () => '{"resourceType":"Pateint","id":"x"}', /resource type/],
    ['a type that is an object', () => '{"resourceType":{},"id":"x"}', /resource type/],
    ['the name of a member that all objects have', () => '{"resourceType":"constructor","id":"x"}', /resource type/],
    ['an element of the wrong type', () => patient('x', ',"active":"yes"'), /./],
    ['no id', () => '{"resourceType":"Patient"}', /no id/],
    ['an id that is none', () => patient('../../etc'), /./],
    ['a value of NUL', () => patient('x', ',"name":[{"family":"a\\u0000b"}]'), /./],
    ['a byte of NUL', () => patient('x', ',"name":[{"family":"a\u0000b"}]'), /./],
    ['a lone surrogate', () => patient('x', ',"name":[{"family":"a\\ud800b"}]'), /./],
    ['arrays 100,000 deep', () => `{"resourceType":"Patient","id":"x","name":${'['.repeat(100_000)}${']'.repeat(100_000)}}`, /./],
    ['objects that never close', () => `{"resourceType":"Patient","id":"x","a":${'{"a":'.repeat(100_000)}`, /./],
    ['10 MB of one text', () => patient('x', `,"language":"${'a'.repeat(big)}"`), /./],
    ['10 MB of values', () => patient('x', `,"name":[${'{"family":"a"},'.repeat(big / 15)}{}]`), /./],
    ['10 MB of blanks before nonsense', () => `${' '.repeat(big)}x`, /./],
    ['the same name twice', () => '{"resourceType":"Patient","id":"x","id":"y"}', /./],
    ['a name that would change all objects', () => patient('x', ',"__proto__":{"active":true}'), /./],
    [
      'a Bundle that deletes and writes',
      () =>
        '{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient/before-0"}},{"resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}}]}',
      /no id/,
    ],
    [
      'a Bundle that deletes by a condition',
      () => '{"resourceType":"Bundle","type":"transaction","entry":[{"request":{"method":"DELETE","url":"Patient?name=a"}}]}',
      /no id/,
    ],
    ['an invariant of R4 that is broken', () => patient('x', ',"contact":[{"relationship":[{"text":"x"}]}]'), /./],
  ];
  test.each(cases.map(([name, line, words], i) => [name, line, words, i] as const))('%s', async (_, line, words, i) => {
    const answer = await send(patient(`before-${i}`), line(), patient(`after-${i}`));
    expect(answer.status, answer.text.slice(0, 300)).toBe(200);
    const [before, between, after] = answer.json as unknown as Shown[];
    expect([before!.outcome, after!.outcome, after!.line]).toEqual(['created', 'created', 3]);
    expect(between).toMatchObject({ line: 2, problem: { message: expect.stringMatching(words) } });
    expect(between!.problem!.message.length).toBeGreaterThan(10);
    expect(between!.problem!.message.length).toBeLessThan(1_000);
    expect(await isThere(`before-${i}`)).toBe(true);
    expect(await isThere(`after-${i}`)).toBe(true);
    expect(await isThere('x')).toBe(false);
  });
});

describe('is refused as a whole, and nothing of it is taken:', () => {
  const good = patient('of-a-refused-body');
  test.each<[string, () => Promise<Seen>, number[]]>([
    ['40 MB of a line that never ends', () => post(repeated('{"resourceType":"Patient","id":"', 'a', 40 * megabyte, '')), [413]],
    ['40 MB of lines', () => post(repeated('', `${good}\n`, Math.ceil((40 * megabyte) / good.length), '')), [413]],
    ['more lines than one request may have', () => post(`${good}\n`.repeat(10_001)), [413]],
    ['a million empty lines', () => post('\n'.repeat(1_000_000)), [413]],
    ['bytes that are no UTF-8', () => post(Buffer.concat([Buffer.from(`${good}\n`), Buffer.from([0xc3, 0x28])])), [400]],
    ['a first line that is no number', () => post(good, '/bulk/lines?first=x'), [400]],
    ['a first line before the first', () => post(good, '/bulk/lines?first=-5'), [400]],
    ['a body that is not what it says', () => post(good, '/bulk/lines', { 'content-encoding': 'gzip' }), [400]],
    ['an encoding that is not known', () => post(good, '/bulk/lines', { 'content-encoding': 'zstd' }), [400, 415, 422, 501]],
    [
      'a packed body of a thousand times its size',
      () => post(gzipSync(Buffer.alloc(200 * megabyte, 'a')), '/bulk/lines', { 'content-encoding': 'gzip' }),
      [413],
    ],
  ])('%s', async (_, run, status) => {
    const before = await here.changes();
    const seen = await run();
    expect(status, seen.text.slice(0, 300)).toContain(seen.status);
    isRefusal(seen);
    expect(await here.changes()).toBe(before);
  });

  test('what nobody signed in sends', async () => {
    const answer = await fetch(`${here.server.address}/bulk/lines`, { method: 'POST', body: good });
    expect(answer.status).toBe(401);
    await answer.arrayBuffer();
  });
});

test('lines of those who may not write are refused one by one', async () => {
  const token = await tokenFor(here.database, { role: 'analyst' });
  const answer = await here.call('POST', '/bulk/lines', { token, body: [patient('by-analyst'), patient('by-analyst-2')].join('\n') });
  expect((answer.json as unknown as Shown[]).map(({ problem }) => problem?.kind)).toEqual(['forbidden', 'forbidden']);
  expect(await isThere('by-analyst')).toBe(false);
});

/** Sends the head and a part of the body, and breaks the connection. */
function abort(body: string, whole: number): Promise<void> {
  return new Promise((resolve) => {
    const sent = httpRequest({
      port: target.port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/bulk/lines',
      agent: false,
      headers: { authorization: `Bearer ${target.token}`, 'content-type': 'application/fhir+ndjson', 'content-length': String(whole) },
    });
    sent.on('error', () => {});
    sent.on('close', () => resolve());
    sent.write(body, () => setTimeout(() => sent.destroy(), 50));
  });
}

describe('a body that breaks off in the middle', () => {
  test('takes none of its lines, also those that came whole', async () => {
    const before = await here.changes();
    const lines = Array.from({ length: 200 }, (_, i) => patient(`cut-${i}`)).join('\n');
    await Promise.all(Array.from({ length: 8 }, () => abort(lines, lines.length + 100)));
    expect((await send(patient('after-the-cut'))).status).toBe(200);
    expect(await here.changes()).toBe(before + 1);
  });

  test('and one whose client goes away without the answer leaves whole lines only, which can be sent once more', async () => {
    const lines = Array.from({ length: 400 }, (_, i) => patient(`gone-${i}`)).join('\n');
    // All of it arrived: whether it is taken is decided, and the client does not hear of it.
    await abort(lines, lines.length);
    const answer = await send(...lines.split('\n'));
    const outcomes = new Set((answer.json as unknown as Shown[]).map(({ outcome }) => outcome));
    expect([...outcomes].filter((one) => one !== 'created' && one !== 'unchanged')).toEqual([]);
    for (const i of [0, 199, 399])
      expect((await here.call('GET', `/fhir/Patient/gone-${i}`)).json).toMatchObject({ meta: { versionId: '1' } });
  });
});

test('what was acknowledged is there, whoever else sends nonsense at the same time', async () => {
  const nonsense = Array.from({ length: 2_000 }, (_, i) => (i % 2 === 0 ? '{"resourceType":"Patient"' : patient('x', ',"active":7'))).join(
    '\n',
  );
  const [, ...good] = await Promise.all([
    Promise.all(Array.from({ length: 4 }, () => post(nonsense))),
    ...Array.from({ length: 6 }, (_, batch) => send(...Array.from({ length: 50 }, (__, i) => patient(`busy-${batch}-${i}`)))),
  ]);
  for (const [batch, answer] of good.entries()) {
    const shown = answer.json as unknown as Shown[];
    expect(shown.map(({ outcome }) => outcome)).toEqual(Array(50).fill('created'));
    expect(await isThere(`busy-${batch}-49`)).toBe(true);
  }
});
