// Takes what waits, tells it in FHIR and lays it into the record: many messages in one transaction while all goes well, one by one
// where something does not, so that one message's fault is never another's.
import type { Database } from '../database/contract.ts';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import type { LedgerRow, Translation } from '../formats/contract.ts';
import { namedUuid } from '../methods/named-uuid.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { keyOfId } from '../record/keys.ts';
import { inSlices, type Rest, slices } from '../record/slices.ts';
import type { Channel } from './channel.ts';
import { carryOut } from './instruct.ts';
import { languages } from './languages.ts';
import { Batch, type LaidDown } from './lay-down.ts';
import { writeLedger } from './ledger.ts';
import { tieOf } from './merge.ts';
import { ChannelLost, type Queue, type Work } from './queue.ts';

export interface WorkerTools {
  database: Database;
  record: RecordStore;
  queue: Queue;
  channel(name: string): Channel;
  now(): Date;
  works: boolean;
  /** Told of what is no message's fault: it will be tried again. */
  failed(channel: string, error: unknown): void;
}

const mostTogether = 50;
const pauses = [1, 2, 5, 15, 60, 300];
const tiesMax = 5;

interface Outcome {
  work: Work;
  state: 'done' | 'failed' | 'dropped';
  problem?: Problem;
  laid?: LaidDown;
  /** For the summary of what has no home. */
  ledger?: LedgerRow[];
}

/** Who the record hears from where a channel writes. */
export const channelCaller = (name: string): Caller => ({
  person: { id: namedUuid('channel', name), name: `channel:${name}`, role: 'system' },
  purpose: 'TREAT',
  from: `channel:${name}`,
  request: `channel:${name}`,
});

export class Worker {
  readonly #tools: WorkerTools;
  #running: Promise<void> | undefined;
  #again = false;
  #closed = false;
  readonly #timer: NodeJS.Timeout;

