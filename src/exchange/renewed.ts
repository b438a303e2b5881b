// The channels' files read again, one reading after the other: found wrong, nothing changes; otherwise what is prepared is taken with
// the new channels in one step (renewal.ts).
import type { Database } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Declared } from './channels.ts';
import { waitingCounts } from './read-messages.ts';
import { type DeclaredChannels, differencesOf, type Prepared, type Reloaded, type Renewal } from './renewal.ts';

export interface NextChannels extends DeclaredChannels {
  /** Names of those whose files say what they said before: they go on as they are. */
  same: ReadonlySet<string>;
}

export interface RenewedTools {
  database: Database;
  renewal: Renewal | undefined;
  declared: readonly Declared[];
  /** Puts them in the place of the others. */
  change(next: NextChannels, prepared: Prepared): Promise<unknown>;
}

export function renewed({ database, renewal, declared, change }: RenewedTools): (dryRun: boolean) => Promise<Result<Reloaded>> {
  let current = declared;
  let last: Promise<unknown> = Promise.resolve();

  async function once(dryRun: boolean): Promise<Result<Reloaded>> {
    if (renewal === undefined)
      return fail('not-found', 'No folder of channels is read here: name one in LAMPLIGHT_CHANNELS, and start Lamplight with it');
    const read = await renewal.read();
    // Who only asks is answered: what is wrong is what was asked for.
    if (!read.ok && dryRun && read.problem.kind === 'invalid')
      return ok({ changes: [], ends: [], problems: [read.problem, ...(read.problem.also ?? [])].map(({ message }) => message) });
    if (!read.ok) return read;
    const next = read.value;
    const waiting = await waitingCounts(database);
    const changes = differencesOf(current, next.declared).map((one) => ({ ...one, waiting: waiting.get(one.name) ?? 0 }));
    if (dryRun) return ok({ changes, ends: renewal.plan(next) });
    const prepared = await renewal.prepare(next);
    if (!prepared.ok) return prepared;
    const others = new Set(changes.map(({ name }) => name));
    const same = new Set(next.channels.flatMap(({ name }) => (others.has(name) ? [] : [name])));
    current = next.declared;
    await change({ ...next, same }, prepared.value);
    return ok({ changes, ends: prepared.value.notes });
  }

  return (dryRun) => {
    const done = last.then(() => once(dryRun));
    last = done.catch(() => {});
    return done;
  };
}
