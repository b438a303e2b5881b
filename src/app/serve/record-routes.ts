// The gateways to the record itself: FHIR with its operations, bulk data, the audit trail, accounts, administration, the feed.
import { join } from 'node:path';
import { ok, type Result } from '../../fhir/result.ts';
import { accountRoutes } from '../../gateways/accounts/routes.ts';
import { administrationRoutes } from '../../gateways/administration/routes.ts';
import { auditRoutes } from '../../gateways/audit/routes.ts';
import { importOperation } from '../../gateways/bulk/import-operation.ts';
import { exportOperations } from '../../gateways/bulk/operations.ts';
import { bulkRoutes } from '../../gateways/bulk/routes.ts';
import { reindexOperation } from '../../gateways/fhir-rest/operations/reindex.ts';
import { standardOperations } from '../../gateways/fhir-rest/operations/standard.ts';
import { validateOperation } from '../../gateways/fhir-rest/operations/validate.ts';
import { fhirRoutes } from '../../gateways/fhir-rest/routes.ts';
import type { ValidationParts } from '../../gateways/fhir-rest/validation.ts';
import { terminologyOperations } from '../../gateways/fhir-terminology/operations.ts';
import { recordResources } from '../../gateways/fhir-terminology/record-resources.ts';
import { liveRoutes } from '../../gateways/live/routes.ts';
import { extensions, profiles } from '../../gateways/subscriptions/contract.ts';
import { subscriptionOperations } from '../../gateways/subscriptions/operations.ts';
import { subscriptionRoutes } from '../../gateways/subscriptions/routes.ts';
import { websocketPath } from '../../gateways/subscriptions/sockets.ts';
import { shownLastBackup } from '../backup/last-backup.ts';
import { shownSettings } from '../shown-settings.ts';
import { openValidation } from '../validation.ts';
import { bodyBytesMax, type Ground } from './ground.ts';
import type { Recorded } from './record.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';
import type { WebServer } from './web-server.ts';

export interface RecordRoutes {
  validation: ValidationParts & { notes: string[] };
  bulk: Bulk;
}

/** Where exports are written, and from where imports may fetch. */
export interface Bulk {
  exports: string;
  importFrom: string[];
}

export async function openRecordRoutes(parts: Ground & Site & Stored & Recorded & WebServer): Promise<Result<RecordRoutes>> {
  const { settings, now, people, database, record, feed, jobs, terminology, fhirKnowledge, app } = parts;
  const validation = await openValidation(settings, (caller) => terminology.seenBy(recordResources(record, caller), caller.person.id));
  if (!validation.ok) return validation;
  const bulk = {
    exports: settings.exportDir ?? join(settings.dataDir, 'exports'),
    importFrom: settings.importFrom?.split(',').map((place) => place.trim()) ?? [],
  };
  fhir(parts, bulk, validation.value);
  subscriptionRoutes(app);
  bulkRoutes(app, jobs, record, {
    folder: bulk.exports,
    publicUrl: settings.publicUrl,
    validation: validation.value,
    bodyBytesMax: bodyBytesMax(settings),
  });
  auditRoutes(app, record);
  accountRoutes(app, { people, record, now });
  administrationRoutes(app, {
    database,
    record,
    jobs,
    people,
    settings: () => shownSettings(settings),
    lastBackup: () => shownLastBackup(settings.dataDir),
    questionnaires: fhirKnowledge.questionnaires,
  });
  liveRoutes(app, { record, feed, authenticate: (token, at) => people.authenticate(token, at), now });
  return ok({ validation: validation.value, bulk });
}

function fhir(parts: Ground & Site & Stored & Recorded & WebServer, { importFrom }: Bulk, validation: ValidationParts): void {
  const { settings, now, database, record, jobs, terminology, topics, notifying, app } = parts;
  fhirRoutes(
    app,
    record,
    {
      bodyBytesMax: bodyBytesMax(settings),
      bundleEntries: settings.bundleEntriesMax,
      publicUrl: settings.publicUrl,
    },
    [
      ...standardOperations,
      reindexOperation(jobs),
      ...exportOperations(jobs),
      importOperation(jobs, importFrom),
      ...terminologyOperations(terminology, now),
      validateOperation,
      ...subscriptionOperations({ database, topics, settings: notifying.settings, websocketPath }),
    ],
    validation,
    {
      Subscription: {
        extension: [...topics.keys()].map((url) => ({ url: extensions.topics, valueCanonical: url })),
        supportedProfile: [profiles.subscription],
      },
    },
  );
}
