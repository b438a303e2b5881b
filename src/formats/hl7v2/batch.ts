// Several messages in one: FHS BHS MSH… BTS FTS (HL7 v2.8, chapter 2, section 2.10.3), or files in which messages just follow one
// another. Split by bytes, so that each message is what it was; counts in trailers are often wrong and change nothing.
import { readMessage } from './tree/message.ts';

export interface Batch {
  /** Each from its MSH to the next header or trailer. */
  messages: Buffer[];
  /** What stands around them: before the first, between them, behind the last. */
  pieces: Buffer[];
  /** FHS and BHS as they came, empty where they are not there. */
  file: string;
  batch: string;
}

const edge = /(?<=^|[\r\n])(FHS|BHS|MSH|BTS|FTS)(?=[^A-Za-z0-9\s]|[\r\n]|$)/g;

/** undefined: one message, or none. `loose`: messages that follow one another without an envelope are several too. */
export function splitBatch(raw: Uint8Array, loose = false): Batch | undefined {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  const enveloped = /^[^A-Za-z0-9]{0,64}(FHS|BHS)[^A-Za-z0-9\s]/.test(bytes.toString('latin1', 0, 80));
  if (!enveloped && !loose) return undefined;
  const text = bytes.toString('latin1');
  const batch: Batch = { messages: [], pieces: [], file: '', batch: '' };
  let told = 0;
  const edges = [...text.matchAll(edge)];
  for (const [at, { 0: name, index }] of edges.entries()) {
    const end = edges[at + 1]?.index ?? text.length;
    if (name === 'MSH') {
      batch.pieces.push(bytes.subarray(told, index));
      batch.messages.push(bytes.subarray(index, end));
      told = end;
    } else if (name === 'FHS' && batch.file === '') batch.file = text.slice(index, end).trimEnd();
    else if (name === 'BHS' && batch.batch === '') batch.batch = text.slice(index, end).trimEnd();
  }
  batch.pieces.push(bytes.subarray(told));
  if (batch.messages.length === 0 || (!enveloped && batch.messages.length === 1)) return undefined;
  return batch;
}

/** The acknowledgements of its messages as a batch, to whom it came from. */
export function acknowledgeBatch({ file, batch }: Batch, acknowledgements: readonly string[], receivedAt: Date): string {
  const time = `${receivedAt.toISOString().slice(0, 19).replace(/[-:T]/g, '')}+0000`;
  const count = acknowledgements.length;
  return [
    ...(file === '' ? [] : [headerOf('FHS', file, time)]),
    headerOf('BHS', batch, time),
    ...acknowledgements,
    `BTS|${count}\r`,
    ...(file === '' ? [] : ['FTS|1\r']),
  ].join('');
}

/** Sender and receiver change places; the control id comes back as the reference (FHS-12, BHS-12). */
function headerOf(name: 'FHS' | 'BHS', received: string, time: string): string {
  const segment = readMessage(Buffer.from(received, 'latin1')).segment(name);
  const field = (number: number): string => segment?.field(number) ?? '';
  const mark = segment === undefined ? '|' : field(1);
  const fields = [field(2) || '^~\\&', field(5), field(6), field(3), field(4), time, '', '', '', '', field(11)];
  return `${name}${mark}${fields.join(mark)}\r`;
}
