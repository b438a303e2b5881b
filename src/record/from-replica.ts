// What may be read from a replica, and how nothing that was read there leaves before its audit row is committed on the primary
// (docs/decisions/0011-read-replicas.md).
import type { Session } from '../database/contract.ts';
import { type Replica, ReplicaFailed } from '../database/replica.ts';
import type { Result } from '../fhir/result.ts';
import type { Role } from '../policy/contract.ts';
import { type AuditRow, auditInsert } from './audit.ts';
import { show } from './search/audited.ts';
import type { SearchRunner } from './search/search.ts';

/**
 * Those who ask about populations and neither treat nor write: an answer that is some seconds old is as good to them. To everybody
 * else a chart must hold what was acknowledged a moment ago.
 */
export const readsFromReplica: readonly Role[] = ['analyst'];

/** A runner of searches on the replica. What it shows is in `notes`. */
export function replicaRunner(replica: Session): SearchRunner & { notes: AuditRow[] } {
  const runner: SearchRunner & { notes: AuditRow[] } = {
    notes: [],
    query: (statement) => replica.query(statement),
    // Alone: the few who search here do not come in crowds.
    ask({ hits, values, types, order, audit }) {
      const columns = types.map((type, i) => `$${i + 1}::${type} as p${i + 1}`);
      const alone = `select h.* from (select ${columns.join(', ')}) q cross join lateral (${hits}) h`;
      return show(runner, { hits: alone, values, order, note: audit });
    },
  };
  return runner;
}

/** `work` on the replica where it may be asked, otherwise, and where the replica fails in it, `otherwise`. */
export async function fromReplica<T>(
  replica: Replica | undefined,
  primary: Session,
  work: (runner: SearchRunner) => Promise<Result<T>>,
  otherwise: () => Promise<Result<T>>,
): Promise<Result<T>> {
  if (replica?.usable() !== true) return otherwise();
  const runner = replicaRunner(replica);
  let answer: Result<T>;
  try {
    answer = await work(runner);
  } catch (error) {
    // What it showed until then nobody has seen.
    if (error instanceof ReplicaFailed) return otherwise();
    throw error;
  }
  if (runner.notes.length > 0) await primary.query(auditInsert(runner.notes));
  else if (answer.ok) throw new Error('an answer from the replica that no audit row tells of');
  return answer;
}
