// Documents inside of messages and pointers to them: ED, RP (HL7 v2.8, chapter 2A; v2-to-FHIR maps ED[Attachment], RP[Attachment]) to
// Attachment. What is decoded from the attachment are the bytes that were sent.
import type { Converter } from '../converter.ts';
import type { Leaf, Part } from '../part.ts';
import type { Place, Write } from '../place.ts';

/** HL7 table 0291 (and what is written in its place) to media types (RFC 2046). */
const mediaTypes: Readonly<Record<string, string>> = {
  PDF: 'application/pdf',
  RTF: 'application/rtf',
  JPEG: 'image/jpeg',
  JPG: 'image/jpeg',
  PNG: 'image/png',
  GIF: 'image/gif',
  TIFF: 'image/tiff',
  TIF: 'image/tiff',
  HTML: 'text/html',
  HTM: 'text/html',
  XML: 'application/xml',
  SGML: 'text/sgml',
  PLAIN: 'text/plain',
  TEXT: 'text/plain',
  TXT: 'text/plain',
  DICOM: 'application/dicom',
  JSON: 'application/json',
  BASIC: 'audio/basic',
  'OCTET-STREAM': 'application/octet-stream',
  POSTSCRIPT: 'application/postscript',
  'X-HL7-CDA-LEVEL-ONE': 'application/hl7-cda+xml',
};
/** https://www.rfc-editor.org/rfc/rfc6838, section 4.2. */
const mediaType = /^[A-Za-z0-9][\w.+-]{0,126}\/[A-Za-z0-9][\w.+-]{0,126}$/;
const subtypeName = /^[A-Za-z0-9][\w.+-]{0,126}$/;

/** HL7 tables 0191 and 0834: the first half of a media type. */
const kinds: Readonly<Record<string, string>> = {
  APPLICATION: 'application',
  AUDIO: 'audio',
  IMAGE: 'image',
  IM: 'image',
  MODEL: 'model',
  TEXT: 'text',
  TX: 'text',
  VIDEO: 'video',
  MULTIPART: 'multipart',
};

/** What a kind and a subtype are together; undefined where they do not say it. */
export function mediaTypeOf(kind: string, subtype: string): string | undefined {
  const [one, other] = [kind.trim(), subtype.trim()];
  if (mediaType.test(other)) return other.toLowerCase();
  if (mediaType.test(one)) return one.toLowerCase();
  const known = mediaTypes[other.toUpperCase()] ?? (other === '' ? mediaTypes[one.toUpperCase()] : undefined);
  if (known !== undefined) return known;
  const first = kinds[one.toUpperCase()];
  return first !== undefined && subtypeName.test(other) ? `${first}/${other.toLowerCase()}` : undefined;
}

