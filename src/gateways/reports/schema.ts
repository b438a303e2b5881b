// Who keeps a report, and what became of each time that it was due. No patient: what the answers held is in the files only.
import type { Migration } from '../../database/contract.ts';

export const reportMigrations: Migration[] = [
  {
    name: '0860-reports',
    sql: `
-- With whose rights a report runs: of whoever kept this version of its text. Another text, put into the folder, runs with nobody's.
create table report_keeper (
  report text collate "C" primary key,
  version text collate "C" not null,
  account uuid not null,
  name text not null,
  at timestamptz not null
);
create table report_run (
  id uuid primary key,
  report text collate "C" not null,
  -- One run each time that it is due, whoever of several processes sees it first.
  due timestamptz not null,
  by_hand boolean not null,
  account uuid not null,
  name text not null,
  state text collate "C" not null default 'waiting' check (state in ('waiting', 'done', 'failed')),
  -- What became of it, in a sentence.
  outcome text,
  -- All of its questions give counts and no persons.
  summary boolean not null default false,
  -- [{ name, type, bytes }]
  files text not null default '[]',
  job uuid,
  asked timestamptz not null,
  ended timestamptz,
  unique (report, due)
);
create index report_run_open on report_run (asked) where state = 'waiting';
`,
  },
  {
    name: '0861-report-journals',
    sql: `
-- Journals that its questions may have asked: the files are only for those who may ask them.
alter table report_run add column journals text[] not null default '{}';
`,
  },
  {
    name: '0862-report-mail',
    sql: `
-- Who is told by e-mail that a run has ended, and what became of that (src/gateways/reports/mail/contract.ts).
create table report_mail (
  id uuid primary key,
  run uuid not null references report_run on delete cascade,
  address text collate "C" not null,
  title text not null,
  period text not null,
  file text,
  without text,
  state text collate "C" not null check (state in ('waiting', 'sending', 'sent', 'refused', 'failed', 'unknown')),
  tries integer not null default 0,
  says text,
  at timestamptz not null,
  next timestamptz not null,
  -- One message of each run to each address.
  unique (run, address)
);
create index report_mail_due on report_mail (next) where state = 'waiting';
create index report_mail_sending on report_mail (at) where state = 'sending';
`,
  },
  {
    name: '0895-report-mail-again',
    sql: `
-- Since when it waits: when its run ended, or when a person had it sent again.
alter table report_mail add wanted timestamptz;
`,
  },
];
