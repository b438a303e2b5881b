// Tables that are no FHIR resources: the audit trail and the messages of exchange. They are kept as the views of the record are, by a
// keeper of their own in the folder `journal` of the warehouse, from the tables of PostgreSQL in place of the feed.
//
// Where a row stands is told by the transaction that wrote it (`written_by`): numbers become visible in the order of commits, so what
// is read lies below the oldest transaction that still runs, and is never looked at again. A transaction that writes for long holds
// the journals up, and nothing else. Rows from before there was that number are told first, by their time, at positions below 0.
import type { Session } from '../../database/contract.ts';
import type { Json } from '../../fhir/json.ts';
import type { Decision, Person, Purpose } from '../../policy/contract.ts';
import type { CompiledView } from '../contract.ts';

/** From where, not included where it is another one's end, to where. */
export interface Span {
  from: bigint;
  to: bigint;
}

/** One row as it stands now. `fresh`: no row of this id was told before. `values` absent: it is gone. */
export interface Told {
  id: string;
  /** Compartment, or where there is none its own id. */
  pat: string;
  fresh: boolean;
  values?: Json[];
}

export interface Journal {
  /** What the keeper and the queries know: name, columns in the order of `values`. */
  table: CompiledView;
  /** Columns that are looked up elsewhere when a row is told, and may say something else when it is told again. */
  lookedUp: readonly string[];
  /** Of the whole site or not at all: a row names who did what to whom. */
  may(person: Person, purpose: Purpose): Decision;
  /** What transactions of the span wrote. */
  told(session: Session, span: Span): Promise<Told[]>;
  /** What was written before transactions were noted, at times of the span in milliseconds. */
  toldBefore(session: Session, span: Span): Promise<Told[]>;
  /** Its first and last time. */
  before(session: Session): Promise<{ first: Date; last: Date } | undefined>;
  /** When the first was written that no span before this transaction has; undefined: everything is told. */
  untold(session: Session, from: bigint): Promise<Date | undefined>;
}
