// Loads a release: recognised from its content, staged (stage.ts), built (build.ts), and only then put in the place of the version
// that answered until now. A load that was killed goes on where it stood; one that fails leaves what was there untouched.
import { setImmediate } from 'node:timers/promises';
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { foldToken } from '../../fhir/search/fold.ts';
import type { Said } from '../contract.ts';
import { releaseFormats } from '../formats/formats.ts';
import { sweep } from '../releases.ts';
import { BrokenFile } from './broken.ts';
import { type BuildPlace, build } from './build.ts';
import { fhirContent } from './fhir-content.ts';
import { loadFhir } from './load-fhir.ts';
import type { Peeked, ReleasePlan } from './plan.ts';
import { beginOf, type OpenRelease, openRelease } from './release-file.ts';
import { makeStage, stage, stageOf } from './stage.ts';

export interface LoadWish {
  /** Where the file does not tell, or another name is wanted. */
  version?: string;
  /** Whether it answers from now on where no version is named. Default: yes. */
  use?: boolean;
  signal?: AbortSignal;
  hear?: {
    /** What it is, and how many bytes will be read of it; 0 where that is not known. */
    format?(plan: { system: string; version: string }, bytes: number): void;
    bytes?(count: number): void;
    concepts?(count: number): void;
    note?(text: string): void;
  };
}

export interface Loaded {
  system: string;
  version: string;
  concepts: number;
  /** It was there already, from the same file. */
  already?: boolean;
}

type Checkpoint = { phase: 'stage'; pass: number; line: number } | ({ phase: 'build' } & BuildPlace);

const begin: Checkpoint = { phase: 'stage', pass: 0, line: 0 };
const stageRows = 4_000;

export async function loadReleaseFile(database: Database, path: string, wish: LoadWish, now: () => Date): Promise<Result<Loaded>> {
  const opened = await openRelease(path);
  if (!opened.ok) return opened;
  try {
    return await alone(database, () => loadOpened(database, opened.value, wish, now));
  } catch (error) {
    if (error instanceof BrokenFile) return { ok: false, problem: error.problem };
    throw error;
  } finally {
    opened.value.close();
  }
}

/** Key of the advisory lock under which one load at a time works on a database. */
const lockKey = 0x7465726d; // "term"

/** A second load of the same file would go on where the first one stands. The lock ends with its connection, however that ends. */
async function alone<T>(database: Database, work: () => Promise<Result<T>>): Promise<Result<T>> {
  return database.transaction(async (session) => {
    session.query({ text: 'set local idle_in_transaction_session_timeout = 0' });
    const { rows } = await session.query<{ free: boolean }>({ text: 'select pg_try_advisory_xact_lock($1) as free', values: [lockKey] });
    return rows[0]!.free ? work() : fail('conflict', 'Another release is being loaded into this database: wait for its end');
  });
}

async function loadOpened(database: Database, opened: OpenRelease, wish: LoadWish, now: () => Date): Promise<Result<Loaded>> {
  const peeked = await peek(opened);
  const plan = recognise(peeked, wish.version);
  if (plan?.ok === false) return plan;
  if (plan !== undefined) return await load(database, plan.value, opened.fingerprint, wish, now);
  const content = await fhirContent(peeked);
  if (content === undefined) return notRecognised();
  return await loadFhir(
    database,
    content,
    opened,
    { version: wish.version, use: wish.use !== false, now: now() },
    {
      load: (one, fingerprint) => load(database, one, fingerprint, wish, now),
      note: (text) => wish.hear?.note?.(text),
      count: (concepts) => wish.hear?.concepts?.(concepts),
      signal: wish.signal,
    },
  );
}

const looksLikeData = /\.(txt|csv|rrf|xml|json|ndjson|tsv|dat)$/i;

async function peek({ files }: OpenRelease): Promise<Peeked[]> {
  const peeked: Peeked[] = [];
  for (const file of files) if (files.length === 1 || looksLikeData.test(file.base)) peeked.push({ file, begin: await beginOf(file) });
  return peeked;
}

function recognise(peeked: readonly Peeked[], version: string | undefined): Result<ReleasePlan> | undefined {
  for (const format of releaseFormats) {
    const plan = format.recognise(peeked, version);
    if (plan !== undefined) return plan;
  }
  return undefined;
}

const notRecognised = (): Result<never> =>
  fail(
    'invalid',
    `This is none of the release files that can be loaded: ${releaseFormats.map(({ name, published }) => `${name}: ${published}`).join('; ')}; FHIR: JSON, NDJSON or a package (.tgz)`,
  );

