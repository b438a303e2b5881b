// Tables of code systems as they are released. Reference data: no patient, no `pat`. A release is one version of one code system (or
// one package of resources) and is seen by nobody before its state is "ready".
//
// What selects concepts is kept as packed sets of concept numbers (src/fhir/terminology/packed.ts): by word, by property value, and
// for each concept what is above and below it at any distance. So is-a, subsumption and text filters read a few rows, whatever
// the size of the code system, and no statement walks a hierarchy.
import type { Migration } from '../database/contract.ts';

export const terminologyMigrations: Migration[] = [
  {
    name: '0300-terminology',
    sql: `
create table terminology_release (
  id integer generated always as identity primary key,
  -- Canonical of the code system, or the name of a package of resources.
  system text collate "C" not null,
  version text collate "C" not null,
  kind text not null check (kind in ('code-system', 'package')),
  state text not null check (state in ('loading', 'ready', 'removing')),
  -- The version that answers where a question names none.
  in_use boolean not null default false,
  -- Of the file, so that the same load goes on and another one begins anew.
  fingerprint text not null,
  about text not null,
  size integer not null default 0,
  checkpoint text not null,
  begun timestamptz not null,
  completed timestamptz
);
create unique index terminology_release_ready on terminology_release (system, version) where state = 'ready';
create unique index terminology_release_loading on terminology_release (system, version) where state = 'loading';
create unique index terminology_release_in_use on terminology_release (system) where in_use;

create table terminology_concept (
  release integer not null,
  at integer not null,
  -- As it is compared: folded where the case of codes does not matter.
  key text collate "C" not null,
  -- JSON: code, display, definition, flags, designations, properties, parents.
  body text not null,
  primary key (release, at)
);
create unique index terminology_concept_key on terminology_concept (release, key);

-- Sets by name: "w:word", "b:abc" (words that begin so, up to three letters), "p:property=value", "f:inactive" and others.
create table terminology_posting (
  release integer not null,
  name text collate "C" not null,
  part integer not null,
  members bytea not null,
  primary key (release, name, part)
);

create table terminology_closure (
  release integer not null,
  at integer not null,
  above bytea,
  below bytea,
  primary key (release, at)
);

-- Small code systems, value sets and maps that came in a package.
create table terminology_resource (
  release integer not null,
  type text not null,
  url text collate "C" not null,
  version text collate "C" not null,
  -- Of a CodeSystem the address of its value set; of a ConceptMap source and target.
  refers text[] not null,
  body text not null,
  primary key (release, type, url, version)
);
create index terminology_resource_url on terminology_resource (url, type);
create index terminology_resource_refers on terminology_resource using gin (refers);

-- Tables of $closure, each of one account.
create table terminology_closure_table (
  account text not null,
  name text collate "C" not null,
  version integer not null,
  used timestamptz not null,
  primary key (account, name)
);
create table terminology_closure_member (
  account text not null,
  name text collate "C" not null,
  system text collate "C" not null,
  code text collate "C" not null,
  display text,
  version integer not null,
  primary key (account, name, system, code),
  foreign key (account, name) references terminology_closure_table on delete cascade
);
`,
  },
];
