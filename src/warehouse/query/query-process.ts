// The server's end of the process of the queries: begins it when there is something to ask, asks, and kills it where a query does not
// stop when it is told to. Whatever becomes of the process, each question gets an answer.
import { type ChildProcess, fork } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fail, type Result } from '../../fhir/result.ts';
import type { Plan } from './plan.ts';
import type { FromProcess, ToProcess } from './protocol.ts';
import type { Outcome, Question } from './run.ts';

/** How long a query may go on after it was to stop. */
const stopMs = 2_000;
/** Its memory is given back after so long without a question. */
const restMs = 5 * 60_000;
/** Of JavaScript: what DuckDB takes is bounded by the rooms. */
const heapMegabytes = 384;

const ended = fail(
  'busy',
  'The query was lost: the process that answers queries ended in the middle of it, perhaps for want of memory. Ask for less, or try again',
);
const lostToAnother = fail('busy', 'The query was lost: another one did not stop and was ended by force. Try again');

interface Asked {
  plan: () => Plan;
  key: string;
  question: Question;
  late?: NodeJS.Timeout;
  settle(result: Result<Outcome>): void;
}

export class QueryProcess {
  /** For files of answers, and for what does not fit into memory; removed with the process. */
  readonly #work: string;
  readonly #asked = new Map<number, Asked>();
  #child: ChildProcess | undefined;
  #rest: NodeJS.Timeout | undefined;
  #number = 0;
  #closed = false;

  constructor(work: string) {
    this.#work = work;
    rmSync(work, { recursive: true, force: true });
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  ask(key: string, plan: () => Plan, question: Question, signal?: AbortSignal): Promise<Result<Outcome>> {
    if (this.#closed) return Promise.resolve(fail('busy', 'The server is stopping: try again in a moment'));
    clearTimeout(this.#rest);
    const child = this.#child ?? this.#begin();
    const id = ++this.#number;
    return new Promise((resolve) => {
      const stop = (): void => {
        say(child, { kind: 'stop', id });
        asked.late ??= setTimeout(() => this.#end(child, id, fail('conflict', 'The query was stopped')), stopMs);
      };
      // The process keeps the time itself; this is for one that does not.
      const overdue = setTimeout(
        () =>
          this.#end(child, id, fail('too-costly', `The query took longer than ${question.limits.timeMs / 1000} s and was ended by force`)),
        question.limits.timeMs + stopMs,
      );
      const asked: Asked = {
        plan,
        key,
        question,
        settle: (result) => {
          clearTimeout(overdue);
          clearTimeout(asked.late);
          signal?.removeEventListener('abort', stop);
          this.#asked.delete(id);
          if (this.#asked.size === 0) this.#restLater();
          resolve(result);
        },
      };
      this.#asked.set(id, asked);
      signal?.addEventListener('abort', stop, { once: true });
      say(child, { kind: 'run', id, key, question });
      if (signal?.aborted === true) stop();
    });
  }

  #begin(): ChildProcess {
    const child = fork(fileURLToPath(new URL('./process.js', import.meta.url)), [this.#work], {
      // It needs none of the settings, and none of the secrets among them.
      env: { PATH: process.env['PATH'], TMPDIR: process.env['TMPDIR'], UV_THREADPOOL_SIZE: '8' },
      execArgv: [`--max-old-space-size=${heapMegabytes}`],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (message: FromProcess) => this.#hear(child, message));
    child.on('error', () => this.#gone(child));
    child.once('exit', () => this.#gone(child));
    this.#child = child;
    return child;
  }

  #hear(child: ChildProcess, message: FromProcess): void {
    const asked = this.#asked.get(message.id);
    if (asked === undefined) return;
    if (message.kind === 'done') return asked.settle(message.result);
    say(child, { kind: 'plan', plan: asked.plan() });
    say(child, { kind: 'run', id: message.id, key: asked.key, question: asked.question });
  }

  /** By force; the question that was the reason has its own answer. */
  #end(child: ChildProcess, id: number, why: Result<Outcome>): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    child.kill('SIGKILL');
    this.#asked.get(id)?.settle(why);
    for (const asked of this.#asked.values()) asked.settle(lostToAnother);
  }

  #gone(child: ChildProcess): void {
    if (this.#child !== child) return;
    this.#child = undefined;
    for (const asked of this.#asked.values()) asked.settle(ended);
  }

  #restLater(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#child?.kill('SIGKILL'), restMs);
    this.#rest.unref();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#rest);
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = new Promise<void>((done) => child.once('exit', () => done()));
      child.kill('SIGKILL');
      await gone;
    }
    rmSync(this.#work, { recursive: true, force: true });
  }
}

/** A process that has just ended hears nothing: its 'exit' answers. */
const say = (child: ChildProcess, message: ToProcess): void => {
  if (child.connected) child.send(message, () => {});
};
