// Whether a narrative is safe to show: well-formed XHTML in one <div>, only the elements and attributes of invariant txt-1, some
// content (txt-2), nothing that runs (http://hl7.org/fhir/R4/narrative.html). One pass; the first fault is told.

const namespace = 'http://www.w3.org/1999/xhtml';

const words = (text: string): Set<string> => new Set(text.split(/\s+/));

/** The two lists are those of the XPath of txt-1 in the R4 definition of Narrative. */
const elements = words(`a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i
  img li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var`);
const attributes = words(`abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff
  charset cite class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev
  rowspan rules scope shape span src start style summary tabindex title type valign value vspace width xml:lang`);
const links = words('href src cite longdesc');

const entity = /&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});/g;
const tagName = /<(\/?)([A-Za-z_][A-Za-z0-9_.:-]*)/y;
const attribute = /\s+([A-Za-z_][A-Za-z0-9_.:-]*)\s*=\s*("[^"<]*"|'[^'<]*')/y;
const tagEnd = /\s*(\/?)>/y;
/** Control characters below 32 other than tab, line feed and carriage return. */
const control = /[^\P{Cc}\t\n\r\x7f-\x9f]/u;

/** Elements and attributes that the narratives of one resource may still have: each costs up to 2 µs. */
export interface Markup {
  left: number;
}
export const maxMarkup = 20_000;

/** What is wrong with the text of `Narrative.div`, and how to put it right; undefined where nothing is. */
export function narrativeFault(xhtml: string, markup: Markup = { left: maxMarkup }): string | undefined {
  if (control.test(xhtml)) return 'Remove the control characters from the narrative';
  const open: string[] = [];
  let roots = 0;
  let content = false;
  let at = 0;
  while (at < xhtml.length) {
    const tag = xhtml.indexOf('<', at);
    const text = xhtml.slice(at, tag < 0 ? xhtml.length : tag);
    if (text !== '') {
      const fault = textFault(text);
      if (fault) return place(fault, at);
      if (text.trim() !== '') {
        if (open.length === 0) return place('Put all text of the narrative inside one <div>', at);
        content = true;
      }
    }
    if (tag < 0) break;
    at = tag;

    if (xhtml.startsWith('<!--', at)) {
      const end = xhtml.indexOf('--', at + 4);
      if (end < 0 || xhtml[end + 2] !== '>') return place('Close the comment with --> and use no -- inside it', at);
      at = end + 3;
      continue;
    }
    if (xhtml.startsWith('<![CDATA[', at) && open.length > 0) {
      const end = xhtml.indexOf(']]>', at);
      if (end < 0) return place('Close the CDATA section with ]]>', at);
      content ||= xhtml.slice(at + 9, end).trim() !== '';
      at = end + 3;
      continue;
    }
    tagName.lastIndex = at;
    const named = tagName.exec(xhtml);
    if (!named) return place('Write "<" in text as &lt;, and leave out document types and processing instructions', at);
    const name = named[2] as string;
    let next = tagName.lastIndex;
    if (--markup.left < 0) return tooMuch;

    if (named[1] === '/') {
      tagEnd.lastIndex = next;
      const end = tagEnd.exec(xhtml);
      if (!end || end[1] === '/') return place('Close the end tag with ">"', at);
      if (open.pop() !== name) return place('Close each element with its own end tag, the innermost first', at);
      at = tagEnd.lastIndex;
      continue;
    }

    if (open.length === 0 && (name !== 'div' || ++roots > 1)) return place('Put the whole narrative inside one <div>', at);
    if (!elements.has(name)) return place(`Remove the element <${name.slice(0, 32)}>: narrative has only basic formatting (txt-1)`, at);
    const seen = new Map<string, string>();
    for (;;) {
      attribute.lastIndex = next;
      const found = attribute.exec(xhtml);
      if (!found) break;
      if (--markup.left < 0) return tooMuch;
      const key = found[1] as string;
      if (seen.has(key)) return place(`Give the attribute "${key.slice(0, 32)}" once only`, next);
      const value = (found[2] as string).slice(1, -1);
      const fault = attributeFault(key, value);
      if (fault) return place(fault, next);
      seen.set(key, value);
      next = attribute.lastIndex;
    }
    tagEnd.lastIndex = next;
    const end = tagEnd.exec(xhtml);
    if (!end) return place(`Write the tag <${name}> as XML: attributes in quotes, ">" or "/>" at the end`, next);
    if (open.length === 0 && seen.get('xmlns') !== namespace) return place(`Give the <div> the namespace: xmlns="${namespace}"`, at);
    if (name === 'img' && seen.has('src')) content = true;
    if (end[1] !== '/') open.push(name);
    at = tagEnd.lastIndex;
  }
  if (roots === 0) return 'Put the narrative inside a <div>';
  if (open.length > 0) return `Close the element <${open.at(-1)}> with </${open.at(-1)}>`;
  return content ? undefined : 'Give the narrative some text, or leave it out (txt-2)';
}