  constructor(tools: WorkerTools) {
    this.#tools = tools;
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

  /** Resolves when nothing is due any more. */
  async idle(): Promise<void> {
    do {
      this.wake();
      await this.#running;
    } while (!this.#closed && this.#tools.works && (await this.#tools.queue.due()).length > 0);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running;
    await this.#tools.queue.release();
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#closed) {
      this.#again = false;
      try {
        for (const name of await this.#tools.queue.due()) {
          const channel = this.#tools.channel(name);
          if (channel.direction === 'in' && (await this.#tools.queue.hold(name))) await this.#drain(name, channel);
        }
      } catch (error) {
        if (!this.#closed) this.#tools.failed('', error);
        return;
      }
    }
  }

  async #drain(name: string, channel: Channel): Promise<void> {
    for (;;) {
      if (this.#closed) return;
      const work = await this.#tools.queue.next(name, mostTogether);
      if (work.length === 0) return;
      try {
        await this.#together(name, channel, work);
      } catch (error) {
        if (error instanceof ChannelLost) return;
        this.#tools.failed(name, error);
        // Nobody's fault that could be named: the first waits, and with it what stands behind it in its lane.
        const [first] = work;
        if (first === undefined) return;
        const reason = 'The record could not be written; it will be tried again by itself. Look at the log of the server for the cause';
        await this.#tools.queue.later(first.id, pauses[Math.min(first.tries, pauses.length - 1)] ?? 300, reason);
        return;
      }
      if (!(await this.#tools.queue.hold(name))) return;
    }
  }

  async #together(name: string, channel: Channel, work: readonly Work[]): Promise<void> {
    const rest = slices();
    const told: { work: Work; translation: Translation }[] = [];
    const outcomes: Outcome[] = [];
    for (const one of work) {
      const translated = await translate(one, channel, rest);
      if (!translated.ok) outcomes.push({ work: one, state: 'failed', problem: translated.problem });
      else if (translated.value === 'dropped') outcomes.push({ work: one, state: 'dropped' });
      else told.push({ work: one, translation: translated.value });
      const pause = rest();
      if (pause !== undefined) await pause;
    }
    // What moves others' resources is done by itself: what comes after it must see what it did.
    if (told.length > 1 && told.some(({ translation }) => translation.instructions.length > 0)) {
      if (outcomes.length > 0) await this.#finish(name, outcomes);
      for (const one of told) await this.#together(name, channel, [one.work]);
      return;
    }
    for (let tie = 1; ; tie++) {
      const done = await this.#lay(name, told, outcomes);
      if (done.ok) return;
      if (done.problem.kind === 'precondition' && tie < tiesMax) continue;
      if (told.length > 1) {
        for (const one of told) await this.#together(name, channel, [one.work]);
        if (outcomes.length > 0) await this.#finish(name, outcomes);
        return;
      }
      const [only] = told;
      if (only === undefined) throw new Error(done.problem.message);
      if (done.problem.kind === 'precondition' || done.problem.kind === 'busy') throw new Error(done.problem.message);
      outcomes.push({ work: only.work, state: 'failed', problem: done.problem, ledger: only.translation.ledger });
      await this.#finish(name, outcomes);
      return;
    }
  }

  async #lay(name: string, told: readonly { work: Work; translation: Translation }[], before: readonly Outcome[]): Promise<Result<void>> {
    const caller = channelCaller(name);
    const all = told.map(({ work, translation }) => ({
      translation,
      caller,
      sender: work.sender,
      moment: { at: (translation.asOf ?? work.received).getTime(), tie: tieOf(work.control, work.digest.toString('hex')) },
    }));
    const batch = new Batch(this.#tools.database, this.#tools.record);
    await batch.gather(all);
    const outcomes = [...before];
    const rest = slices();
    for (const [index, one] of all.entries()) {
      const { work } = told[index]!;
      const laid = batch.lay(one);
      if (laid.ok) {
        for (const instruction of one.translation.instructions)
          for (const touched of await carryOut(batch, instruction, { caller, moment: one.moment, sender: work.sender })) {
            if (!laid.value.resources.includes(touched)) laid.value.resources.push(touched);
            if (touched.startsWith('Patient/') && !laid.value.patients.includes(touched)) laid.value.patients.push(touched);
          }
        outcomes.push({ work, state: 'done', laid: laid.value, ledger: laid.value.ledger });
      } else outcomes.push({ work, state: 'failed', problem: laid.problem, ledger: one.translation.ledger });
      const pause = rest();
      if (pause !== undefined) await pause;
    }
    await batch.doubt(caller, this.#tools.now());
    return batch.commit(caller, async (session, versions) => {
      await this.#tools.queue.mustHold(session, name);
      for (const statement of resultStatements(name, outcomes, versions, this.#tools.now())) await session.query(statement);
    });
  }

  /** Only outcomes, no resources. */
  async #finish(name: string, outcomes: readonly Outcome[]): Promise<void> {
    await this.#tools.database.transaction(async (session) => {
      await this.#tools.queue.mustHold(session, name);
      for (const statement of resultStatements(name, outcomes, new Map(), this.#tools.now())) await session.query(statement);
    });
  }
}

async function translate(work: Work, channel: Channel, rest: Rest): Promise<Result<Translation | 'dropped'>> {
  const language = languages[work.format];
  if (language === undefined) return fail('unsupported', `Messages of the format ${work.format} are kept and not understood yet`);
  try {
    if (!channel.takes(work)) return ok('dropped');
    const context = { sender: work.sender, receivedAt: work.received, timeZone: channel.timeZone };
    return ok(await inSlices(language.translate(work.raw, context), rest));
  } catch (error) {
    // A mapping that throws is a bug of ours: the message stays, and says so.
    const name = error instanceof Error ? `${error.name}: ${error.message.slice(0, 200)}` : 'unknown';
    return fail(
      'unsupported',
      `This message could not be told in FHIR because of a fault of this program (${name}). It is kept; resend it after an update`,
    );
  }
}

function* resultStatements(channel: string, outcomes: readonly Outcome[], versions: ReadonlyMap<string, number>, at: Date) {
  const of = <T>(value: (outcome: Outcome) => T): T[] => outcomes.map(value);
  const shown = (outcome: Outcome): string[] =>
    (outcome.laid?.resources ?? []).map((name) => (versions.get(name) === undefined ? name : `${name}/_history/${versions.get(name)}`));
  yield {
    name: 'message-result',
    text: `
insert into message_result (id, channel, state, at, tries, problem, ledger, resources, pats)
select g.id, $2, g.state, $3, w.tries + 1, g.problem, g.ledger, coalesce(string_to_array(nullif(g.resources, ''), ' '), '{}'),
  coalesce(string_to_array(nullif(g.pats, ''), ' ')::uuid[], '{}')
from unnest($1::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) as g(id, state, problem, ledger, resources, pats)
join message_work w on w.id = g.id
on conflict (id) do update set state = excluded.state, at = excluded.at, tries = excluded.tries, problem = excluded.problem,
  ledger = excluded.ledger, resources = excluded.resources, pats = excluded.pats`,
    values: [
      of(({ work }) => work.id),
      channel,
      at,
      of(({ state }) => state),
      of(({ problem }) => (problem === undefined ? null : JSON.stringify(problem))),
      of(({ ledger }) => (ledger === undefined ? null : writeLedger(ledger))),
      of((outcome) => shown(outcome).join(' ')),
      of(({ laid }) => (laid?.patients ?? []).map((name) => keyOfId(name.slice('Patient/'.length))).join(' ')),
    ],
  };
  const made = outcomes.flatMap(({ work, laid }) => (laid?.resources ?? []).map((name) => [name, work.id] as const));
  if (made.length > 0)
    yield {
      name: 'message-made',
      text: 'insert into message_made (target, id) select * from unnest($1::text[], $2::uuid[]) on conflict do nothing',
      values: [made.map(([name]) => name), made.map(([, id]) => id)],
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
    for (const path of new Set(ledger.flatMap((row) => (row.state === 'kept' ? [row.path.replace(/\[\d+\]/g, '')] : []))))
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
  yield { name: 'work-done', text: 'delete from message_work where id = any($1::uuid[])', values: [of(({ work }) => work.id)] };
}
