// CSV by a channel's mapping: what exchange reads of such a message, how a file comes apart into messages, and how it looks before any
// of it is stored.
import type { TranslationContext } from '../formats/contract.ts';
import { aboutCsv, toFhirInSteps } from '../formats/csv/csv.ts';
import { type Compiled, type CsvMapping, compile } from '../formats/csv/mapping.ts';
import { CsvParts, type Part } from '../formats/csv/parts.ts';
import { type CsvPreview, previewInSteps } from '../formats/csv/preview.ts';
import type { Rest } from '../record/slices.ts';
import type { Language } from './languages.ts';

/** What a channel with a mapping of its own can do beside reading. */
export interface RowLanguage extends Language {
  /** A file, as it comes, in messages; the rows that cannot be read in messages of their own. */
  parts(chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, rest: Rest): AsyncGenerator<Part>;
  preview(raw: Uint8Array, rows: number): Generator<undefined, CsvPreview>;
}

export function csvLanguage(mapping: CsvMapping, channel: { name: string; timeZone: string; sender?: string | undefined }): RowLanguage {
  const compiled: Compiled | undefined = compile(mapping, () => {});
  if (compiled === undefined) throw new Error(`the mapping of the channel ${channel.name} was not checked`);
  const sender = channel.sender ?? channel.name;
  const context: TranslationContext = { sender, receivedAt: new Date(0), timeZone: channel.timeZone };
  return {
    about(raw) {
      const { keys, kind, fault } = aboutCsv(compiled, raw, context);
      return { sender, controlId: '', kind, keys, lane: '', ...(fault === undefined ? {} : { fault }) };
    },
    translate: (raw, given) => toFhirInSteps(compiled, raw, given),
    // Rows that are bad were put into messages of their own: in such a message, nothing may be left out in silence.
    refused: ({ notes: [first, ...also] }) => (first === undefined || also.length === 0 ? first : { ...first, also: also.slice(0, 50) }),
    async *parts(chunks, rest) {
      const parts = new CsvParts(compiled, context);
      const slices = function* (bytes: Uint8Array) {
        for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
      };
      for await (const chunk of chunks)
        for (const slice of slices(chunk))
          for (const part of parts.push(slice)) {
            if (part !== undefined) yield part;
            const pause = rest();
            if (pause !== undefined) await pause;
          }
      for (const part of parts.push(new Uint8Array(), true)) {
        if (part !== undefined) yield part;
        const pause = rest();
        if (pause !== undefined) await pause;
      }
    },
    preview: (raw, rows) => previewInSteps(compiled, raw, rows, context),
  };
}
