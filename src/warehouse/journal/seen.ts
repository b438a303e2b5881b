// The journals that a person may ask, as their files stand.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Session } from '../../database/contract.ts';
import { fail, type Result } from '../../fhir/result.ts';
import type { Person, Purpose } from '../../policy/contract.ts';
import type { Seen } from '../query/tables.ts';
import { type Manifest, readManifest } from '../store/manifest.ts';
import type { Journal } from './contract.ts';
import { journalFolder, journals, mayName } from './journals.ts';
import { timeOfPosition } from './reading.ts';

export const journalsOf = (person: Person, purpose: Purpose): Journal[] =>
  journals.filter((journal) => journal.may(person, purpose).allowed);

/**
 * Those that a query may name, and no others: the trail grows with every question, and what is known of the tables holds only while
 * they stay as they are.
 */
export function journalsSeen(person: Person, purpose: Purpose, sql: string, manifest: Manifest | undefined, warehouse: string): Seen[] {
  if (manifest === undefined) return [];
  const of = { manifest, folder: journalFolder(warehouse) };
  return journalsOf(person, purpose)
    .filter((journal) => mayName(sql, journal))
    .map(({ table }) => ({ view: table, scoped: false, of }));
}

/** A table that is there, but not for this person: that is said, with why. */
export function withheld<T>(person: Person, purpose: Purpose, refused: Result<T> & { ok: false }): Result<T> {
  if (refused.problem.kind !== 'not-found') return refused;
  const named = /^There is no table "(\w+)"/.exec(refused.problem.message)?.[1]?.toLowerCase();
  const decision = journals.find(({ table }) => table.view.name === named)?.may(person, purpose);
  return decision?.allowed === false ? fail('forbidden', decision.why) : refused;
}

/** The latest moment at which these were certainly as told. */
export async function journalsAsOf(database: Session, seen: readonly Seen[], now: Date): Promise<Date> {
  let asOf = now;
  for (const { view, of } of seen) {
    const journal = journals.find(({ table }) => table === view);
    if (journal === undefined || of === undefined) continue;
    const position = BigInt(of.manifest.position);
    const at = position < 0n ? timeOfPosition(position) : await journal.untold(database, position);
    if (at !== undefined && at < asOf) asOf = at;
  }
  return asOf;
}

/** Reads the file again only where it is another. */
export function newestManifest(folder: string): () => Manifest | undefined {
  let last: { stamp: string; manifest: Manifest | undefined } | undefined;
  return () => {
    const found = statSync(join(folder, 'manifest.json'), { throwIfNoEntry: false });
    const stamp = found === undefined ? '' : `${found.ino} ${found.mtimeMs} ${found.size}`;
    if (last?.stamp !== stamp || stamp === '') last = { stamp, manifest: readManifest(folder) };
    return last.manifest;
  };
}
