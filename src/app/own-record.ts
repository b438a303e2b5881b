// The record for a command that works on it itself, as the server has it: with the search parameters of the site, its codes and pick
// lists, what it checks writes for, and what a Subscription must pass.
import type { Database } from '../database/contract.ts';
import { compile } from '../fhir/fhirpath/compile.ts';
import { ok, type Result } from '../fhir/result.ts';
import type { ValidationParts } from '../gateways/fhir-rest/validation.ts';
import { recordResources } from '../gateways/fhir-terminology/record-resources.ts';
import { admitSubscription } from '../gateways/subscriptions/admit.ts';
import { openSealer } from '../gateways/subscriptions/seal.ts';
import type { RecordStore } from '../record/contract.ts';
import { defaultRecordSettings, openRecord, type RecordSettings } from '../record/record.ts';
import { openOwnTerminology } from './own-terminology.ts';
import type { Settings } from './settings.ts';
import { subscriptionEndpoints } from './subscription-endpoints.ts';
import { loadTopics } from './subscription-topics.ts';
import { openValidation } from './validation.ts';

/** What the program itself acts on must pass a check of its own, whoever writes it. */
export async function admitted(database: Database, settings: Settings): Promise<Result<NonNullable<RecordSettings['admit']>>> {
  const topics = await loadTopics(settings.subscriptionTopics);
  if (!topics.ok) return topics;
  const rules = { topics: topics.value, endpoints: subscriptionEndpoints(settings) };
  return ok(new Map([['Subscription', admitSubscription(await openSealer(database), rules)]]));
}

export async function openOwnRecord(
  database: Database,
  settings: Settings,
): Promise<Result<{ record: RecordStore; validation: ValidationParts }>> {
  const admit = await admitted(database, settings);
  if (!admit.ok) return admit;
  const terminology = await openOwnTerminology(database, settings);
  if (!terminology.ok) return terminology;
  const { seenBy, within } = terminology.value;
  const { readAudit } = settings;
  const record = openRecord(database, { ...defaultRecordSettings, readAudit, compile, admit: admit.value, terminology: within });
  await record.registry.refresh();
  const validation = await openValidation(settings, (who) => seenBy(recordResources(record, who), who.person.id));
  return validation.ok ? ok({ record, validation: validation.value }) : validation;
}
