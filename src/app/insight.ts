// What is told of the whole record: questions in SQL, surveillance, forecasts, outcomes. All of it asks the tables of the warehouse
// and nothing else; each gateway words its own routes.
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database/contract.ts';
import type { RecordStore } from '../record/contract.ts';
import type { Tables } from '../warehouse/contract.ts';
import type { Settings } from './settings.ts';

export interface InsightParts {
  tables: Tables;
  database: Database;
  record: RecordStore;
  settings: Settings;
  now(): Date;
}

export function insightRoutes(_app: FastifyInstance, _parts: InsightParts): void {}
