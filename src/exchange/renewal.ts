// Channels' files read again while the program runs: what is otherwise with them, and what must be ready before anything changes.
//
//   read (wrong: nothing changes) ─► differences ─► prepare (what may fail: ports) ─► the new channels in one step ─► take
//
// Several processes on one database read their files each for themselves: a channel is worked by the rules of the process that holds it.
import type { Result } from '../fhir/result.ts';
import type { Channel } from './channel.ts';
import type { Declared } from './channels.ts';
import type { Destination } from './destination.ts';
import { isObject } from './shape.ts';

export interface DeclaredChannels {
  declared: readonly Declared[];
  channels: readonly Channel[];
}

/** What the process that runs hands in (src/app/channel-renewal.ts). */
export interface Renewal {
  /** The files as they are now, checked as at the start. */
  read(): Promise<Result<DeclaredChannels>>;
  /** What would be listened to, watched and left, in words. */
  plan(next: DeclaredChannels): string[];
  /** Everything that may fail; nothing has changed where it does. */
  prepare(next: DeclaredChannels): Promise<Result<Prepared>>;
}

export interface Prepared {
  destinations: ReadonlyMap<string, Destination>;
  /** What began and ended, in words. */
  notes: string[];
  /** Called with the channels in the step in which they change: until it returns nothing is received. Resolves when what ended has ended. */
  take(channels: readonly Channel[]): Promise<void>;
}

export interface ChannelDifference {
  name: string;
  /** Of a channel that was removed the file that it had. */
  file: string;
  kind: 'added' | 'changed' | 'removed';
  /** Places that say something else, as JSON; absent: says nothing there. */
  members: { place: string; before?: string; after?: string }[];
  /** Messages that wait in it now: of a removed channel they stay where they are. */
  waiting: number;
}

export interface Reloaded {
  changes: ChannelDifference[];
  /** What begins and ends: ports, folders, topics. */
  ends: string[];
  /** Of a dry run: what is wrong in the files, each with its line and place; nothing would change. */
  problems?: string[];
}

const shownMax = 300;

/** Without `waiting`, which only the queues know. */
export function differencesOf(before: readonly Declared[], after: readonly Declared[]): Omit<ChannelDifference, 'waiting'>[] {
  const found: Omit<ChannelDifference, 'waiting'>[] = [];
  const former = new Map(before.map((one) => [one.declares.name, one]));
  for (const { file, declares } of after) {
    const old = former.get(declares.name);
    former.delete(declares.name);
    const members = [...membersOf(old?.declares, declares, '')];
    // The same words in another file mean other paths.
    if (old !== undefined && old.file !== file) members.push({ place: 'file', before: old.file, after: file });
    if (members.length > 0) found.push({ name: declares.name, file, kind: old === undefined ? 'added' : 'changed', members });
  }
  for (const { file, declares } of former.values())
    found.push({ name: declares.name, file, kind: 'removed', members: [...membersOf(declares, undefined, '')] });
  return found;
}

function* membersOf(before: unknown, after: unknown, place: string): Generator<{ place: string; before?: string; after?: string }> {
  if (place === '' || (isObject(before) && isObject(after))) {
    const [old, now] = [isObject(before) ? before : {}, isObject(after) ? after : {}];
    for (const name of new Set([...Object.keys(old), ...Object.keys(now)]))
      yield* membersOf(old[name], now[name], place === '' ? name : `${place}.${name}`);
    return;
  }
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [at, one] of before.entries()) yield* membersOf(one, after[at], `${place}[${at}]`);
    return;
  }
  const [old, now] = [shown(before), shown(after)];
  if (JSON.stringify(before) !== JSON.stringify(after))
    yield { place, ...(old === undefined ? {} : { before: old }), ...(now === undefined ? {} : { after: now }) };
}

const shown = (value: unknown): string | undefined => (value === undefined ? undefined : JSON.stringify(value).slice(0, shownMax));
