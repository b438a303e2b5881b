// A narrative on its way between XML and JSON: there its text is part of the document, here it is a string
// (http://hl7.org/fhir/R4/xml.html#narrative). It stays as it was written, but for line ends, which XML itself levels.

/** The `<div>` of a document as the string of JSON. `prefix`: of its elements, where they have one. */
export function narrative(text: string, prefix: string): string {
  const levelled = text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
  const named = prefix === '' ? levelled : withoutPrefix(levelled, prefix);
  return named.includes('&#') ? named.replace(/&#(?:13|[xX]0*[dD]);/g, '\r') : named;
}

/** The string of JSON inside a document: a bare carriage return would be lost on the way. */
export const inDocument = (div: string): string => (div.includes('\r') ? div.replaceAll('\r', '&#13;') : div).trim();

function withoutPrefix(text: string, prefix: string): string {
  const bare = text
    .replaceAll(`<${prefix}:`, '<')
    .replaceAll(`</${prefix}:`, '</')
    .replace(new RegExp(`\\sxmlns:${escaped(prefix)}\\s*=\\s*("[^"]*"|'[^']*')`, 'gu'), '');
  return bare.replace(/^<div/, '<div xmlns="http://www.w3.org/1999/xhtml"');
}

const escaped = (text: string): string => text.replace(/[^\p{L}\p{N}_]/gu, '\\$&');
