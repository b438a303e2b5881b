// Tables of the patient record. The storage rules of docs/ARCHITECTURE.md hold from the first migration: every table of
// patient data has `pat`, never updated and part of every primary key; no triggers; `directory` makes (type, id) unique.
//
// The price of the design (docs/decisions/0003-index-storage.md, `npm run bench -- storage`): hashes in one GIN array cost
// about 60 bytes a resource where B-tree rows cost 2,800, and no more time; they cannot give an order, so what has an order
// (dates, numbers, quantities, strings) has narrow B-tree tables beside it.
import type { Migration } from '../database/contract.ts';

export const recordMigrations: Migration[] = [
  {
    name: '0100-record',
    sql: `
-- Which compartment a resource is in: makes (type, id) unique whatever the distribution.
create table directory (
  type smallint not null,
  id uuid not null,
  pat uuid not null,
  primary key (type, id)
);

-- The current version of each resource; a deleted one stays as an empty row, so that versions go on counting.
create table resource (
  pat uuid not null,
  id uuid not null,
  at timestamptz not null,
  version integer not null,
  type smallint not null,
  deleted boolean not null,
  also uuid[],
  name text collate "C",
  keys int8[] not null,
  body text not null,
  primary key (type, id, pat)
);
create index resource_keys on resource using gin (keys) with (fastupdate = off);
-- From a patient to the rows of the compartment. Equal keys share their place, so it is small; an update does not touch it.
create index resource_pat on resource (pat, type);
create index resource_also on resource using gin (also) with (fastupdate = off) where also is not null;

-- Superseded versions, as they were.
create table history (
  pat uuid not null,
  id uuid not null,
  at timestamptz not null,
  version integer not null,
  type smallint not null,
  deleted boolean not null,
  also uuid[],
  name text collate "C",
  body text not null,
  primary key (type, id, version, pat)
);

-- Dates (milliseconds since 1970 UTC), numbers and quantities as closed-open or closed ranges.
create table range_value (
  parameter int8 not null,
  low float8 not null,
  high float8 not null,
  pat uuid not null,
  id uuid not null,
  part smallint not null,
  units int8[],
  canonical_unit int8,
  canonical_low float8,
  canonical_high float8
);
create index range_value_low on range_value (parameter, low);
create index range_value_high on range_value (parameter, high);
create index range_value_of on range_value (id, parameter);
create index range_value_canonical on range_value (canonical_unit, canonical_low) where canonical_unit is not null;

-- Strings and URIs: folded for matching, exact where that differs.
create table string_value (
  parameter int8 not null,
  pat uuid not null,
  id uuid not null,
  part smallint not null,
  folded text collate "C" not null,
  exact text collate "C"
);
-- An index row holds 2,704 bytes at most: long texts are found by their first 600 characters and then compared in full.
create index string_value_folded on string_value (parameter, left(folded, 600));
create index string_value_of on string_value (id, parameter);

-- The wordings of codes that were ever seen, for :text, and the codes themselves, for _sort; no link to anyone.
create table concept_text (
  parameter int8 not null,
  folded text collate "C" not null,
  key int8 not null,
  primary key (parameter, key)
);
create index concept_text_folded on concept_text (parameter, left(folded, 600));

-- The organisation that holds a compartment; none: only people without a restriction see it.
create table compartment (
  pat uuid primary key,
  org uuid
);

-- The feed: positions are given at commit under one lock, so none ever becomes visible behind a follower's back.
create sequence change_position;
create table change (
  position int8 not null,
  pat uuid not null,
  id uuid not null,
  at timestamptz not null,
  account uuid not null,
  version integer not null,
  type smallint not null,
  operation smallint not null,
  primary key (position, pat)
);
create index change_type on change (type, position);
-- For _lastUpdated: an index on resource (at) would make every update write all of the resource's index entries again.
create index change_at on change using brin (at);

create table follower (
  name text primary key,
  position int8 not null,
  at timestamptz not null,
  problem text
);

-- Who did what, why, from where and with which outcome. pat is the one patient concerned, seen the several of a search.
create table audit (
  pat uuid not null,
  id uuid not null,
  at timestamptz not null,
  account uuid not null,
  who text not null,
  role text not null,
  purpose text not null,
  origin text not null,
  action text not null,
  outcome smallint not null,
  type smallint,
  target uuid,
  seen uuid[],
  query text,
  request text not null,
  primary key (pat, id)
);
create index audit_at on audit using brin (at);
create index audit_seen on audit using gin (seen) where seen is not null;
`,
  },
  {
    name: '0101-order-of-change',
    sql: `
-- For _sort=-_lastUpdated and _lastUpdated: written at its right end only, 30 bytes a change, where an index on resource (at)
-- would make every update write all of the resource's index entries again.
create index change_type_at on change (type, at);
drop index change_at;
`,
  },
  {
    name: '0102-search-parameters',
    sql: `
-- What the index rows of a resource were made by (parameters/fingerprint.ts); null: by a program that did not say. Here and not in
-- resource: an update of a resource need not write it, and marking one as looked at touches no index.
alter table directory add column indexed int8;

-- Search parameters that the site has defined, and how often they have changed. No patient data.
create table search_parameter (
  id uuid not null,
  base smallint not null,
  code text collate "C" not null,
  url text not null,
  definition text not null,
  ready boolean not null,
  defined int8 not null,
  primary key (base, code)
);
create index search_parameter_id on search_parameter (id);
create table parameter_epoch (epoch int8 not null);
insert into parameter_epoch values (1);
`,
  },
  {
    name: '0103-contained',
    sql: `
-- What is contained in other resources, for searches that ask for it and for chains that lead there; its dates, numbers and texts
-- are in range_value and string_value under its own id, which no resource has. Goes and comes with its container.
create table contained (
  pat uuid not null,
  id uuid not null,
  type smallint not null,
  container_type smallint not null,
  container uuid not null,
  local text collate "C" not null,
  indexed int8,
  keys int8[] not null,
  primary key (type, id, pat)
);
create index contained_container on contained (container, container_type);
create index contained_keys on contained using gin (keys) with (fastupdate = off);

-- Resources that contain others were indexed without them: their mark goes, so that doctor and reindex know of them, and of no others.
update directory d set indexed = null from resource r
where r.type = d.type and r.id = d.id and r.pat = d.pat and d.indexed is not null and r.body like '%"contained":[{%';
`,
  },
  {
    name: '0120-export',
    sql: `
-- Up to which change an export reached that gave this time: the next one goes on from there (export.ts).
create table export_mark (
  at timestamptz primary key,
  position int8 not null
);
`,
  },
  {
    name: '0130-audit-written-by',
    sql: `
-- By which transaction a row was written: what follows the trail reads below the oldest that still runs, so that a slower writer's
-- rows are not passed over (src/warehouse/journal/). 0: before there was this. Numbers go up with the pages, so blocks suffice.
alter table audit add column written_by int8 not null default 0;
alter table audit alter column written_by set default pg_current_xact_id()::text::int8;
create index audit_written_by on audit using brin (written_by) with (pages_per_range = 32, autosummarize = on);
`,
  },
  {
    name: '0140-export-marks-apart',
    sql: `
-- Two exports may begin in one millisecond: each has a mark of its own, and who names that moment goes on from the earlier of them.
alter table export_mark drop constraint export_mark_pkey;
alter table export_mark add column id uuid primary key default gen_random_uuid();
create index export_mark_at on export_mark (at);
`,
  },
];
