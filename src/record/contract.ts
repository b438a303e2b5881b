// The patient record: what can be asked of it and what it promises.
//
// Promises: an acknowledged write is on disk (commit returned from PostgreSQL with synchronous_commit on); a refused one
// left nothing; every access is in the audit trail by the same transaction; every query asks policy in the same SQL.
import type { Session } from '../database/contract.ts';
import type { Resource, ResourceType } from '../fhir/generated/types.ts';
import type { Result } from '../fhir/result.ts';
import type { Query, WideQuery } from '../fhir/search/contract.ts';
import type { Action, Person, Purpose } from '../policy/contract.ts';
import type { ParameterRegistry } from './parameters/registry.ts';

/** Who asks, why and from where: goes into the audit trail with every access. */
export interface Caller {
  person: Person;
  purpose: Purpose;
  /** Network address, or the name of the program for internal callers. */
  from: string;
  /** Names the request in logs and audit. */
  request: string;
}

/** A resource at rest. `body` is the JSON text as it is returned, never parsed on the way out. */
export interface Stored {
  type: ResourceType;
  id: string;
  version: number;
  lastUpdated: Date;
  /** Empty where this version is a deletion. */
  body: string;
  deleted: boolean;
  /** In a history: what made this version. */
  operation?: 'create' | 'update' | 'delete';
  /** What contains it: `id` is its id in there, version and time are of the container. */
  container?: { type: ResourceType; id: string };
}

export interface HistoryPage {
  count: number;
  /** Versions made at or after this instant. */
  since?: Date;
  /** Versions that were current at some time in this interval. */
  at?: [from: Date, to: Date];
  cursor?: string;
}

/** One thing to do; several in one unit are done together or not at all. Conditions on a search are planned in `transact`. */
export type Write =
  /** `id`: only where it was chosen before, for references inside a transaction. */
  | { kind: 'create'; resource: Resource; id?: string }
  /** With the client's id, update as create. `ifVersion`: If-Match. `ifNew`: If-None-Match: *. */
  | { kind: 'update'; resource: Resource; ifVersion?: number; ifNew?: boolean }
  | { kind: 'delete'; type: ResourceType; id: string; ifVersion?: number };

/** What comes from another record. */
export type ImportWrite =
  /** Takes it over as it was in another record, where nothing stands in its place yet; what is there already and says the same stays. */
  | { kind: 'import'; resource: Resource; version: number; at: Date }
  /** That it was deleted there: the id is taken, and reads say so. */
  | { kind: 'import-deleted'; type: ResourceType; id: string };

/** Plans writes inside a transaction; `find` searches as the caller, on the state that the writes will meet. */
export type Transaction = (find: (query: Query) => Promise<Result<Page>>) => Promise<Result<Write[]>>;

export interface Written {
  /** `unchanged`: an update that said what stood there already. `nothing`: a deletion of what was deleted. */
  outcome: 'created' | 'updated' | 'unchanged' | 'deleted' | 'nothing';
  stored: Stored;
}

export interface Page {
  /** Matches in order, then what was included. */
  matches: Stored[];
  included: Stored[];
  total?: number;
  /** For the next link; absent on the last page. */
  next?: string;
  /** There was more to include than a page may carry. */
  cut?: boolean;
  /** Of `everything`: nothing that was found shows that there is such a patient. */
  unsure?: boolean;
}

/** What Patient/$everything is asked for. */
export interface EverythingWish {
  /** Absent: of all patients whom the caller may see. */
  patient?: string;
  types?: readonly ResourceType[];
  /** Changed at or after this instant. */
  since?: Date;
  /** Care dates, milliseconds since 1970 UTC; what has none is always of it. `end` is not included. */
  start?: number;
  end?: number;
  count: number;
  /** `next` of the page before. */
  cursor?: string;
  /** All this as it was asked, for the audit trail. */
  asked: string;
}

/** One change, in the one order in which all followers see it. Positions only grow; gaps mean nothing. */
export interface Change {
  position: bigint;
  at: Date;
  by: string;
  operation: 'create' | 'update' | 'delete';
  type: ResourceType;
  id: string;
  version: number;
  /** Patient compartment key (UUID). */
  pat: string;
  /** Body after the change, empty for a deletion. */
  body: string;
}

