// lamplight warehouse: the record as tables on the command line: how they stand, made anew, compared with the record, asked.
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../database/contract.ts';
import { readInstance } from '../../database/instance.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Caller } from '../../record/contract.ts';
import { defaultRecordSettings, openRecord } from '../../record/record.ts';
import type { Answer, CompiledView } from '../../warehouse/contract.ts';
import { rebuildMark } from '../../warehouse/follow.ts';
import { journalFolder, journalKeeper, journals } from '../../warehouse/journal/journals.ts';
import { rebuildJournals, verifyJournals } from '../../warehouse/journal/replay.ts';
import { journalsSeen } from '../../warehouse/journal/seen.ts';
import { ask } from '../../warehouse/query/ask.ts';
import { formulaStart } from '../../warehouse/query/file.ts';
import { seenBy } from '../../warehouse/query/tables.ts';
import { type Compared, rebuild, verify } from '../../warehouse/replay.ts';
import { defaultKeeper } from '../../warehouse/store/keeper.ts';
import { type Manifest, readManifest } from '../../warehouse/store/manifest.ts';
import { printData, printHint, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { derivedTables, shippedViews, warehouseFolder } from '../warehouse.ts';
import { withDatabase } from '../with-database.ts';

const caller = (): Caller => ({
  person: { id: namedUuid('account', 'command line'), name: `command line (${userInfo().username})`, role: 'administrator' },
  purpose: 'HSYSADMIN',
  from: 'command line',
  request: `warehouse ${process.pid}`,
});

const recordOf = (database: Database): ReturnType<typeof openRecord> => openRecord(database, defaultRecordSettings);

/** With the views and the database of this installation. */
async function withViews<T>(
  settings: Settings,
  work: (database: Database, views: CompiledView[]) => Promise<Result<T>>,
): Promise<Result<T>> {
  const views = shippedViews();
  return views.ok ? withDatabase(settings, (database) => work(database, views.value), { make: false }) : views;
}

export async function warehouseStatus(settings: Settings, options: { json?: boolean }): Promise<number> {
  const folder = warehouseFolder(settings);
  const done = await withViews(settings, async (database, views) => {
    const manifest = readManifest(folder);
    const { rows } = await database.query<{ head: bigint }>({ text: 'select coalesce(max(position), 0)::int8 as head from change' });
    return ok({ manifest, views, head: rows[0]!.head });
  });
  if (!done.ok) return printProblem(done.problem);
  const { manifest, views, head } = done.value;
  if (manifest === undefined)
    return printProblem({
      kind: 'not-found',
      message: 'There are no tables yet: LAMPLIGHT_WAREHOUSE=on keeps them, "lamplight warehouse rebuild" makes them',
    });
  const ofJournals = readManifest(journalFolder(folder));
  const tables = [
    ...views.map(({ view }) => ({ table: view.name, ...sizeOf(manifest, folder, view.name, view.resource) })),
    ...journals.flatMap(({ table: { view } }) =>
      ofJournals === undefined ? [] : [{ table: view.name, ...sizeOf(ofJournals, journalFolder(folder), view.name, view.resource) }],
    ),
  ];
  if (options.json === true) {
    await printData(JSON.stringify({ position: manifest.position, head: String(head), tables }));
    return 0;
  }
  printTable(
    ['table', 'rows written', 'replaced since', 'files', 'MB'],
    tables.map((one) => [one.table, String(one.rows), String(one.dead), String(one.files), (one.bytes / 1e6).toFixed(1)]),
  );
  printNote(
    `position ${manifest.position} of ${head}${BigInt(manifest.position) >= head ? '' : ' (changes that no table tells of count too)'}`,
  );
  return 0;
}

function sizeOf(
  manifest: Manifest,
  folder: string,
  view: string,
  type: string,
): { rows: number; dead: number; files: number; bytes: number } {
  const segments = manifest.tables[view] ?? [];
  return {
    rows: segments.reduce((sum, { rows }) => sum + rows, 0),
    dead: (manifest.dead[type] ?? []).reduce((sum, { rows }) => sum + rows, 0),
    files: segments.length,
    bytes: segments.reduce((sum, { file }) => sum + (existsSync(join(folder, file)) ? statSync(join(folder, file)).size : 0), 0),
  };
}

export async function warehouseRebuild(settings: Settings, options: { quiet?: boolean }): Promise<number> {
  const folder = warehouseFolder(settings);
  if (readInstance(settings.dataDir) !== undefined) {
    if (!existsSync(folder))
      return printProblem({
        kind: 'conflict',
        message: 'Lamplight runs and keeps no tables: stop it, or start it with LAMPLIGHT_WAREHOUSE=on',
      });
    for (const one of [folder, journalFolder(folder)]) if (existsSync(one)) writeFileSync(join(one, rebuildMark), '');
    printNote('The running Lamplight makes the tables anew; "lamplight warehouse status" shows how far it is');
    return 0;
  }
  let told = performance.now();
  const done = await withViews(settings, async (database, views) => {
    const made = await rebuild(recordOf(database), defaultKeeper(folder), views, {
      progress: (position) => {
        if (options.quiet === true || performance.now() - told < 5_000) return;
        told = performance.now();
        printNote(`position ${position}`);
      },
    });
    return ok({ ...made, ofJournals: await rebuildJournals(database, journalKeeper(defaultKeeper(folder)), journals) });
  });
  if (!done.ok) return printProblem(done.problem);
  const rows = [done.value.manifest, done.value.ofJournals]
    .flatMap(({ tables }) => Object.values(tables).flat())
    .reduce((sum, segment) => sum + segment.rows, 0);
  printNote(`${rows.toLocaleString('en')} rows up to position ${done.value.manifest.position}`);
  if (done.value.faults > 0) printHint(`${done.value.faults} rows did not fit their view and are in no table`);
  return 0;
}

export async function warehouseVerify(settings: Settings, options: { json?: boolean }): Promise<number> {
  const keeper = defaultKeeper(warehouseFolder(settings));
  const done = await withViews(settings, async (database, views) => {
    const compared = await verify(recordOf(database), keeper, views);
    return compared.ok ? ok([...compared.value, ...(await verifyJournals(database, journalKeeper(keeper), journals))]) : compared;
  });
  if (!done.ok) return printProblem(done.problem);
  const wrong = done.value.filter(({ stale, missing }) => stale + missing > 0);
  if (options.json === true) for (const one of done.value) await printData(JSON.stringify(one));
  else printTable(['table', 'rows', 'stale', 'missing'], done.value.map(cellsOf));
  if (wrong.length === 0) return 0;
  return printProblem({
    kind: 'conflict',
    message: 'The tables do not say what the record says: "lamplight warehouse rebuild" makes them anew',
  });
}

const cellsOf = ({ table, rows, stale, missing }: Compared): string[] => [table, String(rows), String(stale), String(missing)];

export interface QueryOptions {
  identified?: boolean;
  csv?: boolean;
  json?: boolean;
}

export async function warehouseQuery(settings: Settings, sql: string, options: QueryOptions): Promise<number> {
  const folder = warehouseFolder(settings);
  const done = await withViews(settings, async (database, views) => {
    const manifest = readManifest(folder);
    if (manifest === undefined) return fail('not-found', 'There are no tables yet: "lamplight warehouse rebuild" makes them');
    const derived = derivedTables(settings, views);
    if (!derived.ok) return derived;
    const who = caller();
    const seen = [
      ...seenBy(who.person, who.purpose, views).seen,
      ...journalsSeen(who.person, who.purpose, sql, readManifest(journalFolder(folder)), folder),
    ];
    const answer = await ask(sql, {
      folder,
      manifest,
      seen,
      derived: derived.value,
      detail: options.identified === true ? 'identified' : 'de-identified',
      timeZone: settings.timeZone,
    });
    await recordOf(database).note(who, 'warehouse-query', {
      outcome: answer.ok ? 200 : 422,
      query: sql.replaceAll('\0', '').slice(0, 1_000),
    });
    return answer;
  });
  if (!done.ok) return printProblem(done.problem);
  await printAnswer(done.value, options);
  return 0;
}

async function printAnswer({ columns, rows, cut }: Answer, options: QueryOptions): Promise<void> {
  const names = columns.map(({ name }) => name);
  const text = (cell: unknown): string => (cell === null ? '' : typeof cell === 'string' ? cell : JSON.stringify(cell));
  if (options.json === true)
    for (const row of rows) await printData(JSON.stringify(Object.fromEntries(row.map((cell, at) => [names[at], cell]))));
  else if (options.csv === true) for (const row of [names, ...rows]) await printData(row.map((cell) => csvCell(text(cell))).join(','));
  else
    printTable(
      names,
      rows.map((row) =>
        row.map((cell) =>
          text(cell)
            .replaceAll(/[\s\p{Cc}]+/gu, ' ')
            .slice(0, 120),
        ),
      ),
    );
  if (cut) printHint(`there are more than ${rows.length.toLocaleString('en')} rows: ask for less, or sum up first`);
}

/** RFC 4180; a cell that a spreadsheet would take for a formula is kept from being one. */
const csvCell = (text: string): string => {
  const safe = formulaStart.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};
