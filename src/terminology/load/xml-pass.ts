// A pass over a file of XML as it streams by. There are no entities but those of XML itself, and a DOCTYPE that makes any is refused.
import { SaxesParser } from 'saxes';
import type { Said } from '../contract.ts';
import { BrokenFile } from './broken.ts';
import type { Pass } from './plan.ts';
import type { ReleaseFile } from './release-file.ts';

export interface XmlReader {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  /** `text`: of the element itself, trimmed. A string: what is wrong here. */
  close(name: string, text: string): readonly Said[] | string;
}

const depthMax = 100;
const textMax = 1_000_000;

export const xmlPass = (file: ReleaseFile, make: () => XmlReader): Pass => ({
  file,
  async *read() {
    const reader = make();
    const parser = new SaxesParser();
    const decoder = new TextDecoder('utf-8');
    const texts: string[] = [];
    let said: Said[] = [];
    const broken = (reason: string): never => {
      throw new BrokenFile(file.name, parser.line, reason);
    };
    parser.on('error', (error) => broken(error.message.replace(/^\d+:\d+: /, '')));
    parser.on('doctype', (text) => {
      if (text.includes('[')) broken('a DOCTYPE with declarations of its own is not read');
    });
    parser.on('opentag', ({ name, attributes }) => {
      if (texts.length >= depthMax) broken(`elements are nested more than ${depthMax} deep`);
      texts.push('');
      reader.open?.(name, attributes);
    });
    parser.on('text', (text) => {
      const at = texts.length - 1;
      if (at < 0) return;
      texts[at] += text;
      if (texts[at]!.length > textMax) broken(`an element holds more than ${textMax} characters`);
    });
    parser.on('closetag', ({ name }) => {
      const found = reader.close(name, (texts.pop() ?? '').replace(/\s+/g, ' ').trim());
      if (typeof found === 'string') broken(found);
      else said.push(...found);
    });
    for await (const chunk of file.open()) {
      // Pieces, so that no tag that never ends is gathered without bound before it is looked at.
      parser.write(decoder.decode(chunk, { stream: true }));
      yield { line: parser.line, said, bytes: chunk.length };
      said = [];
    }
    parser.write(decoder.decode());
    parser.close();
    yield { line: Number.MAX_SAFE_INTEGER, said, bytes: 0 };
  },
});
