// Who works on what changes and on what was asked for: modules, channels that are told of the record, jobs; and how far behind they are.
import { abandonedBy, type TellingOfRecord, tellOfRecord } from '../../exchange/told-by-record.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { exportJob } from '../../gateways/bulk/export-job.ts';
import { importJob } from '../../gateways/bulk/import-job.ts';
import { replayJob } from '../../gateways/medication/replay-job.ts';
import { viewExportJob } from '../../gateways/view-definitions/export-job.ts';
import { pumps } from '../../modules/medication-administration/pumps/follow.ts';
import { medicationSafety } from '../../modules/medication-safety/follow.ts';
import type { Library } from '../../modules/medication-safety/library.ts';
import { runModules } from '../../modules/runner/runner.ts';
import { isOfNobody } from '../../warehouse/follower.ts';
import { medicationKnowledgeWith } from '../medication-knowledge-thread.ts';
import type { Exchanging } from './exchange.ts';
import { feedMetrics, replicaMetrics } from './gauges.ts';
import type { Ground, Undo } from './ground.ts';
import type { Medicating } from './medication.ts';
import type { Recorded } from './record.ts';
import type { RecordRoutes } from './record-routes.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';
import type { Tabled } from './tables.ts';
import type { WebServer } from './web-server.ts';

type Parts = Ground & Site & Stored & Recorded & WebServer & RecordRoutes & Exchanging & Medicating & Tabled;

export interface Following {
  /** What channels are told of the record. */
  telling: TellingOfRecord;
}

export async function startFollowers(parts: Parts, undo: Undo): Promise<Result<Following>> {
  const { log, now, modules, channels, database, replica, record, feed, metrics, laying, renewal, medicines, rulesInForce } = parts;
  await laying?.begun;
  // Standing orders are checked by the rules as they are in force at that moment, as new ones are.
  const withRules: Library = Object.defineProperty({ ...medicines }, 'base', { get: rulesInForce.base });
  const runner = runModules([...modules, medicationSafety(withRules), pumps()], { feed, record, now });
  if (!runner.ok) return runner;
  undo.push(() => runner.value.stop());
  const telling = tellOfRecord({
    feed,
    database,
    record,
    channels: channels.channels,
    failed: (channel) => log.warn({ channel }, 'a change could not be told; the audit trail has a row message-untold that says why'),
  });
  undo.push(() => telling.stop());
  // What is written as soon as this serves is told of too.
  await telling.begun;
  workOnJobs(parts);
  const ofNoChannel = abandonedBy(renewal.channels);
  // Where the tables are off here, those of others are not waited for; where they are on, what nobody keeps is forgotten.
  feedMetrics(metrics, feed, (lag) => ofNoChannel(lag.name) || (!parts.settings.warehouse && isOfNobody(lag)));
  if (replica !== undefined) replicaMetrics(metrics, replica);
  return ok({ telling });
}

function workOnJobs({ now, knowledge, importSignIn, people, record, jobs, validation, bulk, rulesInForce, safety, insight }: Parts): void {
  const rightsNow = (id: string) => people.rightsNow(id, now());
  jobs.work([
    exportJob({ record, root: bulk.exports, rightsNow }),
    viewExportJob({ record, root: bulk.exports, rightsNow }),
    replayJob({
      record,
      library: safety.library,
      base: rulesInForce.base,
      withFile: (file) => medicationKnowledgeWith(knowledge, file),
      rightsNow,
    }),
    importJob({ record, validation, root: bulk.exports, allowed: bulk.importFrom, signIn: importSignIn }),
    ...(insight?.kinds ?? []),
  ]);
}
