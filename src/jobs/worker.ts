// Does jobs in this process: takes what is due, renews the lease while it works, and puts the end down.
import { randomUUID } from 'node:crypto';
import type { Database } from '../database/contract.ts';
import { fail, ok } from '../fhir/result.ts';
import type { Job, JobKind, RunningJob } from './contract.ts';
import type { JobSettings } from './jobs.ts';
import { finish, giveBack, keep, renew, take } from './lease.ts';
import { type JobRow, jobOf } from './rows.ts';

interface Hold {
  kind: JobKind;
  stop: AbortController;
  over: Promise<void>;
}

const usualKeepHours = 720;
const tidyEveryMs = 600_000;

export class Worker {
  readonly #database: Database;
  readonly #settings: JobSettings;
  /** Names this process. */
  readonly #holder = randomUUID();
  readonly #kinds = new Map<string, JobKind>();
  readonly #holds = new Map<string, Hold>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #again = false;
  #closed = false;
  #tidiedAtMs = Number.NEGATIVE_INFINITY;

  constructor(database: Database, settings: JobSettings) {
    this.#database = database;
    this.#settings = settings;
  }

  offer(kinds: readonly JobKind[]): void {
    for (const kind of kinds) this.#kinds.set(kind.name, kind);
    if (this.#timer === undefined) {
      this.#timer = setInterval(() => this.look(), this.#settings.pollMs);
      this.#timer.unref();
    }
    this.look();
  }

  /** Looks for work now; once more where it is looking already. */
  look(): void {
    if (this.#closed || this.#kinds.size === 0) return;
    if (this.#looking !== undefined) {
      this.#again = true;
      return;
    }
    this.#looking = this.#lookAround()
      .catch((error: unknown) => this.#settings.failed('looking for work', error))
      .finally(() => {
        this.#looking = undefined;
        if (this.#again) {
          this.#again = false;
          this.look();
        }
      });
  }

  /** Stops it where it runs here, otherwise cleans up; a worker elsewhere notices when it renews its lease. */
  async cancelled(job: Job): Promise<void> {
    const hold = this.#holds.get(job.id);
    if (hold !== undefined) {
      hold.stop.abort();
      await hold.over;
      return;
    }
    const { rows } = await this.#database.query({ text: 'select 1 from job where id = $1 and lease > now()', values: [job.id] });
    if (rows.length === 0) await this.#kinds.get(job.kind)?.clean?.(job);
  }

  async forget(job: Job): Promise<void> {
    await this.#kinds.get(job.kind)?.clean?.(job);
    await this.#database.query({
      text: `delete from job where id = $1 and state in ('done', 'failed', 'cancelled')`,
      values: [job.id],
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#looking;
    const holds = [...this.#holds.values()];
    for (const { stop } of holds) stop.abort();
    await Promise.all(holds.map(({ over }) => over));
  }

  async #lookAround(): Promise<void> {
    await this.#renewAll();
    if (performance.now() - this.#tidiedAtMs > tidyEveryMs) {
      this.#tidiedAtMs = performance.now();
      await this.#tidy();
    }
    for (;;) {
      const free = [...this.#kinds.values()].filter((kind) => this.#count(kind) < (kind.together ?? 1)).map(({ name }) => name);
      if (free.length === 0 || this.#closed) return;
      const row = await take(this.#database, free, this.#holder, this.#settings.leaseMs);
      if (row === undefined) return;
      const kind = this.#kinds.get(row.kind)!;
      const stop = new AbortController();
      const over = this.#run(kind, row, stop).finally(() => {
        this.#holds.delete(row.id);
        this.look();
      });
      this.#holds.set(row.id, { kind, stop, over });
    }
  }

  #count(kind: JobKind): number {
    let count = 0;
    for (const hold of this.#holds.values()) if (hold.kind === kind) count++;
    return count;
  }

  async #renewAll(): Promise<void> {
    for (const [id, { stop }] of this.#holds) {
      if (!(await renew(this.#database, id, this.#holder, this.#settings.leaseMs))) stop.abort();
    }
  }

  /** Forgets what ended long ago. */
  async #tidy(): Promise<void> {
    for (const { name, keepHours = usualKeepHours } of this.#kinds.values()) {
      const { rows } = await this.#database.query<JobRow>({
        text: `select * from job where kind = $1 and ended < now() - $2 * interval '1 hour' limit 1000`,
        values: [name, keepHours],
      });
      for (const row of rows) await this.forget(jobOf(row));
    }
  }

  async #run(kind: JobKind, row: JobRow, stop: AbortController): Promise<void> {
    const database = this.#database;
    const { attempts, retryMs, failed } = this.#settings;
    let { failures } = row;
    const job: RunningJob = {
      ...jobOf(row),
      signal: stop.signal,
      save: async (checkpoint, progress, session = database) => {
        const errors = await keep(session, row.id, this.#holder, checkpoint, progress);
        if (errors !== undefined) {
          failures = errors;
          return ok(undefined);
        }
        stop.abort();
        return fail('conflict', 'The job was cancelled, or another process has taken it over');
      },
    };
    try {
      const ended = await kind.run(job);
      if (stop.signal.aborted) await this.#stopped(kind, job);
      else await finish(database, row.id, this.#holder, ended.ok ? { result: ended.value } : { problem: ended.problem });
    } catch (error) {
      if (stop.signal.aborted) return this.#stopped(kind, job).catch((late: unknown) => failed(kind.name, late));
      failed(kind.name, error);
      const giveUp = failures + 1 >= attempts;
      const { problem } = fail(
        'busy',
        `The work failed ${failures + 1} times in a row and was given up: the log of the server names the error`,
      );
      const put = giveUp
        ? finish(database, row.id, this.#holder, { problem })
        : giveBack(database, row.id, this.#holder, Math.min(retryMs.first * 2 ** failures, retryMs.most), true);
      // Where even that cannot be written, the lease runs out and somebody tries again.
      await put.catch((late: unknown) => failed(kind.name, late));
    }
  }

  /** After its signal: given back where the program ends, cleaned up where it was cancelled, left alone where another has it. */
  async #stopped(kind: JobKind, job: Job): Promise<void> {
    await giveBack(this.#database, job.id, this.#holder, 0, false);
    const { rowCount } = await this.#database.query({
      text: `update job set holder = null, lease = null where id = $1 and holder = $2 and state = 'cancelled'`,
      values: [job.id, this.#holder],
    });
    if (rowCount === 1) await kind.clean?.(job);
  }
}
