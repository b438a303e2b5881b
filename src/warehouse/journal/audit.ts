// The audit trail as a table: one row an access, never changed and never removed. A search that showed several patients says how many;
// which they were is told by GET /audit, whose rows the same people may read (docs/decisions/0006-audit-trail-reading.md).
import { decideTrail } from '../../policy/trail.ts';
import type { StoredAudit } from '../../record/audit.ts';
import { isHashedKey, typeNumber, typeOfNumber } from '../../record/keys.ts';
import type { Journal, Span, Told } from './contract.ts';
import { forWholeSite, numbers } from './reading.ts';
import { journalTable } from './table.ts';

const table = journalTable(
  {
    name: 'audit',
    title: 'Audit trail',
    description: 'Who did what, why and with which outcome: one row an access. For those who may read the audit trail of the whole site.',
  },
  [
    ['id', 'id', 'Key of the row', 'key'],
    ['recorded', 'instant', 'When', 'date'],
    ['account_id', 'id', 'Key of the account', 'key'],
    ['who', 'string', 'Name of the account', 'key'],
    ['role', 'code', 'Role of the account: clinician, nurse, analyst …'],
    ['purpose', 'code', 'Purpose of use: TREAT, HOPERAT, HRESCH …'],
    ['origin', 'string', 'Address that it came from', 'direct'],
    ['action', 'code', 'What was done: read, search, create, warehouse-query …'],
    ['outcome', 'integer', 'As statuses of HTTP: 200 done, 403 refused, 404 not there'],
    ['type', 'code', 'Type of the resource'],
    ['resource_id', 'id', 'Key of the resource', 'key'],
    ['patient_id', 'id', 'Key of the patient, where it was about one', 'key'],
    ['patients', 'integer', 'How many patients were shown or changed'],
    ['query', 'string', 'What was searched for or asked', 'text'],
    ['request', 'string', 'Key of the request', 'key'],
  ],
);

interface Found extends StoredAudit {
  pat: string;
  resource: string | null;
  patient: string | null;
  /** How many patients it concerned, where they were several. */
  seen: number | null;
}

const text = (condition: string): string => `
select a.id, a.pat, a.at, a.account, a.who, a.role, a.purpose, a.origin, a.action, a.outcome, a.type, a.target, a.query, a.request,
  cardinality(a.seen) as seen,
  (select coalesce(r.name, r.id::text) from resource r where r.type = a.type and r.id = a.target limit 1) as resource,
  (select coalesce(r.name, r.id::text) from resource r
    where r.type = ${typeNumber('Patient')} and r.id = coalesce(a.seen[1], a.pat) and r.pat = r.id and coalesce(cardinality(a.seen), 1) = 1) as patient
from audit a where ${condition}`;

const told = ({ id, pat, ...row }: Found): Told => ({
  id,
  pat,
  fresh: true,
  values: [
    id,
    row.at.toISOString(),
    row.account,
    row.who,
    row.role,
    row.purpose,
    row.origin,
    row.action,
    row.outcome,
    row.type === null ? null : typeOfNumber(row.type),
    row.resource ?? (row.target === null || isHashedKey(row.target) ? null : row.target),
    row.patient,
    row.seen ?? (row.patient === null ? 0 : 1),
    row.query,
    row.request,
  ],
});

export const audit: Journal = {
  table,
  lookedUp: ['resource_id', 'patient_id', 'patients'],
  may: (person, purpose) => forWholeSite(person, decideTrail(person, purpose), 'the audit trail'),
  async told(session, span) {
    const { rows } = await session.query<Found>({
      name: 'journal-audit',
      text: text('a.written_by >= $1 and a.written_by < $2'),
      values: numbers(span),
    });
    return rows.map(told);
  },
  async toldBefore(session, { from, to }: Span) {
    const { rows } = await session.query<Found>({
      name: 'journal-audit-before',
      text: text('a.at >= $1 and a.at < $2 and a.written_by = 0'),
      values: [new Date(Number(from)), new Date(Number(to))],
    });
    return rows.map(told);
  },
  async before(session) {
    const { rows } = await session.query<{ first: Date | null; last: Date | null }>({
      text: 'select min(at) as first, max(at) as last from audit where written_by = 0',
    });
    const { first, last } = rows[0]!;
    return first === null || last === null ? undefined : { first, last };
  },
  async untold(session, from) {
    const { rows } = await session.query<{ at: Date | null }>({
      name: 'journal-audit-untold',
      text: 'select min(at) as at from audit where written_by >= $1',
      values: [from.toString()],
    });
    return rows[0]?.at ?? undefined;
  },
};
