// Values in PostgreSQL's binary form and as its text (the send and recv functions of src/backend/utils/adt): days and microseconds
// since 2000-01-01, numeric in groups of four digits.

import { Refused, states } from './fault.ts';
import { Malformed } from './frontend.ts';

const epochMs = Date.UTC(2000, 0, 1);
const dayMs = 86_400_000;
const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

type Write = (text: string) => Buffer;
type Read = (bytes: Buffer) => string;

const sized = (length: number, fill: (bytes: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(length);
  fill(bytes);
  return bytes;
};
const utf8: Write = (text) => Buffer.from(text, 'utf8');

/** A day as its number since 1970, from `2026-01-02` or `0044-03-15 (BC)`. */
function dayOf(text: string): number {
  const found = /^(-?\d+)-(\d\d)-(\d\d)/.exec(text);
  if (found === null) throw new Refused(states.badValue, 'A date cannot be told in binary form: ask for text');
  const [, year, month, day] = found;
  const date = new Date(0);
  date.setUTCFullYear(/BC\)?$/.test(text) ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day));
  return date.getTime() / dayMs;
}

const microsOfDay = (text: string): bigint => {
  const [, hours = '0', minutes = '0', seconds = '0', part = ''] = /(\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?/.exec(text) ?? [];
  return BigInt((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000_000n + BigInt(part.padEnd(6, '0'));
};

const epochDays = epochMs / dayMs;

function moment(text: string): Buffer {
  const infinite = /^(-?)infinity/.exec(text);
  const micros =
    infinite !== null
      ? infinite[1] === '-'
        ? least
        : most
      : BigInt(dayOf(text) - epochDays) * 86_400_000_000n + microsOfDay(text.slice(text.indexOf(' ')));
  return sized(8, (bytes) => bytes.writeBigInt64BE(micros));
}

function momentText(bytes: Buffer, zone: string): string {
  const micros = bytes.readBigInt64BE();
  if (micros === most || micros === least) return micros === most ? 'infinity' : '-infinity';
  const whole = ((micros % 1000n) + 1000n) % 1000n;
  const date = new Date(Number((micros - whole) / 1000n) + epochMs);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1)
    throw new Refused(states.badValue, 'A timestamp lies outside the years 1 to 275760');
  const iso = date.toISOString().replace(/^\+0*/, '');
  return `${iso.slice(0, -1).replace('T', ' ')}${String(whole).padStart(3, '0')}${zone}`;
}

/** Groups of four digits, with the place of the first, the sign, and how many digits are shown after the point. */
function numeric(text: string): Buffer {
  const [, minus = '', whole = '', part = ''] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(text) ?? [];
  const left = whole.replace(/^0+/, '');
  const digits = left.padStart(Math.ceil(left.length / 4) * 4, '0') + part.padEnd(Math.ceil(part.length / 4) * 4, '0');
  let groups = (digits.match(/.{4}/g) ?? []).map(Number);
  let weight = Math.ceil(left.length / 4) - 1;
  while (groups[0] === 0) {
    groups = groups.slice(1);
    weight--;
  }
  while (groups.at(-1) === 0) groups.pop();
  return sized(8 + groups.length * 2, (bytes) => {
    bytes.writeInt16BE(groups.length, 0);
    bytes.writeInt16BE(groups.length === 0 ? 0 : weight, 2);
    bytes.writeUInt16BE(minus === '-' && groups.length > 0 ? 0x4000 : 0, 4);
    bytes.writeUInt16BE(part.length, 6);
    for (const [at, group] of groups.entries()) bytes.writeInt16BE(group, 8 + at * 2);
  });
}

function numericText(bytes: Buffer): string {
  const [count, weight, sign, shown] = [bytes.readInt16BE(0), bytes.readInt16BE(2), bytes.readUInt16BE(4), bytes.readInt16BE(6)];
  if (sign !== 0 && sign !== 0x4000) throw new Refused(states.badValue, 'A numeric must be a number here');
  if (count < 0 || shown < 0 || shown > 1_000 || Math.abs(weight) > 300 || bytes.length !== 8 + count * 2)
    throw new Malformed('invalid numeric');
  const group = (at: number): string => (at >= 0 && at < count ? String(bytes.readUInt16BE(8 + at * 2)) : '0').padStart(4, '0');
  let whole = '';
  for (let at = 0; at <= weight; at++) whole += group(at);
  let part = '';
  for (let at = weight + 1; part.length < shown; at++) part += group(at);
  return `${sign === 0 ? '' : '-'}${whole.replace(/^0+(?=\d)/, '') || '0'}${shown === 0 ? '' : `.${part.slice(0, shown)}`}`;
}

const floatOf = (text: string): number => (text === 'Infinity' ? Infinity : text === '-Infinity' ? -Infinity : Number(text));
const floatText = (value: number): string =>
  Number.isFinite(value) ? String(value) : Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';

const writers: Readonly<Record<string, Write>> = {
  bool: (text) => Buffer.from([text === 't' ? 1 : 0]),
  bytea: (text) => Buffer.from(text.slice(2), 'hex'),
  char: utf8,
  name: utf8,
  text: utf8,
  varchar: utf8,
  bpchar: utf8,
  json: utf8,
  int2: (text) => sized(2, (bytes) => bytes.writeInt16BE(Number(text))),
  int4: (text) => sized(4, (bytes) => bytes.writeInt32BE(Number(text))),
  oid: (text) => sized(4, (bytes) => bytes.writeUInt32BE(Number(text))),
  int8: (text) => sized(8, (bytes) => bytes.writeBigInt64BE(BigInt(text))),
  float4: (text) => sized(4, (bytes) => bytes.writeFloatBE(floatOf(text))),
  float8: (text) => sized(8, (bytes) => bytes.writeDoubleBE(floatOf(text))),
  numeric,
  date: (text) =>
    sized(4, (bytes) =>
      bytes.writeInt32BE(text === 'infinity' ? 0x7fffffff : text === '-infinity' ? -0x80000000 : dayOf(text) - epochDays),
    ),
  time: (text) => sized(8, (bytes) => bytes.writeBigInt64BE(microsOfDay(text))),
  timestamp: moment,
  timestamptz: moment,
  uuid: (text) => Buffer.from(text.replaceAll('-', ''), 'hex'),
};

const exactly =
  (length: number, read: Read): Read =>
  (bytes) => {
    if (bytes.length !== length) throw new Malformed('incorrect binary data format in bind parameter');
    return read(bytes);
  };
const fatal = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
export const utf8Text: Read = (bytes) => {
  let text: string;
  try {
    text = fatal.decode(bytes);
  } catch {
    throw new Refused('22021', 'A parameter is no UTF-8');
  }
  if (text.includes('\0')) throw new Refused('22021', 'A parameter holds the character NUL');
  return text;
};

const readers: Readonly<Record<string, Read>> = {
  bool: exactly(1, (bytes) => (bytes[0] === 0 ? 'false' : 'true')),
  char: utf8Text,
  name: utf8Text,
  text: utf8Text,
  varchar: utf8Text,
  bpchar: utf8Text,
  json: utf8Text,
  int2: exactly(2, (bytes) => String(bytes.readInt16BE())),
  int4: exactly(4, (bytes) => String(bytes.readInt32BE())),
  oid: exactly(4, (bytes) => String(bytes.readUInt32BE())),
  int8: exactly(8, (bytes) => String(bytes.readBigInt64BE())),
  float4: exactly(4, (bytes) => floatText(bytes.readFloatBE())),
  float8: exactly(8, (bytes) => floatText(bytes.readDoubleBE())),
  numeric: (bytes) => {
    if (bytes.length < 8) throw new Malformed('incorrect binary data format in bind parameter');
    return numericText(bytes);
  },
  date: exactly(4, (bytes) => {
    const date = new Date((bytes.readInt32BE() + epochDays) * dayMs);
    if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1)
      throw new Refused(states.badValue, 'A date lies outside the years 1 to 275760');
    return date.toISOString().replace(/^\+0*/, '').split('T')[0]!;
  }),
  timestamp: exactly(8, (bytes) => momentText(bytes, '')),
  timestamptz: exactly(8, (bytes) => momentText(bytes, '+00')),
  uuid: exactly(16, (bytes) => bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')),
};

/** From the text that PostgreSQL would send; undefined: this type has no binary form here. By names of types.ts. */
export const writerOf = (type: string): Write | undefined => (Object.hasOwn(writers, type) ? writers[type] : undefined);
/** To a text that DuckDB casts; it throws Refused or Malformed. */
export const readerOf = (type: string): Read | undefined => (Object.hasOwn(readers, type) ? readers[type] : undefined);
export const textWriter = utf8;
