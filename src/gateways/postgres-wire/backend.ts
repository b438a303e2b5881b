// What the server says (https://www.postgresql.org/docs/current/protocol-message-formats.html), each as its bytes.
import type { Fault } from './fault.ts';

export interface ShownColumn {
  name: string;
  type: number;
  /** Bytes of a value, -1 where they vary. */
  size: number;
  /** 0: as text; 1: binary. */
  form: number;
}

const int16 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(2);
  bytes.writeUInt16BE(value);
  return bytes;
};
const int32 = (value: number): Buffer => {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
};
/** Ends with NUL, so that there can be none within. */
const text = (value: string): Buffer => Buffer.from(`${value.replaceAll('\0', ' ')}\0`, 'utf8');

function message(type: string, ...parts: Buffer[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(length), ...parts]);
}

export const authentication = { ok: message('R', int32(0)), password: message('R', int32(3)) };
export const parameterStatus = (name: string, value: string): Buffer => message('S', text(name), text(value));
export const keyData = (process: number, secret: number): Buffer => message('K', int32(process), int32(secret));
/** I: idle; T: in a transaction; E: in one that has failed. */
export const ready = (status: 'I' | 'T' | 'E'): Buffer => message('Z', Buffer.from(status, 'latin1'));
export const parseComplete = message('1');
export const bindComplete = message('2');
export const closeComplete = message('3');
export const noData = message('n');
export const emptyQuery = message('I');
export const portalSuspended = message('s');
export const commandComplete = (tag: string): Buffer => message('C', text(tag));
export const parameterDescription = (types: readonly number[]): Buffer => message('t', int16(types.length), ...types.map(int32));
/** Minor version that is spoken, and options that are not known. */
export const negotiate = (options: readonly string[]): Buffer => message('v', int32(0), int32(options.length), ...options.map(text));

export const rowDescription = (columns: readonly ShownColumn[]): Buffer =>
  message(
    'T',
    int16(columns.length),
    ...columns.flatMap(({ name, type, size, form }) => [
      text(name),
      int32(0),
      int16(0),
      int32(type),
      int16(size & 0xffff),
      int32(-1),
      int16(form),
    ]),
  );

export function dataRow(cells: readonly (Buffer | null)[]): Buffer {
  const length = cells.reduce((sum, cell) => sum + 4 + (cell?.length ?? 0), 7);
  const bytes = Buffer.allocUnsafe(length);
  bytes[0] = 0x44;
  bytes.writeInt32BE(length - 1, 1);
  bytes.writeUInt16BE(cells.length, 5);
  let at = 7;
  for (const cell of cells) {
    at = bytes.writeInt32BE(cell?.length ?? -1, at);
    if (cell !== null) at += cell.copy(bytes, at);
  }
  return bytes;
}

const fields = ({ state, message: words, position, hint }: Fault, severity: string): Buffer[] => [
  text(`S${severity}`),
  text(`V${severity}`),
  text(`C${state}`),
  text(`M${words}`),
  ...(hint === undefined ? [] : [text(`H${hint}`)]),
  ...(position === undefined ? [] : [text(`P${position}`)]),
  Buffer.from([0]),
];
export const errorResponse = (fault: Fault, severity: 'ERROR' | 'FATAL' = 'ERROR'): Buffer => message('E', ...fields(fault, severity));
export const notice = (fault: Fault): Buffer => message('N', ...fields(fault, 'WARNING'));
