// Subscriptions through the whole server, as their clients meet them: a receiver of our own hears what is sent, goes away and comes back.
// http://hl7.org/fhir/uv/subscriptions-backport/
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { caller, type Json, type Stand, stand } from './calls.ts';
import { expectNotificationShape, expectStatusShape } from './notification-shape.ts';
import { tokenFor } from './running-server.ts';

interface Heard {
  method: string;
  url: string;
  headers: IncomingMessage['headers'];
  text: string;
  json: Json;
}

let here: Stand;
let receiver: Server;
let at: string;
let heard: Heard[] = [];
/** What the receiver answers; a function of what it hears. */
let answers: (heard: Heard) => number = () => 200;

beforeAll(async () => {
  here = await stand();
  receiver = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk) => {
      text += String(chunk);
    });
    request.on('end', () => {
      const one: Heard = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        text,
        json: (text === '' ? {} : JSON.parse(text)) as Json,
      };
      const status = answers(one);
      if (status < 300) heard.push(one);
      response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  at = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await here.end();
  receiver.close();
});
beforeEach(() => {
  heard = [];
  answers = () => 200;
});
const made: string[] = [];
afterEach(async () => {
  for (const id of made.splice(0)) await here.call('DELETE', `/fhir/Subscription/${id}`);
});

const topic = (name: string): string => `https://lamplight.dev/fhir/SubscriptionTopic/${name}`;
const backport = 'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition';

interface Wish {
  criteria: string;
  filters?: string[];
  content?: string;
  endpoint?: string;
  header?: string[];
  extension?: object[];
  type?: string;
  payload?: string;
}
function subscription({
  criteria,
  filters = [],
  content,
  endpoint,
  header,
  extension,
  type = 'rest-hook',
  payload = 'application/fhir+json',
}: Wish): object {
  return {
    resourceType: 'Subscription',
    status: 'requested',
    reason: 'test',
    criteria,
    ...(filters.length === 0
      ? {}
      : { _criteria: { extension: filters.map((valueString) => ({ url: `${backport}/backport-filter-criteria`, valueString })) } }),
    channel: {
      type,
      ...(type === 'rest-hook' ? { endpoint: endpoint ?? `${at}/hook` } : {}),
      ...(payload === '' ? {} : { payload }),
      ...(content === undefined ? {} : { _payload: { extension: [{ url: `${backport}/backport-payload-content`, valueCode: content }] } }),
      ...(header === undefined ? {} : { header }),
      ...(extension === undefined ? {} : { extension }),
    },
  };
}

async function subscribe(wish: Wish, token = here.administrator): Promise<string> {
  const answer = await here.call('POST', '/fhir/Subscription', { body: subscription(wish), token });
  expect(answer.status, answer.text).toBe(201);
  const id = (answer.json as unknown as { id: string }).id;
  made.push(id);
  return id;
}

