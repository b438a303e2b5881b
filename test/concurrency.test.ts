// Many clients at the same thing at the same moment: one of a kind stays one, no update is lost, and whoever comes second is
// told so (409, 412) instead of being failed. http://hl7.org/fhir/R4/http.html#concurrency
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, type Stand, stand } from './calls.ts';
import { chance, whole } from './reliability/chance.ts';
import { Ledger } from './reliability/ledger.ts';
import { faultsOf } from './reliability/wholeness.ts';

let here: Stand;
beforeAll(async () => {
  here = await stand();
});
afterAll(async () => {
  // Whatever was tried here, the tables must agree with one another.
  const faults = await faultsOf(here.database, new Ledger('none'));
  await here.end();
  expect(faults).toEqual([]);
});

const times = <T>(n: number, work: (i: number) => Promise<T>): Promise<T[]> => Promise.all(Array.from({ length: n }, (_, i) => work(i)));
const tally = (answers: Answer[]): Record<number, number> => {
  const counts: Record<number, number> = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
};
const statuses = (answers: Answer[]): number[] => [...new Set(answers.map((answer) => answer.status))].sort();

const patient = (more: object = {}): object => ({ resourceType: 'Patient', ...more });
/** What says the same as before makes no version: these all differ. */
const numbered = (id: string, i: number): object => patient({ id, name: [{ family: `N${i}` }] });
const counter = (id: string, count: number): object =>
  patient({ id, extension: [{ url: 'http://example.org/counter', valueInteger: count }] });
const countOf = (answer: Answer): number => Number(answer.json!['extension']![0]!['valueInteger']);
const total = async (query: string): Promise<number> => Number((await here.call('GET', `/fhir/${query}&_summary=count`)).json!['total']);

describe('one of a kind', () => {
  test('100 conditional creates at once make one', async () => {
    const body = patient({ identifier: [{ system: 'urn:x', value: 'only-one' }] });
    const headers = { 'if-none-exist': 'identifier=urn:x|only-one' };
    const answers = await times(100, () => here.call('POST', '/fhir/Patient', { body, headers }));
    expect(tally(answers)).toEqual({ 200: 99, 201: 1 });
    expect(new Set(answers.map((answer) => answer.json!['id'])).size).toBe(1);
    expect(await total('Patient?identifier=urn:x|only-one')).toBe(1);
  });

  test('also inside transactions, with the condition written in another order', async () => {
    const entry = (i: number): object => ({
      resource: patient({ identifier: [{ system: 'urn:x', value: 'in-transactions' }], birthDate: '1970-01-01' }),
      request: {
        method: 'POST',
        url: 'Patient',
        ifNoneExist:
          i % 2 === 0 ? 'identifier=urn:x|in-transactions&birthdate=1970-01-01' : 'birthdate=1970-01-01&identifier=urn:x|in-transactions',
      },
    });
    const answers = await times(50, (i) =>
      here.call('POST', '/fhir', { body: { resourceType: 'Bundle', type: 'transaction', entry: [entry(i)] } }),
    );
    expect(tally(answers)).toEqual({ 200: 50 });
    expect(await total('Patient?identifier=urn:x|in-transactions')).toBe(1);
  });

  test('conditional updates that find nothing make one, and then update it', async () => {
    const answers = await times(50, () =>
      here.call('PUT', '/fhir/Patient?identifier=urn:x|by-update', {
        body: patient({ identifier: [{ system: 'urn:x', value: 'by-update' }] }),
      }),
    );
    expect(tally(answers)).toEqual({ 200: 49, 201: 1 });
    expect(await total('Patient?identifier=urn:x|by-update')).toBe(1);
  });

  test('50 updates as create of one new id make one version 1', async () => {
    const answers = await times(50, (i) => here.call('PUT', '/fhir/Patient/made-by-all', { body: numbered('made-by-all', i) }));
    expect(tally(answers)).toEqual({ 200: 49, 201: 1 });
    expect(answers.filter((answer) => answer.headers.get('etag') === 'W/"1"')).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer.headers.get('etag'))).size).toBe(50);
  });

  test('50 creates on condition that there is none (If-None-Match: *) let one through', async () => {
    const headers = { 'if-none-match': '*' };
    const answers = await times(50, () => here.call('PUT', '/fhir/Patient/made-by-one', { headers, body: patient({ id: 'made-by-one' }) }));
    expect(tally(answers)).toEqual({ 201: 1, 412: 49 });
  });
});

