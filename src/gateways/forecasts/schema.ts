// What a site sets beside its forecasts: who is planned for each ward and shift, and from when on it wants to be warned. No patient.
import type { Migration } from '../../database/contract.ts';

export const forecastMigrations: Migration[] = [
  {
    name: '0840-forecast-plan',
    sql: `
create table forecast_plan (
  ward text collate "C" not null,
  shift text collate "C" not null,
  -- nurse, clinician
  role text collate "C" not null,
  planned int4 not null,
  -- Null: by knowledge.
  patients_per_nurse float8,
  account uuid not null,
  name text not null,
  at timestamptz not null,
  primary key (ward, shift, role)
);
create table forecast_rule (
  rule text collate "C" primary key,
  value float8 not null,
  account uuid not null,
  name text not null,
  at timestamptz not null
);
`,
  },
];