async function until<T>(look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** The pauses between attempts are over. */
const lastTry = (id: string): Promise<true> =>
  until(async () => {
    const text = 'update subscription_state set tries = 3, due = now() where id = $1 and tries > 0';
    return (await here.database.query({ text, values: [id] })).rowCount === 1;
  });
const statusOf = async (id: string): Promise<string> =>
  (await here.call('GET', `/fhir/Subscription/${id}`)).json?.['status'] as unknown as string;
const becomes = (id: string, status: string): Promise<true> => until(async () => (await statusOf(id)) === status);
const put = async (resource: { resourceType: string; id: string; [name: string]: unknown }): Promise<void> => {
  const answer = await here.call('PUT', `/fhir/${resource.resourceType}/${resource.id}`, { body: resource });
  expect(answer.status, answer.text).toBeLessThan(300);
};
const patient = (id: string, gender = 'female') => ({ resourceType: 'Patient', id, gender });

interface Told {
  status: string;
  type: string;
  total: string;
  numbers: number[];
  focus: (string | undefined)[];
  resources: Json[];
}
/** A notification as a client reads it. */
function told(bundle: Json | undefined): Told {
  expectNotificationShape(bundle);
  const { entry } = bundle as unknown as { entry: { resource?: { resourceType: string; parameter: Parameter[] } }[] };
  const [status, ...rest] = entry;
  const { parameter } = status!.resource!;
  const events = parameter.filter(({ name }) => name === 'notification-event').map(({ part = [] }) => part);
  return {
    status: parameter.find(({ name }) => name === 'status')!.valueCode!,
    type: parameter.find(({ name }) => name === 'type')!.valueCode!,
    total: parameter.find(({ name }) => name === 'events-since-subscription-start')!.valueString!,
    numbers: events.map((part) => Number(part.find(({ name }) => name === 'event-number')!.valueString)),
    focus: events.map((part) => part.find(({ name }) => name === 'focus')?.valueReference?.reference.replace(/^.*\/fhir\//, '')),
    resources: rest.flatMap(({ resource }) => (resource === undefined ? [] : [resource as unknown as Json])),
  };
}
interface Parameter {
  name: string;
  valueCode?: string;
  valueString?: string;
  valueReference?: { reference: string };
  part?: Parameter[];
}
const notifications = (): Told[] => heard.map(({ json }) => told(json));
const events = (): Told[] => notifications().filter(({ type }) => type === 'event-notification');

describe('a subscription to a topic', () => {
  test('begins with a handshake, and then tells what happens, numbered without gaps', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'id-only' });
    await becomes(id, 'active');
    expect(notifications().map(({ type }) => type)).toEqual(['handshake']);
    await put(patient('p1'));
    await put(patient('p1', 'male'));
    await put(patient('p2'));
    await here.call('DELETE', '/fhir/Patient/p1');
    const numbers = await until(() => {
      const all = events().flatMap((one) => one.numbers);
      return all.length >= 4 && all;
    });
    expect(numbers).toEqual([1, 2, 3, 4]);
    expect(events().flatMap(({ focus }) => focus)).toEqual(['Patient/p1', 'Patient/p1', 'Patient/p2', 'Patient/p1']);
    expect(events().flatMap(({ resources }) => resources)).toEqual([]);
  });

  test('tells only what its filters let through, with the whole resource where it asked for it', async () => {
    const id = await subscribe({ criteria: topic('Patient'), filters: ['Patient?gender=male'], content: 'full-resource' });
    await becomes(id, 'active');
    await put(patient('f1', 'female'));
    await put(patient('f2', 'male'));
    const [event] = await until(() => events().length > 0 && events());
    expect(event).toMatchObject({
      numbers: [1],
      focus: ['Patient/f2'],
      resources: [{ resourceType: 'Patient', id: 'f2', gender: 'male' }],
    });
  });

  test('empty says that something happened, and not what', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'empty' });
    await becomes(id, 'active');
    await put(patient('nobody-is-told'));
    const [event] = await until(() => events().length > 0 && events());
    expect(event).toMatchObject({ numbers: [1], focus: [undefined], resources: [] });
    expect(heard.at(-1)!.text).not.toContain('nobody-is-told');
    // Nor what it is about: the profile wants the topic left out where nothing is told.
    expect(heard.at(-1)!.text).not.toContain('SubscriptionTopic');
  });

  test('an encounter starts once, and ends once', async () => {
    const begun = await subscribe({ criteria: topic('encounter-start'), content: 'id-only' });
    const ended = await subscribe({ criteria: topic('encounter-end'), content: 'id-only', endpoint: `${at}/ended` });
    await becomes(begun, 'active');
    await becomes(ended, 'active');
    const encounter = (status: string) => ({
      resourceType: 'Encounter',
      id: 'v',
      status,
      class: { code: 'IMP' },
      subject: { reference: 'Patient/p2' },
    });
    for (const status of ['planned', 'in-progress', 'onleave', 'in-progress', 'finished', 'finished']) await put(encounter(status));
    await put({ ...encounter('finished'), priority: { text: 'none' } });
    const end = await until(() => heard.find(({ url, json }) => url === '/ended' && told(json).type === 'event-notification'));
    expect(told(end.json).numbers).toEqual([1]);
    await put({ resourceType: 'Encounter', id: 'w', status: 'in-progress', class: { code: 'IMP' } });
    const starts = await until(() => {
      const all = heard.filter(({ url }) => url === '/hook').flatMap(({ json }) => told(json).focus);
      return all.includes('Encounter/w') && all;
    });
    expect(starts).toEqual(['Encounter/v', 'Encounter/w']);
    expect(heard.filter(({ url }) => url === '/ended').flatMap(({ json }) => told(json).numbers)).toEqual([1]);
  });
});

