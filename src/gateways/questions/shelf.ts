// Where questions and dashboards lie: files that come with the program, and above them those of the site, in a folder that may be
// a git checkout. Read again whenever a file is another; a file with a mistake is listed with its mistake.
import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Kept } from './contract.ts';
import { namePattern, textLongest } from './question-file.ts';

export interface Shelf<T> {
  /** What a text says, without keeping it. */
  read(name: string, text: string): Result<T>;
  list(): Promise<Kept<T>[]>;
  get(name: string): Promise<Kept<T> | undefined>;
  /** Into the site's folder. `version`: of what was read; absent where there was none. Refused where it has become another. */
  put(name: string, text: string, version: string | undefined): Promise<Result<Kept<T>>>;
  /** Only of the site; below it the one that came with the program shows again. */
  remove(name: string, version: string): Promise<Result<void>>;
}

export interface ShelfParts<T> {
  shipped: string;
  site: string;
  extension: '.sql' | '.json';
  read(name: string, text: string): Result<T>;
}

/** More in one folder are not listed: a wrong folder was named. */
const filesMost = 2_000;

export const versionOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

export function openShelf<T>({ shipped, site, extension, read }: ShelfParts<T>): Shelf<T> {
  const known = new Map<string, { stamp: string; kept: Kept<T> }>();
  // One change after the other: between reading the version and writing nothing of this process comes between.
  let turn: Promise<unknown> = Promise.resolve();

  async function one(folder: string, name: string): Promise<Kept<T> | undefined> {
    const path = join(folder, `${name}${extension}`);
    try {
      const { mtimeMs, size, ino } = await stat(path);
      const stamp = `${mtimeMs} ${size} ${ino}`;
      const before = known.get(path);
      if (before?.stamp === stamp) return before.kept;
      const text = size > textLongest * 4 ? '' : await readFile(path, 'utf8');
      const value = size > textLongest * 4 ? fail('too-costly', 'The file is too large') : read(name, text);
      const kept: Kept<T> = {
        name,
        site: folder === site,
        text,
        version: versionOf(text),
        ...(value.ok ? { value: value.value } : { problem: value.problem.message }),
      };
      known.set(path, { stamp, kept });
      return kept;
    } catch (error) {
      known.delete(path);
      if (isMissing(error)) return undefined;
      throw error;
    }
  }

  async function get(name: string): Promise<Kept<T> | undefined> {
    if (!namePattern.test(name)) return undefined;
    return (await one(site, name)) ?? (await one(shipped, name));
  }

  const inTurn = <A>(work: () => Promise<A>): Promise<A> => {
    const done = turn.then(work, work);
    turn = done.catch(() => undefined);
    return done;
  };

  return {
    read,
    get,
    async list() {
      const names = new Set([...(await namesIn(shipped, extension)), ...(await namesIn(site, extension))]);
      const all: Kept<T>[] = [];
      for (const name of [...names].sort()) {
        const kept = await get(name);
        if (kept !== undefined) all.push(kept);
      }
      return all;
    },
    put: (name, text, version) =>
      inTurn(async () => {
        const value = read(name, text);
        if (!value.ok) return value;
        const there = await get(name);
        if (there?.version !== version)
          return fail(
            'conflict',
            version === undefined
              ? `There is one of the name ${name} already: choose another name, or open it and change it`
              : 'It was changed by somebody else since you read it: open it again, and put in what you changed',
          );
        await mkdir(site, { recursive: true });
        await writeWhole(site, `${name}${extension}`, text);
        return ok((await get(name))!);
      }),
    remove: (name, version) =>
      inTurn(async () => {
        const there = await get(name);
        if (there === undefined) return fail('not-found', 'There is none of that name');
        if (!there.site) return fail('conflict', 'This one comes with the program: it can be changed for the site, not removed');
        if (there.version !== version) return fail('conflict', 'It was changed by somebody else since you read it: look at it again');
        await rm(join(site, `${name}${extension}`), { force: true });
        return ok(undefined);
      }),
  };
}

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

async function namesIn(folder: string, extension: string): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((file) => file.endsWith(extension)).map((file) => file.slice(0, -extension.length));
    return names.filter((name) => namePattern.test(name)).slice(0, filesMost);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** On disk under its name or not at all. */
async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const temporary = join(folder, `.${name}.${randomBytes(6).toString('hex')}`);
  const handle = await open(temporary, 'w', 0o640);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, join(folder, name));
}
