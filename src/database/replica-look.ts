// What is asked of a primary and of the server that should be its hot standby, and whether they fit together. A server that is not
// would answer with another record, or with a past that has branched off.
import type { Statement } from './contract.ts';

export interface Look {
  /** Of the cluster: made at its birth, and copied with it. */
  system: string;
  /** Counts the takeovers in its history (https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-TIMELINES). */
  timeline: number;
  /** The database within the cluster. */
  database: number;
  /** Bytes of the write-ahead log. */
  at: bigint;
}

export interface ReplicaLook extends Omit<Look, 'at'> {
  standby: boolean;
  /** Replayed; null where it is no standby. */
  at: bigint | null;
}

const who = `(select system_identifier::text from pg_control_system()) as system,
  (select timeline_id::int4 from pg_control_checkpoint()) as timeline,
  (select oid::int8 from pg_database where datname = current_database())::float8 as database`;
const bytes = (position: string): string => `(${position} - '0/0'::pg_lsn)::int8 as at`;

/** What can have been sent: a record is sent when it is on disk. */
export const primaryLook: Statement = { text: `select ${who}, ${bytes('pg_current_wal_flush_lsn()')}` };
export const replicaLook: Statement = {
  text: `select ${who}, pg_is_in_recovery() as standby, ${bytes('pg_last_wal_replay_lsn()')}`,
};

/** Why the second is no standby of the first; undefined: it is. */
export function unfitness(primary: Look, replica: ReplicaLook): string | undefined {
  if (replica.system !== primary.system) return 'it is not a copy of the database that DATABASE_URL names';
  if (replica.database !== primary.database) return 'it is another database of the same server: name the one that DATABASE_URL names';
  if (!replica.standby) return 'it is no standby, or was made a primary: what it holds is no longer what the primary holds';
  // It notes a takeover at its next restart point, some minutes later.
  if (replica.timeline !== primary.timeline) return 'it has not yet followed the primary through a takeover';
  return undefined;
}
