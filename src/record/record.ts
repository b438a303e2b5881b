// The patient record put together: policy first, then the statement that does it. One object for the whole program.
import type { Database } from '../database/contract.ts';
import type { Replica } from '../database/replica.ts';
import type { Compile } from '../fhir/fhirpath/contract.ts';
import { type Resource, type ResourceType, resourceTypes } from '../fhir/generated/types.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Include, Query } from '../fhir/search/contract.ts';
import type { Action, Decision, Scope } from '../policy/contract.ts';
import { decide } from '../policy/decide.ts';
import { isShared } from '../policy/resource-classes.ts';
import { decideTrail } from '../policy/trail.ts';
import { type AuditRow, auditInsert, auditRow } from './audit.ts';
import { changesAfter, changesAmong, changesSeen, headOf } from './changes.ts';
import type { PlannedWrite } from './commit.ts';
import type { Caller, ImportWrite, Page, RecordStore, Stored, Write } from './contract.ts';
import { exportAll, exportedTypes } from './export.ts';
import { fromReplica, readsFromReplica } from './from-replica.ts';
import { history } from './history.ts';
import { keyOfId, typeNumber } from './keys.ts';
import { ParameterRegistry } from './parameters/registry.ts';
import { preparing } from './prepare.ts';
import type { ReadAudit } from './promptly.ts';
import { Reader } from './reader.ts';
import { rowScope } from './row-scope.ts';
import type { Compiler } from './search/compiler.ts';
import { asksInside, searchContained } from './search/contained.ts';
import { everything } from './search/everything.ts';
import { inOne } from './search/in-one.ts';
import { included } from './search/include.ts';
import { Lanes } from './search/lanes.ts';
import { lastN } from './search/last-n.ts';
import { withLists } from './search/lists.ts';
import { type Limits, type SearchRunner, search } from './search/search.ts';
import { searchWide } from './search/wide.ts';
import { inSlices, slices } from './slices.ts';
import { stand } from './stand.ts';
import { readTrail } from './trail.ts';
import { transact } from './transact.ts';
import { uuid7 } from './uuid7.ts';
import { Writer } from './writer.ts';

export type Admit = (resource: Resource, caller: Caller, imported: boolean) => Result<Resource>;

export interface RecordSettings extends Limits {
  /** Included resources of one page. */
  includedMax: number;
  readAudit: ReadAudit;
  now(): Date;
  /**
   * Types that the program itself acts on: what a write of one must pass, and as what it is written. `imported`: it is taken over as
   * it was in another record.
   */
  admit?: ReadonlyMap<ResourceType, Admit>;
  /** FHIRPath, for search parameters that the site defines; without it such definitions are resources like others. */
  compile?: Compile;
  /** For bulk exports and the searches of those who ask about populations (from-replica.ts). */
  replica?: Replica;
}

export const defaultRecordSettings: RecordSettings = {
  count: 20,
  countMax: 1000,
  includedMax: 1000,
  readAudit: 'prompt',
  now: () => new Date(),
};

