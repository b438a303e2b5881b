// What is told of the whole record: questions in SQL, surveillance, forecasts, outcomes. All of it asks the tables of the warehouse
// and nothing else; each gateway words its own routes.
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/contract.ts';
import type { Result } from '../fhir/result.ts';
import { analyticsRoutes } from '../gateways/analytics/routes.ts';
import type { Dashboard, Question } from '../gateways/questions/contract.ts';
import { readDashboard } from '../gateways/questions/dashboard-file.ts';
import { readQuestion } from '../gateways/questions/question-file.ts';
import { questionRoutes } from '../gateways/questions/routes.ts';
import { openShelf, type Shelf } from '../gateways/questions/shelf.ts';
import { surveillanceRoutes } from '../gateways/surveillance/routes.ts';
import type { RecordStore } from '../record/contract.ts';
import type { InstalledTables } from '../warehouse/contract.ts';
import { ownKnowledge } from './knowledge-folder.ts';
import type { Settings } from './settings.ts';
import { loadSurveillanceKnowledge } from './surveillance-knowledge.ts';

export interface InsightParts {
  tables: InstalledTables;
  database: Database;
  record: RecordStore;
  settings: Settings;
  now(): Date;
}

export function insightRoutes(app: FastifyInstance, parts: InsightParts): void {
  const { tables, record, settings, now } = parts;
  analyticsRoutes(app, parts);
  questionRoutes(app, { ...openShelves(settings), tables, record, timeZone: settings.timeZone, now });
  const folders = [ownKnowledge, ...(parts.settings.knowledge?.split(',').map((folder) => folder.trim()) ?? [])];
  const surveillance = loadSurveillanceKnowledge(folders);
  // Wrong knowledge stops the program, as everywhere: what is counted wrongly surprises later.
  if (!surveillance.ok) throw new Error(surveillance.problem.message);
  surveillanceRoutes(app, { ...parts, knowledge: surveillance.value, timeZone: parts.settings.timeZone });
}

/** What comes with the program, and above it what the site has, in a folder that may be a git checkout. */
function openShelves(settings: Settings): { questions: Shelf<Question>; dashboards: Shelf<Dashboard> } {
  const site = settings.analytics ?? join(settings.dataDir, 'analytics');
  const shelf = <T>(of: string, extension: '.sql' | '.json', read: (name: string, text: string) => Result<T>): Shelf<T> =>
    openShelf({ shipped: join(ownKnowledge, of), site: join(site, of), extension, read });
  return { questions: shelf('questions', '.sql', readQuestion), dashboards: shelf('dashboards', '.json', readDashboard) };
}
