// Subscriptions: what a Subscription resource asks for, what is kept of it, and the bounds. R4 with the profile of
// http://hl7.org/fhir/uv/subscriptions-backport/ (topics), and plain R4 (http://hl7.org/fhir/R4/subscription.html, criteria).
import type { ResourceType } from '../../fhir/generated/types.ts';

const backport = 'http://hl7.org/fhir/uv/subscriptions-backport';
export const extensions = {
  filter: `${backport}/StructureDefinition/backport-filter-criteria`,
  heartbeat: `${backport}/StructureDefinition/backport-heartbeat-period`,
  timeout: `${backport}/StructureDefinition/backport-timeout`,
  maxCount: `${backport}/StructureDefinition/backport-max-count`,
  content: `${backport}/StructureDefinition/backport-payload-content`,
  topics: `${backport}/StructureDefinition/capabilitystatement-subscriptiontopic-canonical`,
} as const;
export const operationsAt = `${backport}/OperationDefinition`;
export const profiles = {
  subscription: `${backport}/StructureDefinition/backport-subscription`,
  notification: `${backport}/StructureDefinition/backport-subscription-notification-r4`,
  status: `${backport}/StructureDefinition/backport-subscription-status-r4`,
} as const;

export type Content = 'empty' | 'id-only' | 'full-resource';
export const contents: readonly Content[] = ['empty', 'id-only', 'full-resource'];

export type ChannelType = 'rest-hook' | 'websocket';
export const channelTypes: readonly ChannelType[] = ['rest-hook', 'websocket'];

/** What a Subscription asks for, read and checked (definition.ts). */
export interface Definition {
  /** Canonical of a topic; absent: plain R4. */
  topic?: string;
  /** Searches that an event must match: of a topic its filters, of plain R4 the criteria. */
  searches: string[];
  channel: ChannelType;
  endpoint?: string;
  /** `Name: value`, the values sealed (seal.ts). */
  headers: string[];
  content: Content;
  heartbeatSeconds?: number;
  timeoutSeconds: number;
  /** Most events of one notification. */
  maxCount: number;
  /** RFC 3339. */
  end?: string;
}

export type State = 'requested' | 'active' | 'error' | 'off';

/** A row of `subscription_state`. */
export interface Subscribed {
  /** FHIR id of the Subscription. */
  id: string;
  /** Version of the resource that this acts on. */
  version: number;
  /** Whose rights it has: who wrote that version. */
  account: string;
  state: State;
  reason: string | null;
  definition: Definition;
  /** Position in the feed after which it listens. */
  since: bigint;
  /** Number of the last event, and of the last that was delivered. */
  events: bigint;
  sent: bigint;
  tries: number;
}

/** A row of `subscription_event`: what happened, not what it says. */
export interface SubscriptionEvent {
  number: bigint;
  at: Date;
  operation: 'create' | 'update' | 'delete';
  type: ResourceType;
  id: string;
  version: number;
}

export interface SubscriptionSettings {
  /** Subscriptions that listen at once, of all accounts and of one. */
  subscriptionsMax: number;
  perAccountMax: number;
  /** Addresses to which notifications may go, each with all below it; empty: any that is not link-local. */
  endpoints: readonly string[];
  /** A receiver that has not answered for so long makes an error of its subscription. */
  patienceMs: number;
  /** Pauses between attempts; the last one is repeated. */
  pausesMs: readonly number[];
  /** Pauses of a handshake; after the last one it has failed. */
  handshakePausesMs: readonly number[];
  /** An event is kept so long for $events. */
  keepDays: number;
  /** A subscription in error is switched off after this. */
  errorDays: number;
  /** Bytes of resources in one notification; what would go beyond goes with the next, or by its reference alone. */
  payloadBytesMax: number;
  /** Notifications under way at once. */
  together: number;
  /** How often to look where nothing was heard, and how long a process holds a subscription. */
  pollMs: number;
  holdMs: number;
}

export const defaultSubscriptionSettings: SubscriptionSettings = {
  subscriptionsMax: 1000,
  perAccountMax: 100,
  endpoints: [],
  patienceMs: 60 * 60_000,
  pausesMs: [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 120_000, 300_000],
  handshakePausesMs: [1_000, 3_000, 10_000],
  keepDays: 14,
  errorDays: 14,
  payloadBytesMax: 4 * 1024 * 1024,
  together: 16,
  pollMs: 1_000,
  holdMs: 60_000,
};