describe('plain R4', () => {
  test('a payload is written to the receiver as a resource; without one it is only woken', async () => {
    const full = await subscribe({ criteria: 'Patient?gender=male', endpoint: `${at}/full` });
    const bare = await subscribe({ criteria: 'Patient?gender=male', endpoint: `${at}/bare`, payload: '' });
    await becomes(full, 'active');
    await becomes(bare, 'active');
    await put(patient('r4', 'male'));
    await put(patient('r5', 'female'));
    const one = await until(() => heard.find(({ url }) => url.startsWith('/full')));
    const two = await until(() => heard.find(({ url }) => url === '/bare'));
    expect({ method: one.method, url: one.url, json: one.json }).toMatchObject({
      method: 'PUT',
      url: '/full/Patient/r4',
      json: { id: 'r4' },
    });
    expect({ method: two.method, text: two.text }).toEqual({ method: 'POST', text: '' });
    expect(heard).toHaveLength(2);
  });
});

describe('secrets', () => {
  test('reach the receiver and nobody else, also through a read that is written back', async () => {
    const id = await subscribe({ criteria: topic('Patient'), header: ['Authorization: Bearer very-secret'], content: 'empty' });
    await becomes(id, 'active');
    expect(heard[0]!.headers.authorization).toBe('Bearer very-secret');
    const read = await here.call('GET', `/fhir/Subscription/${id}`);
    expect(read.text).not.toContain('very-secret');
    expect((await here.call('GET', `/fhir/Subscription/${id}/_history`)).text).not.toContain('very-secret');
    heard = [];
    const resource = read.json as unknown as { channel: object };
    const again = await here.call('PUT', `/fhir/Subscription/${id}`, { body: resource });
    expect(again.status, again.text).toBe(200);
    expect((await until(() => heard[0])).headers.authorization).toBe('Bearer very-secret');
    const elsewhere = await here.call('POST', '/fhir/Subscription', {
      body: { ...resource, channel: { ...resource.channel, endpoint: 'http://127.0.0.1:9/' } },
    });
    expect(elsewhere.status).toBe(400);
    expect(elsewhere.text).toContain('give it again');
  });
});

describe('a heartbeat', () => {
  const period = [{ url: `${backport}/backport-heartbeat-period`, valueUnsignedInt: 5 }];

  test('is posted to a receiver that has heard nothing for the period, counts no event, and is sent again where it was not taken', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'id-only', extension: period });
    await becomes(id, 'active');
    await put(patient('beat'));
    await until(() => events().length === 1);
    const quiet = async (): Promise<void> => {
      await here.database.query({
        text: `update subscription_state set last_sent = now() - interval '6 seconds', due = now() where id = $1`,
        values: [id],
      });
    };
    let refused = 0;
    answers = () => (refused++ === 0 ? 503 : 200);
    await quiet();
    await until(() => notifications().some(({ type }) => type === 'heartbeat'));
    expect(refused).toBeGreaterThan(1);
    expect(notifications().find(({ type }) => type === 'heartbeat')).toMatchObject({ total: '1', numbers: [], resources: [] });
    // The next event has the next number.
    await put(patient('beat', 'male'));
    await until(() => events().length === 2);
    expect(events().map(({ numbers }) => numbers)).toEqual([[1], [2]]);
    const validated = await here.call('POST', '/fhir/Bundle/$validate', {
      body: heard.find(({ text }) => text.includes('"heartbeat"'))!.json,
    });
    expect(validated.text).not.toMatch(/"severity":"(error|fatal)"/);
  });

  test('is said by a websocket that has heard nothing for the period', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'empty', type: 'websocket', extension: period });
    await becomes(id, 'active');
    const answer = await here.call('GET', `/fhir/Subscription/${id}/$get-ws-binding-token`);
    const { parameter } = answer.json as unknown as { parameter: { name: string; valueString: string; valueUrl: string }[] };
    const socket = new WebSocket(parameter.find(({ name }) => name === 'websocket-url')!.valueUrl);
    const said: string[] = [];
    socket.on('message', (data) => said.push(String(data)));
    socket.on('open', () => socket.send(`bind-with-token ${parameter.find(({ name }) => name === 'token')!.valueString}`));
    await until(() => said.length === 2);
    expect(said.map((text) => told(JSON.parse(text) as Json)).map(({ type, total }) => [type, total])).toEqual([
      ['handshake', '0'],
      ['heartbeat', '0'],
    ]);
    socket.close();
  }, 20_000);

  test('of less than five seconds is refused in words', async () => {
    const body = subscription({
      criteria: topic('Patient'),
      extension: [{ url: `${backport}/backport-heartbeat-period`, valueUnsignedInt: 1 }],
    });
    const answer = await here.call('POST', '/fhir/Subscription', { body });
    expect([answer.status, answer.text]).toEqual([expect.any(Number), expect.stringContaining('5 to 86400 seconds')]);
    expect(answer.status).toBeGreaterThanOrEqual(400);
  });
});

