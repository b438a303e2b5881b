// The record as tables and what is told of all of it: views, the warehouse where it is on, and the gateways that ask it.
import { join } from 'node:path';
import { ok, type Result } from '../../fhir/result.ts';
import { patientGapRoutes } from '../../gateways/population/routes.ts';
import { viewDefinitionRoutes } from '../../gateways/view-definitions/routes.ts';
import { mustGoOut } from '../channels.ts';
import { loadOutcomeKnowledge } from '../outcome-knowledge.ts';
import { loadPopulationKnowledge } from '../population-knowledge.ts';
import { type Installed, openInstalledTables, shippedDefinitions, shippedViews } from '../warehouse.ts';
import type { Exchanging } from './exchange.ts';
import { bodyBytesMax, type Ground, type Undo } from './ground.ts';
import { type InsightWork, insightRoutes } from './insight.ts';
import type { Recorded } from './record.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';
import type { WebServer } from './web-server.ts';

export interface Tabled {
  /** Both absent where the warehouse is off. */
  installed: Installed | undefined;
  insight: InsightWork | undefined;
  /** Where PostgreSQL's protocol is spoken, once it is. */
  sql: { port: number | undefined };
}

export function openTablesAndInsight(parts: Ground & Site & Stored & Recorded & WebServer & Exchanging, undo: Undo): Result<Tabled> {
  const { settings, now, knowledge, drugs, channels, people, database, record, jobs, app, exchange } = parts;
  const outcomes = loadOutcomeKnowledge(knowledge, drugs);
  if (!outcomes.ok) return outcomes;
  const population = loadPopulationKnowledge(knowledge, drugs);
  if (!population.ok) return population;
  const reporting = mustGoOut(channels.channels, settings.surveillanceChannel, 'LAMPLIGHT_SURVEILLANCE_CHANNEL', 'hl7v2');
  if (!reporting.ok) return reporting;
  const cases = mustGoOut(channels.channels, settings.caseReportChannel, 'LAMPLIGHT_CASE_REPORT_CHANNEL', 'ccda');
  if (!cases.ok) return cases;
  const views = shippedViews();
  if (!views.ok) return views;
  const definitions = shippedDefinitions();
  if (!definitions.ok) return definitions;
  patientGapRoutes(app, { record, knowledge: population.value, views: views.value, timeZone: settings.timeZone, now });

  const opened = settings.warehouse ? openInstalledTables(settings, { record, database, now }) : ok(undefined);
  if (!opened.ok) return opened;
  const installed = opened.value;
  viewDefinitionRoutes(app, {
    installed: definitions.value,
    record,
    jobs,
    ...(installed === undefined ? {} : { tables: installed.tables }),
    work: join(settings.dataDir, 'view-runs'),
    bodyBytesMax: bodyBytesMax(settings),
    ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
  });
  const sql: Tabled['sql'] = { port: undefined };
  if (installed === undefined) return ok({ installed, insight: undefined, sql });
  undo.push(() => installed.tables.close());
  const insight = insightRoutes(app, {
    tables: installed.tables,
    database,
    record,
    settings,
    now,
    jobs,
    exchange,
    outcomes: outcomes.value,
    population: population.value,
    views: views.value,
    rightsNow: (id) => people.rightsNow(id, now()),
    sqlPort: () => sql.port,
  });
  return insight.ok ? ok({ installed, insight: insight.value, sql }) : insight;
}
