// Bytes and characters of a document, reversibly (XML 1.0 appendix F; labels of https://encoding.spec.whatwg.org): whatever the bytes
// are, encoding what was decoded gives them again. A byte that its character set does not know becomes a character of the private
// use area, U+F700 and the byte, so that one bad byte does not spoil the text around it.

export interface Decoded {
  text: string;
  /** Name as `encode` takes it. */
  charset: string;
  bom: boolean;
  /** What was wrong, in a sentence. */
  fault?: string;
}

const escapeBase = 0xf700;
/** The set whose bytes are the first 256 characters: it takes whatever comes. */
const latin1 = 'latin1';

/** The characters 80 to 9F of windows-1252 (https://encoding.spec.whatwg.org/index-windows-1252.txt); Node 20 takes them for controls. */
const windows = '€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008DŽ\u008F\u0090‘’“”•–—˜™š›œ\u009DžŸ';

export function decode(bytes: Uint8Array): Decoded {
  const { charset, bomLength } = charsetOf(bytes);
  const content = bytes.subarray(bomLength);
  const bom = bomLength > 0;
  const text = decodeAs(charset, content);
  if (text !== undefined && same(encodeText(text, charset), content)) return { text, charset, bom };
  if (charset === 'utf-8') {
    const mended = utf8WithEscapes(content);
    if (same(encodeText(mended, charset), content))
      return { text: mended, charset, bom, fault: 'Some bytes are not UTF-8, or no characters of XML: they are kept' };
  }
  return {
    text: Buffer.from(bytes).toString('latin1'),
    charset: latin1,
    bom: false,
    fault: `The bytes are not in the character set ${charset.slice(0, 40)}: they are read as ISO-8859-1`,
  };
}

/** Characters that the set does not have become references such as `&#8364;`, which mean the same in text and attribute values. */
export function encode(text: string, charset: string, bom: boolean): Uint8Array {
  const content = encodeText(text, charset);
  const mark = bom ? boms[charset] : undefined;
  return mark === undefined ? content : Buffer.concat([mark, content]);
}

const boms: Record<string, Uint8Array> = {
  'utf-8': Uint8Array.of(0xef, 0xbb, 0xbf),
  'utf-16le': Uint8Array.of(0xff, 0xfe),
  'utf-16be': Uint8Array.of(0xfe, 0xff),
};

function charsetOf(bytes: Uint8Array): { charset: string; bomLength: number } {
  for (const [charset, mark] of Object.entries(boms)) {
    if (mark.every((byte, i) => bytes[i] === byte)) return { charset, bomLength: mark.length };
  }
  if (bytes[0] === 0x3c && bytes[1] === 0) return { charset: 'utf-16le', bomLength: 0 };
  if (bytes[0] === 0 && bytes[1] === 0x3c) return { charset: 'utf-16be', bomLength: 0 };
  const start = Buffer.from(bytes.subarray(0, 256)).toString('latin1');
  const declared = /^\s*<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._:-]{1,40})["']/.exec(start)?.[1]?.toLowerCase();
  // Readable as single bytes, so it is not what it says.
  if (declared === undefined || declared.startsWith('utf-16') || declared === 'us-ascii') return { charset: 'utf-8', bomLength: 0 };
  // As browsers do: whoever writes ISO-8859-1 means the characters of windows-1252, not controls.
  if (declared === 'iso-8859-1' || declared === latin1) return { charset: 'windows-1252', bomLength: 0 };
  try {
    return { charset: new TextDecoder(declared).encoding, bomLength: 0 };
  } catch {
    return { charset: declared, bomLength: 0 };
  }
}

function decodeAs(charset: string, bytes: Uint8Array): string | undefined {
  if (charset === latin1) return Buffer.from(bytes).toString('latin1');
  if (charset === 'windows-1252') {
    const text = Buffer.from(bytes).toString('latin1');
    return text.includes('\u0000')
      ? undefined
      : text.replace(/[\x80-\x9f]/g, (character) => windows.charAt(character.charCodeAt(0) - 0x80));
  }
  try {
    const text = new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes);
    // A NUL is no character of XML, and no database of texts holds it.
    return text.includes('\u0000') ? undefined : text;
  } catch {
    return undefined;
  }
}

function encodeText(text: string, charset: string): Uint8Array {
  if (charset === 'utf-8') return utf8(text);
  if (charset === 'utf-16le') return Buffer.from(text, 'utf16le');
  if (charset === 'utf-16be') return Buffer.from(text, 'utf16le').swap16();
  const table = charset === latin1 ? undefined : tableOf(charset);
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0)!;
    const byte = table === undefined ? (code < 256 ? code : undefined) : table.get(character);
    if (byte === undefined) bytes.push(...Buffer.from(`&#${code};`, 'latin1'));
    else bytes.push(byte);
  }
  return Uint8Array.from(bytes);
}

const escaped = /[\uF700-\uF7FF]/;

function utf8(text: string): Uint8Array {
  if (!escaped.test(text)) return Buffer.from(text, 'utf8');
  const parts = text.split(/([\uF700-\uF7FF])/);
  return Buffer.concat(parts.map((part, i) => (i % 2 === 1 ? Buffer.of(part.charCodeAt(0) - escapeBase) : Buffer.from(part, 'utf8'))));
}

/** Valid runs as they are, every other byte by itself. */
function utf8WithEscapes(bytes: Uint8Array): string {
  const parts: string[] = [];
  let start = 0;
  const flush = (end: number): void => {
    if (end > start) parts.push(Buffer.from(bytes.subarray(start, end)).toString('utf8'));
  };
  for (let at = 0; at < bytes.length; ) {
    const length = utf8Length(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    flush(at);
    parts.push(String.fromCharCode(escapeBase + bytes[at]!));
    start = ++at;
  }
  flush(bytes.length);
  return parts.join('');
}

/** How many bytes the character has that begins here; 0 where none does. */
function utf8Length(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first === 0) return 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 && first < 0xf0 ? 3 : first >= 0xc2 && first < 0xe0 ? 2 : 0;
  if (length === 0 || at + length > bytes.length) return 0;
  for (let i = 1; i < length; i++) if ((bytes[at + i]! & 0xc0) !== 0x80) return 0;
  const second = bytes[at + 1]!;
  if ((first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f)) return 0;
  if ((first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f)) return 0;
  // The characters that stand for bytes themselves.
  if (first === 0xef && (second === 0x9c || (second >= 0x9d && second <= 0x9f))) return 0;
  return length;
}

const tables = new Map<string, Map<string, number>>();

/** Character to byte of a single-byte set. */
function tableOf(charset: string): Map<string, number> {
  let table = tables.get(charset);
  if (table === undefined) {
    table = new Map();
    for (let byte = 0; byte < 256; byte++) {
      const character = decodeAs(charset, Uint8Array.of(byte));
      if (character?.length === 1) table.set(character, byte);
    }
    tables.set(charset, table);
  }
  return table;
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}
