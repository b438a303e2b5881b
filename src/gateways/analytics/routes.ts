// The record as tables over HTTP: what there is to ask, and asking.
import type { FastifyInstance } from 'fastify';
import type { InstalledTables } from '../../warehouse/contract.ts';
import { queryRoutes } from './query.ts';
import { tablesRoutes } from './tables.ts';

export function analyticsRoutes(
  app: FastifyInstance,
  { tables, sqlPort = () => undefined }: { tables: InstalledTables; sqlPort?: () => number | undefined },
): void {
  tablesRoutes(app, tables, sqlPort);
  queryRoutes(app, tables);
}
