// The description against what the routes do. /feed and /audit are read by the tables that describe them; here is held that
// what is described is understood, and that nothing else is.

import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ok } from '../../fhir/result.ts';
import type { RecordStore, SeenChanges } from '../../record/contract.ts';
import { readTrailWish, trailParameters } from '../audit/wish.ts';
import { makeMetrics } from '../http/metrics.ts';
import { makeServer } from '../http/server.ts';
import { liveRoutes } from '../live/routes.ts';
import { openApi, openApiPaths } from './openapi.ts';

interface Described {
  name: string;
  in: string;
  schema: { pattern?: string; default?: string | number; minimum?: number; maximum?: number };
  example?: string;
}
const parametersOf = (path: string): Described[] => (openApiPaths[path]!['get']!.parameters ?? []) as Described[];

type Asked = Parameters<RecordStore['changesFor']>;

/** The feed's route on a record that notes down what it is asked. */
async function feed(asked: Asked[]): Promise<FastifyInstance> {
  const page: SeenChanges = {
    changes: [{ position: 7n, at: new Date(0), operation: 'create', type: 'Patient', id: 'a', version: 1 }],
    next: 7n,
  };
  const authenticate = async () => ok({ id: '0190a000-0000-7000-8000-000000000001', name: 'root', role: 'administrator' as const });
  const app = makeServer({
    settings: { bodyBytesMax: 1e6, requestTimeoutMs: 10_000, trustProxy: false },
    log: pino({ level: 'silent' }),
    metrics: makeMetrics(),
    authenticate,
    now: () => new Date(),
  });
  const record = {
    head: async () => 99n,
    changesFor: async (...all: Asked) => {
      asked.push(all);
      return ok(page);
    },
  };
  liveRoutes(app, { record, feed: { heard: () => 0, next: async () => {} }, authenticate, now: () => new Date() });
  return app;
}

const ask = async (query: string): Promise<{ status: number; body: string; asked: Asked | undefined }> => {
  const asked: Asked[] = [];
  const app = await feed(asked);
  const answer = await app.inject({
    method: 'GET',
    url: `/feed${query}`,
    headers: { accept: 'application/json', authorization: 'Bearer llt_1234567890' },
  });
  await app.close();
  return { status: answer.statusCode, body: answer.payload, asked: asked[0] };
};

describe('/feed', () => {
  const described = parametersOf('/feed').filter((one) => one.in === 'query');

  it('names after, types, count, and the headers that count', () => {
    expect(parametersOf('/feed').map((one) => `${one.in} ${one.name}`)).toEqual([
      'query after',
      'query types',
      'query count',
      'header Accept',
      'header Last-Event-ID',
    ]);
  });

  it.each(described)('takes the example of $name, and fits its own schema', async ({ name, example, schema }) => {
    expect((await ask(`?${name}=${example}`)).status).toBe(200);
    if (schema.pattern !== undefined) expect(example).toMatch(new RegExp(schema.pattern));
  });

  it('begins and counts as its defaults say', async () => {
    const { asked } = await ask('');
    const of = (name: string) => described.find((one) => one.name === name)!.schema;
    expect(String(asked![1])).toBe(of('after').default);
    expect(asked![2]).toBe(of('count').default);
    expect((await ask('?after=now')).asked![1]).toBe(99n);
    expect((await ask('?types=Patient,Observation&types=Task')).asked![3]).toEqual({ types: ['Patient', 'Observation', 'Task'] });
  });

  it.each([
    '?after=-1',
    '?after=1234567890123456789',
    '?types=Patent',
    '?types=',
    '?count=0',
    '?count=1e3',
    '?position=1',
    '?constructor=1',
  ])('refuses what is not described: %s', async (query) => {
    const [, name = '', value = ''] = /^\?(\w+)=(.*)$/.exec(query)!;
    const schema = described.find((one) => one.name === name)?.schema;
    // What the schema lets through and the route refuses is named by the route: types that there are not.
    if (schema?.pattern !== undefined && value !== 'Patent') expect(value).not.toMatch(new RegExp(schema.pattern));
    expect((await ask(query)).status).toBe(400);
  });

  it('answers a page as described', async () => {
    const { body } = await ask('?count=1');
    const schema = (
      openApiPaths['/feed']!['get']!['responses'] as {
        '200': {
          content: { 'application/json': { schema: { required: string[]; properties: { changes: { items: { required: string[] } } } } } };
        };
      }
    )['200'].content['application/json'].schema;
    const page = JSON.parse(body) as { changes: object[] };
    expect(Object.keys(page).toSorted()).toEqual(schema.required.toSorted());
    expect(Object.keys(page.changes[0]!).toSorted()).toEqual(schema.properties.changes.items.required.toSorted());
  });
});

describe('/audit', () => {
  it('describes every parameter that its route knows, and no other', () => {
    expect(parametersOf('/audit').map(({ name }) => name)).toEqual(Object.keys(trailParameters));
    for (const name of Object.keys(trailParameters)) {
      const read = readTrailWish(`${name}=%00`);
      expect(read.ok ? '' : read.problem.message, name).not.toContain('has no parameter');
    }
  });
});

it('is one JSON document that names the search over several types', () => {
  const { paths } = JSON.parse(openApi(true)) as { paths: Record<string, object> };
  expect(Object.keys(paths)).toEqual(expect.arrayContaining(['/fhir', '/fhir/_search', '/fhir/{compartment}/{id}/*', '/audit', '/feed']));
  expect(parametersOf('/fhir').map(({ name }) => name)).toEqual(
    expect.arrayContaining(['_type', '_lastUpdated', '_tag', '_sort', '_count']),
  );
});
