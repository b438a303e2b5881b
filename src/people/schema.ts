// Tables of who may sign in. Secrets are never stored: passwords as argon2id, everything random as SHA-256.
import type { Migration } from '../database/contract.ts';
import { roles } from '../policy/contract.ts';

const roleList = roles.map((role) => `'${role}'`).join(', ');

export const peopleMigrations: Migration[] = [
  {
    name: '0050-people',
    sql: `
create table account (
  id uuid primary key,
  name text not null,
  -- The name as it is compared: see account-name.ts.
  name_key text collate "C" not null unique,
  password text not null,
  role text not null check (role in (${roleList})),
  -- Null: the whole site.
  organisations text[],
  patients text[],
  -- The Practitioner resource of this person, for example Practitioner/123.
  practitioner text,
  disabled boolean not null default false,
  created timestamptz not null
);

create table session (
  hash bytea primary key,
  account uuid not null references account on delete cascade,
  created timestamptz not null,
  used timestamptz not null
);
create index session_account on session (account);

-- Programs that sign in by themselves.
create table client (
  id uuid primary key,
  name text not null,
  name_key text collate "C" not null unique,
  secret bytea not null,
  role text not null check (role in (${roleList})),
  organisations text[],
  disabled boolean not null default false,
  created timestamptz not null
);

-- Bearer tokens: of a client (its role and organisations hold at every use), or issued with a role of their own.
create table access_token (
  hash bytea primary key,
  id uuid not null unique,
  client uuid references client on delete cascade,
  name text not null,
  role text not null check (role in (${roleList})),
  organisations text[],
  patients text[],
  purpose text,
  created timestamptz not null,
  expires timestamptz not null
);

-- Failed attempts by name (whether or not there is such an account) and by address: see lock-out.ts.
create table sign_in_guard (
  subject text collate "C" primary key,
  failures integer not null,
  last timestamptz not null,
  locked_until timestamptz
);

-- The trail of attempts. "name" is what was typed, cut to a length.
create table sign_in (
  at timestamptz not null,
  account uuid,
  name text not null,
  address text not null,
  outcome text not null check (outcome in ('success', 'refused', 'locked', 'signed-out', 'client', 'client-refused'))
);
create index sign_in_at on sign_in (at);
`,
  },
  {
    name: '0060-rate-counts',
    sql: `
-- Requests of an address in a span of time, as each process counted them: the limit holds over all processes (rate-counts.ts).
-- Unlogged: after a crash counting begins again.
create unlogged table rate_count (
  subject text collate "C" not null,
  span int8 not null,
  process uuid not null,
  count integer not null,
  ends timestamptz not null,
  primary key (subject, span, process)
);
create index rate_count_ends on rate_count (ends);
`,
  },
];
