// What rules said and what people did about it: no patient, no order, no words of a chart, so that rules can be judged by many
// who may not see those. What concerns a patient stands in the record, as DetectedIssue.
import type { Migration } from '../../database/contract.ts';

export const medicationMigrations: Migration[] = [
  {
    name: '0800-medication-alerts',
    sql: `
create table medication_alert (
  id uuid primary key,
  at timestamptz not null,
  -- check, order-sign, order-select, patient-view, sign, follow …
  asked text collate "C" not null,
  rule text collate "C" not null,
  file text collate "C" not null,
  version text collate "C" not null,
  category text collate "C" not null,
  tier text collate "C" not null,
  -- shown, or why not: shadow, context
  seen text collate "C" not null,
  role text collate "C" not null,
  outcome text collate "C",
  reason text,
  reason_code text collate "C",
  decided timestamptz
);
create index medication_alert_rule on medication_alert (rule, at);
create index medication_alert_at on medication_alert (at);
-- How many orders were checked a day: what rates are rates of.
create table medication_checked (
  day date not null,
  asked text collate "C" not null,
  orders int8 not null,
  checks int8 not null,
  could_not int8 not null,
  primary key (day, asked)
);
`,
  },
];
