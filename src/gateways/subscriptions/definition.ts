// From a Subscription resource to what it asks for, checked: http://hl7.org/fhir/R4/subscription.html and, where its criteria are the
// address of a topic, http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription.
import type { Extension, ResourceType, Subscription } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { type ChannelType, type Content, channelTypes, contents, type Definition, extensions } from './contract.ts';
import { criteriaOf, isMatch } from './criteria.ts';
import { endpointOf } from './endpoint.ts';
import { isSealed, type Sealer, split } from './seal.ts';
import { type CompiledTopic, fires, type Happened, type Trigger } from './topic.ts';

const filtersMax = 20;
const headersMax = 20;
const headerLengthMax = 8_000;
const usualTimeoutSeconds = 20;
const timeoutSecondsMax = 60;
const heartbeatSecondsMin = 5;
const usualMaxCount = 20;
const maxCountMax = 200;
/** What HTTP itself decides about, and what the notification says of itself. */
const ownHeaders = new Set(
  'host content-length content-type transfer-encoding connection keep-alive upgrade te trailer expect proxy-connection'.split(' '),
);
const payloads = ['application/fhir+json', 'application/json'];

export interface Rules {
  topics: ReadonlyMap<string, CompiledTopic>;
  endpoints: readonly string[];
}

/** Everything that is wrong in itself is refused; whether the creator may, and whether the receiver is there, shows later. */
export function definitionOf(subscription: Subscription, rules: Rules): Result<Definition> {
  const { channel, criteria, end } = subscription;
  const type = channelTypes.find((one) => one === channel.type);
  if (type === undefined)
    return fail('unsupported', `Channels of the type ${channelTypes.join(' and ')} are offered here`, 'Subscription.channel.type');
  const topical = /^(https?:|urn:)/.test(criteria);
  const searches = topical ? filtersOf(subscription, rules) : criteriaOf(criteria, 'Subscription.criteria');
  if (!searches.ok) return searches;
  const bounds = boundsOf(channel.extension ?? []);
  if (!bounds.ok) return bounds;
  const content = contentOf(subscription, topical);
  if (!content.ok) return content;
  const place = placeOf(subscription, type, rules);
  if (!place.ok) return place;
  return ok({
    ...(topical ? { topic: criteria } : {}),
    searches: Array.isArray(searches.value) ? searches.value : [criteria],
    channel: type,
    ...place.value,
    content: content.value,
    ...bounds.value,
    ...(end === undefined ? {} : { end }),
  });
}

function filtersOf({ criteria, _criteria }: Subscription, { topics }: Rules): Result<string[]> {
  const where = 'Subscription.criteria';
  const topic = topics.get(criteria.split('|')[0] ?? '');
  if (topic === undefined)
    return fail(
      'invalid',
      'There is no topic of this address here: Subscription/$topics and the CapabilityStatement list those that there are',
      where,
    );
  const given = (_criteria?.extension ?? []).filter(({ url }) => url === extensions.filter);
  if (given.length > filtersMax) return fail('too-costly', `At most ${filtersMax} filters are taken`, where);
  const filters: string[] = [];
  for (const { valueString = '' } of given) {
    const filter = criteriaOf(valueString, `${where}.extension`);
    if (!filter.ok) return filter;
    if (!topic.triggers.some(({ type }) => type === filter.value.type))
      return fail(
        'invalid',
        `This topic never tells of a ${filter.value.type}: filter by ${topic.triggers.map(({ type }) => type).join(' or ')}`,
        where,
      );
    filters.push(valueString);
  }
  return ok(filters);
}

type Bounds = Pick<Definition, 'heartbeatSeconds' | 'timeoutSeconds' | 'maxCount'>;

function boundsOf(given: readonly Extension[]): Result<Bounds> {
  const numberOf = (url: string): number | undefined => {
    const one = given.find((extension) => extension.url === url);
    return one === undefined ? undefined : Number(one.valueUnsignedInt ?? one.valuePositiveInt ?? Number.NaN);
  };
  const bounds: Bounds = { timeoutSeconds: usualTimeoutSeconds, maxCount: usualMaxCount };
  const wrong = (url: string, message: string): Result<Bounds> =>
    fail('invalid', `${url.slice(url.lastIndexOf('/') + 1)}: ${message}`, 'Subscription.channel.extension');
  const heartbeat = numberOf(extensions.heartbeat);
  if (heartbeat !== undefined && heartbeat !== 0) {
    if (!(heartbeat >= heartbeatSecondsMin && heartbeat <= 86_400))
      return wrong(extensions.heartbeat, `${heartbeatSecondsMin} to 86400 seconds, or 0 for none`);
    bounds.heartbeatSeconds = heartbeat;
  }
  const timeout = numberOf(extensions.timeout);
  if (timeout !== undefined) {
    if (!(timeout >= 1)) return wrong(extensions.timeout, 'at least a second');
    bounds.timeoutSeconds = Math.min(timeout, timeoutSecondsMax);
  }
  const maxCount = numberOf(extensions.maxCount);
  if (maxCount !== undefined) {
    if (!(maxCount >= 1)) return wrong(extensions.maxCount, 'at least one event');
    bounds.maxCount = Math.min(maxCount, maxCountMax);
  }
  return ok(bounds);
}

