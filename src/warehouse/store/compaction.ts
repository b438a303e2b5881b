// Keeps the files few and without what is dead, a piece at a time, so that following the feed goes on in between. As in a
// log-structured merge tree (O'Neil et al. 1996), small files are joined to larger ones.
import { randomBytes } from 'node:crypto';
import type { CompiledView } from '../contract.ts';
import { fileList } from './file-list.ts';
import type { Manifest, Segment } from './manifest.ts';

export interface CompactionParts {
  manifest: Manifest;
  views: readonly CompiledView[];
  now: Date;
  path(file: string): string;
  write(file: string, select: string): Promise<void>;
  count(select: string): Promise<number>;
}

const bounds = {
  /** A file of fewer rows is joined with others of its kind, so many at a time. */
  smallRows: 100_000,
  joined: 12,
  /** Rows of one file at most. */
  mostRows: 1_000_000,
  /** Dead rows that a table may carry: a share of its rows, or so many. */
  deadShare: 0.02,
  deadRows: 5_000,
};

/** The rows of files that are not dead. */
export function living(files: readonly string[], dead: readonly string[], columns = '*'): string {
  const all = `read_parquet(${fileList(files)})`;
  if (dead.length === 0) return `select ${columns} from ${all}`;
  const gone = `(select id, max(position) as position from read_parquet(${fileList(dead)}) group by id)`;
  return `select ${columns} from ${all} alive anti join ${gone} gone on alive._id = gone.id and alive._position < gone.position`;
}

/** The manifest after one piece of work; undefined where nothing is due. */
export async function compactOnce(parts: CompactionParts): Promise<Manifest | undefined> {
  for (const { view } of parts.views) {
    const segments = parts.manifest.tables[view.name] ?? [];
    const small = run(segments);
    if (small.length > 0) return rewritten(parts, view.name, view.resource, small);
    const dirty = dirtiest(segments, parts.manifest.dead[view.resource] ?? []);
    if (dirty !== undefined) return rewritten(parts, view.name, view.resource, [dirty]);
  }
  for (const [type, segments] of Object.entries(parts.manifest.dead)) {
    const cleaned = parts.views
      .filter(({ view }) => view.resource === type)
      .flatMap(({ view }) => parts.manifest.tables[view.name] ?? [])
      .reduce((least, { cleaned: at }) => (BigInt(at) < least ? BigInt(at) : least), BigInt(parts.manifest.position));
    const done = segments.filter(({ to }) => BigInt(to) <= cleaned);
    if (done.length > 0) return without(parts, type, done);
    if (segments.length > bounds.joined) return joinedDead(parts, type, segments);
  }
  return undefined;
}

/** Neighbours that are small, where there are enough of them. */
function run(segments: readonly Segment[]): Segment[] {
  const small = segments.filter(({ rows }) => rows < bounds.smallRows);
  if (small.length < bounds.joined) return [];
  const taken: Segment[] = [];
  let rows = 0;
  for (const segment of small) {
    if (rows + segment.rows > bounds.mostRows) break;
    taken.push(segment);
    rows += segment.rows;
  }
  return taken;
}

/** The file that has gone longest without a cleaning, where there is much to be cleaned. */
function dirtiest(segments: readonly Segment[], dead: readonly Segment[]): Segment | undefined {
  const rows = segments.reduce((sum, segment) => sum + segment.rows, 0);
  const due = Math.max(bounds.deadRows, rows * bounds.deadShare);
  const above = ({ cleaned }: Segment): number =>
    dead.filter(({ to }) => BigInt(to) > BigInt(cleaned)).reduce((sum, one) => sum + one.rows, 0);
  return segments.filter((segment) => above(segment) > due).sort((a, b) => Number(BigInt(a.cleaned) - BigInt(b.cleaned)))[0];
}

const name = (stem: string, to: string): string => `${stem}-${to}-${randomBytes(4).toString('hex')}.parquet`;

async function rewritten(parts: CompactionParts, view: string, type: string, from: readonly Segment[]): Promise<Manifest> {
  const { manifest, path } = parts;
  const position = from.reduce((most, { to }) => (BigInt(to) > BigInt(most) ? to : most), '0');
  const file = name(view, position);
  const select = living(
    from.map((segment) => path(segment.file)),
    (manifest.dead[type] ?? []).map((segment) => path(segment.file)),
  );
  await parts.write(file, select);
  const rows = await parts.count(`select 1 from read_parquet(${fileList([path(file)])})`);
  const start = from.reduce((least, segment) => (BigInt(segment.from) < BigInt(least) ? segment.from : least), from[0]!.from);
  const made: Segment[] = rows === 0 ? [] : [{ file, rows, from: start, to: position, cleaned: manifest.position }];
  const others = (manifest.tables[view] ?? []).filter((segment) => !from.includes(segment));
  return {
    ...manifest,
    tables: { ...manifest.tables, [view]: [...made, ...others] },
    retired: [...manifest.retired, ...from.map((segment) => ({ file: segment.file, at: parts.now.toISOString() }))],
  };
}

function without({ manifest, now }: CompactionParts, type: string, gone: readonly Segment[]): Manifest {
  const dead = { ...manifest.dead, [type]: (manifest.dead[type] ?? []).filter((segment) => !gone.includes(segment)) };
  if (dead[type]?.length === 0) delete dead[type];
  return { ...manifest, dead, retired: [...manifest.retired, ...gone.map(({ file }) => ({ file, at: now.toISOString() }))] };
}

async function joinedDead(parts: CompactionParts, type: string, from: readonly Segment[]): Promise<Manifest> {
  const { path } = parts;
  const last = from.at(-1)!;
  const file = name(`dead-${type}`, last.to);
  await parts.write(
    file,
    `select id, max(position) as position from read_parquet(${fileList(from.map((segment) => path(segment.file)))}) group by id`,
  );
  const rows = await parts.count(`select 1 from read_parquet(${fileList([path(file)])})`);
  const kept = without(parts, type, from);
  return { ...kept, dead: { ...kept.dead, [type]: [{ file, rows, from: from[0]!.from, to: last.to, cleaned: last.to }] } };
}
