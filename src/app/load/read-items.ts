// A source as items, in order, streaming: NDJSON line by line, any other JSON whole.

import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { readJson } from '../../fhir/json.ts';
import { bundleItems, isMembers } from './bundle-items.ts';
import type { Item, Place, Source, UnreadableItem } from './contract.ts';
import { type Line, lines } from './lines.ts';
import { contentOf } from './open-source.ts';
import { resourceItem } from './resource-item.ts';

export interface ReadWish {
  /** Longest line of NDJSON. */
  lineBytesMax: number;
  /** Names the content of a file; undefined for a stream, whose lines name themselves. */
  content: string | undefined;
  /** Units that are left out unread. */
  skip(unit: number): boolean;
  /** Bytes of the file that were read. */
  read(bytes: number): void;
}

/** What was found up to and including `unit`; unit by unit, also where one holds nothing. */
export interface Batch {
  items: Item[];
  /** All units up to this one are in this batch or an earlier one. */
  upTo: number;
}

/** A file that is no NDJSON is held in memory whole: larger ones must be. */
const wholeBytesMax = 256 * 1024 * 1024;
const wholeLimits = { maxValues: 40_000_000, maxEntries: 2_000_000, maxEntryValues: 1_000_000 };

/** Rejects where the file cannot be read, or not to its end; what was given out before that stays good. */
export async function* readItems(source: Source, wish: ReadWish): AsyncGenerator<Batch> {
  const chunks = contentOf(source, wish.read);
  try {
    const head = await startOf(chunks);
    const replayed = replay(head.chunks, chunks);
    if (isLines(source.name, head.text)) yield* fromLines(source, lines(replayed, wish.lineBytesMax), wish);
    else yield* fromWhole(source, replayed, wish);
  } finally {
    await chunks.return(undefined);
  }
}

/** Enough of the beginning to see what it is. */
async function startOf(chunks: AsyncGenerator<Buffer>): Promise<{ chunks: Buffer[]; text: string }> {
  const taken: Buffer[] = [];
  let bytes = 0;
  while (bytes < 64 * 1024) {
    const next = await chunks.next();
    if (next.done === true) break;
    taken.push(next.value);
    bytes += next.value.length;
    if (next.value.includes(0x0a)) break;
  }
  return { chunks: taken, text: Buffer.concat(taken).toString('utf8') };
}

async function* replay(first: Buffer[], rest: AsyncGenerator<Buffer>): AsyncGenerator<Buffer> {
  yield* first;
  yield* rest;
}

/** What the name says about the form; the content decides where it says nothing. */
export function formOf(name: string): 'lines' | 'whole' | 'unknown' {
  if (/\.(ndjson|jsonl)(\.gz)?$/i.test(name)) return 'lines';
  return /\.json(\.gz)?$/i.test(name) ? 'whole' : 'unknown';
}

/** The first line that is not empty is complete JSON, or too long to be the first of a pretty-printed document. */
function isLines(name: string, text: string): boolean {
  const form = formOf(name);
  if (form !== 'unknown') return form === 'lines';
  const line = text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .find((one) => one.trim() !== '');
  if (line === undefined) return true;
  if (!text.includes('\n') && text.length > 60_000) return true;
  return parsed(line) !== undefined;
}

async function* fromLines(source: Source, groups: AsyncIterable<Line[]>, wish: ReadWish): AsyncGenerator<Batch> {
  for await (const group of groups) {
    const items: Item[] = [];
    for (const line of group) if (!wish.skip(line.number)) items.push(...(await itemsOfLine(source, line, wish)));
    yield { items, upTo: group.at(-1)!.number };
  }
}

async function itemsOfLine(source: Source, { number, bytes }: Line, wish: ReadWish): Promise<Item[]> {
  const place: Place = { file: source.name, line: number };
  const unreadable = (reason: string): UnreadableItem[] => [{ kind: 'unreadable', unit: number, place, reason }];
  if (bytes === undefined)
    return unreadable(`The line is longer than ${Math.floor(wish.lineBytesMax / 1024 / 1024)} MB (LAMPLIGHT_BODY_MEGABYTES_MAX)`);
  if (!isUtf8(bytes)) return unreadable('The line is not valid UTF-8');
  const text = bytes.toString('utf8').trim();
  if (text === '') return [];
  const value = parsed(text);
  if (value === undefined) return unreadable('The line is not valid JSON');
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return unreadable('The line is no resource: NDJSON holds one JSON object a line');
  const content = wish.content ?? createHash('sha256').update(bytes).digest('hex');
  if (Reflect.get(value, 'resourceType') !== 'Bundle') return [resourceItem(text, value, number, place, content)];
  const bundle = await readJson(text, wholeLimits);
  if (!bundle.ok) return unreadable(`The line is not valid JSON: ${bundle.problem.message}`);
  return isMembers(bundle.value) ? bundleItems(bundle.value, place, content, () => number) : [];
}

async function* fromWhole(source: Source, chunks: AsyncIterable<Buffer>, wish: ReadWish): AsyncGenerator<Batch> {
  const place: Place = { file: source.name };
  const unreadable = (reason: string): Batch => ({ items: [{ kind: 'unreadable', unit: 1, place, reason }], upTo: 1 });
  const held: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > wholeBytesMax)
      return yield unreadable(`It is larger than ${wholeBytesMax / 1024 / 1024} MB: send it as NDJSON, one resource a line`);
    held.push(chunk);
  }
  const bytes = Buffer.concat(held.splice(0));
  if (!isUtf8(bytes)) return yield unreadable('It is not valid UTF-8');
  const text = bytes
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trim();
  if (text === '') return yield unreadable('It is empty');
  const read = await readJson(text, wholeLimits);
  if (!read.ok) {
    const [first] = text.split('\n', 1);
    const hint = parsed(first!) === undefined ? '' : '; its first line alone is: if it holds one resource a line, name it .ndjson';
    return yield unreadable(`It is not valid JSON (line:column ${read.problem.where ?? '?'}): ${read.problem.message}${hint}`);
  }
  if (!isMembers(read.value)) return yield unreadable('It holds no resource: a JSON object is expected');
  const content = wish.content ?? createHash('sha256').update(bytes).digest('hex');
  if (read.value['resourceType'] !== 'Bundle') {
    if (!wish.skip(1)) yield { items: [resourceItem(text, read.value, 1, place, content)], upTo: 1 };
    return;
  }
  yield* inSlices(
    bundleItems(read.value, place, content, (entry) => entry + 1),
    wish,
  );
}

/** The entries of a large collection a few at a time, each its own unit. */
function* inSlices(all: Item[], wish: ReadWish): Generator<Batch> {
  const wanted = all.filter((item) => !wish.skip(item.unit)).sort((a, b) => a.unit - b.unit);
  for (let at = 0; at < wanted.length; at += 500) {
    const items = wanted.slice(at, at + 500);
    yield { items, upTo: items.at(-1)!.unit };
  }
  yield { items: [], upTo: all.reduce((most, item) => Math.max(most, item.unit), 1) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
