// A simulated year as tables, without PostgreSQL: what the warehouse would have made of it.
import { createReadStream, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ResourceType } from '../../src/fhir/generated/types.ts';
import { fail, ok, type Result } from '../../src/fhir/result.ts';
import type { Change } from '../../src/record/contract.ts';
import type { Answer, AskOptions, CompiledView } from '../../src/warehouse/contract.ts';
import { ask } from '../../src/warehouse/query/ask.ts';
import { seenBy } from '../../src/warehouse/query/tables.ts';
import { defaultKeeper, Keeper } from '../../src/warehouse/store/keeper.ts';
import { readManifest } from '../../src/warehouse/store/manifest.ts';
import { loadViews } from '../../src/warehouse/view/load.ts';

export type AskTables = (sql: string, options?: AskOptions) => Promise<Result<Answer>>;

/** Tables of FOLDER in FOLDER/tables; they are made once. */
export async function tablesOf(folder: string): Promise<Result<AskTables>> {
  const loaded = loadViews(['knowledge/views']);
  if (!loaded.ok) return loaded;
  const views = loaded.value;
  const place = join(folder, 'tables');
  if (!existsSync(place)) await make(folder, place, views);
  const manifest = readManifest(place);
  if (manifest === undefined) return fail('not-found', `there are no tables in ${place}: remove it and begin again`);
  const person = { id: 'bench', name: 'bench', role: 'administrator' } as const;
  const { seen } = seenBy(person, 'HSYSADMIN', views);
  return ok((sql, options = {}) =>
    ask(sql, {
      folder: place,
      manifest,
      seen,
      detail: options.detail ?? 'identified',
      ...(options.parameters === undefined ? {} : { parameters: options.parameters }),
      limits: { memoryMegabytes: 1024, spillMegabytes: 1024, threads: 2, timeMs: 60_000, rows: 1_000_000, ...options.limits },
    }),
  );
}

async function make(folder: string, place: string, views: CompiledView[]): Promise<void> {
  const keeper = await Keeper.open(defaultKeeper(place), views);
  const types = new Set(views.map(({ view }) => view.resource));
  let position = 0n;
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.ndjson'))) {
    const type = file.slice(0, -'.ndjson'.length);
    if (!types.has(type)) continue;
    let changes: Change[] = [];
    const flush = async (): Promise<void> => {
      await keeper.take(changes, position);
      changes = [];
    };
    for await (const body of createInterface({ input: createReadStream(join(folder, file)) })) {
      const id = /"id":"([^"]+)"/.exec(body)?.[1] ?? '';
      position++;
      changes.push({
        position,
        at: new Date(0),
        by: 'bench',
        operation: 'create',
        type: type as ResourceType,
        id,
        version: 1,
        pat: '00000000-0000-7000-8000-000000000000',
        body,
      });
      if (changes.length >= 2_000) await flush();
    }
    await flush();
  }
  await keeper.flush();
  keeper.close();
}
