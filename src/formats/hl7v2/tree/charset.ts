// The character set of a message: MSH-18 decides (HL7 table 0211), and what was decoded is always what was received: where the
// declared set does not give the same bytes back, the bytes stand for themselves, one character each. One exception: what is UTF-8
// through and through is UTF-8, whatever single-byte set is declared; an MSH-18 that nobody changed when the sender did is common, and
// text of those sets that happens to be UTF-8 with characters beyond ASCII is not written by people.
import { isAscii, isUtf8 } from 'node:buffer';
import iconv from 'iconv-lite';

/** HL7 table 0211 to the names of the WHATWG and IANA. Those that switch sets inside a text (ISO IR…) are read as they are used. */
const charsets: Record<string, string> = {
  ASCII: 'windows-1252',
  '8859/1': 'iso-8859-1',
  '8859/2': 'iso-8859-2',
  '8859/3': 'iso-8859-3',
  '8859/4': 'iso-8859-4',
  '8859/5': 'iso-8859-5',
  '8859/6': 'iso-8859-6',
  '8859/7': 'iso-8859-7',
  '8859/8': 'iso-8859-8',
  '8859/9': 'iso-8859-9',
  '8859/15': 'iso-8859-15',
  'ISO IR14': 'shift_jis',
  'ISO IR87': 'shift_jis',
  'ISO IR159': 'euc-jp',
  'GB 18030-2000': 'gb18030',
  'KS X 1001': 'euc-kr',
  'CNS 11643-1992': 'big5',
  'BIG-5': 'big5',
  'UNICODE UTF-8': 'utf-8',
  'UNICODE UTF-16': 'utf-16le',
  'UNICODE UTF-32': 'utf-32le',
};

const oneByte = /^(iso-8859-|windows-)/;

/** The character set of a name of HL7 table 0211; undefined: it is not known. */
export const charsetNamed = (name: string): string | undefined => (Object.hasOwn(charsets, name) ? charsets[name] : undefined);

export interface Decoded {
  text: string;
  /** What `encode` needs; `bytes`: one character a byte, because nothing declared or tried gave the same bytes back. */
  charset: string;
  /** Whether it is not what the message declares. */
  differs: boolean;
}

/** MSH-18, first repetition, as far as it can be read before the character set is known: by bytes, which is quick. */
function declared(bytes: Buffer): string {
  const msh = bytes.indexOf('MSH');
  if (msh === -1 || msh > 4096) return '';
  const field = bytes[msh + 3];
  const repetition = bytes[msh + 5];
  let at = msh + 4;
  // MSH-1 is the delimiter itself, so MSH-18 is behind the sixteenth that follows it.
  for (let left = 16; left > 0; at++) {
    const byte = bytes[at];
    if (byte === undefined || byte === 13 || byte === 10) return '';
    if (byte === field) left--;
  }
  let end = at;
  while (end < bytes.length && end - at < 40 && bytes[end] !== field && bytes[end] !== repetition && bytes[end] !== 13 && bytes[end] !== 10)
    end++;
  return bytes.toString('latin1', at, end);
}

export function decode(raw: Uint8Array): Decoded {
  const bytes = Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength);
  if (isAscii(bytes)) return { text: bytes.toString('latin1'), charset: 'utf-8', differs: false };
  const named = charsets[declared(bytes).trim().toUpperCase()];
  if ((named === undefined || named === 'utf-8') && isUtf8(bytes))
    return { text: bytes.toString('utf8'), charset: 'utf-8', differs: false };
  if (named !== undefined && oneByte.test(named) && isUtf8(bytes)) return { text: bytes.toString('utf8'), charset: 'utf-8', differs: true };
  const tried = named ?? wide(bytes) ?? 'windows-1252';
  if (tried !== 'utf-8') {
    const text = iconv.decode(bytes, tried, { stripBOM: false });
    if (iconv.encode(text, tried, { addBOM: false }).equals(bytes)) return { text, charset: tried, differs: named === undefined };
  }
  if (isUtf8(bytes)) return { text: bytes.toString('utf8'), charset: 'utf-8', differs: true };
  return { text: bytes.toString('latin1'), charset: 'bytes', differs: true };
}

/** Two-byte characters declare nothing that could be read without knowing it: MSH looks like M·S·H. */
const wide = (bytes: Buffer): string | undefined => {
  const at = bytes[0] === 0xff && bytes[1] === 0xfe ? 2 : 0;
  return bytes[at] === 0x4d && bytes[at + 1] === 0 && bytes[at + 2] === 0x53 ? 'utf-16le' : undefined;
};

export function encode(text: string, charset: string): Buffer {
  if (charset === 'utf-8') return Buffer.from(text, 'utf8');
  if (charset === 'bytes') return Buffer.from(text, 'latin1');
  return iconv.encode(text, charset, { addBOM: false });
}