describe('no update is lost', () => {
  test('64 clients count together: each acknowledged increment counts', async () => {
    const id = 'counter';
    await here.call('PUT', `/fhir/Patient/${id}`, { body: counter(id, 0) });
    let acknowledged = 0;
    const seen = new Set<number>();
    const random = chance(64);
    await times(64, async () => {
      for (let done = 0; done < 2; ) {
        const now = await here.call('GET', `/fhir/Patient/${id}`);
        const answer = await here.call('PUT', `/fhir/Patient/${id}`, {
          headers: { 'if-match': now.headers.get('etag')! },
          body: counter(id, countOf(now) + 1),
        });
        seen.add(answer.status);
        if (answer.status !== 200) {
          // All at once they would only be in each other's way.
          await sleep(whole(random, 200));
          continue;
        }
        acknowledged++;
        done++;
      }
    });
    expect([...seen].sort()).toEqual([200, 412]);
    const last = await here.call('GET', `/fhir/Patient/${id}`);
    expect(countOf(last)).toBe(acknowledged);
    expect(last.headers.get('etag')).toBe(`W/"${acknowledged + 1}"`);
  });

  test('patches that test and replace a number lose none either', async () => {
    const id = 'patched';
    await here.call('PUT', `/fhir/Patient/${id}`, { body: counter(id, 0) });
    let acknowledged = 0;
    const answers: Answer[] = [];
    await times(16, async () => {
      for (let tries = 0; tries < 6; tries++) {
        const count = countOf(await here.call('GET', `/fhir/Patient/${id}`));
        const path = '/extension/0/valueInteger';
        const answer = await here.call('PATCH', `/fhir/Patient/${id}`, {
          headers: { 'content-type': 'application/json-patch+json' },
          body: [
            { op: 'test', path, value: count },
            { op: 'replace', path, value: count + 1 },
          ],
        });
        answers.push(answer);
        if (answer.status === 200) acknowledged++;
      }
    });
    // 422: the number was another by then; 412: it changed ten times under the patch.
    expect(statuses(answers).filter((status) => ![200, 412, 422].includes(status))).toEqual([]);
    expect(acknowledged).toBeGreaterThan(0);
    expect(countOf(await here.call('GET', `/fhir/Patient/${id}`))).toBe(acknowledged);
  });

  test('patches that add without asking are all kept', async () => {
    const id = 'added-to';
    await here.call('PUT', `/fhir/Patient/${id}`, { body: patient({ id, name: [{ family: 'First' }] }) });
    const answers = await times(8, (i) =>
      here.call('PATCH', `/fhir/Patient/${id}`, {
        headers: { 'content-type': 'application/json-patch+json' },
        body: [{ op: 'add', path: '/name/-', value: { family: `Added${i}` } }],
      }),
    );
    expect(tally(answers)).toEqual({ 200: 8 });
    const { json } = await here.call('GET', `/fhir/Patient/${id}`);
    expect((json!['name'] as unknown as object[]).length).toBe(9);
  });
});