describe('a receiver that is away', () => {
  test('does not take the handshake: an error with its reason, and active when it is asked for again', async () => {
    answers = () => 500;
    const id = await subscribe({ criteria: topic('Patient'), content: 'id-only' });
    await lastTry(id);
    await becomes(id, 'error');
    const read = (await here.call('GET', `/fhir/Subscription/${id}`)).json as unknown as { error: string };
    expect(read.error).toContain('it answered 500');
    const status = await here.call('GET', `/fhir/Subscription/${id}/$status`);
    const { entry } = status.json as unknown as { entry: { resource: object }[] };
    const said = expectStatusShape(entry[0]?.resource);
    expect(said).toContainEqual({ name: 'status', valueCode: 'error' });
    expect(said).toContainEqual({ name: 'error', valueCodeableConcept: { text: expect.stringContaining('it answered 500') } });
    await put(patient('away'));
    answers = () => 200;
    await here.call('PUT', `/fhir/Subscription/${id}`, { body: read });
    await becomes(id, 'active');
    // What happened meanwhile is not sent: it can be fetched.
    const missed = await here.call('GET', `/fhir/Subscription/${id}/$events?eventsSinceNumber=1`);
    expect(told(missed.json)).toMatchObject({ type: 'query-event', numbers: [1], focus: ['Patient/away'] });
  });

  test('hears that it is in error when it takes things again, once, and begins with a handshake where that is asked for', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'id-only' });
    await becomes(id, 'active');
    answers = () => 503;
    await put(patient('e1'));
    await until(async () => {
      const text = `update subscription_state set failing = now() - interval '2 hours', due = now() where id = $1 and tries > 0`;
      return (await here.database.query({ text, values: [id] })).rowCount === 1;
    });
    await becomes(id, 'error');
    await put(patient('e2'));
    heard = [];
    answers = () => 200;
    const owed = async (): Promise<boolean> => {
      const text = 'update subscription_state set due = now() where id = $1 returning owes';
      return (await here.database.query<{ owes: boolean }>({ text, values: [id] })).rows[0]!.owes;
    };
    await until(async () => !(await owed()));
    expect(notifications()).toMatchObject([{ type: 'heartbeat', status: 'error', numbers: [], resources: [] }]);
    expect(heard[0]!.text).toContain('it answered 503');
    // No event and no second word of it comes by itself.
    await owed();
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(heard).toHaveLength(1);
    const read = (await here.call('GET', `/fhir/Subscription/${id}`)).json as unknown as object;
    expect((await here.call('PUT', `/fhir/Subscription/${id}`, { body: { ...read, status: 'active' } })).status).toBe(200);
    await becomes(id, 'active');
    await until(() => heard.length === 2);
    expect(notifications()[1]).toMatchObject({ type: 'handshake', total: '2' });
  });

  test('hears heartbeats that say error, where it asked for heartbeats', async () => {
    const extension = [{ url: `${backport}/backport-heartbeat-period`, valueUnsignedInt: 5 }];
    const id = await subscribe({ criteria: topic('Patient'), content: 'empty', extension });
    await becomes(id, 'active');
    await here.database.query({
      text: `update subscription_state set state = 'error', reason = 'It was away', last_sent = now() - interval '6 seconds', due = now() where id = $1`,
      values: [id],
    });
    await until(() => notifications().some(({ type }) => type === 'heartbeat'));
    expect(notifications().find(({ type }) => type === 'heartbeat')).toMatchObject({ status: 'error', numbers: [] });
  });

  test('gets everything in order when it is back', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'id-only' });
    await becomes(id, 'active');
    answers = () => 503;
    for (const name of ['b1', 'b2', 'b3']) await put(patient(name));
    await until(async () => {
      const { rows } = await here.database.query<{ tries: number }>({
        text: 'select tries from subscription_state where id = $1',
        values: [id],
      });
      return rows[0]!.tries > 0;
    });
    answers = () => 200;
    await until(() => events().flatMap(({ numbers }) => numbers).length === 3);
    expect(events().flatMap(({ focus }) => focus)).toEqual(['Patient/b1', 'Patient/b2', 'Patient/b3']);
  });
});

