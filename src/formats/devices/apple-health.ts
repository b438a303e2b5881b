// Apple Health's export.xml as it streams by, never the whole of it: its records in messages of some hundred, by source, each of which
// says the same whenever it comes again.
//
//   for await (const message of readAppleHealth(createReadStream('export.xml'), { patient: { system, value } })) await receive(message);
import { SaxesParser } from 'saxes';
import { pressureCorrelation, pressureTypes } from './apple-words.ts';

export interface AppleOptions {
  /** Whose export it is: the file itself names nobody. */
  patient: { system: string; value: string };
  /** Most records of one message. */
  perMessage?: number;
}

/** What the file breaks, with the line. */
export class BrokenExport extends Error {
  override readonly name = 'BrokenExport';
}

type Attributes = Readonly<Record<string, string>>;
interface Held {
  attributes: Attributes;
  parts: Attributes[];
}

/** Bytes without any element, longer than any that an export has. */
const silenceMax = 4_000_000;
const sourcesMax = 100;
/** Blood pressures that wait for the correlation that holds them. */
const pressuresMax = 200_000;

/** What makes two records one: source, type, start, end, value. */
const keyOf = ({ sourceName = '', type = '', startDate = '', endDate = '', value = '' }: Attributes): string =>
  [sourceName, type, startDate, endDate, value].join('\u0000');

export async function* readAppleHealth(chunks: AsyncIterable<Uint8Array>, options: AppleOptions): AsyncGenerator<Buffer> {
  const most = options.perMessage ?? 500;
  const parser = new SaxesParser();
  const decoder = new TextDecoder('utf-8');
  const bySource = new Map<string, Map<string, Held>>();
  const pressures = new Map<string, Attributes>();
  const ready: Buffer[] = [];
  let open: Held | undefined;
  let silent = 0;
  let isExport = false;

  const broken = (reason: string): never => {
    throw new BrokenExport(`Line ${parser.line}: ${reason}`);
  };
  const flush = (source: string): void => {
    const held = bySource.get(source);
    if (held === undefined || held.size === 0) return;
    const records = [...held.values()].map(({ attributes, parts }) =>
      parts.length === 0 ? attributes : { ...attributes, records: parts },
    );
    ready.push(Buffer.from(JSON.stringify({ patient: options.patient, device: { id: source }, records })));
    bySource.delete(source);
  };
  const put = (held: Held): void => {
    const source = held.attributes['sourceName'] ?? 'unknown';
    let list = bySource.get(source);
    if (list === undefined) {
      if (bySource.size >= sourcesMax) for (const one of bySource.keys()) flush(one);
      list = new Map();
      bySource.set(source, list);
    }
    list.set(keyOf(held.attributes) + held.parts.map(keyOf).join('\u0001'), held);
    if (list.size >= most) flush(source);
  };

  parser.on('error', (error) => broken(error.message.replace(/^\d+:\d+: /, '')));
  parser.on('opentag', ({ name, attributes }) => {
    silent = 0;
    if (!isExport && name !== 'HealthData') broken('this is no export.xml of Apple Health: it does not begin with HealthData');
    isExport = true;
    if (name === 'Correlation') open = { attributes, parts: [] };
    else if (name === 'Record' && open !== undefined) open.parts.push(attributes);
    else if (name === 'Record' && pressureTypes.has(attributes['type'] ?? '') && pressures.size < pressuresMax)
      pressures.set(keyOf(attributes), attributes);
    else if (name === 'Record') put({ attributes, parts: [] });
  });
  parser.on('closetag', ({ name }) => {
    if (name !== 'Correlation' || open === undefined) return;
    // The export writes the records of a correlation once more by themselves.
    for (const part of open.parts) pressures.delete(keyOf(part));
    if (open.attributes['type'] === pressureCorrelation) put(open);
    else for (const part of open.parts) put({ attributes: part, parts: [] });
    open = undefined;
  });

  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += 65_536) {
      const piece = chunk.subarray(at, at + 65_536);
      silent += piece.length;
      if (silent > silenceMax) broken('an element is longer than any that an export has');
      parser.write(decoder.decode(piece, { stream: true }));
      yield* ready.splice(0);
    }
  }
  parser.write(decoder.decode());
  parser.close();
  for (const attributes of pressures.values()) put({ attributes, parts: [] });
  for (const source of bySource.keys()) flush(source);
  yield* ready.splice(0);
}
