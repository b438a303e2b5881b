// Writes alone in their transaction: such as depend on what is there and are planned under its locks, and such as commit together with
// other statements.
import type { Database, Session } from '../database/contract.ts';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import type { Query } from '../fhir/search/contract.ts';
import { decide } from '../policy/decide.ts';
import { type AuditRow, auditInsert, auditRow } from './audit.ts';
import { type PlannedWrite, statusOf, type Unit, writeBatch } from './commit.ts';
import type { Caller, Page, Transaction, Write, Written } from './contract.ts';
import { runTogether } from './search/lanes.ts';
import { type SearchRunner, searchNote } from './search/search.ts';
import { isOfOldParameters } from './write-statements.ts';
import { definesSomething, mayBeRepeated, mostTries, type Writer } from './writer.ts';

class Refused extends Error {
  readonly problem: Problem;
  /** Which write was refused, as the trail has to say it. */
  readonly notes: AuditRow[];
  constructor(problem: Problem, notes: AuditRow[] = []) {
    super(problem.message);
    this.problem = problem;
    this.notes = notes;
  }
}

/** What of the record a transaction of its own works with. */
export interface TransactTools {
  database: Database;
  writer: Writer;
  searchOn(runner: SearchRunner, caller: Caller, query: Query): Promise<Result<Page>>;
  plan(caller: Caller, writes: Write[]): Promise<Result<PlannedWrite[]>>;
}

/** `locks` serialize it with others that name the same; `beside`: other statements that commit with it. */
export async function transact(
  { database, writer, searchOn, plan }: TransactTools,
  caller: Caller,
  locks: readonly bigint[],
  make: Transaction,
  beside?: (session: Session) => Promise<void>,
): Promise<Result<Written[]>> {
  for (let tries = 1; ; tries++) {
    const notes: AuditRow[] = [];
    try {
      const done = await database.transaction(async (session) => {
        // In order, so that two transactions never wait for each other in a circle.
        const ordered = [...new Set(locks)].sort((a, b) => (a < b ? -1 : 1));
        if (ordered.length > 0) {
          await session.query({ text: 'select pg_advisory_xact_lock(k) from unnest($1::int8[]) as k', values: [`{${ordered.join(',')}}`] });
        }
        const inside: SearchRunner = {
          query: (statement) => session.query(statement),
          ask: async (asked) => (await runTogether(session, [asked], 'durable'))[0]!,
        };
        await beside?.(session);
        const made = await make(async (query) => {
          // Noted when the transaction is over: a second connection, asked for while this one is held, might never come.
          const decision = decide(caller.person, caller.purpose, 'search', query.type);
          notes.push({ ...searchNote(caller, query), outcome: decision.allowed ? 200 : 403 });
          return decision.allowed ? searchOn(inside, caller, query) : fail('forbidden', decision.why);
        });
        if (!made.ok) throw new Refused(made.problem);
        const planned = await plan(caller, made.value);
        if (!planned.ok) throw new Refused(planned.problem);
        const unit: Unit = { caller, writes: planned.value };
        const batch = await writeBatch(session, [unit], writer.known);
        const answer = batch.answers[0]!;
        if (!answer.ok) throw new Refused(answer.problem, batch.refused);
        return { written: answer.value, texts: batch.texts, defined: planned.value.some(definesSomething) };
      });
      writer.learn(done.texts);
      if (done.defined) await writer.learnParameters();
      return ok(done.written);
    } catch (error) {
      if (error instanceof Refused) {
        // The transaction took its audit rows back with it: what it asked and what was refused are recorded by themselves.
        const refusal = auditRow(caller, new Date(), 'transaction', { outcome: statusOf(error.problem) });
        notes.push(...(error.notes.length > 0 ? error.notes : [refusal]));
        await database.query(auditInsert(notes));
        return { ok: false, problem: error.problem };
      }
      if (isOfOldParameters(error) && tries < mostTries) await writer.learnParameters();
      else if (tries >= mostTries || !mayBeRepeated(error)) throw error;
    }
  }
}
