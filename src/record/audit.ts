// The audit trail: one row for every access, refused ones too, written by the statement that does the access.
// What a row says follows IHE ATNA and FHIR AuditEvent: who, in which role, why, from where, what, whom it concerned, outcome.
import type { Statement } from '../database/contract.ts';
import type { ResourceType } from '../fhir/generated/types.ts';
import type { Caller } from './contract.ts';
import { typeNumber } from './keys.ts';
import { type Column, RowSet } from './row-set.ts';
import { uuid7 } from './uuid7.ts';

export interface AuditRow {
  id: string;
  at: Date;
  caller: Caller;
  action: string;
  /** HTTP-like status of the outcome: 200 done, 403 refused, 404 not there, 409 and 412 conflict. */
  outcome: number;
  type: ResourceType | null;
  target: string | null;
  /** The patient concerned; the account itself where nobody is. */
  pat: string;
  /** All of them, where there are several. */
  seen: string[] | null;
  query: string | null;
}

export const auditRow = (
  caller: Caller,
  at: Date,
  action: string,
  about: { type?: ResourceType; target?: string; pat?: string; seen?: string[]; query?: string; outcome: number },
): AuditRow => ({
  id: uuid7(),
  at,
  caller,
  action,
  outcome: about.outcome,
  type: about.type ?? null,
  target: about.target ?? null,
  pat: about.pat ?? caller.person.id,
  seen: about.seen ?? null,
  query: about.query?.slice(0, 2000) ?? null,
});

/** A row as it is read back, by whoever selects these columns. */
export interface StoredAudit {
  id: string;
  at: Date;
  account: string;
  who: string;
  role: string;
  purpose: string;
  origin: string;
  action: string;
  outcome: number;
  type: number | null;
  target: string | null;
  query: string | null;
  request: string;
}

const columns: Column<AuditRow>[] = [
  { name: 'pat', type: 'uuid', of: (row) => row.pat },
  { name: 'id', type: 'uuid', of: (row) => row.id },
  { name: 'at', type: 'timestamptz', of: (row) => row.at },
  { name: 'account', type: 'uuid', of: (row) => row.caller.person.id },
  { name: 'who', type: 'text', of: (row) => row.caller.person.name },
  { name: 'role', type: 'text', of: (row) => row.caller.person.role },
  { name: 'purpose', type: 'text', of: (row) => row.caller.purpose },
  { name: 'origin', type: 'text', of: (row) => row.caller.from },
  { name: 'action', type: 'text', of: (row) => row.action },
  { name: 'outcome', type: 'int2', of: (row) => row.outcome },
  { name: 'type', type: 'int2', of: (row) => (row.type === null ? null : typeNumber(row.type)) },
  { name: 'target', type: 'uuid', of: (row) => row.target },
  { name: 'query', type: 'text', of: (row) => row.query },
  { name: 'request', type: 'text', of: (row) => row.caller.request },
];

/** For statements that find out themselves whom they showed. */
export const auditRows = new RowSet<AuditRow>(columns);
const notes = new RowSet<AuditRow>([...columns, { name: 'seen', type: 'uuid[]', of: (row) => row.seen }]);

/**
 * The patients whom hits concern, as an aggregate over the columns `pat` and `also`; `hits` is asked again, for `where`, only
 * where one of them concerns several.
 */
export const patientsOf = (hits: string, where: string): string => `
  case when bool_or(also is not null)
    then (select array_agg(distinct one) from (select pat from ${hits} where ${where} union select unnest(also) from ${hits} where ${where}) s(one) where one is not null)
    else array_agg(distinct pat) filter (where pat is not null) end`;

const insertText = `insert into audit (${notes.names}) select ${notes.select('a')} from ${notes.source('a', 1)}`;

/** Audit rows alone: of writes, and of what was refused before it reached the record. */
export const auditInsert = (rows: readonly AuditRow[]): Statement => ({ name: 'audit', text: insertText, values: notes.values(rows) });