export function openRecord(database: Database, settings: RecordSettings = defaultRecordSettings): RecordStore {
  const reader = new Reader(database, settings.readAudit);
  const registry = new ParameterRegistry(database, settings.compile);
  const writer = new Writer(database, () => registry.refresh());
  const lanes = new Lanes(database, 2, settings.readAudit);
  const pooled: SearchRunner = { query: (statement) => database.query(statement), ask: (asked) => lanes.ask(asked) };

  /** A refusal is audited before it is answered. */
  async function refused<T>(
    caller: Caller,
    action: Action | 'vread' | 'audit',
    type: ResourceType | undefined,
    target: string | undefined,
    why: string,
  ): Promise<Result<T>> {
    const row = auditRow(caller, settings.now(), action, {
      type,
      target: target === undefined ? undefined : keyOfId(target),
      outcome: 403,
    });
    await database.query(auditInsert([row]));
    return fail('forbidden', why);
  }

  async function readAt(caller: Caller, type: ResourceType, id: string, version: number | null): Promise<Result<Stored>> {
    const decision = decide(caller.person, caller.purpose, version === null ? 'read' : 'history', type);
    if (!decision.allowed) return refused(caller, version === null ? 'read' : 'vread', type, id, decision.why);
    return reader.read(caller, decision.scope, isShared(type), type, id, version);
  }

  /** A parameter of the site may be indexed on the primary and not yet on the replica: what asks by one stays on the primary. */
  const replicaFor = (queries: readonly Query[]): Replica | undefined => (registry.isAsked(queries) ? undefined : settings.replica);

  const onPrimary: Limits = settings;
  /** Terminology is looked up where it was loaded. */
  const onReplica: Limits = {
    ...settings,
    ...(settings.terminology === undefined ? {} : { terminology: (resources) => settings.terminology!(resources, database) }),
  };

  /** Runs a search where this caller's searches are run. */
  function whereItMay(
    caller: Caller,
    queries: readonly Query[],
    work: (runner: SearchRunner, limits: Limits) => Promise<Result<Page>>,
  ): Promise<Result<Page>> {
    const primary = (): Promise<Result<Page>> => work(pooled, onPrimary);
    if (!readsFromReplica.includes(caller.person.role)) return primary();
    return fromReplica(replicaFor(queries), database, (runner) => work(runner, onReplica), primary);
  }

  async function searchOn(runner: SearchRunner, caller: Caller, query: Query, limits: Limits = onPrimary): Promise<Result<Page>> {
    const decision = decide(caller.person, caller.purpose, 'search', query.type);
    if (!decision.allowed) return refused(caller, 'search', query.type, undefined, decision.why);
    const lack = await registry.lackOf(runner, [query]);
    if (lack !== undefined) return { ok: false, problem: lack };
    const page = await (asksInside(query) ? searchContained(runner, caller, query, limits) : search(runner, caller, query, limits));
    if (!page.ok || (query.include.length === 0 && query.revinclude.length === 0)) return page;
    const more = await included(runner, caller, page.value.matches, query, settings.includedMax);
    return ok({ ...page.value, included: more.found, ...(more.cut ? { cut: true } : {}) });
  }

  function* planning(caller: Caller, write: Write | ImportWrite): Generator<undefined, Result<PlannedWrite>> {
    const at = settings.now();
    if (write.kind === 'delete' || write.kind === 'import-deleted') {
      const defined = write.type === 'SearchParameter' && registry.defines(keyOfId(write.id));
      const gone = { kind: 'delete' as const, type: write.type, id: write.id, at, ...(defined ? { defined } : {}) };
      return ok(write.kind === 'delete' ? { ...gone, ifVersion: write.ifVersion } : { ...gone, imported: true });
    }
    const admitted =
      settings.admit?.get(write.resource.resourceType)?.(write.resource, caller, write.kind === 'import') ?? ok(write.resource);
    if (!admitted.ok) return admitted;
    const resource = admitted.value;
    if (write.kind === 'import') {
      const row = yield* preparing(resource, resource.id!, write.at, registry);
      return row.ok ? ok({ kind: 'put', row: row.value, fresh: false, imported: { version: write.version, now: at } }) : row;
    }
    const made = write.kind === 'create';
    const row = yield* preparing(resource, made ? (write.id ?? uuid7(at.getTime())) : resource.id!, at, registry);
    if (!row.ok) return row;
    if (made) return ok({ kind: 'put', row: row.value, fresh: write.id === undefined });
    return ok({ kind: 'put', row: row.value, fresh: false, ifVersion: write.ifVersion, ifNew: write.ifNew });
  }

  /** In slices: a transaction may hold thousands of writes, and one resource thousands of values. */
  async function plan(caller: Caller, writes: readonly (Write | ImportWrite)[]): Promise<Result<PlannedWrite[]>> {
    const planned: PlannedWrite[] = [];
    const rest = slices();
    for (const write of writes) {
      const one = await inSlices(planning(caller, write), rest);
      if (!one.ok) return one;
      planned.push(one.value);
    }
    return ok(planned);
  }

  return {
    read: (caller, type, id) => readAt(caller, type, id, null),
    readVersion: (caller, type, id, version) =>
      /^[1-9]\d{0,8}$/.test(version)
        ? readAt(caller, type, id, Number(version))
        : Promise.resolve(fail('not-found', `There is no version ${version.slice(0, 20)} of ${type}/${id}: versions are numbered from 1`)),
    search: (caller, query) => whereItMay(caller, [query], (runner, limits) => searchOn(runner, caller, query, limits)),

    searchSeveral(caller, queries) {
      if (readsFromReplica.includes(caller.person.role)) return queries.map((query) => this.search(caller, query));
      const together = inOne(pooled, lanes);
      return queries.map((query) => searchOn(together, caller, query));
    },

    async searchWide(caller, query) {
      const decided = query.parts.map((part) => ({ part, decision: decide(caller.person, caller.purpose, 'search', part.type) }));
      const parts = decided.filter(({ decision }) => decision.allowed).map(({ part }) => part);
      const closed = decided.find(({ decision }) => !decision.allowed);
      if (closed !== undefined && !closed.decision.allowed && (query.named || parts.length === 0))
        return refused(caller, 'search', closed.part.type, undefined, closed.decision.why);
      const lack = await registry.lackOf(database, parts);
      if (lack !== undefined) return { ok: false, problem: lack };
      const includes = includesOf(parts);
      return whereItMay(caller, parts, async (runner, limits) => {
        const page = await searchWide(runner, caller, { ...query, parts }, limits);
        if (!page.ok || (includes.include.length === 0 && includes.revinclude.length === 0)) return page;
        const more = await included(runner, caller, page.value.matches, includes, settings.includedMax);
        return ok({ ...page.value, included: more.found, ...(more.cut ? { cut: true } : {}) });
      });
    },

    async everything(caller, wish) {
      const decision = decide(caller.person, caller.purpose, 'search', 'Patient');
      if (!decision.allowed) return refused(caller, 'search', 'Patient', wish.patient, decision.why);
      const page = await everything(database, caller, { ...wish, count: Math.min(wish.count, settings.countMax) }, settings.includedMax);
      if (!page.ok || page.value.unsure !== true || wish.patient === undefined) return page;
      // It may be that only other types or times were asked for.
      const patient = await readAt(caller, 'Patient', wish.patient, null);
      return patient.ok ? page : patient;
    },

    async lastN(caller, query, each) {
      const decision = decide(caller.person, caller.purpose, 'search', query.type);
      if (!decision.allowed) return refused(caller, 'search', query.type, undefined, decision.why);
      const lack = await registry.lackOf(database, [query]);
      if (lack !== undefined) return { ok: false, problem: lack };
      return whereItMay(caller, [query], (runner, limits) => lastN(runner, caller, query, each, limits));
    },

    async history(caller, of, page) {
      const types = historyTypes(caller, of.type === undefined ? resourceTypes : [of.type]);
      if (types.length === 0) return refused(caller, 'history', of.type, of.id, `The role ${caller.person.role} may not read this history`);
      return history(database, caller, of, types, (compiler, alias) => visibleTypes(types, compiler, alias), page);
    },

    async commit(caller, writes) {
      const planned = await plan(caller, writes);
      return planned.ok ? writer.write({ caller, writes: planned.value, again: () => plan(caller, writes) }) : planned;
    },

    async takeOver(caller, writes) {
      const planned = await plan(caller, writes);
      return planned.ok ? writer.write({ caller, writes: planned.value, again: () => plan(caller, writes) }) : planned;
    },

    /** For writes that depend on what is there: the plan is made inside the transaction, under the locks that it names. */
    async transact(caller, locks, make) {
      return transact({ database, writer, searchOn, plan }, caller, locks, make);
    },

    stand,
    commitWith: (caller, writes, beside) => transact({ database, writer, searchOn, plan }, caller, [], async () => ok(writes), beside),

    registry,

    changes: (after, limit) => changesAfter(database, after, limit),
    changesAmong: (after, limits, types) => changesAmong(database, after, limits, types),
    head: () => headOf(database),

    async exportable(caller, wish) {
      const types = exportedTypes(caller, wish);
      return types.ok || types.problem.kind !== 'forbidden'
        ? types
        : refused(caller, 'export', wish.types?.[0], undefined, types.problem.message);
    },
    async exportAll(caller, wish, sink, signal, startOver) {
      const lack = await registry.lackOf(database, wish.filters);
      if (lack !== undefined) return { ok: false, problem: lack };
      const filters: Query[] = [];
      for (const filter of wish.filters) {
        const listed = await withLists(database, caller, filter);
        if (!listed.ok) return listed;
        filters.push(listed.value);
      }
      const replica = startOver === undefined ? undefined : replicaFor(wish.filters);
      const exported = await exportAll(database, caller, { ...wish, filters }, { sink, signal, replica, startOver });
      if (exported.ok || exported.problem.kind !== 'forbidden') return exported;
      return refused(caller, 'export', wish.types?.[0], undefined, exported.problem.message);
    },

    async giveFile(caller, { action, type, file }) {
      const decision = type === undefined ? mayAtAll(caller, action) : decide(caller.person, caller.purpose, action, type);
      const outcome = decision.allowed ? 200 : 403;
      await database.query(
        auditInsert([auditRow(caller, settings.now(), 'download', { ...(type === undefined ? {} : { type }), query: file, outcome })]),
      );
      return decision.allowed ? ok(undefined) : fail('forbidden', decision.why);
    },

    async trail(caller, wish) {
      const decision = decideTrail(caller.person, caller.purpose);
      if (!decision.allowed) return refused(caller, 'audit', 'AuditEvent', undefined, decision.why);
      return wish.ok ? readTrail(database, caller, decision.scope, wish.value, settings.now()) : wish;
    },

    async changesFor(caller, after, limit, options = {}) {
      const types = historyTypes(caller, options.types ?? resourceTypes);
      const type = options.types?.length === 1 ? options.types[0] : undefined;
      if (types.length < (options.types?.length ?? 1)) {
        return refused(caller, 'history', type, undefined, `The role ${caller.person.role} may not follow changes of all these types`);
      }
      const query = `after=${after}${options.types === undefined ? '' : `&types=${options.types.join(',')}`}`;
      const row = auditRow(caller, settings.now(), 'history', { type, query, outcome: 200 });
      const scopeOf = (compiler: Compiler, alias: string): string => visibleTypes(types, compiler, alias);
      return ok(await changesSeen(database, caller, after, limit, scopeOf, { row, always: options.following !== true }));
    },

    async note(caller, action, { target, patients = [], outcome, query }) {
      const [pat] = patients;
      const row = auditRow(caller, settings.now(), action, {
        target,
        pat,
        seen: patients.length > 1 ? [...patients] : undefined,
        outcome,
        query,
      });
      await database.query(auditInsert([row]));
    },

    async refuse(caller, action, about) {
      const row: AuditRow = auditRow(caller, settings.now(), action, {
        ...about,
        target: about.target === undefined ? undefined : keyOfId(about.target),
      });
      await database.query(auditInsert([row]));
    },
  };
}

