// How a backup lies in a file, version 1. A line of text, then frames: one byte for the kind, four for the length (big
// endian), the content. Rows are compressed block by block (brotli, RFC 7932), so that blocks can be worked on side by side;
// everything else is JSON. The last frame holds the SHA-256 of every byte before it, so that a change anywhere is seen, and
// nothing may follow it, so that a part that is missing is seen too. An encrypted backup is this in an age file (seal.ts).
import type { BackupHeader, SequenceValue, TableEnd, TableStart } from './contract.ts';
import { damaged } from './refusal.ts';

export const magic = 'lamplight backup 1\n';
/** What every version begins with. */
export const magicStart = 'lamplight backup ';

/** Rows of one frame, before compression: what a reader must hold. */
export const blockBytes = 1 << 20;
/** A longer frame is not ours. */
export const frameBytesMax = 4 << 20;
export const headBytes = 5;

export const frameKinds = { header: 'H', table: 'T', rows: 'D', 'table-end': 'E', sequences: 'S', end: 'Z' } as const;
export type FrameKind = keyof typeof frameKinds;

export function frame(kind: FrameKind, content: Uint8Array): Buffer[] {
  const head = Buffer.alloc(headBytes);
  head.write(frameKinds[kind], 'latin1');
  head.writeUInt32BE(content.length, 1);
  return [head, Buffer.from(content.buffer, content.byteOffset, content.byteLength)];
}

type Fields = Record<string, unknown>;

function fields(content: Buffer): Fields {
  try {
    const read: unknown = JSON.parse(content.toString('utf8'));
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return Object.fromEntries(Object.entries(read));
  } catch {
    // Told below.
  }
  throw damaged('a part of it cannot be read');
}

function field<T>(of: Fields, name: string, fits: (value: unknown) => value is T): T {
  const value = of[name];
  if (fits(value)) return value;
  throw damaged(`"${name}" is missing in a part of it`);
}

const isText = (value: unknown): value is string => typeof value === 'string';
const isTrue = (value: unknown): value is boolean => typeof value === 'boolean';
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isTexts = (value: unknown): value is string[] => Array.isArray(value) && value.every(isText);
const isList = (value: unknown): value is object[] => Array.isArray(value) && value.every((one) => typeof one === 'object' && one !== null);
const isInteger = (value: unknown): value is string => isText(value) && /^-?\d{1,19}$/.test(value);

const each = <T>(list: object[], read: (of: Fields) => T): T[] => list.map((one) => read(Object.fromEntries(Object.entries(one))));

export function readHeader(content: Buffer): BackupHeader {
  const of = fields(content);
  return {
    lamplight: field(of, 'lamplight', isText),
    made: field(of, 'made', isText),
    postgres: field(of, 'postgres', isText),
    position: field(of, 'position', isInteger),
    migrations: each(field(of, 'migrations', isList), (step) => ({ name: field(step, 'name', isText), hash: field(step, 'hash', isText) })),
  };
}

export function readTableStart(content: Buffer): TableStart {
  const of = fields(content);
  return { table: field(of, 'table', isText), columns: field(of, 'columns', isTexts) };
}

export function readTableEnd(content: Buffer): TableEnd {
  const of = fields(content);
  return { rows: field(of, 'rows', isCount), bytes: field(of, 'bytes', isCount), sha256: field(of, 'sha256', isText) };
}

export function readSequences(content: Buffer): SequenceValue[] {
  return each(field(fields(content), 'sequences', isList), (one) => ({
    name: field(one, 'name', isText),
    value: field(one, 'value', isInteger),
    called: field(one, 'called', isTrue),
  }));
}