export interface Changes {
  changes: Change[];
  /** Everything up to here was looked at: the next look goes on behind it. */
  reached: bigint;
}

/** A change as it is shown outside: what changed, not what it says. */
export interface SeenChange extends Pick<Change, 'position' | 'at' | 'operation' | 'type' | 'id' | 'version'> {
  /** Id of the Patient whom it concerns, where that is one and only one. */
  patient?: string;
}

export interface SeenChanges {
  changes: SeenChange[];
  /** Where the next page begins; equal to what was asked for where nothing is left. */
  next: bigint;
}

/** What of the audit trail is wanted; all given conditions must hold. */
export interface TrailWish {
  /** Id of the Patient whom a row must have concerned. */
  patient?: string;
  /** Name or id of the account. */
  account?: string;
  since?: Date;
  /** Not included. */
  until?: Date;
  actions?: string[];
  /** Statuses. */
  outcomes?: number[];
  count: number;
  /** `next` of the page before. */
  cursor?: string;
  /** All this as it was asked, for the row that reading the trail leaves in it. */
  asked: string;
}

/** One access: who, why, from where, what, whom it concerned, with which outcome (a status as of HTTP). */
export interface TrailRow {
  at: Date;
  who: string;
  account: string;
  role: string;
  purpose: string;
  from: string;
  action: string;
  type?: ResourceType;
  id?: string;
  /** Ids of the patients concerned, as far as the asker may know of them. */
  patients: string[];
  /** It concerned more than are named. */
  morePatients: boolean;
  outcome: number;
  query?: string;
  request: string;
}

export interface TrailPage {
  /** Newest first. */
  rows: TrailRow[];
  next?: string;
}

export interface ExportWish {
  /** Named by the asker: refused where one may not be exported. Absent: all that may. */
  types?: readonly ResourceType[];
  /** Of a type that has filters, what matches one of them. */
  filters: readonly Query[];
  /** What changed since, and what was deleted. Exact where it is the `at` of an earlier export. */
  since?: Date;
  /** Only what is in the compartments of these Patients, by id, or of any. */
  patients?: readonly string[] | 'all';
  /** All this as it was asked, for the audit trail. */
  asked: string;
  /** Resources handed over at once, where few are wanted: whoever stops early has then not taken many more. */
  atOnce?: number;
  /** No later export goes on from this one, so that nothing is kept of when it was. */
  once?: boolean;
}

/** Resources of one type in the order of their keys, as JSON text; `deleted`: the ids of what is there no more. */
export interface ExportPart {
  type: ResourceType;
  deleted: boolean;
  bodies: string[];
}

/** `enough`: nothing more is wanted; what was given counts as exported. */
export type ExportSink = (part: ExportPart) => Promise<'enough' | undefined> | Promise<void>;

export interface Exported {
  /** Everything that was committed before is in it. Nothing that was committed later, but for an instant where a replica was read. */
  at: Date;
  resources: number;
}

/** A resource in one version; 0: it is not there, and never was. */
export interface Place {
  type: ResourceType;
  id: string;
  version: number;
}

