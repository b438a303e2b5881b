// The load itself: files in order, a bounded number of requests at once, every item acknowledged or reported.
//
// Passes. First everything that stands for itself. Then what refers to others by a search (`Practitioner?identifier=…`),
// again and again as long as that gets something in, so that the order of the files does not matter. Then, for what still
// finds no target, the last pass with logical references.
import { ok, type Problem, type Result } from '../../fhir/result.ts';
import type { Item, LoadSummary, Outcome, Refused, SendableItem, Source } from './contract.ts';
import { FileProgress } from './file-progress.ts';
import { type Journal, numbersOf, rangesOf } from './journal.ts';
import type { Kept } from './logical-references.ts';
import { hashOf, Unreadable } from './open-source.ts';
import { formOf, readItems } from './read-items.ts';
import type { Sender } from './send.ts';

export interface LoadWish {
  sender: Sender;
  /** Requests under way at once. */
  jobs: number;
  /** Most resources, and most bytes, of one request. */
  groupResources: number;
  groupBytes: number;
  lineBytesMax: number;
  /** Absent for a trial. */
  memory?: {
    journal: Journal;
    into: string;
    /** Ignores what the journal says of earlier loads. */
    restart: boolean;
    /** Whether the record still holds `Type/id`. */
    holds(witness: string): Promise<Result<boolean>>;
  };
  /** See logical-references.ts; absent: what finds no target is refused. */
  keepReferences?: (text: string) => Promise<Result<Kept>>;
  hear: Hearing;
  signal?: AbortSignal;
}

export interface Hearing {
  /** Bytes of files that were read or skipped. */
  bytes(count: number): void;
  resources(count: number): void;
  refused(one: Refused): void;
  note(text: string): void;
}

export interface LoadResult extends LoadSummary {
  /** Why it ended early. */
  stopped?: Problem;
  interrupted: boolean;
}

type Pass = 'first' | 'again' | 'last';

/** A source on its way. */
interface File {
  source: Source;
  progress: FileProgress;
  /** With the form in which it is read; undefined: a stream. */
  sha256: string | undefined;
  /** Units that wait for a later pass. */
  waiting: Set<number>;
  readToEnd: boolean;
  savedAt: number;
}

interface Pending {
  item: SendableItem;
  file: File;
}

const passesMax = 8;
const saveEveryMs = 200;

