// For tests: the tables of a small simulated hospital, without a database, and what may be asked of them.
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generatePopulation } from '../simulator/population.ts';
import type { Resource } from '../src/fhir/generated/types.ts';
import type { Change } from '../src/record/contract.ts';
import type { Answer, AnswerCell, CompiledView, Detail } from '../src/warehouse/contract.ts';
import type { Derived } from '../src/warehouse/derived/contract.ts';
import { defaultAskLimits } from '../src/warehouse/query/limits.ts';
import { planOf } from '../src/warehouse/query/plan.ts';
import { openRoom, type Room } from '../src/warehouse/query/room.ts';
import { run } from '../src/warehouse/query/run.ts';
import { defaultKeeper, Keeper } from '../src/warehouse/store/keeper.ts';
import { type Manifest, readManifest } from '../src/warehouse/store/manifest.ts';

export interface Stand {
  folder: string;
  manifest: Manifest;
  resources: readonly Resource[];
}

/** Whoever asks for it removes the folder. `more`: beside what is simulated. */
export async function simulatedTables(views: readonly CompiledView[], patients: number, more: readonly Resource[] = []): Promise<Stand> {
  const asOf = new Date('2026-06-01T12:00:00Z');
  const resources = [...generatePopulation({ seed: 'omop', patients, asOf })]
    .flatMap(({ entry = [] }) => entry.flatMap(({ resource }) => resource ?? []))
    .concat(more);
  const folder = mkdtempSync(join(tmpdir(), 'lamplight-omop-'));
  const keeper = await Keeper.open(defaultKeeper(folder), views);
  const changes = resources.map(
    (resource, at): Change => ({
      position: BigInt(at + 1),
      at: asOf,
      by: 'test',
      operation: 'create',
      type: resource.resourceType,
      id: resource.id!,
      version: 1,
      pat: `pat-${resource.id}`,
      body: JSON.stringify({ ...resource, meta: { ...resource.meta, lastUpdated: asOf.toISOString() } }),
    }),
  );
  await keeper.take(changes, BigInt(changes.length));
  await keeper.flush();
  keeper.close();
  return { folder, manifest: readManifest(folder)!, resources };
}

/** A room for each way of asking, as the process of the queries keeps them. */
const rooms = new Map<string, Promise<Room>>();
export async function closeRooms(): Promise<void> {
  for (const room of rooms.values()) (await room).close();
  rooms.clear();
}

export async function asked(
  { folder, manifest }: Stand,
  views: readonly CompiledView[],
  derived: readonly Derived[],
  sql: string,
  detail: Detail = 'identified',
): Promise<AnswerCell[][]> {
  const limits = { ...defaultAskLimits, rows: 200_000 };
  const seen = views.map((view) => ({ view, scoped: false }));
  const plan = planOf('', { folder, manifest, seen, derived, detail, limits, timeZone: 'UTC' });
  const key = JSON.stringify(plan);
  const room = rooms.get(key) ?? openRoom(plan, tmpdir());
  rooms.set(key, room);
  const { result } = await run(await room, { sql, parameters: {}, limits });
  if (!result.ok) throw new Error(`${result.problem.message}\n${sql}`);
  if (result.value.kind !== 'rows') throw new Error('rows were asked for');
  return (JSON.parse(result.value.text) as Answer).rows;
}
