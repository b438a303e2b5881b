// Tables of subscriptions. An event names a resource and its version and says nothing that stands in it; like the queues of exchange it
// is therefore kept by what it is asked for, its subscription and number, and resources are only read through the record.
import type { Migration } from '../../database/contract.ts';

export const subscriptionMigrations: Migration[] = [
  {
    name: '0700-subscriptions',
    sql: `
create table subscription_state (
  -- FHIR id of the Subscription.
  id text collate "C" primary key,
  version integer not null,
  account uuid not null,
  state text collate "C" not null check (state in ('requested', 'active', 'error', 'off')),
  reason text,
  changed timestamptz not null default now(),
  -- Whether the resource says by now in what state it is.
  told boolean not null default false,
  definition text not null,
  channel text collate "C" not null,
  heartbeat integer,
  ends timestamptz,
  since int8 not null,
  events int8 not null default 0,
  sent int8 not null default 0,
  -- Attempts in a row that failed, since when, and when the next may be made.
  tries integer not null default 0,
  failing timestamptz,
  due timestamptz not null default now(),
  last_sent timestamptz not null default now(),
  holder uuid,
  held_until timestamptz
);
create table subscription_event (
  subscription text collate "C" not null,
  number int8 not null,
  at timestamptz not null,
  operation text collate "C" not null,
  type text collate "C" not null,
  id text collate "C" not null,
  version integer not null,
  primary key (subscription, number)
);
create index subscription_event_at on subscription_event (at);
-- Tokens by which a websocket is bound; kept as their hash.
create table subscription_binding (
  token bytea primary key,
  account uuid not null,
  subscriptions text[] not null,
  expires timestamptz not null
);
-- With what the headers of notifications are sealed.
create table subscription_key (
  one boolean primary key default true check (one),
  key bytea not null
);
`,
  },
  {
    name: '0701-subscription-owes',
    // That the state is error or off is still to be said to the receiver.
    sql: 'alter table subscription_state add column owes boolean not null default false',
  },
];
