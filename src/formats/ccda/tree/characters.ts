// What XML writes and what it means (https://www.w3.org/TR/xml/#sec-references): the five entities of XML and references to
// characters; every other entity stays as it is written, none is ever looked up.

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const reference = /&(?:#([0-9]{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g;
/** What XML 1.0 cannot hold in any form (https://www.w3.org/TR/xml/#charsets). */
const unwritable = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

export function unescapeXml(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(reference, (whole, decimal?: string, hexadecimal?: string, name?: string) => {
    if (name !== undefined) return entities[name]!;
    const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number.parseInt(decimal, 10);
    const character = code <= 0x10ffff && code > 0 ? String.fromCodePoint(code) : '';
    return character === '' || unwritable.test(character) ? whole : character;
  });
}

export const isWritable = (text: string): boolean => !unwritable.test(text);

const attributeSpecials: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** For a value in either kind of quotes. */
export const escapeAttribute = (text: string): string => text.replace(/[&<>"'\t\n\r]/g, (found) => attributeSpecials[found]!);

const textSpecials: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };

export const escapeText = (text: string): string => text.replace(/[&<>\r]/g, (found) => textSpecials[found]!);

export const escapeCdata = (text: string): string => text.replaceAll(']]>', ']]]]><![CDATA[>');

/** Blanks as XML knows them: a no-break space is content. */
export const trimXml = (text: string): string => text.replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '');