async function load(database: Database, plan: ReleasePlan, fingerprint: string, wish: LoadWish, now: () => Date): Promise<Result<Loaded>> {
  const { system, version } = plan;
  await sweep(database);
  const place = await beginOrGoOn(database, plan, fingerprint, now());
  if (place === 'there') return ok({ system, version, concepts: 0, already: true });
  const { id } = place;
  wish.hear?.format?.(plan, bytesOf(plan));
  let checkpoint = place.checkpoint;
  if (checkpoint !== begin) wish.hear?.note?.('going on where the last load stopped');
  if (checkpoint.phase === 'build') wish.hear?.bytes?.(bytesOf(plan));
  if (checkpoint.phase === 'stage') {
    await makeStage(database, id);
    const staged = await stageAll(database, id, plan, checkpoint, wish);
    if (!staged.ok) return staged;
    checkpoint = { phase: 'build', key: '', seq: '0', at: 0, part: 0 };
    await database.query({
      text: 'update terminology_release set checkpoint = $2 where id = $1',
      values: [id, JSON.stringify(checkpoint)],
    });
  }
  const built = await build(database, id, plan.about.caseSensitive, checkpoint, {
    signal: wish.signal,
    concepts: (count) => wish.hear?.concepts?.(count),
    save: (reached) => JSON.stringify({ phase: 'build', ...reached }),
    rest: () => setImmediate(),
  });
  if (!built.ok) return built;
  if (built.value === 0) return fail('invalid', 'The file holds no concept');
  await publish(database, id, plan, built.value, wish.use !== false, now());
  return ok({ system, version, concepts: built.value });
}

const bytesOf = ({ passes }: ReleasePlan): number => passes.reduce((sum, { file }) => sum + file.bytes, 0);

async function beginOrGoOn(
  database: Database,
  plan: ReleasePlan,
  fingerprint: string,
  at: Date,
): Promise<'there' | { id: number; checkpoint: Checkpoint }> {
  const { system, version, about } = plan;
  const { rows } = await database.query<{ id: number; state: string; fingerprint: string; checkpoint: string }>({
    text: `select id, state, fingerprint, checkpoint from terminology_release where system = $1 and version = $2 and state in ('loading', 'ready')`,
    values: [system, version],
  });
  if (rows.some((row) => row.state === 'ready' && row.fingerprint === fingerprint)) return 'there';
  const started = rows.find((row) => row.state === 'loading');
  if (started !== undefined && started.fingerprint === fingerprint)
    return { id: started.id, checkpoint: JSON.parse(started.checkpoint) as Checkpoint };
  if (started !== undefined) {
    await database.query({ text: `update terminology_release set state = 'removing' where id = $1`, values: [started.id] });
    await sweep(database);
  }
  const made = await database.query<{ id: number }>({
    text: `insert into terminology_release (system, version, kind, state, fingerprint, about, checkpoint, begun)
      values ($1, $2, 'code-system', 'loading', $3, $4, $5, $6) returning id`,
    values: [system, version, fingerprint, JSON.stringify(about), JSON.stringify(begin), at],
  });
  return { id: made.rows[0]!.id, checkpoint: begin };
}

async function stageAll(
  database: Database,
  id: number,
  plan: ReleasePlan,
  from: { pass: number; line: number },
  wish: LoadWish,
): Promise<Result<void>> {
  const fold = plan.about.caseSensitive ? (code: string) => code : foldToken;
  const keyOf = plan.inFileOrder === true ? orderKey(fold) : fold;
  for (const [number, pass] of plan.passes.entries()) {
    const done = number < from.pass;
    if (done && pass.remembers !== true && plan.inFileOrder !== true) {
      wish.hear?.bytes?.(pass.file.bytes);
      continue;
    }
    let said: Said[] = [];
    // The database writes while the next lines are read.
    let writing: Promise<void> = Promise.resolve();
    for await (const batch of pass.read()) {
      if (wish.signal?.aborted) {
        await writing;
        return stopped();
      }
      wish.hear?.bytes?.(batch.bytes);
      if (plan.inFileOrder === true) for (const { code } of batch.said) keyOf(code);
      if (done || (number === from.pass && batch.line <= from.line)) continue;
      said.push(...batch.said);
      if (said.length < stageRows) continue;
      await writing;
      writing = stage(database, id, said, keyOf, JSON.stringify({ phase: 'stage', pass: number, line: batch.line }));
      // A failure is met at the next await; until then it is not unhandled.
      writing.catch(() => {});
      said = [];
    }
    await writing;
    if (!done) await stage(database, id, said, keyOf, JSON.stringify({ phase: 'stage', pass: number + 1, line: 0 }));
  }
  return ok(undefined);
}

const stopped = (): Result<never> => fail('busy', 'The load was stopped: give the same command again to go on');

/** Codes are numbered as they first come, so that their order is kept; only for what fits into memory anyway. */
function orderKey(fold: (code: string) => string): (code: string) => string {
  const numbers = new Map<string, string>();
  return (code) => {
    const folded = fold(code);
    let number = numbers.get(folded);
    if (number === undefined) {
      number = String(numbers.size).padStart(9, '0');
      numbers.set(folded, number);
    }
    return number;
  };
}

/** One transaction: the old version answers up to it, the new one from it on. */
async function publish(database: Database, id: number, plan: ReleasePlan, size: number, use: boolean, at: Date): Promise<void> {
  const { system, version } = plan;
  await database.transaction(async (session) => {
    await session.query({
      text: `update terminology_release set state = 'removing', in_use = false where system = $1 and version = $2 and state = 'ready'`,
      values: [system, version],
    });
    if (use) await session.query({ text: 'update terminology_release set in_use = false where system = $1 and in_use', values: [system] });
    await session.query({
      text: `update terminology_release set state = 'ready', size = $2, completed = $3,
        in_use = $4 or not exists (select 1 from terminology_release where system = $5 and in_use) where id = $1`,
      values: [id, size, at, use, system],
    });
    await session.query({ text: `drop table if exists ${stageOf(id)}` });
  });
  await sweep(database);
}
