// What is above and below each concept at any distance, from the sets "parent = code" that the concepts left.
import type { Database } from '../../database/contract.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { closure, ringText } from '../../fhir/terminology/hierarchy.ts';
import { pack, unpack } from '../../fhir/terminology/packed.ts';
import { propertyName } from '../posting-names.ts';
import type { BuildSteps } from './build.ts';

const namesAtOnce = 2_000;
const bytesAtOnce = 4 * 1024 * 1024;
const rowsAtOnce = 4_000;
const restEvery = 2_000;

export async function buildClosure(
  database: Database,
  release: number,
  size: number,
  fold: (code: string) => string,
  steps: BuildSteps,
): Promise<Result<void>> {
  const edges = await edgesOf(database, release, size, fold);
  if (edges.child.length === 0) return ok(undefined);
  let since = 0;
  const rest = (): Promise<void> | undefined => {
    since += 1;
    return since % restEvery === 0 ? steps.rest() : undefined;
  };
  const closed = await closure(size, edges, (ring) => namesOf(database, release, ring), rest);
  if (!closed.ok) return closed;
  const { above, below } = closed.value;
  let rows: { at: number; above: Buffer | null; below: Buffer | null }[] = [];
  let bytes = 0;
  for (let at = 0; at < size; at += 1) {
    const row = { at, above: packed(above(at).slice().sort()), below: packed(below(at)) };
    if (row.above === null && row.below === null) continue;
    rows.push(row);
    bytes += (row.above?.length ?? 0) + (row.below?.length ?? 0);
    if (rows.length < rowsAtOnce && bytes < bytesAtOnce) continue;
    await write(database, release, rows);
    rows = [];
    bytes = 0;
  }
  await write(database, release, rows);
  return ok(undefined);
}

const packed = (members: Int32Array): Buffer | null => (members.length === 0 ? null : pack(members));

async function write(
  database: Database,
  release: number,
  rows: readonly { at: number; above: Buffer | null; below: Buffer | null }[],
): Promise<void> {
  if (rows.length === 0) return;
  await database.query({
    text: 'insert into terminology_closure (release, at, above, below) select $1, * from unnest($2::int[], $3::bytea[], $4::bytea[])',
    values: [release, rows.map(({ at }) => at), rows.map(({ above }) => above), rows.map(({ below }) => below)],
  });
}

async function edgesOf(
  database: Database,
  release: number,
  size: number,
  fold: (code: string) => string,
): Promise<{ parent: Int32Array; child: Int32Array }> {
  const prefix = propertyName('parent', '');
  let parent = new Int32Array(size);
  let child = new Int32Array(size);
  let count = 0;
  let after = prefix;
  let part = -1;
  for (;;) {
    const { rows } = await database.query<{ name: string; part: number; members: Buffer; at: number | null; key: string }>({
      text: `select name, part, members from terminology_posting where release = $1 and (name, part) > ($2, $3) and name < $4 order by name, part limit ${namesAtOnce}`,
      values: [release, after, part, `${prefix}\u{10ffff}`],
    });
    const keys = rows.map(({ name }) => fold(name.slice(prefix.length)));
    const found = await database.query<{ key: string; at: number }>({
      text: 'select key, at from terminology_concept where release = $1 and key = any($2::text[])',
      values: [release, [...new Set(keys)]],
    });
    const numbers = new Map(found.rows.map(({ key, at }) => [key, at]));
    rows.forEach(({ members }, i) => {
      const above = numbers.get(keys[i]!);
      if (above === undefined) return;
      for (const one of unpack(members)) {
        if (count === parent.length) [parent, child] = [grown(parent), grown(child)];
        parent[count] = above;
        child[count] = one;
        count += 1;
      }
    });
    const last = rows.at(-1);
    if (last === undefined) break;
    ({ name: after, part } = last);
  }
  return { parent: parent.slice(0, count), child: child.slice(0, count) };
}

function grown(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(Math.max(1024, numbers.length * 2));
  larger.set(numbers);
  return larger;
}

async function namesOf(database: Database, release: number, ring: readonly number[]): Promise<string> {
  const shown = ring.slice(0, 13);
  const { rows } = await database.query<{ at: number; key: string }>({
    text: 'select at, key from terminology_concept where release = $1 and at = any($2::int[])',
    values: [release, shown],
  });
  const names = new Map(rows.map(({ at, key }) => [at, key]));
  return ringText(ring.map((at) => names.get(at) ?? `${at}`));
}
