// Tables of exchange. They stand apart from the record's: a message has no patient compartment before it was understood, so `pat` is
// not in their keys; what they hold of patients is read only through access.ts (docs/decisions/0014-a-room-for-exchange.md).
import type { Migration } from '../database/contract.ts';

export const exchangeMigrations: Migration[] = [
  {
    name: '0600-exchange',
    sql: `
-- What came, as it came. Rows are written once and never changed.
create table message (
  id uuid primary key,
  channel text collate "C" not null,
  format text collate "C" not null,
  direction text collate "C" not null check (direction in ('in', 'out')),
  sender text collate "C" not null,
  control text collate "C" not null,
  kind text collate "C" not null,
  lane int8 not null,
  origin text not null,
  account text not null,
  received timestamptz not null,
  digest bytea not null,
  bytes integer not null,
  raw bytea not null,
  keys text[] not null,
  parent uuid
);
-- The same message again is found by this and stored once.
create unique index message_once on message (sender, control, digest) where control <> '' and parent is null;
create index message_channel on message (channel, id);
create index message_control on message (control, id);
create table message_key (
  key text collate "C" not null,
  id uuid not null,
  primary key (key, id)
);
-- Queues: one row a message that is not done. Small, so that finding the next costs nothing however many were done.
create table message_work (
  id uuid primary key,
  channel text collate "C" not null,
  lane int8 not null,
  due timestamptz not null,
  tries integer not null default 0,
  reason text
);
create index message_work_next on message_work (channel, id);
-- What became of it.
create table message_result (
  id uuid primary key,
  channel text collate "C" not null,
  state text collate "C" not null check (state in ('done', 'failed', 'dropped')),
  at timestamptz not null,
  tries integer not null,
  problem text,
  ledger text,
  resources text[] not null,
  -- Compartments of the patients whom it concerns, for the audit trail.
  pats uuid[] not null
);
create index message_result_state on message_result (channel, state, id);
create table message_made (
  target text collate "C" not null,
  id uuid not null,
  primary key (target, id)
);
-- Leaves without a home, counted for each sender and kind; path '' counts the messages.
create table message_unmapped (
  sender text collate "C" not null,
  kind text collate "C" not null,
  path text collate "C" not null,
  messages int8 not null,
  primary key (sender, kind, path)
);
create table channel_hold (
  channel text collate "C" primary key,
  holder uuid not null,
  until timestamptz not null
);
create table channel_pause (
  channel text collate "C" primary key,
  account text not null,
  at timestamptz not null
);
-- Which resource a business key means; the key is hashed with its type.
create table exchange_key (
  key uuid primary key,
  target text collate "C" not null
);
create index exchange_key_target on exchange_key (target);
-- When each group of elements of a resource was last spoken of (merge.ts); element names and times, nothing that they say.
create table exchange_clock (
  target text collate "C" primary key,
  clock text not null
);
`,
  },
  {
    name: '0610-exchange-delivery',
    sql: `
-- What the other side answered to a message that went out.
alter table message_result add column said text;
-- Outbound channels whose other side cannot be reached: nothing is tried before "until".
create table channel_away (
  channel text collate "C" primary key,
  since timestamptz not null,
  tries integer not null,
  until timestamptz not null,
  reason text not null
);
create index message_work_lane on message_work (channel, lane, id);
create index message_parent on message (parent, channel) where parent is not null;
-- Only what comes in is stored once: what goes out may say the same on purpose.
drop index message_once;
create unique index message_once on message (sender, control, digest) where control <> '' and parent is null and direction = 'in';
`,
  },
  {
    name: '0611-exchange-prune',
    sql: `
-- Messages are given up by their ids (prune.ts).
create index message_key_id on message_key (id);
create index message_made_id on message_made (id);
`,
  },
  {
    name: '0612-exchange-batch',
    sql: `
-- What stood around the messages of a batch, and which message stood where (batches.ts).
create table message_batch (
  batch uuid not null,
  part integer not null,
  parts integer not null,
  id uuid not null,
  received timestamptz not null,
  before bytea not null,
  after bytea not null,
  primary key (batch, part)
);
create index message_batch_id on message_batch (id);
`,
  },
  {
    name: '0613-exchange-clock',
    sql: `
-- Clocks are written with every message: beside where they stood, without touching the index.
alter table exchange_clock set (fillfactor = 60);
`,
  },
  {
    name: '0620-exchange-written-by',
    sql: `
-- By which transaction a row was written last, as in the audit trail (src/warehouse/journal/); 0: before there was this. Whoever
-- updates one of these says so. Without an index where rows are few: the queue.
alter table message add column written_by int8 not null default 0;
alter table message alter column written_by set default pg_current_xact_id()::text::int8;
create index message_written_by on message using brin (written_by) with (pages_per_range = 32, autosummarize = on);
alter table message_result add column written_by int8 not null default 0;
alter table message_result alter column written_by set default pg_current_xact_id()::text::int8;
create index message_result_written_by on message_result (written_by);
alter table message_work add column written_by int8 not null default 0;
alter table message_work alter column written_by set default pg_current_xact_id()::text::int8;
-- Messages that were given up, for as long as it takes those who follow to hear of it (prune.ts).
create table message_pruned (
  written_by int8 not null default pg_current_xact_id()::text::int8,
  at timestamptz not null,
  ids uuid[] not null
);
create index message_pruned_written_by on message_pruned (written_by);
`,
  },
  {
    name: '0621-exchange-clock-version',
    sql: `
-- How often a clock was written: what was laid over a memory of it commits only where the memory is true.
alter table exchange_clock add column version integer not null default 1;
`,
  },
];
