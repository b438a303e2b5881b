// FHIR XML to the same values that `readJson` gives (http://hl7.org/fhir/R4/xml.html): digits of decimals, primitive extensions and
// narrative as they were written. Entities other than those of XML itself do not exist here: a DOCTYPE is refused.
import { SaxesParser, type SaxesTagNS } from 'saxes';
import type { Json, JsonLimits } from '../json.ts';
import { fail, ok, type Problem, type Result } from '../result.ts';
import { Builder } from './builder.ts';
import { narrative } from './narrative.ts';

const fhirNamespace = 'http://hl7.org/fhir';
const xhtmlNamespace = 'http://www.w3.org/1999/xhtml';
const schemaInstance = 'http://www.w3.org/2001/XMLSchema-instance';
const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/';

/** Characters handed to the parser at once, about a quarter of a millisecond. */
const stride = 16_384;
const sliceMs = 5;
/** Inside a narrative; elements of FHIR have the limit of JSON. */
const maxMarkupDepth = 200;
/** No element of FHIR or XHTML has as many; the parser would gather them all before it tells. */
const maxAttributes = 100;

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Reads at once: for text of up to about 64 kB. Refusals name `line:column`. */
export function readXmlNow(text: string, limits: JsonLimits = {}): Result<Json> {
  const reader = new XmlReader(text, limits);
  while (!reader.read(Number.POSITIVE_INFINITY));
  return reader.result();
}

/** Reads in slices of a few milliseconds and lets other work run in between. Refusals name `line:column`. */
export async function readXml(text: string, limits: JsonLimits = {}): Promise<Result<Json>> {
  const reader = new XmlReader(text, limits);
  while (!reader.read(performance.now() + sliceMs)) await turn();
  return reader.result();
}

class Refused extends Error {}

class XmlReader {
  readonly #text: string;
  readonly #parser = new SaxesParser({ xmlns: true, position: true });
  readonly #builder: Builder;
  #at = 0;
  #problem: Problem | undefined;
  /** Where the narrative that is being read begins, and how deep it is in it. */
  #divStart = -1;
  #divDepth = 0;
  #divPrefix = '';
  #attributes = 0;

  constructor(text: string, limits: JsonLimits) {
    this.#text = text;
    this.#builder = new Builder(limits);
    const parser = this.#parser;
    parser.on('error', (error) => this.#refuse(`The text is not well-formed XML: ${plain(error.message)}`));
    parser.on('doctype', () => this.#refuse('Remove the DOCTYPE: FHIR has none, and entities are not read'));
    parser.on('opentagstart', () => {
      this.#attributes = 0;
    });
    parser.on('attribute', () => {
      if (++this.#attributes > maxAttributes) this.#refuse(`An element has more than ${maxAttributes} attributes`, 'too-costly');
    });
    parser.on('opentag', (tag) => this.#open(tag));
    parser.on('closetag', () => this.#close());
    parser.on('text', (part) => this.#characters(part));
    parser.on('cdata', (part) => this.#characters(part));
    parser.on('xmldecl', ({ encoding = 'utf-8' }) => {
      if (encoding.toLowerCase() !== 'utf-8') this.#refuse('FHIR is written in UTF-8: the XML declaration names another encoding');
    });
  }

  /** Goes on until the time given; true when it is over. */
  read(untilMs: number): boolean {
    try {
      do {
        if (this.#at >= this.#text.length) {
          this.#parser.close();
          return true;
        }
        const end = Math.min(this.#at + stride, this.#text.length);
        this.#parser.write(this.#text.slice(this.#at, end));
        this.#at = end;
      } while (performance.now() < untilMs);
      return false;
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return true;
    }
  }

  result(): Result<Json> {
    if (this.#problem !== undefined) return { ok: false, problem: this.#problem };
    const { root } = this.#builder;
    return root === undefined ? fail('invalid', 'The text holds no XML element') : ok(root);
  }

  /** The parser goes on after an error where nobody throws. */
  #refuse(message: string, kind: Problem['kind'] = 'invalid'): never {
    this.#problem ??= { kind, message, where: `${this.#parser.line}:${this.#parser.column}` };
    throw new Refused();
  }

  #open(tag: SaxesTagNS): void {
    if (this.#divStart >= 0) {
      if (tag.uri !== xhtmlNamespace) this.#refuse(`<${shown(tag.name)}> is no XHTML and cannot stand in a narrative`);
      if (++this.#divDepth > maxMarkupDepth) this.#refuse('The narrative has too many elements inside one another', 'too-costly');
      return;
    }
    const builder = this.#builder;
    if (builder.takesNarrative(tag.local) && tag.uri === xhtmlNamespace) {
      // No attribute value holds "<", so the last one before the end of the tag begins it.
      this.#divStart = this.#text.lastIndexOf('<', this.#parser.position - 1);
      this.#divDepth = 1;
      this.#divPrefix = tag.prefix;
      return;
    }
    if (tag.uri !== fhirNamespace) {
      const wanted = builder.takesNarrative(tag.local) ? xhtmlNamespace : fhirNamespace;
      this.#refuse(`<${shown(tag.name)}> must be in the namespace ${wanted}: write xmlns="${wanted}"`);
    }
    const attributes: Partial<Record<'id' | 'url' | 'value', string>> = {};
    for (const attribute of Object.values(tag.attributes)) {
      const { local, uri, value } = attribute;
      if (uri === xmlnsNamespace || uri === schemaInstance || attribute.name === 'xmlns') continue;
      if (uri !== '' || (local !== 'id' && local !== 'url' && local !== 'value'))
        this.#refuse(`<${shown(tag.name)}> has no attribute ${shown(attribute.name)}`);
      attributes[local] = value;
    }
    const fault = builder.open(tag.local, attributes);
    if (fault !== undefined) this.#refuse(fault.message, fault.kind);
  }

  #close(): void {
    if (this.#divStart < 0) {
      this.#builder.close();
      return;
    }
    if (--this.#divDepth > 0) return;
    const text = this.#text.slice(this.#divStart, this.#parser.position);
    this.#divStart = -1;
    const fault = this.#builder.narrative(narrative(text, this.#divPrefix));
    if (fault !== undefined) this.#refuse(fault.message, fault.kind);
  }

  #characters(part: string): void {
    if (this.#divStart < 0 && part.trim() !== '') this.#refuse('Text may stand only in attributes called value, and in a narrative');
  }
}

/** Without the position, which is told apart from the sentence. */
const plain = (message: string): string => message.replace(/^\d+:\d+: /, '').slice(0, 200);

const shown = (name: string): string => name.slice(0, 60);