const tooMuch = `Shorten the narrative: the tags and attributes of one resource may be ${maxMarkup} together`;

const place = (fault: string, at: number): string => `${fault} (at character ${at + 1})`;

function textFault(text: string): string | undefined {
  if (text.includes(']]>')) return 'Write "]]>" in text as ]]&gt;';
  if (!text.includes('&')) return undefined;
  return ampersandFault(text);
}

function ampersandFault(text: string): string | undefined {
  if (text.replace(entity, '').includes('&'))
    return 'Write "&" as &amp;, and other HTML entities as characters or numbers (&nbsp; as &#160;)';
  for (const [reference] of text.matchAll(entity)) {
    if (reference[1] === '#' && !isCharacter(codeOf(reference))) return 'Remove the reference to a character that XML does not have';
  }
  return undefined;
}

function attributeFault(name: string, value: string): string | undefined {
  if (name === 'xmlns') return value === namespace ? undefined : `Use the one namespace ${namespace}`;
  if (!attributes.has(name)) return `Remove the attribute "${name.slice(0, 32)}": narrative has only basic formatting (txt-1)`;
  const fault = value.includes('&') ? ampersandFault(value) : undefined;
  if (fault) return fault;
  if (!links.has(name) && name !== 'style') return undefined;
  // A browser ignores blanks, control characters and case where it looks for the scheme; so does this.
  const decoded = decode(value);
  const plain = decoded.replace(/[\p{Cc}\s]/gu, '').toLowerCase();
  if (name === 'style') {
    // Escapes and comments have no use here but to hide something.
    return decoded.includes('\\') ||
      decoded.includes('/*') ||
      /javascript:|vbscript:|expression\(|behavior:|-moz-binding|@import/.test(plain)
      ? 'Remove from the style all escapes, comments, scripts and imports'
      : undefined;
  }
  if (/^(javascript|vbscript):/.test(plain)) return 'Remove the link that runs a script';
  return plain.startsWith('data:') && !(name === 'src' && plain.startsWith('data:image/'))
    ? 'Remove the link that holds its own data; only an image may'
    : undefined;
}

const codeOf = (reference: string): number =>
  reference[2] === 'x' ? Number.parseInt(reference.slice(3), 16) : Number.parseInt(reference.slice(2), 10);

/** XML 1.0, section 2.2. */
const isCharacter = (code: number): boolean =>
  code === 9 ||
  code === 10 ||
  code === 13 ||
  (code >= 0x20 && code < 0xd800) ||
  (code >= 0xe000 && code < 0xfffe) ||
  (code >= 0x10000 && code <= 0x10ffff);

const names: Record<string, string> = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&quot;': '"', '&apos;': "'" };
const decode = (value: string): string => value.replace(entity, (reference) => names[reference] ?? String.fromCodePoint(codeOf(reference)));