/** What any of the parts includes, each once. */
function includesOf(parts: readonly Query[]): Pick<Query, 'include' | 'revinclude'> {
  const once = (all: Include[]): Include[] => [
    ...new Map(all.map((one) => [`${one.base} ${one.parameter?.code} ${one.target} ${one.iterate}`, one])).values(),
  ];
  return { include: once(parts.flatMap((part) => part.include)), revinclude: once(parts.flatMap((part) => part.revinclude)) };
}

/** Whether the caller may do it to any type. */
const mayAtAll = (caller: Caller, action: Action): Decision =>
  resourceTypes.map((type) => decide(caller.person, caller.purpose, action, type)).find(({ allowed }) => allowed) ?? {
    allowed: false,
    why: `The role ${caller.person.role} may not ${action}.`,
  };

const bounded = (scope: Scope): boolean => scope.organisations !== undefined || scope.patients !== undefined;

interface VisibleType {
  type: ResourceType;
  scoped: boolean;
  scope: Scope;
}

/** Of these types those whose history the caller may read. */
const historyTypes = (caller: Caller, types: readonly ResourceType[]): VisibleType[] =>
  types.flatMap((type) => {
    const decision = decide(caller.person, caller.purpose, 'history', type);
    return decision.allowed ? [{ type, scoped: !isShared(type) && bounded(decision.scope), scope: decision.scope }] : [];
  });

/** Rows of the types that are allowed, those bound to patients within the scope. */
function visibleTypes(types: VisibleType[], compiler: Compiler, alias: string): string {
  const list = (some: typeof types): string =>
    compiler.parameters.list(
      some.map(({ type }) => BigInt(typeNumber(type))),
      'int2',
    );
  const open = types.filter((one) => !one.scoped);
  const scoped = types.filter((one) => one.scoped);
  const conditions = open.length > 0 ? [`${alias}.type = any(${list(open)})`] : [];
  if (scoped.length > 0)
    conditions.push(`(${alias}.type = any(${list(scoped)}) and ${rowScope(scoped[0]!.scope, alias, compiler.parameters)})`);
  return `(${conditions.join(' or ')})`;
}
