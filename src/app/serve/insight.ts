// What is told of the whole record: questions in SQL, surveillance, forecasts, outcomes. All of it asks the tables of the warehouse
// and nothing else; each gateway words its own routes.
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../database/contract.ts';
import type { Exchange } from '../../exchange/contract.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { analyticsRoutes } from '../../gateways/analytics/routes.ts';
import { forecastRoutes } from '../../gateways/forecasts/routes.ts';
import type { OutcomeKnowledge } from '../../gateways/outcomes/knowledge.ts';
import { outcomeRoutes } from '../../gateways/outcomes/routes.ts';
import type { PopulationKnowledge } from '../../gateways/population/contract.ts';
import { populationRoutes } from '../../gateways/population/routes.ts';
import type { Dashboard, Question } from '../../gateways/questions/contract.ts';
import { readDashboard } from '../../gateways/questions/dashboard-file.ts';
import { readQuestion } from '../../gateways/questions/question-file.ts';
import { questionRoutes } from '../../gateways/questions/routes.ts';
import { openShelf, type Shelf } from '../../gateways/questions/shelf.ts';
import { type ClockParts, watchClock } from '../../gateways/reports/clock.ts';
import type { Report } from '../../gateways/reports/contract.ts';
import { reportJob } from '../../gateways/reports/job.ts';
import type { MailServer } from '../../gateways/reports/mail/contract.ts';
import { type PostmanParts, watchMail } from '../../gateways/reports/mail/postman.ts';
import { readReport } from '../../gateways/reports/report-file.ts';
import { reportRoutes } from '../../gateways/reports/routes.ts';
import { knownAreas } from '../../gateways/surveillance/known-areas.ts';
import { surveillanceRoutes } from '../../gateways/surveillance/routes.ts';
import type { JobKind, Jobs } from '../../jobs/contract.ts';
import type { Person } from '../../policy/contract.ts';
import type { RecordStore } from '../../record/contract.ts';
import type { CompiledView, InstalledTables } from '../../warehouse/contract.ts';
import { loadForecastKnowledge } from '../forecast-knowledge.ts';
import { knowledgeFolders, ownKnowledge } from '../knowledge-folder.ts';
import type { Settings } from '../settings.ts';
import { loadBoundaries } from '../surveillance-boundaries.ts';
import { loadSurveillanceKnowledge } from '../surveillance-knowledge.ts';

export interface InsightParts {
  tables: InstalledTables;
  database: Database;
  record: RecordStore;
  settings: Settings;
  now(): Date;
  outcomes: OutcomeKnowledge;
  population: PopulationKnowledge;
  views: readonly CompiledView[];
  jobs: Jobs;
  exchange: Exchange;
  /** What the account of this id may do now. */
  rightsNow(id: string): Promise<Result<Person>>;
  /** Where PostgreSQL's protocol is spoken, once it is. */
  sqlPort(): number | undefined;
}

/** What goes on beside the routes, once the program serves. */
export interface InsightWork {
  kinds: JobKind[];
  watch(failed: (error: unknown) => void): { stop(): Promise<void> };
}

/** Refused where its knowledge cannot be read. */
export function insightRoutes(app: FastifyInstance, parts: InsightParts): Result<InsightWork> {
  const { tables, database, record, settings, now } = parts;
  const staffing = loadForecastKnowledge(knowledgeFolders(settings));
  if (!staffing.ok) return staffing;
  forecastRoutes(app, { tables, database, record, knowledge: staffing.value, timeZone: settings.timeZone, now });
  analyticsRoutes(app, parts);
  const shelves = openShelves(settings);
  questionRoutes(app, { ...shelves, tables, record, timeZone: settings.timeZone, now });
  const reporting = {
    ...parts,
    ...shelves,
    timeZone: settings.timeZone,
    root: settings.reports ?? join(settings.dataDir, 'reports'),
    ...mailOf(settings),
  };
  reportRoutes(app, reporting);
  outcomeRoutes(app, { ...parts, knowledge: parts.outcomes, timeZone: settings.timeZone });
  const surveillance = loadSurveillanceKnowledge(knowledgeFolders(settings));
  if (!surveillance.ok) return surveillance;
  const boundaries = loadBoundaries(settings.boundaries, surveillance.value.areas.made_up);
  if (!boundaries.ok) return boundaries;
  // They are drawn all the same: half a map would be worse.
  for (const doubt of boundaries.value.doubts) app.log.warn({ setting: 'LAMPLIGHT_BOUNDARIES' }, doubt);
  const { surveillanceChannel: channel, caseReportChannel } = settings;
  surveillanceRoutes(app, {
    ...parts,
    knowledge: surveillance.value,
    boundaries: boundaries.value,
    timeZone: settings.timeZone,
    reporting: { ...parts, ...(caseReportChannel === undefined ? {} : { channel: caseReportChannel }) },
    sending: { ...parts, timeZone: settings.timeZone, ...(channel === undefined ? {} : { channel }) },
  });
  const { population, views } = parts;
  populationRoutes(app, {
    tables,
    record,
    views,
    knowledge: population,
    areas: knownAreas(surveillance.value.areas, boundaries.value),
    timeZone: settings.timeZone,
    now,
  });
  return ok({ kinds: [reportJob(reporting)], watch: (failed) => watchReports(reporting, failed) });
}

const mailOf = ({
  mailHost,
  mailPort,
  mailTls,
  mailUser,
  mailPassword,
  mailFrom,
  mailDomains,
  publicUrl,
}: Settings): { mail?: MailServer } =>
  mailHost === undefined || mailFrom === undefined || publicUrl === undefined
    ? {}
    : {
        mail: {
          host: mailHost,
          port: mailPort,
          tls: mailTls,
          ...(mailUser === undefined || mailPassword === undefined ? {} : { user: mailUser, password: mailPassword }),
          from: mailFrom,
          domains: mailDomains?.split(',').map((one) => one.trim()) ?? [],
          publicUrl,
        },
      };

/** When they are due, and what is to be told of them. */
function watchReports(reporting: ClockParts & Omit<PostmanParts, 'mail'> & { mail?: MailServer }, failed: (error: unknown) => void) {
  const { mail } = reporting;
  const clock = watchClock(reporting, failed);
  const post = mail === undefined ? undefined : watchMail({ ...reporting, mail }, failed);
  return {
    async stop() {
      await Promise.all([clock.stop(), post?.stop()]);
    },
  };
}

/** What comes with the program, and above it what the site has, in a folder that may be a git checkout. */
function openShelves(settings: Settings): { questions: Shelf<Question>; dashboards: Shelf<Dashboard>; reports: Shelf<Report> } {
  const site = settings.analytics ?? join(settings.dataDir, 'analytics');
  const shelf = <T>(of: string, extension: '.sql' | '.json', read: (name: string, text: string) => Result<T>): Shelf<T> =>
    openShelf({ shipped: join(ownKnowledge, of), site: join(site, of), extension, read });
  return {
    questions: shelf('questions', '.sql', readQuestion),
    dashboards: shelf('dashboards', '.json', readDashboard),
    reports: shelf('reports', '.json', readReport),
  };
}
