// Takes what waits, tells it in FHIR and lays it into the record: many messages in one transaction while all goes well, one by one
// where something does not, so that one message's fault is never another's.
import type { Database, Session } from '../database/contract.ts';
import type { Problem, Result } from '../fhir/result.ts';
import type { LedgerRow, Translation } from '../formats/contract.ts';
import { namedUuid } from '../methods/named-uuid.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { keyOfId } from '../record/keys.ts';
import { RowSet } from '../record/row-set.ts';
import { slices } from '../record/slices.ts';
import type { Channel } from './channel.ts';
import { carryOut } from './instruct.ts';
import { Batch, type LaidDown, type Told as ToLay } from './lay-down.ts';
import type { LaidBy, Laying, LayingHeard } from './laying.ts';
import { writeLedger } from './ledger.ts';
import { tieOf } from './merge.ts';
import { passOn } from './pass-on.ts';
import { ChannelLost, type Queue, type Work, WorkGone } from './queue.ts';
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
}

const mostTogether = 200;
/** One message of a monitor may say a thousand things: what is done together must end while the channel is held. */
const bytesTogether = 300_000;
const pauses = [1, 2, 5, 15, 60, 300];
const tiesMax = 5;

interface Outcome {
  work: Work;
  state: 'done' | 'failed' | 'dropped';
  problem?: Problem;
  laid?: LaidDown;
  /** The message as it is passed on to others. */
  mended?: Uint8Array;
  /** For the summary of what has no home. */
  ledger?: LedgerRow[];
}

interface Told {
  work: Work;
  translation: Translation;
  mended: Uint8Array;
}