describe('a websocket', () => {
  const open = (token?: string): WebSocket =>
    new WebSocket(
      `${here.server.address.replace('http', 'ws')}/subscriptions/websocket`,
      token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
    );

  test('is bound by a token, greeted, and told what happens', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'full-resource', type: 'websocket' });
    await becomes(id, 'active');
    const answer = await here.call('GET', `/fhir/Subscription/${id}/$get-ws-binding-token`);
    const { parameter } = answer.json as unknown as { parameter: { name: string; valueString: string; valueUrl: string }[] };
    const token = parameter.find(({ name }) => name === 'token')!.valueString;
    const socket = new WebSocket(parameter.find(({ name }) => name === 'websocket-url')!.valueUrl);
    const said: string[] = [];
    socket.on('message', (data) => said.push(String(data)));
    socket.on('open', () => socket.send(`bind-with-token ${token}`));
    await until(() => said.length === 1);
    await put(patient('ws1'));
    await until(() => said.length === 2);
    expect(said.map((text) => told(JSON.parse(text) as Json)).map(({ type }) => type)).toEqual(['handshake', 'event-notification']);
    expect(told(JSON.parse(said[1]!) as Json)).toMatchObject({ numbers: [1], resources: [{ id: 'ws1' }] });
    socket.close();
  });

  test('refuses a token that is none, and whoever says nothing that it knows', async () => {
    for (const text of ['bind-with-token aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'bind anything', 'hello']) {
      const socket = open();
      socket.on('open', () => socket.send(text));
      const code = await new Promise((resolve) => socket.on('close', resolve));
      expect(code, text).toBe(1008);
    }
    const wrong = open('llt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA');
    expect(await new Promise((resolve) => wrong.on('error', (error) => resolve(error.message)))).toContain('401');
  });

  test('of plain R4 is pinged', async () => {
    const id = await subscribe({ criteria: 'Patient?gender=male', type: 'websocket', payload: '' });
    await becomes(id, 'active');
    const socket = open(here.administrator);
    const said: string[] = [];
    socket.on('message', (data) => said.push(String(data)));
    socket.on('open', () => socket.send(`bind ${id}`));
    await until(() => said.length === 1);
    await put(patient('ws2', 'male'));
    await until(() => said.length === 2);
    expect(said).toEqual([`bound ${id}`, `ping ${id}`]);
    socket.close();
  });
});

describe('rights', () => {
  test('of the account that made it decide what is told, as they are now', async () => {
    await put({ resourceType: 'Organization', id: 'north', name: 'North' });
    await put({ resourceType: 'Organization', id: 'south', name: 'South' });
    const token = await tokenFor(here.database, { role: 'system', organisations: ['north'] });
    const id = await subscribe({ criteria: topic('Patient'), content: 'full-resource' }, token);
    await becomes(id, 'active');
    await put({ ...patient('hidden'), managingOrganization: { reference: 'Organization/south' } } as never);
    await put({ ...patient('shown'), managingOrganization: { reference: 'Organization/north' } } as never);
    const [event] = await until(() => events().length > 0 && events());
    expect(event).toMatchObject({ numbers: [1], focus: ['Patient/shown'] });
    expect(heard.map(({ text }) => text).join('')).not.toContain('hidden');
    const all = await here.call('GET', `/fhir/Subscription/${id}/$events`);
    expect(told(all.json).focus).toEqual(['Patient/shown']);
    const { rows } = await here.database.query<{ n: bigint }>({
      text: `select count(*) as n from audit where origin = $1 and outcome = 200`,
      values: [`subscription:${id}`],
    });
    expect(Number(rows[0]!.n)).toBeGreaterThan(0);
    await here.database.query({ text: 'update access_token set expires = now() where organisations is not null' });
    // Rights are believed for a second.
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await put({ ...patient('later'), managingOrganization: { reference: 'Organization/north' } } as never);
    await becomes(id, 'off');
    expect(events()).toHaveLength(1);
    // The receiver is told of the end, and of nothing else.
    await until(() => notifications().some(({ status }) => status === 'off'));
    expect(notifications().at(-1)).toMatchObject({ type: 'heartbeat', status: 'off', numbers: [], resources: [] });
  });

  test('those who may not write Subscriptions make none, and read none', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'empty' });
    const clinician = caller(here.server.address, await tokenFor(here.database, { role: 'clinician' }));
    expect((await clinician('POST', '/fhir/Subscription', { body: subscription({ criteria: topic('Patient') }) })).status).toBe(403);
    await becomes(id, 'active');
    for (const operation of ['$status', '$events', '$get-ws-binding-token'])
      expect((await clinician('GET', `/fhir/Subscription/${id}/${operation}`)).status, operation).toBe(403);
  });
});

