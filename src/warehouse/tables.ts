// Asks the tables for people: policy decides which tables and rows, the query runs bounded, and the audit trail says who asked what.
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from '../database/contract.ts';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import type { Scope } from '../policy/contract.ts';
import type { Caller, RecordStore } from '../record/contract.ts';
import { rowScope } from '../record/row-scope.ts';
import { Parameters } from '../record/search/parameters.ts';
import type {
  Answer,
  AskLimits,
  AskOptions,
  Beside,
  CompiledView,
  Described,
  InstalledTables,
  Moment,
  RowsFormat,
  TableWords,
} from './contract.ts';
import type { Derived } from './derived/contract.ts';
import { derivedSeen } from './derived/tables.ts';
import { journalFolder, mayName } from './journal/journals.ts';
import { journalsAsOf, journalsOf, journalsSeen, newestManifest, withheld } from './journal/seen.ts';
import { defaultAskLimits } from './query/limits.ts';
import { planBeside, planKey, planOf } from './query/plan.ts';
import type { Queries } from './query/queries.ts';
import type { Outcome, Question } from './query/run.ts';
import { seenBy } from './query/tables.ts';
import type { Manifest } from './store/manifest.ts';
import { derivedWords, inOrder, viewWords } from './words.ts';

export interface TablesParts {
  folder: string;
  views: readonly CompiledView[];
  /** Tables over those of the views, each after those that it is made of. */
  derived?: readonly Derived[];
  record: Pick<RecordStore, 'note'>;
  database: Database;
  queries: Queries;
  /** IANA name: whose days and hours those of moments are in queries. */
  timeZone: string;
  now(): Date;
}

/** Largest file of an answer. */
const fileBytesMax = 2_000_000_000;

const statuses: Partial<Record<Problem['kind'], number>> = { forbidden: 403, 'not-found': 404, conflict: 409, busy: 503 };

export function openTables({ folder, views, derived = [], record, database, queries, timeZone, now }: TablesParts): InstalledTables {
  const manifestNow = newestManifest(folder);
  const journalNow = newestManifest(journalFolder(folder));
  const visible = rememberVisible(database);

  /** Decides, asks and notes. */
  async function outcome(caller: Caller, sql: string, options: AskOptions, file?: Question['file']): Promise<Result<Outcome & Moment>> {
    const manifest = manifestNow();
    if (manifest === undefined) return fail('busy', 'The tables are not made yet: try again in a moment');
    const detail = options.detail ?? 'de-identified';
    const answer = await decided(caller, sql, options, manifest, file === undefined ? {} : { file });
    await record.note(caller, options.summary === undefined ? 'warehouse-query' : 'warehouse-summary', {
      outcome: answer.ok ? 200 : (statuses[answer.problem.kind] ?? 422),
      query: options.summary ?? `${detail}${file === undefined ? '' : ` as ${file.format}`}: ${noted(sql)}`,
    });
    return answer;
  }

  async function decided(
    { person, purpose }: Caller,
    sql: string,
    options: AskOptions,
    manifest: Manifest,
    form: Pick<Question, 'file' | 'describe'>,
  ): Promise<Result<Outcome & Moment>> {
    const ofRecord = seenBy(person, purpose, views, options.summary === undefined ? 'export' : 'search');
    const { scope } = ofRecord;
    const ofJournals = journalNow();
    const journals = journalsSeen(person, purpose, sql, ofJournals, folder);
    const seen = [...ofRecord.seen, ...journals];
    // A person's own compartment is read in the record; its rows make no statistics.
    if (seen.length === 0 || scope?.patients !== undefined) return fail('forbidden', `The role ${person.role} may not ask the tables`);
    if (ofJournals === undefined && journalsOf(person, purpose).some((journal) => mayName(sql, journal)))
      return fail('busy', 'The audit trail and the messages are not made into tables yet: try again in a moment');
    const limits: AskLimits = { ...defaultAskLimits, ...options.limits };
    const planned = { folder, manifest, seen, derived, detail: options.detail ?? ('de-identified' as const), limits, timeZone };
    const asOf = await asOfPosition(database, manifest.position, await journalsAsOf(database, journals, now()));
    const shown = scope === undefined ? undefined : await visible(scope, manifest.position);
    const key = planKey(planned, scope);
    const done = await queries.run(
      person.id,
      key,
      () => planOf(key, { ...planned, ...(shown === undefined ? {} : { visible: shown }) }),
      { sql, parameters: options.parameters ?? {}, limits, ...form },
      options.signal,
    );
    return done.ok ? ok({ ...done.value, position: manifest.position, asOf }) : withheld(person, purpose, done);
  }

  /** In a turn that is not the person's own, so that a look at the catalogue need not wait for the query that runs. */
  async function outcomeBeside(
    person: string,
    beside: Beside,
    sql: string,
    options: AskOptions,
    form: Pick<Question, 'file' | 'describe'>,
  ): Promise<Result<Outcome>> {
    const limits: AskLimits = { ...defaultAskLimits, ...options.limits };
    const plan = planBeside(folder, beside, limits);
    const question = { sql, parameters: options.parameters ?? {}, limits, ...form };
    return queries.run(`${person} beside`, plan.key, () => plan, question, options.signal);
  }

  /** A file of its own for what `ask` writes; gone where that fails. */
  async function filed<T extends Outcome>(
    format: RowsFormat,
    ask: (file: NonNullable<Question['file']>) => Promise<Result<T>>,
  ): Promise<Result<Extract<T, { kind: 'file' }> & { remove(): void }>> {
    const path = join(queries.work, `${randomUUID()}.${format}`);
    const remove = (): void => rmSync(path, { force: true });
    const done = await ask({ path, format, bytesMax: fileBytesMax });
    if (!done.ok) {
      remove();
      return done;
    }
    if (done.value.kind !== 'file') throw new Error('a file was asked for');
    return ok({ ...(done.value as Extract<T, { kind: 'file' }>), remove });
  }

  const askText: InstalledTables['askText'] = async (caller, sql, options = {}) => {
    const done = await outcome(caller, sql, options);
    if (!done.ok) return done;
    if (done.value.kind !== 'rows') throw new Error('rows were asked for');
    return ok(done.value);
  };

  return {
    askText,
    async ask(caller, sql, options) {
      const done = await askText(caller, sql, options);
      return done.ok ? ok(JSON.parse(done.value.text) as Answer) : done;
    },
    async askFile(caller, sql, format, options = {}) {
      return filed(format, (file) => outcome(caller, sql, options, file));
    },
    async describe(caller, sql, options = {}) {
      const manifest = manifestNow();
      if (manifest === undefined) return fail('busy', 'The tables are not made yet: try again in a moment');
      return described(await decided(caller, sql, options, manifest, { describe: true }));
    },
    beside: {
      askFile: (person, beside, sql, options = {}) => filed('cells', (file) => outcomeBeside(person, beside, sql, options, { file })),
      describe: async (person, beside, sql, options = {}) =>
        described(await outcomeBeside(person, beside, sql, options, { describe: true })),
    },
    dictionary: (caller) => dictionaryOf(caller, views, derived),
    async freshness() {
      const manifest = manifestNow();
      return manifest === undefined ? undefined : { position: BigInt(manifest.position), head: await headOf(database) };
    },
    close: () => queries.close(),
  };
}