/** Of plain R4 a payload means the whole resource, none means no body. */
function contentOf({ channel }: Subscription, topical: boolean): Result<Content> {
  const where = 'Subscription.channel.payload';
  if (channel.payload !== undefined && !payloads.includes(channel.payload.split(';')[0]?.trim() ?? ''))
    return fail('unsupported', 'Notifications are sent as application/fhir+json', where);
  if (!topical) return ok(channel.payload === undefined ? 'empty' : 'full-resource');
  const said = channel._payload?.extension?.find(({ url }) => url === extensions.content)?.valueCode ?? 'empty';
  const content = contents.find((one) => one === said);
  return content === undefined ? fail('invalid', `backport-payload-content is ${contents.join(', ')}`, where) : ok(content);
}

function placeOf({ channel }: Subscription, type: ChannelType, { endpoints }: Rules): Result<Pick<Definition, 'endpoint' | 'headers'>> {
  const headers = channel.header ?? [];
  const where = 'Subscription.channel.header';
  if (type === 'websocket') {
    if (headers.length > 0) return fail('invalid', 'A websocket is opened by its client: headers have no meaning', where);
    return ok({ headers: [] });
  }
  if (channel.endpoint === undefined) return fail('invalid', 'A rest-hook needs an endpoint', 'Subscription.channel.endpoint');
  const endpoint = endpointOf(channel.endpoint, endpoints);
  if (!endpoint.ok) return endpoint;
  if (headers.length > headersMax) return fail('too-costly', `At most ${headersMax} headers are sent`, where);
  for (const header of headers) {
    const { name, value } = split(header);
    if (header.length > headerLengthMax) return fail('too-costly', `A header is longer than ${headerLengthMax} characters`, where);
    if (!/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name) || !/^[\x20-\x7e]*$/.test(value))
      return fail('invalid', 'A header is written as "Name: value", in ASCII without line breaks', where);
    if (ownHeaders.has(name.toLowerCase())) return fail('invalid', `The header ${name} is not for a Subscription to set`, where);
  }
  return ok({ endpoint: endpoint.value.href, headers });
}

/** The values of the headers sealed; refused where one was sealed for another place. */
export function sealed(subscription: Subscription, sealer: Sealer, strict: boolean): Result<Subscription> {
  const { channel } = subscription;
  if (channel.header === undefined || channel.header.length === 0) return ok(subscription);
  const origin = channel.endpoint !== undefined && URL.canParse(channel.endpoint) ? new URL(channel.endpoint).origin : '';
  if (strict && channel.header.some((header) => isSealed(header) && sealer.open(header, origin) === undefined))
    return fail(
      'invalid',
      'A sealed header holds only for the endpoint that it was given for: give it again in clear, or leave it out',
      'Subscription.channel.header',
    );
  return ok({ ...subscription, channel: { ...channel, header: channel.header.map((header) => sealer.seal(header, origin)) } });
}

/** A definition with its searches compiled. */
export interface Watch {
  types: ResourceType[];
  /** Whether a change is an event. */
  sees(happened: Happened): Promise<boolean>;
}

const writes: ReadonlySet<'create' | 'update' | 'delete'> = new Set(['create', 'update'] as const);

/** Fails where the topic is not there any more. */
export function watchOf({ topic, searches }: Definition, topics: ReadonlyMap<string, CompiledTopic>): Result<Watch> {
  const queries: Query[] = [];
  for (const search of searches) {
    const query = criteriaOf(search, 'Subscription.criteria');
    if (!query.ok) return query;
    queries.push(query.value);
  }
  const found = topic === undefined ? undefined : topics.get(topic.split('|')[0] ?? '');
  if (topic !== undefined && found === undefined) return fail('not-found', 'Its topic is not offered here any more');
  // Plain R4: what is created or updated and matches now; never a deletion.
  const triggers: readonly Trigger[] =
    found?.triggers ??
    queries.map((query) => ({ type: query.type, on: writes, current: query, forCreate: undefined, forDelete: undefined, both: true }));
  const filters = found === undefined ? [] : queries;
  return ok({
    types: [...new Set(triggers.map(({ type }) => type))],
    async sees(happened) {
      for (const trigger of triggers) {
        if (trigger.type !== happened.type || !(await fires(trigger, happened))) continue;
        const own = filters.filter(({ type }) => type === happened.type);
        // Filters of other types than this say nothing of it; with filters at all, a type without one is not wanted.
        if (filters.length > 0 && own.length === 0) return false;
        if (own.length === 0) return true;
        const shown = happened.after ?? (await happened.before());
        return shown !== undefined && own.every((query) => isMatch(query, shown));
      }
      return false;
    },
  });
}
