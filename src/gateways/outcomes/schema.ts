// What people say beside a chart: "new protocol began", by its day. No patient.
import type { Migration } from '../../database/contract.ts';

export const outcomeMigrations: Migration[] = [
  {
    name: '0850-outcome-notes',
    sql: `
create table outcome_note (
  id uuid primary key,
  indicator text collate "C" not null,
  -- Absent: of every ward.
  ward text,
  day date not null,
  words text not null,
  -- Limits start anew from the period of that day.
  phase boolean not null,
  account uuid not null,
  name text not null,
  at timestamptz not null,
  ended timestamptz,
  ended_by text
);
create index outcome_note_indicator on outcome_note (indicator, day);
`,
  },
];
