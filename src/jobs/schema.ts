// The table of jobs. No patient data: a wish may name ids, never what a record says.
import type { Migration } from '../database/contract.ts';

export const jobMigrations: Migration[] = [
  {
    name: '0210-jobs',
    sql: `
create table job (
  id uuid primary key,
  kind text collate "C" not null,
  account uuid not null,
  wish text not null,
  state text not null default 'waiting' check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  -- One of a kind is enough at a time.
  single boolean not null,
  done int8 not null default 0,
  total int8,
  note text,
  checkpoint text not null default 'null',
  result text,
  problem text,
  asked timestamptz not null default now(),
  started timestamptz,
  ended timestamptz,
  -- Who works on it, and until when the others leave it alone.
  holder uuid,
  lease timestamptz,
  -- Errors since it last came further, and when it may be tried again.
  failures integer not null default 0,
  due timestamptz not null default now()
);
create unique index job_single on job (kind) where single and state in ('waiting', 'running');
create index job_open on job (kind, asked) where state in ('waiting', 'running');
`,
  },
];
