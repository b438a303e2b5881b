// One follower: takes the hold, looks, hands over, moves; again and again until it is stopped.
import type { Database } from '../database/contract.ts';
import type { Change, RecordStore } from '../record/contract.ts';
import { FollowerFault, type FollowOptions, type Handle, HoldLost } from './contract.ts';
import { move, noteProblem, release, take } from './cursor.ts';
import { pause, type Wake } from './wake.ts';

export interface FollowerParts {
  database: Database;
  record: Pick<RecordStore, 'changesAmong'>;
  wake: Wake;
  /** Names this process in the table of followers. */
  holder: string;
  settings: FeedSettings;
  /** Told of every failure: by name and kind, without what the changes say. */
  failed(name: string, error: unknown): void;
}

export interface FeedSettings {
  /** A process that was killed is replaced after this long. */
  leaseMs: number;
  /** How often to look where nothing was heard. */
  pollMs: number;
  /** Changes looked through at once where few of them are wanted. */
  span: number;
  retryMs: { first: number; most: number };
  /** While people are waiting for this process, a follower works a quarter of the time, as long as it is not further behind. */
  politeMs: number;
}

export const defaultFeedSettings: FeedSettings = {
  leaseMs: 5_000,
  pollMs: 1_000,
  span: 5_000,
  retryMs: { first: 250, most: 30_000 },
  politeMs: 2_000,
};

const usualBatch = 100;
const restTimes = 3;

export class Follower {
  readonly name: string;
  readonly #parts: FollowerParts;
  readonly #options: FollowOptions;
  readonly #handle: Handle;
  readonly #stop = new AbortController();
  readonly #over: Promise<void>;
  readonly begun: Promise<void>;
  #hasBegun: () => void = () => {};
  /** Undefined: the hold must be taken first. `cursor` may run ahead of what is stored over changes that nobody wants. */
  #place: { cursor: bigint; stored: bigint; storedAtMs: number } | undefined;

  constructor(parts: FollowerParts, name: string, options: FollowOptions, handle: Handle) {
    this.name = name;
    this.#parts = parts;
    this.#options = options;
    this.#handle = handle;
    this.begun = new Promise((done) => {
      this.#hasBegun = done;
    });
    this.#over = this.#run();
  }

  /** The lease was found to be gone. */
  lost(): void {
    this.#place = undefined;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#over;
  }

  async #run(): Promise<void> {
    const { database, holder, settings, failed } = this.#parts;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      try {
        if (this.#place === undefined) await this.#takePlace();
        else await this.#step();
        failures = 0;
      } catch (error) {
        // Where it stands is read again: a commit whose answer was lost may have happened.
        this.#place = undefined;
        this.#hasBegun();
        if (error instanceof HoldLost) continue;
        failed(this.name, error);
        await noteProblem(database, this.name, holder, told(error)).catch(() => {});
        if (error instanceof FollowerFault) break;
        await pause(Math.min(settings.retryMs.first * 2 ** failures++, settings.retryMs.most), this.#stop.signal);
      }
    }
    this.#hasBegun();
    await this.#storePlace().catch(() => {});
    await release(database, this.name, holder).catch(() => {});
  }

  async #takePlace(): Promise<void> {
    const { database, holder, settings } = this.#parts;
    const at = await take(database, this.name, holder, settings.leaseMs, this.#options.from);
    this.#hasBegun();
    if (at === undefined) return pause(settings.pollMs, this.#stop.signal);
    this.#place = { cursor: at, stored: at, storedAtMs: performance.now() };
  }

  /** One look: at the next changes, or at whether there are any. */
  async #step(): Promise<void> {
    const { record, wake, settings } = this.#parts;
    const heard = wake.heard;
    if (this.#place === undefined) return;
    const before = this.#place.cursor;
    const limit = this.#options.batch ?? usualBatch;
    const { watches } = this.#options;
    const types = typeof watches === 'function' ? await watches() : watches;
    const { changes, reached } = await record.changesAmong(before, { span: settings.span, limit }, types);
    if (this.#place === undefined) return;
    if (changes.length > 0) return this.#politely(changes, () => this.#deliver(changes, reached));
    this.#place.cursor = reached;
    if (performance.now() - this.#place.storedAtMs >= settings.pollMs) await this.#storePlace();
    if (reached === before) await wake.next(heard, settings.pollMs, this.#stop.signal);
  }

  /**
   * Those who wait for an answer go first: where the work met a busy event loop, the follower rests three times as long as it
   * worked. What comes in the meantime is taken together, which is cheaper too.
   */
  async #politely(changes: readonly Change[], work: () => Promise<void>): Promise<void> {
    const { politeMs } = this.#parts.settings;
    const started = performance.now();
    const before = performance.eventLoopUtilization();
    await work();
    const behindMs = Date.now() - changes[0]!.at.getTime();
    if (behindMs > politeMs || performance.eventLoopUtilization(before).utilization < 0.7) return;
    await pause(Math.min(restTimes * (performance.now() - started), politeMs - behindMs), this.#stop.signal);
  }

  async #deliver(changes: Change[], reached: bigint): Promise<void> {
    const { database, holder } = this.#parts;
    let moved: bigint | undefined;
    await this.#handle({
      changes,
      reached,
      move: async (session, to = reached) => {
        await move(session, this.name, holder, to);
        moved = to;
      },
    });
    if (moved !== reached) await move(database, this.name, holder, reached);
    this.#place = { cursor: reached, stored: reached, storedAtMs: performance.now() };
  }

  /** Passing by changes that nobody wants is not worth a commit each time: at a kill they are only looked at once more. */
  async #storePlace(): Promise<void> {
    const place = this.#place;
    if (place === undefined || place.cursor === place.stored) return;
    await move(this.#parts.database, this.name, this.#parts.holder, place.cursor);
    place.stored = place.cursor;
    place.storedAtMs = performance.now();
  }
}

/** Messages that somebody here wrote are safe to keep; those of the engine may quote what it stumbled over. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is no error was thrown';
  const ofEngine = ['TypeError', 'SyntaxError', 'RangeError', 'ReferenceError'].includes(error.name);
  const place = (error.stack ?? '').split('\n').find((line) => line.trimStart().startsWith('at '));
  return (ofEngine ? `${error.name} ${place?.trim() ?? ''}` : error.message).slice(0, 500);
}
