// What happened at the bedside, for the reports: no patient, no account, no order, no words. `session` binds the scans of one
// hour of one nurse at one patient by a key that only the running process knows, so that nobody can be found from it.
import type { Migration } from '../../database/contract.ts';

export const bedsideMigrations: Migration[] = [
  {
    name: '0810-bedside-events',
    sql: `
create table bedside_event (
  id uuid primary key,
  at timestamptz not null,
  session bytea not null,
  -- scan or administer
  asked text collate "C" not null,
  verdict text collate "C" not null,
  -- Of a dose that was recorded.
  outcome text collate "C",
  band boolean not null,
  drug boolean not null,
  -- "severity code"
  reasons text[] not null,
  -- "why number of the product"
  unscannable text[] not null,
  not_scanned text collate "C",
  reason_code text collate "C",
  off_minutes real,
  window_minutes real,
  before_order boolean not null,
  ward text collate "C"
);
create index bedside_event_at on bedside_event (at);
`,
  },
  {
    name: '0811-downtime-key',
    sql: `
-- With what downtime bundles are signed (Ed25519, PKCS #8).
create table downtime_key (
  one boolean primary key default true check (one),
  key bytea not null
);
`,
  },
];
