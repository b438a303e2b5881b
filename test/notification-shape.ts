// What the published profiles demand of a notification, as a check: backport-subscription-notification-r4 and
// backport-subscription-status-r4 of http://hl7.org/fhir/uv/subscriptions-backport/ (1.1.0), with the invariants of a history Bundle.
// Names of parameters are closed here, though the profiles leave them open: what is not meant is not sent.
import { expect } from 'vitest';

interface Parameter {
  name: string;
  part?: Parameter[];
  [value: `value${string}`]: unknown;
}
interface Entry {
  fullUrl?: string;
  resource?: { resourceType: string; id?: string; meta?: { profile?: string[] }; parameter?: Parameter[] };
  request?: { method?: string; url?: string };
  response?: { status?: string };
}

/** How often, and with which value. */
type Rules = Readonly<Record<string, { min: number; max: number; value: string; form?: RegExp }>>;

const many = Number.POSITIVE_INFINITY;
const statusRules: Rules = {
  subscription: { min: 1, max: 1, value: 'valueReference' },
  topic: { min: 0, max: 1, value: 'valueCanonical', form: /^https?:/ },
  status: { min: 1, max: 1, value: 'valueCode', form: /^(requested|active|error|off)$/ },
  type: { min: 1, max: 1, value: 'valueCode', form: /^(handshake|heartbeat|event-notification|query-status|query-event)$/ },
  'events-since-subscription-start': { min: 0, max: 1, value: 'valueString', form: /^\d+$/ },
  'notification-event': { min: 0, max: many, value: 'part' },
  error: { min: 0, max: many, value: 'valueCodeableConcept' },
};
const eventRules: Rules = {
  'event-number': { min: 1, max: 1, value: 'valueString', form: /^[1-9]\d*$/ },
  timestamp: { min: 0, max: 1, value: 'valueInstant', form: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/ },
  focus: { min: 0, max: 1, value: 'valueReference' },
  'additional-context': { min: 0, max: many, value: 'valueReference' },
};

function expectParameters(parameters: readonly Parameter[], rules: Rules): void {
  for (const { name } of parameters) expect(Object.keys(rules)).toContain(name);
  for (const [name, { min, max, value, form }] of Object.entries(rules)) {
    const found = parameters.filter((one) => one.name === name);
    expect(found.length, name).toBeGreaterThanOrEqual(min);
    expect(found.length, name).toBeLessThanOrEqual(max);
    for (const one of found) {
      expect(Object.keys(one).sort(), name).toEqual(['name', value].sort());
      if (form !== undefined) expect(one[value as `value${string}`], name).toMatch(form);
      if (value === 'valueReference')
        expect((one.valueReference as { reference?: string }).reference, name).toMatch(/^https?:\/\/.+\/[A-Z]\w+\/[\w.-]+$/);
      if (value === 'valueCodeableConcept') expect(JSON.stringify(one.valueCodeableConcept), name).toMatch(/"(text|code)":"[^"]/);
    }
  }
}

/** Parameters alone, as $status answers them. */
export function expectStatusShape(resource: unknown): Parameter[] {
  const { resourceType, meta, parameter = [] } = resource as NonNullable<Entry['resource']>;
  expect(resourceType).toBe('Parameters');
  expect(meta?.profile).toEqual(['http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-status-r4']);
  expectParameters(parameter, statusRules);
  const of = (name: string): unknown => parameter.find((one) => one.name === name)?.[statusRules[name]!.value as `value${string}`];
  const events = parameter.filter(({ name }) => name === 'notification-event');
  for (const { part = [] } of events) expectParameters(part, eventRules);
  const numbers = events.map(({ part = [] }) => Number(part.find(({ name }) => name === 'event-number')?.valueString));
  expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  // The count includes what is told now.
  expect(Math.max(0, ...numbers)).toBeLessThanOrEqual(Number(of('events-since-subscription-start')));
  const type = of('type');
  // A websocket is greeted when it comes: its subscription may have been active for long.
  if (type === 'handshake') expect(['requested', 'active']).toContain(of('status'));
  if (type === 'event-notification') expect(events.length).toBeGreaterThan(0);
  else if (type !== 'query-event') expect(events).toEqual([]);
  return parameter;
}

export function expectNotificationShape(bundle: unknown): void {
  const {
    resourceType,
    type,
    meta,
    timestamp,
    entry = [],
  } = bundle as {
    resourceType: string;
    type: string;
    meta?: { profile?: string[] };
    timestamp?: string;
    entry?: Entry[];
  };
  expect([resourceType, type]).toEqual(['Bundle', 'history']);
  expect(meta?.profile).toEqual([
    'http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-notification-r4',
  ]);
  expect(timestamp).toMatch(/^\d{4}-/);
  const [status, ...others] = entry;
  const parameters = expectStatusShape(status?.resource);
  const named = parameters.find(({ name }) => name === 'subscription')?.valueReference as { reference: string } | undefined;
  // The first entry is as $status would be asked, and the only one of its kind.
  expect(status?.request).toEqual({ method: 'GET', url: `${named?.reference}/$status` });
  expect(status?.fullUrl).toBe(`urn:uuid:${status?.resource?.id}`);
  for (const { resource } of others) expect(resource?.resourceType).not.toBe('Parameters');
  for (const { request, response, fullUrl } of entry) {
    // bdl-3 and bdl-4.
    expect(request?.method).toMatch(/^(GET|POST|PUT|DELETE)$/);
    expect(request?.url).toMatch(/./);
    expect(response?.status).toMatch(/^2\d\d/);
    expect(fullUrl).toMatch(/^(https?:|urn:uuid:)/);
  }
  const focus = new Set(
    parameters.flatMap(({ part = [] }) =>
      part.filter(({ name }) => name === 'focus').map(({ valueReference }) => (valueReference as { reference: string }).reference),
    ),
  );
  for (const { fullUrl } of others) expect([...focus]).toContain(fullUrl);
}
