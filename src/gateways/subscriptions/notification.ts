// Notifications as Bundles of type history, whose first entry is the status of the subscription as Parameters:
// http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-notification-r4. Put together as text, so
// that resources keep every digit. Each resource that a notification names is read as whoever it is for, now: policy in the same SQL, a
// row in the audit trail; of what that account may not see only the number is told.
import { randomUUID } from 'node:crypto';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { type Content, profiles, type State, type Subscribed, type SubscriptionEvent } from './contract.ts';

export type NotificationType = 'handshake' | 'heartbeat' | 'event-notification' | 'query-status' | 'query-event';

export interface StatusWish {
  type: NotificationType;
  /** Absolute FHIR base. */
  base: string;
  /** As it is to be told; the row may not say it yet. */
  state?: State;
  events?: readonly ShownEvent[];
}

/** An event with what of it may be shown. */
export interface ShownEvent extends SubscriptionEvent {
  /** Whether the reader may see the resource. */
  visible: boolean;
  /** Text of that version; absent: not asked for, deleted, or too large to be carried along. */
  body?: string;
}

type Of = Pick<Subscribed, 'id' | 'state' | 'events' | 'reason' | 'definition'>;
const quote = JSON.stringify;

/** Parameters with the status (profile backport-subscription-status-r4). */
export function statusOf(of: Of, { type, base, state = of.state, events = [] }: StatusWish): object {
  return {
    resourceType: 'Parameters',
    id: randomUUID(),
    meta: { profile: [profiles.status] },
    parameter: [
      { name: 'subscription', valueReference: { reference: `${base}/Subscription/${of.id}` } },
      // Who asked for nothing but that something happened is not told what it was about either, as the profile has it.
      ...(of.definition.topic === undefined || of.definition.content === 'empty'
        ? []
        : [{ name: 'topic', valueCanonical: of.definition.topic }]),
      { name: 'status', valueCode: state },
      { name: 'type', valueCode: type },
      { name: 'events-since-subscription-start', valueString: of.events.toString() },
      ...events.map((event) => ({
        name: 'notification-event',
        part: [
          { name: 'event-number', valueString: event.number.toString() },
          { name: 'timestamp', valueInstant: event.at.toISOString() },
          ...(event.visible ? [{ name: 'focus', valueReference: { reference: `${base}/${event.type}/${event.id}` } }] : []),
        ],
      })),
      ...(of.reason === null ? [] : [{ name: 'error', valueCodeableConcept: { text: of.reason } }]),
    ],
  };
}

const methods = { create: ['POST', '201'], update: ['PUT', '200'], delete: ['DELETE', '204'] } as const;

export function notification(of: Of, wish: StatusWish): string {
  const status = statusOf(of, wish) as { id: string };
  const { base } = wish;
  const entries = [
    `{"fullUrl":"urn:uuid:${status.id}","resource":${quote(status)},"request":{"method":"GET","url":${quote(`${base}/Subscription/${of.id}/$status`)}},"response":{"status":"200"}}`,
  ];
  const told = new Set<string>();
  for (const { type, id, version, operation, visible, body } of wish.events ?? []) {
    // The same version once, though two events may be about it.
    if (!visible || told.has(`${type}/${id}/${version}`)) continue;
    told.add(`${type}/${id}/${version}`);
    const [method, status] = methods[operation];
    const url = operation === 'create' ? type : `${type}/${id}`;
    entries.push(
      `{"fullUrl":${quote(`${base}/${type}/${id}`)}${body === undefined ? '' : `,"resource":${body}`},"request":{"method":"${method}","url":"${url}"},"response":{"status":"${status}"}}`,
    );
  }
  return `{"resourceType":"Bundle","id":"${randomUUID()}","meta":{"profile":["${profiles.notification}"]},"type":"history","timestamp":"${new Date().toISOString()}","entry":[${entries.join(',')}]}`;
}

/** Fails, and so throws, only where the record cannot be asked. `empty` names no resource, and none is read. */
export async function shownTo(
  record: Pick<RecordStore, 'readVersion'>,
  caller: Caller,
  events: readonly SubscriptionEvent[],
  content: Content,
  bytesMax: number,
): Promise<ShownEvent[]> {
  if (content === 'empty') return events.map((event) => ({ ...event, visible: false }));
  const shown: ShownEvent[] = [];
  let bytes = 0;
  for (const event of events) {
    const read = await record.readVersion(caller, event.type, event.id, String(event.version));
    if (!read.ok) {
      if (read.problem.kind === 'busy') throw new Error(read.problem.message);
      shown.push({ ...event, visible: read.problem.kind === 'gone' });
      continue;
    }
    const size = Buffer.byteLength(read.value.body);
    const carried = content === 'full-resource' && size <= bytesMax;
    // What does not fit goes with the next notification; the first always goes.
    if (carried && bytes + size > bytesMax && shown.length > 0) break;
    bytes += carried ? size : 0;
    shown.push({ ...event, visible: true, ...(carried ? { body: read.value.body } : {}) });
  }
  return shown;
}