export interface RecordStore {
  read(caller: Caller, type: ResourceType, id: string): Promise<Result<Stored>>;
  readVersion(caller: Caller, type: ResourceType, id: string, version: string): Promise<Result<Stored>>;
  search(caller: Caller, query: Query): Promise<Result<Page>>;
  /** Several searches whose answers are wanted together, such as all that a check asks of one patient: by one statement where it can be. */
  searchSeveral(caller: Caller, queries: readonly Query[]): Promise<Result<Page>>[];
  /**
   * Over several types. Those that the caller may not search are refused where they were named. Otherwise they are left out, as
   * rows out of scope are: R4 says "all types" and means all that there are, and for this caller there are no others.
   */
  searchWide(caller: Caller, query: WideQuery): Promise<Result<Page>>;
  /** All of one patient or of all patients, and what it points to outside their compartments. Without the Patient: not found. */
  everything(caller: Caller, wish: EverythingWish): Promise<Result<Page>>;
  /** Of the Observations that the query finds the `each` newest of every kind and patient. */
  lastN(caller: Caller, query: Query, each: number): Promise<Result<Page>>;
  history(caller: Caller, of: { type?: ResourceType; id?: string }, page: HistoryPage): Promise<Result<Page>>;
  /** All or nothing. Answers in the order given. */
  commit(caller: Caller, writes: Write[]): Promise<Result<Written[]>>;
  /** As commit, for what comes from another record with the versions and times that it had there. */
  takeOver(caller: Caller, writes: ImportWrite[]): Promise<Result<Written[]>>;
  /** As commit, alone in its transaction and together with other statements of it: a follower's cursor moves with its output. */
  commitWith(caller: Caller, writes: Write[], beside: (session: Session) => Promise<void>): Promise<Result<Written[]>>;
  /** Inside a transaction: whether resources still stand in the versions in which the caller read or wrote them. Says nothing else of them. */
  stand(session: Session, places: readonly Place[]): Promise<boolean>;
  /** As commit, for writes that depend on what is there; `locks` serialize it with others that name the same. */
  transact(caller: Caller, locks: bigint[], plan: Transaction): Promise<Result<Written[]>>;
  /** Records an access that was refused before it reached the record. */
  refuse(caller: Caller, action: Action, about: { type?: ResourceType; target?: string; outcome: number; query?: string }): Promise<void>;
  /**
   * Records an access to what stands beside the record and speaks of patients: a message of another system that somebody read.
   * `target` and `patients` are keys (keyOfId), not ids.
   */
  note(
    caller: Caller,
    action: string,
    about: { target?: string; patients?: readonly string[]; outcome: number; query?: string },
  ): Promise<void>;
  /** The search parameters that the site has defined. `refresh` at the start, and where the channel of them is heard. */
  readonly registry: ParameterRegistry;
  /** Changes after a position, oldest first, at most `limit`. Never skips one that commits later (see feed). */
  changes(after: bigint, limit: number): Promise<Change[]>;
  /** Of the next `span` changes those of `types` (absent: all), at most `limit`, and how far that reached. For followers. */
  changesAmong(after: bigint, limits: { span: number; limit: number }, types?: readonly ResourceType[]): Promise<Changes>;
  /**
   * Changes as the caller may see them, like a history without the bodies; a page may be empty and still go on. `following`:
   * the page of a stream that is being read along, which leaves an audit row only where it shows somebody.
   */
  changesFor(
    caller: Caller,
    after: bigint,
    limit: number,
    options?: { types?: readonly ResourceType[]; following?: boolean },
  ): Promise<Result<SeenChanges>>;
  /** The types that an export as wished would hold; a refusal is audited. */
  exportable(caller: Caller, wish: Pick<ExportWish, 'types' | 'patients' | 'asked'>): Promise<Result<ResourceType[]>>;
  /**
   * All of it at one moment, its audit rows committed before the answer. What the sink was given is only true when this has
   * succeeded; a sink that throws, or the signal, ends it. `startOver`: forgets what the sink was given, so that what the replica
   * could not finish begins again on the primary; without it the replica is not asked.
   */
  exportAll(
    caller: Caller,
    wish: ExportWish,
    sink: ExportSink,
    signal: AbortSignal,
    startOver?: () => Promise<void>,
  ): Promise<Result<Exported>>;
  /**
   * That a file of an export, or of what an import refused, is given out: asked and audited each time, before the answer leaves.
   * `type`: absent where the file holds several, as deletions do.
   */
  giveFile(caller: Caller, about: { action: 'export' | 'import'; type?: ResourceType; file: string }): Promise<Result<void>>;
  /** Position of the newest change; 0 where there is none. */
  head(): Promise<bigint>;
  /**
   * The audit trail, for those who may read it. Leaves a row in it. `wish`: as it could be read; what is wrong with it is told to
   * those who may ask at all, and who may not is refused in the same words whatever was asked.
   */
  trail(caller: Caller, wish: Result<TrailWish>): Promise<Result<TrailPage>>;
}
