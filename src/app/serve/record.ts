// The record and what flows from it: terminology that it is searched with, the record itself, its feed, long work, search parameters.
import { join } from 'node:path';
import type { Feed } from '../../feed/contract.ts';
import { openFeed } from '../../feed/feed.ts';
import { compile } from '../../fhir/fhirpath/compile.ts';
import { admitSubscription } from '../../gateways/subscriptions/admit.ts';
import type { Jobs } from '../../jobs/contract.ts';
import { openJobs } from '../../jobs/jobs.ts';
import type { RecordStore } from '../../record/contract.ts';
import { defaultRecordSettings, openRecord } from '../../record/record.ts';
import { slices } from '../../record/slices.ts';
import { openLibrary } from '../../terminology/library.ts';
import { listed } from '../../terminology/listed.ts';
import { openTerminology, type TerminologyRoom } from '../../terminology/service.ts';
import { ownKnowledge } from '../knowledge-folder.ts';
import { keepParameters } from '../search-parameters.ts';
import { faultOf, type Ground, type Undo } from './ground.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';
import { type Notifying, notifyingOf } from './subscriptions.ts';

export interface Recorded {
  terminology: TerminologyRoom;
  /** By which Subscriptions are admitted here, and told later. */
  notifying: Notifying;
  record: RecordStore;
  feed: Feed;
  jobs: Jobs;
}

export async function openRecordAndFeed(parts: Ground & Site & Stored, undo: Undo): Promise<Recorded> {
  const { settings, log, now, database, replica, fhirKnowledge } = parts;
  const library = openLibrary(join(ownKnowledge, 'terminology', 'hl7.pack'));
  undo.push(() => library?.close?.());
  const terminology = openTerminology(database, { library, lists: listed(fhirKnowledge.lists), slices, now });
  const notifying = await notifyingOf(parts);
  const record = openRecord(database, {
    ...defaultRecordSettings,
    admit: new Map([['Subscription', admitSubscription(notifying.sealer, notifying.rules)]]),
    count: settings.pageSize,
    countMax: settings.pageSizeMax,
    readAudit: settings.readAudit,
    now,
    compile,
    terminology: terminology.within,
    ...(replica === undefined ? {} : { replica }),
  });

  const failed = (name: string, error: unknown): void => log.warn({ follower: name, ...faultOf(error) }, 'a follower will try again');
  const feed = await openFeed(database, record, undefined, failed);
  undo.push(() => feed.close());

  const jobs = openJobs(database, {
    failed: (kind, error) => log.warn({ job: kind, ...faultOf(error) }, 'a job will be tried again'),
  });
  undo.push(() => jobs.close());
  const parameters = await keepParameters(database, record, jobs, (error) => failed('search parameters', error));
  undo.push(() => parameters.close());
  return { terminology, notifying, record, feed, jobs };
}
