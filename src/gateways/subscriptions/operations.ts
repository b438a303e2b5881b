// $status, $events and $get-ws-binding-token (http://hl7.org/fhir/uv/subscriptions-backport/artifacts.html), and $topics: the topics that
// may be subscribed to, as Basic resources, because R4 has no SubscriptionTopic. Whoever may read the Subscription may ask; resources are
// read with the rights of who asks.
import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { FhirResponse } from '../fhir-rest/contract.ts';
import type { Operation, OperationCall } from '../fhir-rest/operations/contract.ts';
import { refusal } from '../fhir-rest/outcome.ts';
import { type Content, contents, operationsAt, type Subscribed, type SubscriptionSettings } from './contract.ts';
import { notification, shownTo, statusOf } from './notification.ts';
import { eventsOf, stateOf } from './state.ts';
import type { CompiledTopic } from './topic.ts';
import { basicOf } from './topic-basic.ts';

export interface OperationTools {
  database: Database;
  topics: ReadonlyMap<string, CompiledTopic>;
  settings: Pick<SubscriptionSettings, 'payloadBytesMax'>;
  websocketPath: string;
}

const eventsMax = 200;
const idsMax = 100;
const bindingMinutes = 5;
const fhir = (body: string): FhirResponse => ({ status: 200, headers: {}, body });

export function subscriptionOperations(tools: OperationTools): Operation[] {
  const common = { types: ['Subscription'] as const, affectsState: false };
  return [
    {
      ...common,
      name: 'status',
      definition: `${operationsAt}/backport-subscription-status`,
      type: true,
      instance: true,
      parameters: ['id', 'status'],
      answer: (call) => status(tools, call),
    },
    {
      ...common,
      name: 'events',
      definition: `${operationsAt}/backport-subscription-events`,
      instance: true,
      parameters: ['eventsSinceNumber', 'eventsUntilNumber', 'content'],
      repeated: [],
      answer: (call) => events(tools, call),
    },
    {
      ...common,
      name: 'get-ws-binding-token',
      definition: `${operationsAt}/backport-subscription-get-ws-binding-token`,
      type: true,
      instance: true,
      parameters: ['id'],
      answer: (call) => bindingToken(tools, call),
    },
    {
      ...common,
      name: 'topics',
      definition: 'https://lamplight.dev/fhir/OperationDefinition/subscription-topics',
      type: true,
      parameters: ['url'],
      repeated: [],
      answer: (call) => topicsOf(tools, call),
    },
  ];
}

/** Its state, for whoever may read the Subscription: policy and audit are the record's. */
async function readable({ database }: OperationTools, { request, context }: OperationCall, id: string): Promise<Result<Subscribed>> {
  const read = await context.record.read(request.caller, 'Subscription', id);
  if (!read.ok) return read;
  const [found] = await stateOf(database, [id]);
  return found === undefined
    ? fail(
        'not-found',
        `Subscription/${id} has not begun: it was written a moment ago, or taken over from elsewhere. Its status must be requested`,
      )
    : ok(found);
}

function idsOf(call: OperationCall): Result<string[]> {
  if (call.place.id !== undefined) return ok([call.place.id]);
  const ids = call.all('id').flatMap((one) => (one.valueId ?? one.valueString ?? '').split(','));
  const wrong = ids.find((id) => !/^[A-Za-z0-9.-]{1,64}$/.test(id));
  if (wrong !== undefined) return fail('invalid', 'id is the id of a Subscription', 'id');
  if (ids.length === 0) return fail('invalid', 'Name the Subscriptions with id, or ask one of them', 'id');
  return ids.length <= idsMax ? ok([...new Set(ids)]) : fail('too-costly', `At most ${idsMax} Subscriptions are asked at once`, 'id');
}

async function status(tools: OperationTools, call: OperationCall): Promise<FhirResponse> {
  const ids = idsOf(call);
  if (!ids.ok) return refusal(ids.problem);
  const wanted = call.all('status').flatMap((one) => (one.valueCode ?? one.valueString ?? '').split(','));
  const { base } = call.context;
  const entry: object[] = [];
  for (const id of ids.value) {
    const found = await readable(tools, call, id);
    if (!found.ok) return refusal(found.problem);
    if (wanted.length > 0 && !wanted.includes(found.value.state)) continue;
    const resource = statusOf(found.value, { type: 'query-status', base });
    entry.push({ fullUrl: `urn:uuid:${(resource as { id: string }).id}`, resource, search: { mode: 'match' } });
  }
  return fhir(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: entry.length, ...(entry.length > 0 ? { entry } : {}) }));
}