export async function load(sources: Source[], wish: LoadWish): Promise<LoadResult> {
  const startedAt = performance.now();
  const summary = { files: sources.length, loaded: 0, already: 0, refused: 0, filesSkipped: 0, logicalReferences: 0 };
  const files: File[] = [];
  const underWay = new Set<Promise<void>>();
  const busyKeys = new Map<string, Promise<void>>();
  let group: Pending[] = [];
  let groupKeys = new Set<string>();
  let groupBytes = 0;
  let pass: Pass = 'first';
  let gained = 0;
  let stopped: Problem | undefined;
  let bug: { error: unknown } | undefined;
  const ended = (): boolean => stopped !== undefined || bug !== undefined || wish.signal?.aborted === true;

  function refused(found: Refused[]): void {
    summary.refused += found.length;
    for (const one of found) wish.hear.refused(one);
  }

  function settle({ item, file }: Pending, outcome: Outcome): void {
    const good = outcome.refused.length === 0;
    const waits = !good && item.conditional && pass === 'again';
    if (waits) file.waiting.add(item.unit);
    else refused(outcome.refused);
    const count = outcome.written + outcome.there;
    summary.loaded += outcome.written;
    summary.already += outcome.there;
    if (good) file.progress.loaded += count;
    wish.hear.resources(count);
    if (good) {
      gained += 1;
      file.progress.witness ??= item.kind === 'resource' ? `${item.type}/${item.id}` : (item.made ?? item.keys[0]);
    }
    file.progress.end(item.unit, good);
  }

  /** A refused item that refers by a search gets its last chance: at the end, or at once where there is no second reading. */
  async function lastChance(pending: Pending[], outcomes: Outcome[]): Promise<Result<Outcome[]>> {
    const keep = wish.keepReferences;
    if (keep === undefined) return ok(outcomes);
    const after: Outcome[] = [];
    for (const [at, { item, file }] of pending.entries()) {
      const outcome = outcomes[at]!;
      if (outcome.refused.length === 0 || !item.conditional || !(pass === 'last' || file.sha256 === undefined)) {
        after.push(outcome);
        continue;
      }
      const kept = await keep(item.text);
      if (!kept.ok) return kept;
      const again = kept.value.text === item.text ? ok([outcome]) : await wish.sender.send([{ ...item, text: kept.value.text }]);
      if (!again.ok) return again;
      if (again.value[0]!.refused.length === 0) summary.logicalReferences += kept.value.count;
      after.push(again.value[0]!);
    }
    return ok(after);
  }

  async function carry(pending: Pending[]): Promise<void> {
    const sent = await wish.sender.send(pending.map(({ item }) => item));
    const outcomes = sent.ok ? await lastChance(pending, sent.value) : sent;
    if (!outcomes.ok) {
      // Nobody knows what became of these: they stay open, and the next load does them again.
      stopped ??= outcomes.problem;
      return;
    }
    pending.forEach((one, at) => {
      settle(one, outcomes.value[at]!);
    });
    for (const file of new Set(pending.map((one) => one.file))) save(file);
  }

  async function dispatch(pending: Pending[]): Promise<void> {
    if (pending.length === 0) return;
    const keys = pending.flatMap(({ item }) => keysOf(item));
    // Of one resource the later line must win: what it waits for never fails.
    await Promise.all(new Set(keys.flatMap((key) => busyKeys.get(key) ?? [])));
    while (underWay.size >= wish.jobs) await Promise.race(underWay);
    if (ended()) return;
    const work = carry(pending)
      .catch((error: unknown) => {
        bug ??= { error };
      })
      .then(() => {
        underWay.delete(work);
        for (const key of keys) if (busyKeys.get(key) === work) busyKeys.delete(key);
      });
    underWay.add(work);
    for (const key of keys) busyKeys.set(key, work);
  }

  async function flush(): Promise<void> {
    const full = group;
    group = [];
    groupKeys = new Set();
    groupBytes = 0;
    await dispatch(full);
  }

  async function accept(item: Item, file: File): Promise<void> {
    if (item.kind === 'unreadable') {
      const { place, resource, reason } = item;
      refused([{ place, resource, reason }]);
      return file.progress.end(item.unit, false);
    }
    if (pass !== 'first' && !item.conditional) return file.progress.end(item.unit, true);
    if (pass === 'first' && item.conditional && file.sha256 !== undefined && wish.memory !== undefined) {
      file.waiting.add(item.unit);
      return file.progress.end(item.unit, false);
    }
    if (item.kind === 'bundle') return dispatch([{ item, file }]);
    const key = `${item.type}/${item.id}`;
    const apart = groupKeys.has(key) || (group[0] !== undefined && group[0].item.conditional !== item.conditional);
    if (apart || group.length >= wish.groupResources || groupBytes + item.text.length > wish.groupBytes) await flush();
    group.push({ item, file });
    groupKeys.add(key);
    groupBytes += item.text.length;
  }

  async function read(file: File, skip: (unit: number) => boolean): Promise<void> {
    const wanted = { lineBytesMax: wish.lineBytesMax, content: file.sha256, skip, read: pass === 'first' ? wish.hear.bytes : () => {} };
    try {
      for await (const { items, upTo } of readItems(file.source, wanted)) {
        for (const item of items) file.progress.begin(item.unit);
        if (pass === 'first') file.progress.reached(upTo);
        for (const item of items) {
          await accept(item, file);
          if (ended()) return;
        }
      }
      file.readToEnd = true;
    } catch (error) {
      unreadable(file.source, error);
    }
  }

  function unreadable(source: Source, error: unknown): void {
    const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
    if (!(error instanceof Unreadable) && (typeof code !== 'string' || !/^E[A-Z]+$/.test(code))) throw error;
    const reason = error instanceof Unreadable ? error.message : `It cannot be read: ${code}`;
    refused([{ place: { file: source.name }, reason }]);
  }

  function save(file: File, now = false): void {
    const { memory } = wish;
    if (memory === undefined || file.sha256 === undefined) return;
    // With many refused units the note is long: it is taken more seldom.
    if (!now && performance.now() - file.savedAt < saveEveryMs + file.progress.again.size) return;
    file.savedAt = performance.now();
    const { upTo, again } = file.progress.mark();
    memory.journal.write({
      sha256: file.sha256,
      into: memory.into,
      upTo,
      again: rangesOf(again),
      complete: file.readToEnd && again.size === 0,
      loaded: file.progress.loaded,
      witness: file.progress.witness,
    });
  }

  /** undefined: nothing is left to do. */
  async function open(source: Source): Promise<File | undefined> {
    const file: File = { source, progress: new FileProgress(), sha256: undefined, waiting: new Set(), readToEnd: false, savedAt: 0 };
    if (source.bytes === undefined) return file;
    const sha256 = `${await hashOf(source.path)} ${formOf(source.name)}`;
    file.sha256 = sha256;
    const { memory } = wish;
    const mark = memory?.restart === false ? memory.journal.find(sha256, memory.into) : undefined;
    if (memory === undefined || mark === undefined) return file;
    const there = mark.witness === undefined ? ok(true) : await memory.holds(mark.witness);
    if (!there.ok) {
      stopped = there.problem;
      return undefined;
    }
    if (!there.value) {
      wish.hear.note(`${source.name} was loaded once, but the record no longer holds what came from it: it is loaded anew`);
      return file;
    }
    if (mark.complete) {
      summary.filesSkipped += 1;
      summary.already += mark.loaded;
      wish.hear.bytes(source.bytes);
      return undefined;
    }
    file.progress = new FileProgress(mark.upTo, numbersOf(mark.again));
    file.progress.loaded = mark.loaded;
    file.progress.witness = mark.witness;
    summary.already += mark.loaded;
    if (mark.loaded > 0) wish.hear.note(`${source.name}: going on after ${mark.loaded} resources of an earlier load`);
    return file;
  }

  for (const source of sources) {
    if (ended()) break;
    try {
      const file = await open(source);
      if (file === undefined) continue;
      files.push(file);
      await read(file, (unit) => file.progress.isDone(unit));
    } catch (error) {
      unreadable(source, error);
    }
  }
  await flush();
  await Promise.all(underWay);

  for (let count = 1; !ended() && files.some((file) => file.waiting.size > 0); count++) {
    pass = count >= passesMax || (count > 1 && gained === 0) ? 'last' : 'again';
    gained = 0;
    for (const file of files) {
      const wanted = file.waiting;
      if (wanted.size === 0 || ended()) continue;
      file.waiting = new Set();
      await read(file, (unit) => !wanted.has(unit));
    }
    await flush();
    await Promise.all(underWay);
  }
  for (const file of files) save(file, true);
  if (bug !== undefined) throw bug.error;
  return {
    ...summary,
    seconds: (performance.now() - startedAt) / 1000,
    ...(stopped === undefined ? {} : { stopped }),
    interrupted: wish.signal?.aborted === true,
  };
}

const keysOf = (item: SendableItem): string[] => (item.kind === 'bundle' ? item.keys : [`${item.type}/${item.id}`]);
