// A batch of changes handed to a module, and what it concludes from them, checked: before anything is written.
//
// For a module that concludes patient by patient, changes of one patient (and of one resource, should it move between
// patients) are handed over one after the other, those of different patients side by side: their searches travel together.

import { FollowerFault } from '../../feed/contract.ts';
import type { Resource } from '../../fhir/generated/types.ts';
import { validateStructure } from '../../fhir/structure/validate.ts';
import type { Change } from '../../record/contract.ts';
import type { Chart, Conclusion, Module, ModuleChange } from '../contract.ts';
import type { ParsedResources } from './parsed.ts';

export interface Pending extends Conclusion {
  /** The change that gave occasion. */
  position: bigint;
}

const sideBySide = 64;

/** Fills `pending`, by `Type/id`; where one resource is concluded several times, the latest change has the last word. */
export async function conclude(
  module: Module,
  changes: readonly Change[],
  chart: Chart,
  pending: Map<string, Pending>,
  parsed: ParsedResources,
): Promise<void> {
  const queues = module.byPatient === true ? queuesOf(changes) : [[...changes]];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let queue = queues[next++]; queue !== undefined; queue = queues[next++]) {
      for (const change of await lastOfSame(module, queue, parsed)) await concludeOne(module, change, chart, pending);
    }
  };
  // All must have ended before the first failure is told: what is still running must not write into the next batch.
  const ended = await Promise.allSettled(Array.from({ length: Math.min(sideBySide, queues.length) }, work));
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

interface Handed {
  position: bigint;
  change: ModuleChange;
}

/** The changes of a queue as the module gets them, without those that a later one makes needless. */
async function lastOfSame(module: Module, queue: readonly Change[], parsed: ParsedResources): Promise<Handed[]> {
  const handed: Handed[] = [];
  for (const change of queue) {
    const { position, operation, type, id, version, body } = change;
    handed.push({ position, change: { position, operation, type, id, version, after: body === '' ? null : await parsed.of(change) } });
  }
  if (module.sameAs === undefined) return handed;
  const last = new Map<string, Handed>();
  const keys = handed.map((one) => module.sameAs?.(one.change));
  handed.forEach((one, i) => {
    const key = keys[i];
    if (key !== undefined) last.set(key, one);
  });
  return handed.filter((one, i) => keys[i] === undefined || last.get(keys[i]) === one);
}

async function concludeOne(module: Module, { position, change }: Handed, chart: Chart, pending: Map<string, Pending>): Promise<void> {
  const conclusions = await module.follow!(change, chart);
  for (const conclusion of conclusions) {
    const key = checked(module, conclusion.resource, position);
    const before = pending.get(key);
    if (before === undefined || before.position <= position) pending.set(key, { ...conclusion, position });
  }
}

/** `Type/id`. What a module returns is its own doing: something wrong in it is a bug that no second try mends. */
function checked(module: Module, resource: Resource, position: bigint): string {
  const { resourceType: type, id } = resource;
  const said = `at position ${position} the module ${module.name} returned`;
  if (!module.emits.includes(type)) throw new FollowerFault(`${said} ${type}, which is not among what it emits`);
  if (id === undefined) throw new FollowerFault(`${said} ${type} without an id: a replay would add where it should replace`);
  const findings = validateStructure(resource, type);
  if (findings.length > 0)
    throw new FollowerFault(`${said} ${type} that is not valid at ${findings.map((finding) => finding.where).join(', ')}`);
  return `${type}/${id}`;
}

/** Joined by patient and by resource; each queue in order of position. */
function queuesOf(changes: readonly Change[]): Change[][] {
  const queueOf = new Map<string, { changes: Change[] }>();
  for (const change of changes) {
    const keys = [change.pat, `${change.type}/${change.id}`];
    const met = [...new Set(keys.map((key) => queueOf.get(key)).filter((queue) => queue !== undefined))];
    const [queue = { changes: [] }, other] = met;
    if (other !== undefined) {
      queue.changes.push(...other.changes);
      queue.changes.sort((a, b) => (a.position < b.position ? -1 : 1));
      for (const [key, one] of queueOf) if (one === other) queueOf.set(key, queue);
    }
    queue.changes.push(change);
    for (const key of keys) queueOf.set(key, queue);
  }
  return [...new Set(queueOf.values())].map((queue) => queue.changes);
}
