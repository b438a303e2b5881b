// Rows that are shown, and the audit row that says to whom. On the primary one statement does both. A replica cannot write: there
// the statement reads only, and what it showed is noted for whoever opened the runner, who commits it on the primary before
// anything is answered (../from-replica.ts, docs/decisions/0011).
import { type AuditRow, auditRows, patientsOf } from '../audit.ts';
import type { Runner } from './lanes.ts';
import { nameOf } from './shapes.ts';

/** Wraps a select of rows (with \`pat\` and \`also\`) so that the same statement writes who saw which patients. Takes \`auditRows.width\` values from \`from\`. \`outcome\`: SQL on the audit row \`a\` and what was found, \`p.pats\` (null: nothing). */
export function audited(hits: string, from: number, order: string, outcome = 'a.outcome'): string {
  return `
with hit as materialized (${hits}),
patients as (select ${patientsOf('hit', 'true')} as pats from hit),
seen as (
  insert into audit (${auditRows.names}, seen)
  select case when cardinality(p.pats) = 1 then p.pats[1] else a.pat end, a.id, a.at, a.account, a.who, a.role, a.purpose, a.origin, a.action, ${outcome},
    a.type, a.target, a.query, a.request, case when cardinality(p.pats) > 1 then p.pats end
  from ${auditRows.source('a', from)}, patients p
)
select * from hit${order}`;
}

export interface Shown {
  /** Select of rows with `pat` and `also`. */
  hits: string;
  values: unknown[];
  /** Of the alias `hit`; what an outer select returns has no order of its own. */
  order: string;
  note: AuditRow;
  /** One text for all values, so that it pays to prepare it. */
  prepared?: boolean;
}

/** The rows; that they were shown is written, or noted where the runner cannot write. */
export async function show<R>(runner: Runner, { hits, values, order, note, prepared }: Shown): Promise<R[]> {
  const ordered = ` order by ${order}`;
  const noting = runner.notes;
  const text = noting === undefined ? audited(hits, values.length + 1, ordered) : `select * from (${hits}) hit${ordered}`;
  const { rows } = await runner.query<R & Concerning>({
    ...(prepared === true ? { name: nameOf(text) } : {}),
    text,
    values: noting === undefined ? [...values, ...auditRows.values([note])] : values,
  });
  noting?.push(concerning(note, rows));
  return rows;
}

interface Concerning {
  pat: string | null;
  also: string[] | null;
}

/** As `patientsOf` (../audit.ts) says it in SQL. */
function concerning(note: AuditRow, rows: readonly Concerning[]): AuditRow {
  const patients = new Set<string>();
  for (const { pat, also } of rows) for (const one of [pat, ...(also ?? [])]) if (one !== null) patients.add(one);
  const seen = [...patients];
  if (seen.length > 1) return { ...note, seen };
  return seen.length === 1 ? { ...note, pat: seen[0]! } : note;
}
