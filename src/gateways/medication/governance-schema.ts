// What governance needs beside the alerts: which decision an alert belongs to, how many orders were signed by whom, what the site
// has changed about rules, and what became of proposals. No patient, no order.
import type { Migration } from '../../database/contract.ts';

export const governanceMigrations: Migration[] = [
  {
    name: '0820-medication-governance',
    sql: `
-- One decision: orders signed together. Made up, so that it leads to nobody. Alerts from before have none and are in no rate.
alter table medication_alert add column sitting uuid;
-- Which of the orders signed together.
alter table medication_alert add column slot int4;
create index medication_alert_decision on medication_alert (at, rule) where sitting is not null and asked in ('sign', 'order-sign');
-- What rates are rates of: orders that were decided about.
create table medication_signed (
  day date not null,
  asked text collate "C" not null,
  role text collate "C" not null,
  orders int8 not null,
  sittings int8 not null,
  primary key (day, asked, role)
);
-- What the site changes about a rule. File and rule name it together.
create table medication_rule_change (
  id uuid primary key,
  file text collate "C" not null,
  rule text collate "C" not null,
  version text collate "C" not null,
  -- shadow, retired, active, at-most, at-least, level
  what text collate "C" not null,
  tier text collate "C",
  level jsonb,
  -- waiting (for signatures), in-force, refused, revoked, superseded
  state text collate "C" not null,
  signatures_needed int4 not null,
  account uuid not null,
  name text not null,
  role text collate "C" not null,
  why text not null,
  at timestamptz not null,
  -- The replay it rests on, with its numbers: the job is forgotten some day.
  replay uuid,
  evidence jsonb,
  in_force timestamptz,
  ended timestamptz,
  ended_by text,
  ended_why text
);
create unique index medication_rule_change_force on medication_rule_change (file, rule) where state = 'in-force';
create unique index medication_rule_change_waiting on medication_rule_change (file, rule) where state = 'waiting';
create index medication_rule_change_at on medication_rule_change (at);
create table medication_rule_signature (
  change uuid not null references medication_rule_change (id),
  account uuid not null,
  name text not null,
  role text collate "C" not null,
  words text not null,
  at timestamptz not null,
  primary key (change, account)
);
create table medication_proposal_answer (
  file text collate "C" not null,
  rule text collate "C" not null,
  context text collate "C" not null,
  answer text collate "C" not null,
  -- How many were overridden then: a rejected proposal comes again when there are twice as many.
  overridden int8 not null,
  account uuid not null,
  name text not null,
  why text not null,
  change uuid,
  at timestamptz not null,
  primary key (file, rule, context, at)
);
`,
  },
];
