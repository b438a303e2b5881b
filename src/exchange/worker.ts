// Takes what waits, tells it in FHIR and lays it into the record: many messages in one transaction while all goes well, one by one
// where something does not, so that one message's fault is never another's.
import type { Database, Session } from '../database/contract.ts';
import type { Result } from '../fhir/result.ts';
import type { Translation } from '../formats/contract.ts';
import { namedUuid } from '../methods/named-uuid.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { slices } from '../record/slices.ts';
import type { Channel } from './channel.ts';
import type { From, Told as ToLay } from './ground.ts';
import { carryOut } from './instruct.ts';
import { Batch } from './lay-down.ts';
import type { LaidBy, Laying, LayingHeard } from './laying.ts';
import { Memory } from './memory.ts';
import { tieOf } from './merge.ts';
import { ChannelLost, type Queue, type Work, WorkGone } from './queue.ts';
import { atRest, type Outcome, resultStatements } from './results.ts';
import { readBy } from './translate.ts';
import { type ToTry, tried } from './trying.ts';

export interface WorkerTools extends LayingHeard {
  database: Database;
  record: RecordStore;
  queue: Queue;
  /** Inbound channels by name. */
  channels: ReadonlyMap<string, Channel>;
  now(): Date;
  works: boolean;
  /** How long a channel is worked while others wait; absent: a second. */
  turnMs?: number | undefined;
}

const mostTogether = 200;
/** One message of a monitor may say a thousand things: what is done together must end while the channel is held. */
const bytesTogether = 300_000;
const pauses = [1, 2, 5, 15, 60, 300];
const tiesMax = 5;
const usualTurnMs = 1_000;

interface Told {
  work: Work;
  translation: Translation;
  mended: Uint8Array;
}

/** A batch of messages, and the channel as it reads them. */
interface Taken {
  channel: Channel;
  work: readonly Work[];
}

/** Those of a batch that are to be laid down, and those that were ended by reading them. */
interface TellingOfBatch extends Taken {
  told: readonly Told[];
  outcomes: Outcome[];
}

/**
 * A batch laid over what stood, or will stand when the one before it is written. What was told is not kept for it: it is told again
 * where it must be laid again, which is seldom.
 */
interface Prepared {
  batch: Batch;
  outcomes: Outcome[];
  /** Those that were laid. */
  laid: readonly Work[];
}

/** How a batch ended; `otherwise`: written, but not as it was laid first; `anew`: nothing was written, a message of it is gone. */
type Ending = 'as laid' | 'otherwise' | 'anew' | 'given up';

const movesOthers = ({ told }: TellingOfBatch): boolean => told.some(({ translation }) => translation.instructions.length > 0);

/** Who the record hears from where a channel writes. */
export const channelCaller = (name: string): Caller => ({
  person: { id: namedUuid('channel', name), name: `channel:${name}`, role: 'system' },
  purpose: 'TREAT',
  from: `channel:${name}`,
  request: `channel:${name}`,
});

export class Worker implements Laying {
  readonly #tools: WorkerTools;
  #channels: ReadonlyMap<string, Channel>;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  /** While it is being laid: what is read ahead can wait, and is read while PostgreSQL works. */
  #laying: Promise<void> | undefined;
  readonly #timer: NodeJS.Timeout;

  constructor(tools: WorkerTools) {
    this.#tools = tools;
    this.#channels = tools.channels;
    // What another process received, and what is to be tried again.
    this.#timer = setInterval(() => this.wake(), 500);
    this.#timer.unref();
  }

