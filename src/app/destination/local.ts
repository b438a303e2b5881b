// The record of a stopped installation, asked in this process: the same router that answers over HTTP, without a socket.
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../../database/contract.ts';
import { compile } from '../../fhir/fhirpath/compile.ts';
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import { type Json, readJson } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { shownPage } from '../../gateways/audit/page.ts';
import { readTrailWish } from '../../gateways/audit/wish.ts';
import { exportDirectly } from '../../gateways/bulk/directly.ts';
import { shownLine, takeLines } from '../../gateways/bulk/take-lines.ts';
import type { FhirContext, FhirRequest } from '../../gateways/fhir-rest/contract.ts';
import { refusal } from '../../gateways/fhir-rest/outcome.ts';
import { readPairs } from '../../gateways/fhir-rest/pairs.ts';
import { answer } from '../../gateways/fhir-rest/router.ts';
import { recordResources } from '../../gateways/fhir-terminology/record-resources.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Caller, SeenChange } from '../../record/contract.ts';
import { type Admit, defaultRecordSettings, openRecord } from '../../record/record.ts';
import type { TerminologyRoom } from '../../terminology/service.ts';
import { admitted } from '../own-record.ts';
import { openOwnTerminology } from '../own-terminology.ts';
import type { Settings } from '../settings.ts';
import { openValidation } from '../validation.ts';
import type { Ask, Destination, FeedWish } from './contract.ts';
import { exportDone, exportTarget } from './export.ts';
import { localJournal, recordKey } from './journal-place.ts';

/** `who`: for the audit trail. */
export function localDestination(database: Database, settings: Settings, who: string): Destination {
  /** Known when it is ready for writes. */
  const admit = new Map<ResourceType, Admit>();
  /** Known when it is ready. */
  let codes: TerminologyRoom | undefined;
  const record = openRecord(database, {
    ...defaultRecordSettings,
    count: settings.pageSize,
    countMax: settings.pageSizeMax,
    readAudit: settings.readAudit,
    compile,
    admit,
    terminology: (resources, session) => codes!.within(resources, session),
  });
  /** What the site has of its own, read once: a command is short. */
  let known: Promise<void> | undefined;
  const context: FhirContext = {
    record,
    base: settings.publicUrl ?? 'http://localhost/fhir',
    limits: { bundleEntries: settings.bundleEntriesMax },
  };
  const caller = (): Caller => ({
    person: { id: namedUuid('account', 'command line'), name: who, role: 'administrator' },
    purpose: 'HSYSADMIN',
    from: 'lamplight',
    request: randomUUID(),
  });

  async function page({ after, types, limit }: FeedWish, following: boolean) {
    const wanted = types === undefined ? ok(undefined) : typesOf(types);
    if (!wanted.ok) return wanted;
    const position = positionOf(after);
    if (!position.ok) return position;
    const from = position.value ?? (await record.head());
    return record.changesFor(caller(), from, limit, { types: wanted.value, following });
  }

  /** The search parameters of the site, its codes and pick lists, what it checks writes for, and what the program itself acts on. */
  async function makeReady(): Promise<void> {
    await record.registry.refresh();
    const terminology = await openOwnTerminology(database, settings);
    if (!terminology.ok) throw new Error(terminology.problem.message);
    const { seenBy } = terminology.value;
    codes = terminology.value;
    const validation = await openValidation(settings, (who) => seenBy(recordResources(record, who), who.person.id));
    if (!validation.ok) throw new Error(validation.problem.message);
    context.validation = validation.value;
    const checks = await admitted(database, settings);
    if (!checks.ok) throw new Error(checks.problem.message);
    for (const [type, check] of checks.value) admit.set(type, check);
  }

  return {
    name: settings.databaseUrl === undefined ? settings.dataDir : 'the database of DATABASE_URL',
    key: recordKey(settings),
    journal: localJournal(settings),

    async fhir(ask) {
      known ??= makeReady();
      await known;
      const request = await requestOf(ask, caller());
      if (!request.ok) return ok(filled(refusal(request.problem)));
      try {
        return ok(filled(await answer(request.value, context)));
      } catch (error) {
        const problem = problemOf(error);
        if (problem?.kind === 'busy') return { ok: false, problem };
        throw error;
      }
    },

    async feed(wish) {
      const found = await page(wish, false);
      return found.ok ? ok({ changes: found.value.changes.map(shown), next: String(found.value.next) }) : found;
    },

    async audit(query) {
      const found = await record.trail(caller(), readTrailWish(query));
      return found.ok ? ok(shownPage(found.value)) : found;
    },

    async exportTo(ask, folder, hear) {
      known ??= makeReady();
      await known;
      const request = await requestOf({ method: 'GET', target: exportTarget(ask) }, caller());
      if (!request.ok) return request;
      const done = await exportDirectly(request.value, context, folder, hear);
      return done.ok ? ok(exportDone(done.value)) : done;
    },

    async takeLines(lines, first, keepVersions) {
      known ??= makeReady();
      await known;
      const wish = context.validation === undefined ? { keepVersions } : { keepVersions, validation: context.validation };
      return ok((await takeLines(record, caller(), lines, first, wish)).map(shownLine));
    },

    async follow(wish, hear, signal) {
      let after = wish.after === 'now' ? String(await record.head()) : wish.after;
      while (!signal.aborted) {
        const found = await page({ ...wish, after }, true);
        if (!found.ok) return found;
        for (const change of found.value.changes) await hear(shown(change));
        const next = String(found.value.next);
        if (next === after) await sleep(500, undefined, { signal }).catch(() => {});
        after = next;
      }
      return ok(undefined);
    },
  };
}

async function requestOf({ method, target, body, headers }: Ask, caller: Caller): Promise<Result<FhirRequest>> {
  const at = target.indexOf('?');
  const query = readPairs(at < 0 ? '' : target.slice(at + 1));
  if (!query.ok) return query;
  const path = (at < 0 ? target : target.slice(0, at)).split('/').filter((segment) => segment !== '');
  const request: FhirRequest = { method, path: path.map(decodeURIComponent), query: query.value, headers: { ...headers }, caller };
  if (body === undefined) return ok(request);
  const read: Result<Json> = await readJson(body);
  return read.ok ? ok({ ...request, body: read.value }) : read;
}

const filled = (response: { status: number; headers: Record<string, string>; body?: string }) => ({
  ...response,
  body: response.body ?? '',
});

const problemOf = (error: unknown): Problem | undefined =>
  error instanceof Error && 'problem' in error ? (error.problem as Problem) : undefined;

/** undefined: now. */
function positionOf(text: string): Result<bigint | undefined> {
  if (text === 'now') return ok(undefined);
  return /^\d{1,18}$/.test(text)
    ? ok(BigInt(text))
    : fail('invalid', `A position is a whole number or "now", not ${JSON.stringify(text.slice(0, 50))}`);
}

function typesOf(text: string): Result<ResourceType[]> {
  const types: ResourceType[] = [];
  for (const name of text.split(',').map((one) => one.trim())) {
    const type = resourceTypes.find((one) => one === name);
    if (type === undefined) return fail('invalid', `${JSON.stringify(name.slice(0, 60))} is not a resource type of FHIR R4`);
    types.push(type);
  }
  return ok(types);
}

const shown = (change: SeenChange): string =>
  JSON.stringify({
    position: String(change.position),
    at: change.at,
    operation: change.operation,
    type: change.type,
    id: change.id,
    version: change.version,
    patient: change.patient,
  });