async function events(tools: OperationTools, call: OperationCall): Promise<FhirResponse> {
  const found = await readable(tools, call, call.place.id!);
  if (!found.ok) return refusal(found.problem);
  const from = numberOf(call, 'eventsSinceNumber', 1n);
  if (!from.ok) return refusal(from.problem);
  const to = numberOf(call, 'eventsUntilNumber', found.value.events);
  if (!to.ok) return refusal(to.problem);
  const content: Content | undefined = contents.find((one) => one === (call.text('content') ?? found.value.definition.content));
  if (content === undefined) return refusal(fail('invalid', `content is ${contents.join(', ')}`, 'content').problem);
  const there = await eventsOf(tools.database, found.value.id, from.value, to.value, eventsMax);
  const missing =
    there[0] === undefined ? from.value <= to.value && from.value <= found.value.events : there[0].number > from.value && from.value > 0n;
  if (missing && call.text('eventsSinceNumber') !== undefined)
    return refusal(
      fail(
        'gone',
        `Events before number ${there[0]?.number ?? found.value.events + 1n} are not kept any more: fetch the resources themselves by search, then go on from there`,
        'eventsSinceNumber',
      ).problem,
    );
  const { caller } = call.request;
  const shown = await shownTo(call.context.record, caller, there, content, tools.settings.payloadBytesMax);
  return fhir(notification(found.value, { type: 'query-event', base: call.context.base, events: shown }));
}

function numberOf(call: OperationCall, name: string, usual: bigint): Result<bigint> {
  const text = call.text(name);
  if (text === undefined) return ok(usual);
  return /^\d{1,18}$/.test(text) ? ok(BigInt(text)) : fail('invalid', `${name} is the number of an event`, name);
}

export const hashOfToken = (token: string): Buffer => createHash('sha256').update(token).digest();

async function bindingToken(tools: OperationTools, call: OperationCall): Promise<FhirResponse> {
  const ids = idsOf(call);
  if (!ids.ok) return refusal(ids.problem);
  for (const id of ids.value) {
    const found = await readable(tools, call, id);
    if (!found.ok) return refusal(found.problem);
    if (found.value.definition.channel !== 'websocket' || found.value.state === 'off')
      return refusal(fail('conflict', `Subscription/${id} is not one for a websocket, or it is off`, 'id').problem);
  }
  const token = randomBytes(32).toString('base64url');
  const expires = new Date(Date.now() + bindingMinutes * 60_000);
  await tools.database.query({
    name: 'subscription-bind',
    text: `with old as (delete from subscription_binding where expires < now())
insert into subscription_binding (token, account, subscriptions, expires) values ($1, $2, $3, $4)`,
    values: [hashOfToken(token), call.request.caller.person.id, ids.value, expires],
  });
  const address = call.context.base.replace(/^http/, 'ws').replace(/\/fhir$/, tools.websocketPath);
  return fhir(
    JSON.stringify({
      resourceType: 'Parameters',
      parameter: [
        { name: 'token', valueString: token },
        { name: 'expiration', valueDateTime: expires.toISOString() },
        ...ids.value.map((id) => ({ name: 'subscription', valueString: id })),
        { name: 'websocket-url', valueUrl: address },
      ],
    }),
  );
}

async function topicsOf({ topics }: OperationTools, call: OperationCall): Promise<FhirResponse> {
  const url = call.text('url');
  const found = [...topics.values()].filter(({ topic }) => url === undefined || topic.url === url.split('|')[0]);
  if (url !== undefined && found.length === 0) return refusal(fail('not-found', 'There is no topic of this address here', 'url').problem);
  const entry = found.map((one) => ({ fullUrl: one.topic.url, resource: basicOf(one), search: { mode: 'match' } }));
  return fhir(JSON.stringify({ resourceType: 'Bundle', type: 'searchset', total: entry.length, entry }));
}
