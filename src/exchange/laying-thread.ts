// What is received is told in FHIR and laid into the record by a thread of its own, beside whoever asks this process something: a
// laboratory's results of a thousand lines then hold nobody up, and another core does the work. The thread is as good as another
// process on the same database: what it does commits while this process holds the channel, so it may end at any moment and begin again.
import { availableParallelism } from 'node:os';
import { Worker as Thread } from 'node:worker_threads';
import type { Connection } from '../database/contract.ts';
import { fail, type Result } from '../fhir/result.ts';
import type { ReadAudit } from '../record/promptly.ts';
import type { Declared } from './channels.ts';
import type { LaidBy, Laying, LayingHeard } from './laying.ts';
import type { Holders } from './queue.ts';
import type { ToTry } from './trying.ts';

/** What the thread is given to begin with: it makes everything else itself. */
export interface ThreadPlan {
  connection: Connection;
  statementTimeoutMs: number;
  declared: readonly Declared[];
  timeZone: string;
  holders: Holders;
  readAudit: ReadAudit;
}

export type ToThread =
  | { kind: 'wake' }
  | { kind: 'idle'; number: number }
  | { kind: 'channels'; number: number; declared: readonly Declared[] }
  | { kind: 'try'; number: number; wish: ToTry }
  | { kind: 'close' };
export type FromThread =
  | { kind: 'begun' }
  | { kind: 'failed'; channel: string; error: string }
  | { kind: 'passed-on' }
  | { kind: 'settled'; ids: readonly string[] }
  | { kind: 'idle'; number: number }
  | { kind: 'channels'; number: number }
  | { kind: 'tried'; number: number; result: Result<string> };

const beginAgainMs = 2_000;
/** Messages that are tried at once: what is laid waits meanwhile. */
const triesMax = 4;
/** Most of what a message is made of is gone with its batch: a roomy nursery copies little of it. */
const nurseryMb = 96;

const endedEarly = fail('busy', 'What reads messages ended and begins again: try again in a moment');

export interface OtherThread {
  layBy(heard: LayingHeard): Laying;
  /** Resolves when it works, or has failed to begin and will try again. */
  begun: Promise<void>;
}

/** Absent where it would win nothing: on one core, and where the sources run as they are written. */
export function layingThread(plan: ThreadPlan): OtherThread | undefined {
  if (availableParallelism() === 1 || !import.meta.url.endsWith('.js')) return undefined;
  let works = (): void => {};
  const begun = new Promise<void>((done) => {
    works = done;
  });
  return { layBy: (heard) => new LayingThread(plan, heard, works), begun };
}

class LayingThread implements Laying {
  #plan: ThreadPlan;
  readonly #heard: LayingHeard;
  readonly #works: () => void;
  readonly #idle = new Map<number, () => void>();
  /** Waits for channels that were changed. */
  readonly #changed = new Map<number, () => void>();
  /** Waits for what messages would do. */
  readonly #tried = new Map<number, (result: Result<string>) => void>();
  #asked = 0;
  #thread: Thread;
  #ended: Promise<void>;
  #again: NodeJS.Timeout | undefined;
  #closed = false;
  /** It hears what it is told. */
  #lives = true;

  constructor(plan: ThreadPlan, heard: LayingHeard, works: () => void) {
    this.#plan = plan;
    this.#heard = heard;
    this.#works = works;
    [this.#thread, this.#ended] = this.#begin();
  }

  #begin(): [Thread, Promise<void>] {
    const thread = new Thread(new URL('./thread.js', import.meta.url), {
      workerData: this.#plan,
      resourceLimits: { maxYoungGenerationSizeMb: nurseryMb },
    });
    thread.on('message', (message: FromThread) => this.#hear(message));
    thread.on('error', (error) => this.#heard.failed('', error));
    const ended = new Promise<void>((done) => {
      thread.once('exit', () => {
        done();
        this.#works();
        this.#lives = false;
        // Not asked of the next one: it may have ended of it.
        this.#giveUpTries();
        if (this.#closed) return;
        this.#again = setTimeout(() => {
          [this.#thread, this.#ended] = this.#begin();
          this.#lives = true;
          // Who waits asks the new one.
          for (const number of this.#idle.keys()) this.#say({ kind: 'idle', number });
        }, beginAgainMs);
      });
    });
    return [thread, ended];
  }

  #hear(message: FromThread): void {
    switch (message.kind) {
      case 'begun':
        // One that began again did so with the channels of now.
        for (const done of this.#changed.values()) done();
        this.#changed.clear();
        return this.#works();
      case 'channels':
        this.#changed.get(message.number)?.();
        this.#changed.delete(message.number);
        return;
      case 'failed':
        return this.#heard.failed(message.channel, Object.assign(new Error('the thread that lays messages'), { name: message.error }));
      case 'passed-on':
        return this.#heard.passedOn();
      case 'settled':
        return this.#heard.settled(message.ids);
      case 'idle':
        this.#idle.get(message.number)?.();
        this.#idle.delete(message.number);
        return;
      case 'tried':
        this.#tried.get(message.number)?.(message.result);
        this.#tried.delete(message.number);
        return;
    }
  }

  #giveUpTries(): void {
    for (const answer of this.#tried.values()) answer(endedEarly);
    this.#tried.clear();
  }

  #say(message: ToThread): void {
    this.#thread.postMessage(message);
  }

  wake(): void {
    this.#say({ kind: 'wake' });
  }

  idle(): Promise<void> {
    return new Promise((done) => {
      const number = ++this.#asked;
      this.#idle.set(number, done);
      this.#say({ kind: 'idle', number });
    });
  }

  change({ declared }: LaidBy): Promise<void> {
    this.#plan = { ...this.#plan, declared };
    return new Promise((done) => {
      const number = ++this.#asked;
      this.#changed.set(number, done);
      this.#say({ kind: 'channels', number, declared });
    });
  }

  try(wish: ToTry): Promise<Result<string>> {
    if (!this.#lives) return Promise.resolve(endedEarly);
    if (this.#tried.size >= triesMax) return Promise.resolve(fail('busy', 'Many messages are being tried: try again in a moment'));
    return new Promise((done) => {
      const number = ++this.#asked;
      this.#tried.set(number, done);
      this.#say({ kind: 'try', number, wish });
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#again);
    this.#say({ kind: 'close' });
    await this.#ended;
    for (const done of [...this.#idle.values(), ...this.#changed.values()]) done();
  }
}
