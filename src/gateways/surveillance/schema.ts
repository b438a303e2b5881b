// What people say of alerts: which series and days, what state, why, who and when. Nothing is changed or deleted: the newest row is what holds.
// No patient and no count; words may hold anything, so that reading them needs the right to surveillance.
import type { Migration } from '../../database/contract.ts';

export const surveillanceMigrations: Migration[] = [
  {
    name: '0840-surveillance',
    sql: `
create table surveillance_note (
  id uuid primary key,
  syndrome text collate "C" not null,
  class text collate "C" not null,
  facet text collate "C" not null,
  value text collate "C" not null,
  first date not null,
  last date not null,
  -- new (again), investigating, explained, dismissed
  state text collate "C" not null,
  words text not null,
  account uuid not null,
  name text not null,
  role text collate "C" not null,
  at timestamptz not null
);
create index surveillance_note_last on surveillance_note (last desc);
`,
  },
  {
    name: '0870-surveillance-sent',
    sql: `
-- Suspected cases that a person sent to public health: by which result, as which report, and which message of the exchange it became.
create table surveillance_sent (
  pat uuid not null,
  condition text collate "C" not null,
  -- Observation/1
  reason text collate "C" not null,
  -- DiagnosticReport/1, or the observation itself.
  report text collate "C" not null,
  account uuid not null,
  name text not null,
  at timestamptz not null,
  -- Absent while it is being made.
  message uuid,
  primary key (pat, condition, reason)
);
`,
  },
  {
    name: '0880-surveillance-report',
    sql: `
-- Initial case reports (eICR): a series for each patient, condition and visit, whose later versions replace the earlier ones.
create table surveillance_report (
  pat uuid not null,
  condition text collate "C" not null,
  encounter text collate "C" not null,
  version int not null,
  -- Digest of the versions of the resources that it was written from.
  rests text collate "C" not null,
  account uuid not null,
  name text not null,
  at timestamptz not null,
  -- Absent while it is being made.
  message uuid,
  primary key (pat, condition, encounter, version)
);
`,
  },
  {
    name: '0890-surveillance-updates',
    sql: `
-- The resources with the versions that it was written from (Observation/1/2); absent of what was sent before these were kept.
alter table surveillance_report add made_of text[];
-- What has changed since it was sent goes out again as the next of the same result.
alter table surveillance_sent add version int not null default 1;
alter table surveillance_sent drop constraint surveillance_sent_pkey;
alter table surveillance_sent add primary key (pat, condition, reason, version);
`,
  },
];