/** Says the media type and claims the leaves that say it. */
function sayType(part: Part, [kind, subtype]: readonly [number, number], place: Place): boolean {
  const leaves = [part.at(kind)?.leaf, part.at(subtype)?.leaf];
  const type = mediaTypeOf(leaves[0]?.text ?? '', leaves[1]?.text ?? '');
  if (type === undefined) return false;
  const claims = leaves.flatMap((leaf, at): (readonly [Leaf, Write])[] => {
    if (leaf === undefined) return [];
    const own = leaf.text;
    return [[leaf, (now) => (now === type ? own : at === 0 ? String(now).split('/')[0] : String(now).split('/')[1])]];
  });
  return place.set({ name: 'contentType' }, type, claims);
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;

/** The bytes that ED.5 stands for, in base64; undefined where it is not written as ED.4 says. */
function bytesOf(text: string, encoding: string): string | undefined {
  const how = encoding.trim().toUpperCase();
  if (how === 'A' || how === '') {
    if (how === 'A') return text === '' ? undefined : Buffer.from(text, 'utf8').toString('base64');
    // Nothing said: base64 where it can be nothing else.
    const bare = text.replace(/\s/g, '');
    return bare.length >= 16 && bare.length % 4 === 0 && base64.test(bare) ? bare : Buffer.from(text, 'utf8').toString('base64');
  }
  const bare = text.replace(/\s/g, '');
  if (how === 'HEX') return bare.length % 2 === 0 && /^[0-9A-Fa-f]+$/.test(bare) ? Buffer.from(bare, 'hex').toString('base64') : undefined;
  if (how !== 'BASE64' || !base64.test(bare)) return undefined;
  const whole = bare.replace(/=+$/, '');
  // One character more than fours is no byte.
  return whole.length % 4 === 1 ? undefined : whole.padEnd(Math.ceil(whole.length / 4) * 4, '=');
}

function encoded(value: unknown, encoding: string): string | undefined {
  if (typeof value !== 'string') return undefined;
  const how = encoding.trim().toUpperCase();
  if (how === 'HEX') return Buffer.from(value, 'base64').toString('hex').toUpperCase();
  return how === 'A' ? Buffer.from(value, 'base64').toString('utf8') : value;
}

/** How files of these types begin, in base64. */
const beginnings: readonly (readonly [string, string])[] = [
  ['JVBERi0', 'application/pdf'],
  ['e1xydG', 'application/rtf'],
  ['/9j/', 'image/jpeg'],
  ['iVBORw0KGgo', 'image/png'],
  ['R0lGOD', 'image/gif'],
  ['SUkqA', 'image/tiff'],
  ['TU0AK', 'image/tiff'],
  ['UEsDB', 'application/zip'],
];
const typeByBytes = (bytes: string): string => beginnings.find(([start]) => bytes.startsWith(start))?.[1] ?? 'application/octet-stream';

/** ED: an Attachment with its bytes. */
export const ED: Converter = {
  read(part, place, step, run, story) {
    const data = part.at(5)?.leaf;
    const encoding = part.at(4)?.leaf;
    // What it would have been is worth saying where the data were left out.
    if (data === undefined) {
      const said = sayType(part, [2, 3], place.child(step, run));
      if (said && encoding !== undefined) encoding.structural = true;
      return said;
    }
    const bytes = bytesOf(data.text, encoding?.text ?? '');
    if (bytes === undefined) {
      story.puzzled(data, 'The data are not written in the encoding that the component before them names; ask the sender to mend it');
      return false;
    }
    const attachment = place.child(step, run);
    attachment.set({ name: 'data' }, bytes, [[data, (now) => (now === bytes ? data.text : encoded(now, encoding?.text ?? ''))]]);
    // att-1: data have a type, which their first bytes say where the sender does not.
    if (!sayType(part, [2, 3], attachment)) attachment.imply([{ name: 'contentType' }], run, typeByBytes(bytes));
    if (encoding !== undefined) encoding.structural = true;
    return true;
  },
  write(value) {
    if (typeof value !== 'object' || value === null || !('data' in value) || typeof value.data !== 'string') return undefined;
    const [kind, subtype] = 'contentType' in value ? String(value.contentType).split('/') : [];
    return [undefined, kind, subtype, 'Base64', value.data];
  },
};

/** RP: an Attachment that says where its bytes are. */
export const RP: Converter = {
  read(part, place, step, run) {
    const pointer = part.at(1)?.leaf;
    if (pointer === undefined || /\s/.test(pointer.text)) return false;
    const attachment = place.child(step, run);
    if (!attachment.set({ name: 'url' }, pointer.text, [[pointer, (now) => (typeof now === 'string' ? now : undefined)]])) return false;
    sayType(part, [3, 4], attachment);
    return true;
  },
  write(value) {
    if (typeof value !== 'object' || value === null || !('url' in value) || typeof value.url !== 'string') return undefined;
    const [kind, subtype] = 'contentType' in value ? String(value.contentType).split('/') : [];
    return [value.url, undefined, kind, subtype];
  },
};