/** A batch of messages as a channel reads them: those to be laid down, and those that were ended by reading them. */
interface TellingOfBatch {
  channel: Channel;
  work: readonly Work[];
  told: readonly Told[];
  outcomes: Outcome[];
}

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

  /** While one batch is written, the next is told in FHIR: PostgreSQL and this process work at the same time. */
  async #drain(name: string): Promise<void> {
    let ahead: Promise<TellingOfBatch | undefined> | undefined;
    for (;;) {
      if (this.#closed) return;
      const batch = (await ahead) ?? (await this.#take(name, undefined));
      // Its file is gone: what waits stays.
      if (batch === undefined) return;
      const { channel } = batch;
      // What was read by rules that hold no more is read again.
      if (channel !== this.#channels.get(name)) {
        ahead = undefined;
        continue;
      }
      if (batch.work.length === 0) {
        if (ahead === undefined) return;
        // What came meanwhile, and what stood before.
        ahead = undefined;
        continue;
      }
      ahead = this.#take(name, batch.work.at(-1)?.id);
      // Awaited below, or given up with what failed before it.
      ahead.catch(() => {});
      try {
        await this.#together(batch);
      } catch (error) {
        if (error instanceof ChannelLost) return;
        if (error instanceof WorkGone) {
          ahead = undefined;
          continue;
        }
        this.#tools.failed(name, error);
        // Nobody's fault that could be named: the first waits, and with it what stands behind it in its lane.
        const [first] = batch.work;
        if (first === undefined) return;
        const reason = 'The record could not be written; it will be tried again by itself. Look at the log of the server for the cause';
        await this.#tools.queue.later(first.id, pauses[Math.min(first.tries, pauses.length - 1)] ?? 300, reason);
        return;
      }
      if (!(await this.#tools.queue.hold(name))) return;
    }
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

  async #together({ channel, told, outcomes }: TellingOfBatch): Promise<void> {
    // What moves others' resources is done by itself: what comes after it must see what it did.
    if (told.length > 1 && told.some(({ translation }) => translation.instructions.length > 0)) {
      if (outcomes.length > 0) await this.#finish(channel, outcomes);
      for (const one of told) await this.#together({ channel, work: [one.work], told: [one], outcomes: [] });
      return;
    }
    for (let tie = 1; ; tie++) {
      const done = await this.#lay(channel, told, outcomes);
      if (done.ok) return;
      if (done.problem.kind === 'precondition' && tie < tiesMax) continue;
      if (told.length > 1) {
        for (const one of told) await this.#together({ channel, work: [one.work], told: [one], outcomes: [] });
        if (outcomes.length > 0) await this.#finish(channel, outcomes);
        return;
      }
      const [only] = told;
      if (only === undefined) throw new Error(done.problem.message);
      if (done.problem.kind === 'precondition' || done.problem.kind === 'busy') throw new Error(done.problem.message);
      outcomes.push({ work: only.work, state: 'failed', problem: done.problem, ledger: only.translation.ledger });
      await this.#finish(channel, outcomes);
      return;
    }
  }

  async #lay(channel: Channel, told: readonly Told[], before: readonly Outcome[]): Promise<Result<void>> {
    const caller = channelCaller(channel.name);
    const all = told.map(({ work, translation }) => ({
      translation,
      caller,
      sender: work.sender,
      moment: { at: (translation.asOf ?? work.received).getTime(), tie: tieOf(work.control, work.digest.toString('hex')) },
    }));
    const batch = new Batch(this.#tools.database, this.#tools.record);
    await batch.gather(all);
    const outcomes = [...before];
    await this.#first(() => this.#layAll(batch, all, told, outcomes));
    await batch.doubt(caller, this.#tools.now());
    const done = await batch.commit(caller, async (session, versions) => {
      await this.#write(session, channel, outcomes, versions);
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
      const laid = batch.lay(one);
      if (laid.ok) {
        for (const instruction of one.translation.instructions)
          for (const touched of await carryOut(batch, instruction, { caller, moment: one.moment, sender: work.sender })) {
            if (!laid.value.resources.includes(touched)) laid.value.resources.push(touched);
            laid.value.inPassing.delete(touched);
            if (touched.startsWith('Patient/') && !laid.value.patients.includes(touched)) laid.value.patients.push(touched);
          }
        outcomes.push({ work, state: 'done', laid: laid.value, ledger: laid.value.ledger, mended });
      } else outcomes.push({ work, state: 'failed', problem: laid.problem, ledger: one.translation.ledger });
      const pause = rest();
      if (pause !== undefined) await pause;
    }
  }

  /** Only outcomes, no resources. */
  async #finish(channel: Channel, outcomes: readonly Outcome[]): Promise<void> {
    await this.#tools.database.transaction(async (session) => {
      await this.#write(session, channel, outcomes, new Map());
    });
    this.#tell(channel, outcomes);
  }

  /** What became of them. Not awaited: PostgreSQL works on it while the writes are planned, and the commit fails where one of it did. */
  async #write(session: Session, channel: Channel, outcomes: readonly Outcome[], versions: ReadonlyMap<string, number>): Promise<void> {
    const ids = outcomes.map(({ work }) => work.id);
    await Promise.all([this.#tools.queue.mustHold(session, channel.name), this.#tools.queue.mustWait(session, ids)]);
    for (const statement of resultStatements(channel, outcomes, versions, this.#tools.now())) void session.query(statement);
  }

  #tell(channel: Channel, outcomes: readonly Outcome[]): void {
    this.#tools.settled(outcomes.map(({ work }) => work.id));
    if (channel.routes.length > 0) this.#tools.passedOn();
  }
}

/** An outcome with the resources as they are named in it, `Type/id/_history/version`. */
type Shown = Outcome & { resources: readonly string[] };

const resultRows = new RowSet<Shown>([
  { name: 'id', type: 'uuid', of: ({ work }) => work.id },
  { name: 'state', type: 'text', of: ({ state }) => state },
  { name: 'problem', type: 'text', of: ({ problem }) => (problem === undefined ? null : JSON.stringify(problem)) },
  { name: 'ledger', type: 'text', of: ({ ledger }) => (ledger === undefined ? null : writeLedger(ledger)) },
  { name: 'pats', type: 'uuid[]', of: ({ laid }) => (laid?.patients ?? []).map((name) => keyOfId(name.slice('Patient/'.length))) },
  { name: 'resources', type: 'text', of: ({ resources }) => resources.join(' ') },
]);
const madeRows = new RowSet<readonly [name: string, message: string]>([
  { name: 'target', type: 'text', of: ([name]) => name },
  { name: 'id', type: 'uuid', of: ([, message]) => message },
]);

function* resultStatements(channel: Channel, outcomes: readonly Outcome[], versions: ReadonlyMap<string, number>, at: Date) {
  const shown = outcomes.map((outcome): Shown => {
    const names = outcome.laid?.resources ?? [];
    return {
      ...outcome,
      resources: names.map((name) => (versions.get(name) === undefined ? name : `${name}/_history/${versions.get(name)}`)),
    };
  });
  yield {
    name: 'message-result',
    text: `
insert into message_result (channel, at, tries, id, state, problem, ledger, pats, resources)
select $1, $2, w.tries + 1, g.id, g.state, g.problem, g.ledger, g.pats::uuid[], coalesce(string_to_array(nullif(g.resources, ''), ' '), '{}')
from ${resultRows.source('g', 3)}
join message_work w on w.id = g.id
on conflict (id) do update set state = excluded.state, at = excluded.at, tries = excluded.tries, problem = excluded.problem,
  ledger = excluded.ledger, resources = excluded.resources, pats = excluded.pats, written_by = excluded.written_by`,
    values: [channel.name, at, ...resultRows.values(shown)],
  };
  const made = outcomes.flatMap(({ work, laid }) =>
    (laid?.resources ?? []).flatMap((name) => (laid?.inPassing.has(name) === true ? [] : [[name, work.id] as const])),
  );
  if (made.length > 0)
    yield {
      name: 'message-made',
      text: `insert into message_made (target, id) select g.target, g.id from ${madeRows.source('g', 1)} on conflict do nothing`,
      values: madeRows.values(made),
    };
  const counted = new Map<string, { sender: string; kind: string; path: string; messages: number }>();
  const count = (sender: string, kind: string, path: string): void => {
    const key = `${sender}\u0000${kind}\u0000${path}`;
    const row = counted.get(key);
    if (row === undefined) counted.set(key, { sender, kind, path, messages: 1 });
    else row.messages++;
  };
  for (const { work, ledger, state } of outcomes) {
    if (ledger === undefined || state !== 'done') continue;
    count(work.sender, work.kind, '');
    for (const path of new Set(ledger.flatMap((row) => (row.state === 'kept' ? [withoutNumbers(row.path)] : []))))
      count(work.sender, work.kind, path);
  }
  if (counted.size > 0) {
    // In one order, so that two channels never wait for each other.
    const rows = [...counted].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, row]) => row);
    yield {
      name: 'message-unmapped',
      text: `
insert into message_unmapped (sender, kind, path, messages) select * from unnest($1::text[], $2::text[], $3::text[], $4::int8[])
on conflict (sender, kind, path) do update set messages = message_unmapped.messages + excluded.messages`,
      values: [
        rows.map(({ sender }) => sender),
        rows.map(({ kind }) => kind),
        rows.map(({ path }) => path),
        rows.map(({ messages }) => messages),
      ],
    };
  }
  yield* passOn(
    channel,
    outcomes.flatMap(({ work, state, mended }) => (state === 'done' && mended !== undefined ? [{ work, mended }] : [])),
  );
  yield { name: 'work-done', text: 'delete from message_work where id = any($1::uuid[])', values: [outcomes.map(({ work }) => work.id)] };
}

/** Which repetition it is makes no other place of it. */
const withoutNumbers = (path: string): string => (path.includes('[') ? path.replace(/\[\d+\]/g, '') : path);

/** As many as are not too much for one transaction, at least one. */
function firstOf(work: readonly Work[]): readonly Work[] {
  let bytes = 0;
  const end = work.findIndex(({ raw }, index) => {
    bytes += raw.length;
    return bytes > bytesTogether && index > 0;
  });
  return end === -1 ? work : work.slice(0, end);
}
