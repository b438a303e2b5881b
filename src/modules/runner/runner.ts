// Runs the modules: each follows the feed under its own name, and what it concludes is committed with its Provenance and
// its place in the feed in one transaction. A kill at any moment therefore loses nothing and doubles nothing.
//
// A module never gets its own conclusions back: changes made by its account are passed over. What it concludes again with
// the same content is not written again, so a replay from an older place leaves the record as it is.

import { type Delivery, type Feed, FollowerFault } from '../../feed/contract.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import { sameJson } from '../../fhir/json-equal.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Caller, Change, RecordStore, Write } from '../../record/contract.ts';
import type { Module } from '../contract.ts';
import { BatchChart, CommitFirst } from './batch-chart.ts';
import { conclude, type Pending } from './conclude.ts';
import { Concluded } from './concluded.ts';
import { moduleCaller } from './module-account.ts';
import { moduleGraph } from './module-graph.ts';
import { ParsedResources } from './parsed.ts';
import { provenanceOf } from './provenance.ts';

export interface RunnerParts {
  feed: Pick<Feed, 'follow'>;
  record: Pick<RecordStore, 'read' | 'search' | 'history' | 'commitWith'>;
  now(): Date;
}

export interface Runner {
  /** Lets the batches under way finish. */
  stop(): Promise<void>;
}

/** Name under which a module follows the feed. */
export const followerName = (module: Module): string => `module:${module.name}`;

/** Changes whose conclusions are committed together. */
const batch = 500;

/** Starts every module that follows. Refuses modules that would wake each other in a circle. A new module begins at the start. */
export function runModules(modules: readonly Module[], parts: RunnerParts): Result<Runner> {
  const parsed = new ParsedResources();
  const names = new Set(modules.map((module) => module.name));
  if (names.size < modules.length) return fail('conflict', 'Two modules have the same name');
  const { circle } = moduleGraph(modules);
  if (circle !== undefined)
    return fail('conflict', `The modules ${circle.join(' → ')} would wake each other for ever: see what they watch and emit`);
  const followers = modules
    .filter((module) => module.follow !== undefined)
    .map((module) => {
      const caller = moduleCaller(module.name);
      return parts.feed.follow(followerName(module), { from: 'start', watches: module.watches, batch }, (delivery) =>
        attend(module, caller, parts, delivery, parsed),
      );
    });
  return ok({
    async stop() {
      await Promise.all(followers.map((follower) => follower.stop()));
    },
  });
}

async function attend(module: Module, caller: Caller, parts: RunnerParts, delivery: Delivery, parsed: ParsedResources): Promise<void> {
  const foreign = delivery.changes.filter((change) => change.by !== caller.person.id);
  if (foreign.length === 0) return;
  try {
    await together(module, caller, parts, foreign, delivery, delivery.reached, parsed);
  } catch (error) {
    if (!(error instanceof CommitFirst)) throw error;
    for (const [i, change] of foreign.entries()) {
      const place = i === foreign.length - 1 ? delivery.reached : change.position;
      await together(module, caller, parts, [change], delivery, place, parsed);
    }
  }
}

const mostTries = 4;

/** These changes and what follows from them, with the place `to`, in one transaction. */
async function together(
  module: Module,
  caller: Caller,
  parts: RunnerParts,
  changes: Change[],
  delivery: Delivery,
  to: bigint,
  parsed: ParsedResources,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const pending = new Concluded<Pending>();
    const chart = new BatchChart(parts.record, caller, pending, parsed);
    await conclude(module, changes, chart, pending, parsed);
    const writes = await writesOf(module, [...pending.values()], chart, parts.now());
    // The feed moves by itself where nothing is to be written; not after a try that moved and was rolled back.
    if (writes.length === 0 && to === delivery.reached && tries === 1) return;
    const done = await parts.record.commitWith(caller, writes, (session) => delivery.move(session, to));
    if (done.ok) return;
    const { problem } = done;
    if (problem.kind === 'forbidden')
      throw new FollowerFault(`the module ${module.name} may not write what it concludes: ${problem.message}`);
    // Somebody changed what it looked at in between: it looks again.
    if (problem.kind !== 'precondition' || tries >= mostTries) throw new Error(problem.message);
  }
}

/** What differs from the record, each with its version as it was compared, and the Provenance for all of it. */
async function writesOf(module: Module, pending: Pending[], chart: BatchChart, recorded: Date): Promise<Write[]> {
  const standing = await Promise.all(pending.map(({ resource }) => chart.standing(resource.resourceType, resource.id!)));
  const writes: Write[] = [];
  const occasions = new Map<string, Pending[]>();
  const versions = new Map<Pending, number>();
  for (const [i, one] of pending.entries()) {
    const { version, resource } = standing[i]!;
    if (resource !== undefined && sameContent(resource, one.resource)) continue;
    writes.push({ kind: 'update', resource: one.resource, ...(version === 0 ? { ifNew: true } : { ifVersion: version }) });
    versions.set(one, version + 1);
    const key = `${one.position} ${one.knowledge}`;
    occasions.set(key, [...(occasions.get(key) ?? []), one]);
  }
  for (const some of occasions.values()) {
    const { position, knowledge } = some[0]!;
    const targets = some.map((one) => `${one.resource.resourceType}/${one.resource.id}/_history/${versions.get(one)}`);
    const created = some.every((one) => versions.get(one) === 1);
    const basis = some.flatMap((one) => one.basis);
    const { id, ...provenance } = provenanceOf({ module: module.name, position, knowledge, targets, basis, recorded, created });
    writes.push({ kind: 'create', resource: provenance, id });
  }
  return writes;
}

/** Apart from what the record itself puts into `meta`. */
function sameContent(stored: Resource, concluded: Resource): boolean {
  return sameJson(withoutOwnMeta(stored), withoutOwnMeta(concluded));
}

function withoutOwnMeta(resource: Resource): object {
  const { versionId: _v, lastUpdated: _l, ...meta } = resource.meta ?? {};
  return { ...resource, meta: Object.keys(meta).length === 0 ? undefined : meta };
}