function described(done: Result<Outcome>): Result<Described> {
  if (!done.ok) return done;
  if (done.value.kind !== 'described') throw new Error('a description was asked for');
  const { columns, parameters } = done.value;
  return ok({ columns, parameters });
}

const noted = (sql: string): string => sql.replaceAll('\0', '').slice(0, 1_000);

async function headOf(database: Database): Promise<bigint> {
  const { rows } = await database.query<{ head: bigint }>({ text: 'select coalesce(max(position), 0)::int8 as head from change' });
  return rows[0]!.head;
}

/** Now, where nothing was written since; otherwise when the first change was written that the tables do not tell yet. */
async function asOfPosition(database: Database, position: string, now: Date): Promise<string> {
  const { rows } = await database.query<{ at: Date }>({
    text: 'select at from change where position > $1 order by position limit 1',
    values: [position],
  });
  const at = rows[0]?.at ?? now;
  return (at < now ? at : now).toISOString();
}

function dictionaryOf(caller: Caller, views: readonly CompiledView[], derived: readonly Derived[]): TableWords[] {
  const seen = seenBy(caller.person, caller.purpose, views).seen.map(({ view }) => view);
  const own = derivedSeen(
    derived,
    seen.map(({ view }) => view.name),
  );
  const journals = journalsOf(caller.person, caller.purpose).map(({ table }) => table);
  return inOrder([...seen.map(viewWords), ...journals.map(viewWords), ...own.map(derivedWords)]);
}

/** Scopes whose compartments are remembered for as long as the tables stay where they are. */
const scopesKept = 8;

/** The compartments that a scope shows, as the tables know them. */
function rememberVisible(database: Database): (scope: Scope, position: string) => Promise<string[]> {
  const known = new Map<string, Promise<string[]>>();
  return (scope, position) => {
    const key = JSON.stringify([position, scope]);
    const found = known.get(key) ?? compartmentsOf(database, scope);
    known.delete(key);
    known.set(key, found);
    found.catch(() => known.delete(key));
    if (known.size > scopesKept) known.delete(known.keys().next().value ?? '');
    return found;
  };
}

async function compartmentsOf(database: Database, scope: Scope): Promise<string[]> {
  const parameters = new Parameters();
  const where = rowScope(scope, 'r', parameters);
  const { rows } = await database.query<{ pat: string }>({
    text: `select r.pat::text as pat from compartment r where ${where}`,
    values: parameters.values,
  });
  return rows.map(({ pat }) => pat);
}