describe('what cannot be meant is refused', () => {
  const wrong: [string, Wish, RegExp][] = [
    ['a topic that is not there', { criteria: topic('nothing') }, /no topic/],
    ['a filter of another type', { criteria: topic('Patient'), filters: ['Observation?code=x'] }, /never tells/],
    ['a parameter that is not known', { criteria: 'Patient?eyes=blue' }, /eyes/],
    ['a chain', { criteria: 'Observation?subject:Patient.name=x' }, /itself/],
    ['criteria without a type', { criteria: 'everything' }, /resource type/],
    ['a scheme', { criteria: topic('Patient'), endpoint: 'file:///etc/passwd' }, /http/],
    ['link-local', { criteria: topic('Patient'), endpoint: 'http://169.254.169.254/latest' }, /link-local/],
    ['link-local as a number', { criteria: topic('Patient'), endpoint: 'http://2852039166/latest' }, /link-local/],
    ['link-local as IPv6', { criteria: topic('Patient'), endpoint: 'http://[::ffff:169.254.169.254]/' }, /link-local/],
    ['a password in the address', { criteria: topic('Patient'), endpoint: 'https://a:b@example.org/' }, /channel.header/],
    ['a header of HTTP itself', { criteria: topic('Patient'), header: ['Host: example.org'] }, /Host/],
    ['a channel', { criteria: topic('Patient'), type: 'email' }, /rest-hook/],
    ['a payload', { criteria: topic('Patient'), payload: 'text/plain' }, /fhir\+json/],
    ['content', { criteria: topic('Patient'), content: 'all' }, /id-only/],
  ];
  test.each(wrong)('%s', async (_, wish, says) => {
    const answer = await here.call('POST', '/fhir/Subscription', { body: subscription(wish) });
    expect(answer.status, answer.text).toBeGreaterThanOrEqual(400);
    expect(answer.status).toBeLessThan(500);
    expect(answer.text).toMatch(says);
  });

  test('and a redirect is not followed', async () => {
    answers = ({ url }) => (url === '/hook' ? 302 : 200);
    const id = await subscribe({ criteria: topic('Patient') });
    await lastTry(id);
    await becomes(id, 'error');
    expect(heard).toEqual([]);
  });
});

describe('what is offered', () => {
  test('is listed in the CapabilityStatement, and each topic can be read', async () => {
    const { json } = await here.call('GET', '/fhir/metadata');
    const { rest } = json as unknown as { rest: { resource: { type: string; extension?: { valueCanonical: string }[] }[] }[] };
    const topics = rest[0]!.resource.find(({ type }) => type === 'Subscription')!.extension!.map(({ valueCanonical }) => valueCanonical);
    expect(topics).toEqual(
      expect.arrayContaining(['Patient', 'encounter-start', 'encounter-end', 'new-result', 'patient-deterioration'].map(topic)),
    );
    const one = await here.call('GET', `/fhir/Subscription/$topics?url=${encodeURIComponent(topic('new-result'))}`);
    expect(one.json).toMatchObject({ total: 1, entry: [{ resource: { resourceType: 'Basic', id: 'new-result' } }] });
  });

  test('$status tells how far a subscription is', async () => {
    const id = await subscribe({ criteria: topic('Patient'), content: 'empty' });
    await becomes(id, 'active');
    const { json } = await here.call('GET', `/fhir/Subscription/$status?id=${id}`);
    expect(json).toMatchObject({ type: 'searchset', total: 1, entry: [{ resource: { resourceType: 'Parameters' } }] });
  });
});
