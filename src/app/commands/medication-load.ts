// lamplight medication load: lists of drugs as they are published become a knowledge folder of the site. Files are read in pieces, what
// is written is held to the schema and to all other knowledge before it takes the place of an earlier load.
import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { KnowledgeFile } from '../../modules/medication-safety/knowledge/contract.ts';
import { type Library, libraryOf } from '../../modules/medication-safety/library.ts';
import type { Loaded, ReleaseHead, ReleaseLines } from '../../modules/medication-safety/release/contract.ts';
import { loadNdc } from '../../modules/medication-safety/release/ndc.ts';
import { loadRxnorm } from '../../modules/medication-safety/release/rxnorm.ts';
import { BrokenFile } from '../../terminology/load/broken.ts';
import { linesOf } from '../../terminology/load/lines.ts';
import { openRelease, type ReleaseFile } from '../../terminology/load/release-file.ts';
import { knowledgeFolders } from '../knowledge-folder.ts';
import { loadMedicationKnowledge } from '../medication-knowledge.ts';
import { printData, printHint, printMisuse, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';

export interface LoadOptions {
  out?: string;
  release?: string;
  licence?: string;
}

/** What is known of each list where nobody says otherwise. */
const lists = {
  rxnorm: {
    source: 'US National Library of Medicine, RxNorm, release',
    licence: "RxNorm's own names are free to use; the whole release is under the UMLS licence that the site holds",
  },
  ndc: { source: 'US Food and Drug Administration, National Drug Code directory, release', licence: 'public domain (US government)' },
} as const;

export async function loadCommand(settings: Settings, what: string, place: string, options: LoadOptions): Promise<number> {
  if (what !== 'rxnorm' && what !== 'ndc') return printMisuse(`${what} is no list that can be loaded`, 'rxnorm or ndc');
  const { out } = options;
  if (out === undefined) return printMisuse('--out is needed', 'a folder of the site, such as --out our-knowledge');
  const version = options.release ?? releaseIn(place);
  if (version === undefined)
    return printMisuse(`the name of ${basename(place)} does not tell its date`, 'say which release it is, such as --release 2026-11-02');
  const opened = await filesOf(place);
  if (!opened.ok) return printProblem(opened.problem);
  const head: ReleaseHead = {
    version,
    date: new Date().toISOString().slice(0, 10),
    licence: options.licence ?? lists[what].licence,
    source: `${lists[what].source} ${version}`,
  };
  try {
    const wanting = missingIn(what, opened.value.files);
    if (wanting !== undefined) return printProblem(fail('not-found', `There is no ${wanting} in ${place}`).problem);
    const folders = knowledgeFolders(settings);
    const base = await loadMedicationKnowledge(folders);
    if (!base.ok) return printProblem(base.problem);
    const loaded = await read(what, opened.value.files, libraryOf(base.value), head);
    if (!loaded.ok) return printProblem(loaded.problem);
    tell(loaded.value);
    if (loaded.value.files.length === 0) return printProblem(fail('invalid', 'Nothing in it can be used: nothing was written').problem);
    const written = await put(loaded.value.files, out, folders);
    if (!written.ok) return printProblem(written.problem);
    for (const { name, rows } of loaded.value.files)
      await printData(`${rows.length} rows written to ${join(out, 'medication-safety', `${name}.json`)}`);
    printHint(`unreviewed; in force where LAMPLIGHT_KNOWLEDGE names ${out}`);
    return 0;
  } catch (error) {
    if (error instanceof BrokenFile) return printProblem(error.problem);
    throw error;
  } finally {
    opened.value.close();
  }
}

const needed = { rxnorm: ['RXNCONSO.RRF', 'RXNREL.RRF'], ndc: ['product.txt'] } as const;

const missingIn = (what: keyof typeof needed, files: readonly ReleaseFile[]): string | undefined =>
  needed[what].find((name) => linesIn(files, name) === undefined);

function linesIn(files: readonly ReleaseFile[], name: string): ReleaseLines | undefined {
  const named = files.filter(({ base }) => base.toLowerCase() === name.toLowerCase());
  // RxNorm comes with its prescribable part in a folder of its own: the whole is meant.
  const file = named.find(({ path }) => !/prescribe/i.test(path)) ?? named[0];
  return file && { name: file.base, read: () => linesOf(file) };
}

async function read(what: 'rxnorm' | 'ndc', files: readonly ReleaseFile[], library: Library, head: ReleaseHead): Promise<Result<Loaded>> {
  if (what === 'rxnorm') {
    const [conso, rel, sat] = ['RXNCONSO.RRF', 'RXNREL.RRF', 'RXNSAT.RRF'].map((name) => linesIn(files, name));
    return loadRxnorm({ conso: conso!, rel: rel!, ...(sat && { sat }) }, library, head);
  }
  const [product, pack] = ['product.txt', 'package.txt'].map((name) => linesIn(files, name));
  return loadNdc({ product: product!, ...(pack && { package: pack }) }, library, head);
}

/** A folder, with what lies one below it (rrf/), or a zip as published. */
async function filesOf(place: string): Promise<Result<{ files: ReleaseFile[]; close(): void }>> {
  const found = await stat(place).catch(() => undefined);
  if (found?.isDirectory() !== true) return openRelease(place);
  const names = (await readdir(place, { recursive: true })).filter((name) => name.split(/[\\/]/).length <= 3);
  return ok({
    files: names.map((name) => ({
      name,
      base: basename(name),
      path: name,
      bytes: 0,
      open: () => createReadStream(join(place, name), { highWaterMark: 256 * 1024 }),
    })),
    close() {},
  });
}

/** RxNorm_full_11022026 or 2026-11-02 in the name. */
function releaseIn(place: string): string | undefined {
  const name = basename(place);
  const [, month, day, year] = /(?:^|\D)(0[1-9]|1[0-2])([0-2]\d|3[01])(20\d\d)(?:\D|$)/.exec(name) ?? [];
  return year === undefined ? /20\d\d-\d\d-\d\d/.exec(name)?.[0] : `${year}-${month}-${day}`;
}

function tell({ rejected, rejectedCount, leftOut }: Loaded): void {
  for (const { file, line, why } of rejected.slice(0, 20)) printHint(`${file}:${line}: ${why}`);
  if (rejectedCount > 20) printHint(`and ${rejectedCount - 20} lines more that cannot be read`);
  for (const [reason, { count, examples }] of leftOut)
    printHint(`${count} × ${reason}: ${examples.join(', ')}${count > examples.length ? ' …' : ''}`);
}

/** Beside what is there first: only what all other knowledge agrees with takes the place of an earlier load. */
async function put(files: readonly KnowledgeFile[], out: string, folders: readonly string[]): Promise<Result<void>> {
  const beside = join(out, `.loading-${randomUUID()}`);
  const drafts = join(beside, 'medication-safety');
  try {
    await mkdir(drafts, { recursive: true });
    for (const file of files) await writeFile(join(drafts, `${file.name}.json`), textOf(file));
    const whole = await loadMedicationKnowledge([...folders, beside]);
    if (!whole.ok) return whole;
    await mkdir(join(out, 'medication-safety'), { recursive: true });
    for (const { name } of files) await rename(join(drafts, `${name}.json`), join(out, 'medication-safety', `${name}.json`));
    return ok(undefined);
  } catch (error) {
    return fail('invalid', `${out} cannot be written: ${error instanceof Error ? error.message : ''}`);
  } finally {
    await rm(beside, { recursive: true, force: true });
  }
}

/** A row a line: what a later release changes is seen in a comparison. */
const textOf = ({ rows, ...head }: KnowledgeFile): string =>
  `${JSON.stringify(head).slice(0, -1)},"rows":[\n${rows.map((row) => JSON.stringify(row)).join(',\n')}\n]}\n`;
