// The jobs of a database: asked for, listed, cancelled, and done by this process where it offers to.
import { randomUUID } from 'node:crypto';
import type { Database } from '../database/contract.ts';
import type { Json } from '../fhir/json.ts';
import type { Job, JobKind, Jobs } from './contract.ts';
import { type JobRow, jobColumns, jobOf, textOf } from './rows.ts';
import { Worker } from './worker.ts';

export interface JobSettings {
  /** A worker that was killed is replaced after this long. */
  leaseMs: number;
  /** How often to look for what other processes were asked, and whether a job was cancelled there. */
  pollMs: number;
  retryMs: { first: number; most: number };
  /** Errors in a row, without progress, before a job is given up. */
  attempts: number;
  /** Told of every thrown error, by kind of job. */
  failed(kind: string, error: unknown): void;
}

export const defaultJobSettings: JobSettings = {
  leaseMs: 15_000,
  pollMs: 2_000,
  retryMs: { first: 1_000, most: 300_000 },
  attempts: 10,
  failed: () => {},
};

export function openJobs(database: Database, settings: Partial<JobSettings> = {}): Jobs {
  const worker = new Worker(database, { ...defaultJobSettings, ...settings });

  async function one(text: string, values: unknown[]): Promise<Job | undefined> {
    const { rows } = await database.query<JobRow>({ text, values });
    return rows[0] && jobOf(rows[0]);
  }

  const get = (id: string): Promise<Job | undefined> =>
    isUuid(id) ? one(`select ${jobColumns} from job where id = $1`, [id]) : Promise.resolve(undefined);

  return {
    async ask(kind: string, wish: Json, by: string, options = {}): Promise<Job> {
      for (;;) {
        const made = await one(
          `insert into job (id, kind, account, wish, single) values ($1, $2, $3, $4, $5)
on conflict (kind) where single and state in ('waiting', 'running') do nothing returning ${jobColumns}`,
          [randomUUID(), kind, by, textOf(wish), options.only === true],
        );
        if (made !== undefined) {
          worker.look();
          return made;
        }
        const there = await one(`select ${jobColumns} from job where kind = $1 and single and state in ('waiting', 'running')`, [kind]);
        // It may have ended between the two: then there is room for a new one.
        if (there !== undefined) return there;
      }
    },
    get,
    async list(kind) {
      const { rows } = await database.query<JobRow>({
        text: `select ${jobColumns} from job where $1::text is null or kind = $1 order by asked desc limit 1000`,
        values: [kind ?? null],
      });
      return rows.map(jobOf);
    },
    async cancel(id) {
      if (!isUuid(id)) return false;
      // The holder stays until it has noticed and cleaned up; a job that nobody works on has none.
      const cancelled = await one(
        `update job set state = 'cancelled', ended = now() where id = $1 and state in ('waiting', 'running') returning ${jobColumns}`,
        [id],
      );
      if (cancelled === undefined) return false;
      await worker.cancelled(cancelled);
      return true;
    },
    async forget(id) {
      const job = await get(id);
      if (job === undefined || job.state === 'waiting' || job.state === 'running') return;
      await worker.forget(job);
    },
    work: (kinds: readonly JobKind[]) => worker.offer(kinds),
    close: () => worker.close(),
  };
}

const isUuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
