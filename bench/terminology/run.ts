// npm run bench -- terminology [concepts]: a made SNOMED CT of 360,000 concepts is loaded from its zip, with the memory of the process
// watched; then the first page of a value set of about 100,000 of them (is-a in a polyhierarchy) with a text filter is asked for, again
// and again and with words that were not asked for before.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/database/migrate.ts';
import { testDatabase } from '../../src/database/testing.ts';
import { loadReleaseFile } from '../../src/terminology/load/load.ts';
import { terminologyMigrations } from '../../src/terminology/schema.ts';
import { openTerminology } from '../../src/terminology/service.ts';

const concepts = Number(process.argv[2] ?? 360_000);
const folder = mkdtempSync(join(tmpdir(), 'lamplight-bench-'));
const file = join(folder, 'SnomedCT_Made.zip');
const made = spawnSync(process.execPath, [join(import.meta.dirname, 'make-release.js'), file, String(concepts)], { stdio: 'inherit' });
if (made.status !== 0) process.exit(1);

const test = await testDatabase();
await migrate(test.db, terminologyMigrations);
const now = (): Date => new Date();
const before = process.memoryUsage().rss;
let peak = before;
const tenths: number[] = [];
const watch = setInterval(() => {
  const { rss } = process.memoryUsage();
  peak = Math.max(peak, rss);
  tenths.push(rss);
}, 500);
const megabytes = (bytes: number): string => `${Math.round(bytes / 1024 / 1024)} MB`;
const begun = performance.now();
const cpuBefore = process.cpuUsage();
let staged = 0;
const loaded = await loadReleaseFile(
  test.db,
  file,
  {
    hear: {
      concepts() {
        staged ||= performance.now();
      },
    },
  },
  now,
);
clearInterval(watch);
if (!loaded.ok) throw new Error(loaded.problem.message);
const seconds = (performance.now() - begun) / 1000;
const cpu = process.cpuUsage(cpuBefore);
const size = await test.db.query<{ bytes: bigint }>({
  text: `select sum(pg_total_relation_size(c.oid))::int8 as bytes from pg_class c where relname in ('terminology_concept', 'terminology_posting', 'terminology_closure')`,
});
console.log(`\n${now().toISOString().slice(0, 10)}, Node ${process.version}, PostgreSQL without fsync\n`);
console.log(
  `zip ${megabytes(statSync(file).size)}; ${loaded.value.concepts} concepts loaded in ${seconds.toFixed(1)} s (${Math.round(loaded.value.concepts / seconds)}/s),`,
);
console.log(
  `of which ${((staged - begun) / 1000).toFixed(1)} s reading; ${megabytes(Number(size.rows[0]!.bytes))} on disk; ${((cpu.user + cpu.system) / 1e6).toFixed(1)} s CPU of this process`,
);
console.log(
  `memory: ${megabytes(before)} before, at most ${megabytes(peak)}; by time ${Array.from({ length: 10 }, (_, i) => megabytes(tenths[Math.floor((i * tenths.length) / 10)] ?? 0)).join(', ')}`,
);

const system = 'http://snomed.info/sct';
const room = openTerminology(test.db, { now });
const terminology = room.seenBy(undefined, 'bench');
const valueSet = (code: string) => ({
  resourceType: 'ValueSet' as const,
  status: 'active',
  compose: { include: [{ system, filter: [{ property: 'concept', op: 'is-a', value: code }] }] },
});
let best = { code: '', total: 0 };
for (let i = 0; i < 60; i += 1) {
  const code = String(100_000_000 + i);
  const found = await terminology.expand(valueSet(code), { count: 0 });
  if (found.ok && Math.abs((found.value.total ?? 0) - 100_000) < Math.abs(best.total - 100_000))
    best = { code, total: found.value.total ?? 0 };
}
const sample = await terminology.expand(valueSet(best.code), { count: 2_000, offset: 5_000 });
const words = sample.ok ? [...new Set(sample.value.codes.flatMap(({ display }) => (display ?? '').split(' ')))] : [];

async function measure(name: string, wishOf: (i: number) => string | undefined, rounds: number, fresh: boolean): Promise<void> {
  const times: number[] = [];
  const spent = process.cpuUsage();
  for (let i = 0; i < rounds; i += 1) {
    const asked = fresh ? openTerminology(test.db, { now }).seenBy(undefined, 'bench') : room.seenBy(undefined, 'bench');
    const at = performance.now();
    const found = await asked.expand(valueSet(best.code), { filter: wishOf(i), count: 20 });
    times.push(performance.now() - at);
    if (!found.ok) throw new Error(found.problem.message);
  }
  const { user, system: kernel } = process.cpuUsage(spent);
  times.sort((a, b) => a - b);
  const at = (share: number): string => times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(1);
  console.log(`| ${name} | ${rounds} | ${at(0.5)} | ${at(0.95)} | ${((user + kernel) / 1000 / rounds).toFixed(1)} |`);
}
console.log(
  `\nfirst page (20) of ${best.total} concepts below ${best.code}, ms\n\n| filter | times | median | 95 % | CPU of this process |\n| --- | --- | --- | --- | --- |`,
);
await measure('a whole word, not asked before', (i) => words[i % words.length], 200, false);
await measure('the same with nothing kept', (i) => words[i % words.length], 100, true);
await measure(
  'two beginnings of three letters, nothing kept',
  (i) => `${words[i % words.length]!.slice(0, 3)} ${words[(i + 7) % words.length]!.slice(0, 3)}`,
  100,
  true,
);
await measure('one letter, nothing kept', (i) => words[i % words.length]!.slice(0, 1), 50, true);
await measure('four letters, nothing kept', (i) => words[i % words.length]!.slice(0, 4), 100, true);
await measure('no filter, nothing kept', () => undefined, 50, true);
await measure('no filter', () => undefined, 50, false);
await test.drop();
rmSync(folder, { recursive: true });
process.exit(0);