describe('nobody is failed', () => {
  test('100 updates of one patient, with and without a version: 200, 201 or 412', async () => {
    const id = 'busy';
    await here.call('PUT', `/fhir/Patient/${id}`, { body: patient({ id }) });
    const answers = await times(100, (i) =>
      here.call('PUT', `/fhir/Patient/${id}`, { body: numbered(id, i), headers: i % 2 === 0 ? {} : { 'if-match': `W/"${1 + (i % 5)}"` } }),
    );
    expect(statuses(answers).filter((status) => ![200, 201, 412].includes(status))).toEqual([]);
    const last = Number(/\d+/.exec((await here.call('GET', `/fhir/Patient/${id}`)).headers.get('etag')!)![0]);
    expect(last).toBe(1 + answers.filter((answer) => answer.status < 300).length);
  });

  test('deletes, updates and reads of one resource cross: each answer fits one order of them', async () => {
    const id = 'comes-and-goes';
    const random = chance(7);
    const choices = Array.from({ length: 150 }, () => whole(random, 3));
    const answers = await times(150, (i) =>
      choices[i] === 0
        ? here.call('DELETE', `/fhir/Patient/${id}`)
        : choices[i] === 1
          ? here.call('GET', `/fhir/Patient/${id}`)
          : here.call('PUT', `/fhir/Patient/${id}`, { body: patient({ id }) }),
    );
    expect(statuses(answers).filter((status) => ![200, 201, 204, 404, 410].includes(status))).toEqual([]);
    const history = await here.call('GET', `/fhir/Patient/${id}/_history?_count=1000`);
    const methods = (history.json!['entry'] as unknown as { request: { method: string }; response: { status: string } }[]).toReversed();
    // A deletion is followed by a creation, never by another deletion; the first is a creation.
    let alive = false;
    for (const { request, response } of methods) {
      if (request.method === 'DELETE') expect(alive).toBe(true);
      else expect(response.status.startsWith(alive ? '200' : '201')).toBe(true);
      alive = request.method !== 'DELETE';
    }
  });

  test('transactions that take the same resources in opposite orders do not fail each other', async () => {
    const ids = Array.from({ length: 12 }, (_, i) => `crossed-${i}`);
    const bundle = (order: string[], i: number): object => ({
      resourceType: 'Bundle',
      type: 'transaction',
      entry: order.map((id) => ({ resource: numbered(id, i), request: { method: 'PUT', url: `Patient/${id}` } })),
    });
    const answers = await times(60, (i) => here.call('POST', '/fhir', { body: bundle(i % 2 === 0 ? ids : ids.toReversed(), i) }));
    expect(tally(answers)).toEqual({ 200: 60 });
    for (const id of ids) expect((await here.call('GET', `/fhir/Patient/${id}`)).headers.get('etag')).toBe('W/"60"');
  });

  test('so do conditional transactions whose locks and rows cross', async () => {
    const values = Array.from({ length: 6 }, (_, i) => `cond-${i}`);
    const entry = (value: string): object => ({
      resource: patient({ identifier: [{ system: 'urn:x', value }] }),
      request: { method: 'PUT', url: `Patient?identifier=urn:x|${value}` },
    });
    const answers = await times(40, (i) =>
      here.call('POST', '/fhir', {
        body: { resourceType: 'Bundle', type: 'transaction', entry: (i % 2 === 0 ? values : values.toReversed()).map(entry) },
      }),
    );
    expect(tally(answers)).toEqual({ 200: 40 });
    for (const value of values) expect(await total(`Patient?identifier=urn:x|${value}`)).toBe(1);
  });

  test('single writes between such transactions are served as well', async () => {
    const ids = Array.from({ length: 6 }, (_, i) => `mixed-${i}`);
    const random = chance(11);
    const answers = await times(120, (i) => {
      const id = ids[whole(random, ids.length)]!;
      if (i % 3 === 0) return here.call('PUT', `/fhir/Patient/${id}`, { body: patient({ id }) });
      if (i % 3 === 1) return here.call('PUT', `/fhir/Patient?_id=${id}`, { body: patient({ id }) });
      const order = i % 2 === 0 ? ids : ids.toReversed();
      return here.call('POST', '/fhir', {
        body: {
          resourceType: 'Bundle',
          type: 'transaction',
          entry: [
            ...order.map((one) => ({ resource: patient({ id: one }), request: { method: 'PUT', url: `Patient/${one}` } })),
            {
              resource: patient({ identifier: [{ system: 'urn:x', value: id }] }),
              request: { method: 'POST', url: 'Patient', ifNoneExist: `identifier=urn:x|${id}` },
            },
          ],
        },
      });
    });
    expect(statuses(answers).filter((status) => ![200, 201, 412].includes(status))).toEqual([]);
  });
});