  wake(): void {
    this.#again = true;
    if (this.#running !== undefined || this.#closed || !this.#tools.works) return;
    this.#running = this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async idle(): Promise<void> {
    do {
      this.wake();
      await this.#running;
    } while (!this.#closed && this.#tools.works && (await this.#due()).length > 0);
  }

  async change({ inbound }: LaidBy): Promise<void> {
    this.#channels = inbound;
    this.wake();
  }

  try(wish: ToTry): Promise<Result<string>> {
    return tried({ ...this.#tools, channels: this.#channels }, wish);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        const { queue } = this.#tools;
        for (const name of await this.#due()) if (await queue.hold(name)) await queue.holding(name, () => this.#drain(name));
      } catch (error) {
        if (!this.#closed) this.#tools.failed('', error);
        return;
      }
    }
  }

  #due(): Promise<string[]> {
    return this.#tools.queue.due([...this.#channels.keys()]);
  }

  /**
   * Three batches at a time: one is on its way to the disk, the next is laid over what that one leaves, the third is told in FHIR.
   * So PostgreSQL and this process work at the same time.
   */
  async #drain(name: string): Promise<void> {
    const memory = new Memory();
    let ahead: Promise<TellingOfBatch | undefined> | undefined;
    let under: Promise<Ending> | undefined;
    /** What is on its way to the disk is in the memory, so that the next may be laid over it. */
    let remembered = false;
    let turnEnds = performance.now() + (this.#tools.turnMs ?? usualTurnMs);
    const ended = async (): Promise<Ending> => {
      const ending = (await under) ?? 'as laid';
      under = undefined;
      if (ending !== 'as laid') memory.forget();
      return ending;
    };
    try {
      for (;;) {
        if (this.#closed) return;
        // What stands before all others is only known when nothing is on its way.
        const first = ahead === undefined;
        if (first && (await ended()) === 'given up') return;
        const batch = await (ahead ?? this.#take(name, undefined));
        ahead = undefined;
        // Its file is gone: what waits stays.
        if (batch === undefined) return;
        // What was read by rules that hold no more is read again.
        if (batch.channel !== this.#channels.get(name)) continue;
        if (batch.work.length === 0) {
          if (first) return;
          // What came meanwhile, and what stood before.
          continue;
        }
        // A file of a million rows has others wait for a second, not for a quarter of an hour.
        const over = performance.now() > turnEnds && (await this.#due()).some((other) => other !== name);
        if (!over) {
          ahead = this.#take(name, batch.work.at(-1)?.id);
          // Awaited below, or given up with what failed before it.
          ahead.catch(() => {});
        }
        const mayOverlap = under !== undefined && remembered && !movesOthers(batch);
        // Where that fails it is done once more, with nothing before it.
        const early = mayOverlap ? await this.#prepare(batch, { memory }).catch(() => undefined) : undefined;
        const before = await ended();
        if (before === 'given up') return;
        if (before === 'anew') {
          ahead = undefined;
          continue;
        }
        let prepared = before === 'as laid' ? early : undefined;
        remembered = !movesOthers(batch);
        if (remembered && prepared === undefined)
          try {
            prepared = await this.#prepare(batch, { memory });
          } catch (error) {
            await this.#giveUp(batch, error);
            return;
          }
        under = this.#commit(batch, prepared);
        under.catch(() => {});
        if (over) {
          this.#again = true;
          return;
        }
        if (performance.now() > turnEnds) turnEnds = performance.now() + (this.#tools.turnMs ?? usualTurnMs);
      }
    } finally {
      await under;
    }
  }

  #commit(batch: TellingOfBatch, prepared: Prepared | undefined): Promise<Ending> {
    const { channel, work } = batch;
    const ending = prepared === undefined ? this.#layAgain(batch) : this.#together({ channel, work }, prepared);
    return ending.catch((error: unknown) => {
      if (error instanceof ChannelLost) return 'given up';
      if (error instanceof WorkGone) return 'anew';
      return this.#giveUp({ channel, work }, error);
    });
  }

  /** Nobody's fault that could be named: the first waits, and with it what stands behind it in its lane. */
  async #giveUp({ channel, work: [first] }: Taken, error: unknown): Promise<Ending> {
    this.#tools.failed(channel.name, error);
    if (first === undefined) return 'given up';
    const reason = 'The record could not be written; it will be tried again by itself. Look at the log of the server for the cause';
    await this.#tools.queue.later(first.id, pauses[Math.min(first.tries, pauses.length - 1)] ?? 300, reason);
    return 'given up';
  }

  /** The next that are due, behind one where that is named, as the channel reads them now; undefined: it is not there. */
  async #take(name: string, behind: string | undefined): Promise<TellingOfBatch | undefined> {
    const work = firstOf(await this.#tools.queue.next(name, mostTogether, behind));
    // Looked up behind the queue: what came after the channel was changed is never read by the rules before.
    const channel = this.#channels.get(name);
    return channel === undefined ? undefined : this.#read(channel, work);
  }

  async #read(channel: Channel, work: readonly Work[]): Promise<TellingOfBatch> {
    const rest = slices();
    const told: Told[] = [];
    const outcomes: Outcome[] = [];
    for (const one of work) {
      const reading = await readBy(channel, one, rest);
      if (!reading.ok) outcomes.push({ work: one, state: 'failed', problem: reading.problem });
      else if (reading.value.kind === 'left-out') {
        const message = `Left out by the filter of the channel ${channel.name}: ${reading.value.why}`;
        outcomes.push({ work: one, state: 'dropped', problem: { kind: 'invalid', message } });
      } else {
        const { mended, translation } = reading.value;
        if (translation === undefined) outcomes.push({ work: one, state: 'done', mended });
        else told.push({ work: one, translation, mended });
      }
      const pause = rest();
      if (pause !== undefined) await pause;
      await this.#laying;
    }
    return { channel, work, told, outcomes };
  }

  /** Writes it as it was laid; where that cannot be, lays it again, and at last one message by one. */
  async #together(taken: Taken, prepared: Prepared): Promise<Ending> {
    const { channel, work } = taken;
    let laid = prepared;
    for (let tie = 1; ; tie++) {
      const done = await this.#write(channel, laid);
      if (done.ok) return laid === prepared ? 'as laid' : 'otherwise';
      const { problem } = done;
      if (problem.kind === 'precondition' && tie < tiesMax) laid = await this.#prepare(await this.#read(channel, work), { thorough: true });
      else if (laid.laid.length > 1) return this.#oneByOne(await this.#read(channel, work));
      else {
        const [only] = laid.laid;
        if (only === undefined || problem.kind === 'precondition' || problem.kind === 'busy') throw new Error(problem.message);
        const outcomes = laid.outcomes.map(
          (one): Outcome =>
            one.work !== only ? one : { work: only, state: 'failed', problem, ...(one.ledger === undefined ? {} : { ledger: one.ledger }) },
        );
        await this.#finish(channel, outcomes);
        return 'otherwise';
      }
    }
  }

  /** What moves others' resources is done by itself: what comes after it must see what it did. */
  async #layAgain(batch: TellingOfBatch): Promise<Ending> {
    if (batch.told.length > 1 && movesOthers(batch)) return this.#oneByOne(batch);
    await this.#together(batch, await this.#prepare(batch));
    return 'otherwise';
  }

  async #oneByOne({ channel, told, outcomes }: TellingOfBatch): Promise<Ending> {
    if (outcomes.length > 0) await this.#finish(channel, outcomes);
    for (const one of told) await this.#layAgain({ channel, work: [one.work], told: [one], outcomes: [] });
    return 'otherwise';
  }

  /** Laid over what the record holds, or over what those before it leave, where `memory` has that. */
  async #prepare({ channel, told, outcomes: before }: TellingOfBatch, from: From = {}): Promise<Prepared> {
    const caller = channelCaller(channel.name);
    const all = told.map(({ work, translation }) => ({
      translation,
      caller,
      sender: work.sender,
      moment: { at: (translation.asOf ?? work.received).getTime(), tie: tieOf(work.control, work.digest.toString('hex')) },
    }));
    const batch = new Batch(this.#tools.database, this.#tools.record, from);
    await batch.gather(all);
    const outcomes = [...before];
    await this.#first(() => this.#layAll(batch, all, told, outcomes));
    const { memory } = from;
    if (memory !== undefined) {
      const bytes = told.reduce((sum, { work }) => sum + work.raw.length, 0);
      batch.leave(memory, bytes);
    }
    return { batch, outcomes, laid: told.map(({ work }) => work) };
  }

  async #write(channel: Channel, { batch, outcomes }: Prepared): Promise<Result<void>> {
    const caller = channelCaller(channel.name);
    await batch.doubt(caller, this.#tools.now());
    const done = await batch.commit(caller, async (session, versions) => {
      await this.#conclude(session, channel, outcomes, versions);
    });
    if (done.ok) this.#tell(channel, outcomes);
    return done;
  }

  /** Nothing is read ahead meanwhile. */
  async #first(work: () => Promise<void>): Promise<void> {
    let over = (): void => {};
    this.#laying = new Promise((done) => {
      over = done;
    });
    try {
      await work();
    } finally {
      this.#laying = undefined;
      over();
    }
  }

  async #layAll(batch: Batch, all: readonly ToLay[], told: readonly Told[], outcomes: Outcome[]): Promise<void> {
    const rest = slices();
    for (const [index, one] of all.entries()) {
      const { work, mended } = told[index]!;
      const { caller } = one;
      const laid = await batch.lay(one);
      if (laid.ok) {
        for (const instruction of one.translation.instructions)
          for (const touched of await carryOut(batch, instruction, { caller, moment: one.moment, sender: work.sender })) {
            if (!laid.value.resources.includes(touched)) laid.value.resources.push(touched);
            laid.value.inPassing.delete(touched);
            if (touched.startsWith('Patient/') && !laid.value.patients.includes(touched)) laid.value.patients.push(touched);
          }
        const { ledger, ...made } = laid.value;
        outcomes.push({ work, state: 'done', laid: made, ledger: atRest(ledger), mended });
      } else outcomes.push({ work, state: 'failed', problem: laid.problem, ledger: atRest(one.translation.ledger) });
      const pause = rest();
      if (pause !== undefined) await pause;
    }
  }

  /** Only outcomes, no resources. */
  async #finish(channel: Channel, outcomes: readonly Outcome[]): Promise<void> {
    await this.#tools.database.transaction(async (session) => {
      await this.#conclude(session, channel, outcomes, new Map());
    });
    this.#tell(channel, outcomes);
  }

  /** What became of them. Not awaited: PostgreSQL works on it while the writes are planned, and the commit fails where one of it did. */
  async #conclude(session: Session, channel: Channel, outcomes: readonly Outcome[], versions: ReadonlyMap<string, number>): Promise<void> {
    const ids = outcomes.map(({ work }) => work.id);
    await Promise.all([this.#tools.queue.mustHold(session, channel.name), this.#tools.queue.mustWait(session, ids)]);
    for (const statement of resultStatements(channel, outcomes, versions, this.#tools.now())) void session.query(statement);
  }

  #tell(channel: Channel, outcomes: readonly Outcome[]): void {
    this.#tools.settled(outcomes.map(({ work }) => work.id));
    if (channel.routes.length > 0) this.#tools.passedOn();
  }
}

/** As many as are not too much for one transaction, at least one. */
function firstOf(work: readonly Work[]): readonly Work[] {
  let bytes = 0;
  const end = work.findIndex(({ raw }, index) => {
    bytes += raw.length;
    return bytes > bytesTogether && index > 0;
  });
  return end === -1 ? work : work.slice(0, end);
}
