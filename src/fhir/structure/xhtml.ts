// Whether a narrative is safe to show: well-formed XHTML in one <div>, only the elements and attributes of invariant txt-1, some
// content (txt-2), nothing that runs (http://hl7.org/fhir/R4/narrative.html). One pass; the first fault is told. A narrative may be as
// long as a body may be: a long one is read in steps, between which its caller rests.

const namespace = 'http://www.w3.org/1999/xhtml';

const words = (text: string): Set<string> => new Set(text.split(/\s+/));

/** The two lists are those of the XPath of txt-1 in the R4 definition of Narrative. */
const elements = words(`a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i
  img li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var`);
const attributes = words(`abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff
  charset cite class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel rev
  rowspan rules scope shape span src start style summary tabindex title type valign value vspace width xml:lang`);
const links = words('href src cite longdesc');

const entity = /&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});/y;
/** Longer than any name that is known: what goes on behind it is none. */
const tagName = /<(\/?)([A-Za-z_][A-Za-z0-9_.:-]{0,63})/y;
const attribute = /\s{1,1000}([A-Za-z_][A-Za-z0-9_.:-]{0,63})\s{0,1000}=\s{0,1000}(["'])/y;
const tagEnd = /\s{0,1000}(\/?)>/y;
/** Control characters below 32 other than tab, line feed and carriage return. */
const control = /[^\P{Cc}\t\n\r\x7f-\x9f]/u;

/** As deep as a narrative in XML may be: what is open is all that is kept while one is read. */
const depthMax = 200;
/** A step at most: some tenths of a millisecond. */
const stride = 65_536;
const tagsPerStep = 500;
/** What a browser looks at for the scheme of a link, without blanks. */
const schemeMax = 32;
const blanksMax = 2_000;
/** Characters of a style: read as a whole, and never long in earnest. */
const styleMax = 10_000;

/** What is wrong with the text of `Narrative.div`, and how to put it right; undefined where nothing is. About 0.5 µs a tag. */
export function narrativeFault(xhtml: string): string | undefined {
  const steps = narrativeInSteps(xhtml);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same with a step every few tenths of a millisecond: in time that grows with the text, and in the room of what is open. */
export function* narrativeInSteps(xhtml: string): Generator<undefined, string | undefined> {
  for (let from = 0; from < xhtml.length; from += stride) {
    if (from > 0) yield;
    const whole = from === 0 && xhtml.length <= stride;
    if (control.test(whole ? xhtml : xhtml.slice(from, from + stride))) return 'Remove the control characters from the narrative';
  }
  const open: string[] = [];
  let roots = 0;
  let content = false;
  let at = 0;
  let tags = 0;
  while (at < xhtml.length) {
    const tag = xhtml.indexOf('<', at);
    const end = tag < 0 ? xhtml.length : tag;
    if (end > at) {
      const fault = end - at > stride ? yield* longTextFault(xhtml, at, end) : textFault(xhtml.slice(at, end));
      if (fault) return place(fault, at);
      if (!isBlank(xhtml, at, end)) {
        if (open.length === 0) return place('Put all text of the narrative inside one <div>', at);
        content = true;
      }
    }
    if (tag < 0) break;
    at = tag;
    if (++tags % tagsPerStep === 0) yield;

    if (xhtml.startsWith('<!--', at)) {
      const closed = xhtml.indexOf('--', at + 4);
      if (closed < 0 || xhtml[closed + 2] !== '>') return place('Close the comment with --> and use no -- inside it', at);
      at = closed + 3;
      continue;
    }
    if (xhtml.startsWith('<![CDATA[', at) && open.length > 0) {
      const closed = xhtml.indexOf(']]>', at);
      if (closed < 0) return place('Close the CDATA section with ]]>', at);
      content ||= !isBlank(xhtml, at + 9, closed);
      at = closed + 3;
      continue;
    }
    tagName.lastIndex = at;
    const named = tagName.exec(xhtml);
    if (!named) return place('Write "<" in text as &lt;, and leave out document types and processing instructions', at);
    const name = named[2] as string;
    let next = tagName.lastIndex;

    if (named[1] === '/') {
      tagEnd.lastIndex = next;
      const closed = tagEnd.exec(xhtml);
      if (!closed || closed[1] === '/') return place('Close the end tag with ">"', at);
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
      const key = found[1] as string;
      const begin = attribute.lastIndex;
      const quote = xhtml.indexOf(found[2] as string, begin);
      const value = quote < 0 ? '<' : xhtml.slice(begin, quote);
      if (value.includes('<')) break;
      if (seen.has(key)) return place(`Give the attribute "${key.slice(0, 32)}" once only`, next);
      const fault = attributeFault(key, value) ?? (value.includes('&') ? yield* ampersandFault(value, 0, value.length) : undefined);
      if (fault) return place(fault, next);
      seen.set(key, value);
      next = quote + 1;
    }
    tagEnd.lastIndex = next;
    const closed = tagEnd.exec(xhtml);
    if (!closed) return place(`Write the tag <${name}> as XML: attributes in quotes, ">" or "/>" at the end`, next);
    if (open.length === 0 && seen.get('xmlns') !== namespace) return place(`Give the <div> the namespace: xmlns="${namespace}"`, at);
    if (name === 'img' && seen.has('src')) content = true;
    if (closed[1] !== '/') open.push(name);
    if (open.length > depthMax) return place(`Nest the elements of the narrative less deep: at most ${depthMax} may be open`, at);
    at = tagEnd.lastIndex;
  }
  if (roots === 0) return 'Put the narrative inside a <div>';
  if (open.length > 0) return `Close the element <${open.at(-1)}> with </${open.at(-1)}>`;
  return content ? undefined : 'Give the narrative some text, or leave it out (txt-2)';
}

const place = (fault: string, at: number): string => `${fault} (at character ${at + 1})`;

const anyText = /\S/g;
function isBlank(text: string, from: number, to: number): boolean {
  anyText.lastIndex = from;
  const found = anyText.exec(text);
  return found === null || found.index >= to;
}

const endOfSection = 'Write "]]>" in text as ]]&gt;';

function textFault(text: string): string | undefined {
  if (text.includes(']]>')) return endOfSection;
  return text.includes('&') ? atOnce(ampersandFault(text, 0, text.length)) : undefined;
}

function* longTextFault(text: string, from: number, to: number): Generator<undefined, string | undefined> {
  const section = text.indexOf(']]>', from);
  if (section >= 0 && section < to) return endOfSection;
  yield;
  return yield* ampersandFault(text, from, to);
}

function* ampersandFault(text: string, from: number, to: number): Generator<undefined, string | undefined> {
  let references = 0;
  for (let at = text.indexOf('&', from); at >= 0 && at < to; at = text.indexOf('&', entity.lastIndex)) {
    if (++references % tagsPerStep === 0) yield;
    entity.lastIndex = at;
    const reference = entity.exec(text)?.[0];
    if (reference === undefined) return 'Write "&" as &amp;, and other HTML entities as characters or numbers (&nbsp; as &#160;)';
    if (reference[1] === '#' && !isCharacter(codeOf(reference))) return 'Remove the reference to a character that XML does not have';
    entity.lastIndex = at + reference.length;
  }
  return undefined;
}

function atOnce<T>(steps: Generator<undefined, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** But for its entities, which are looked at separately. */
function attributeFault(name: string, value: string): string | undefined {
  if (name === 'xmlns') return value === namespace ? undefined : `Use the one namespace ${namespace}`;
  if (!attributes.has(name)) return `Remove the attribute "${name.slice(0, 32)}": narrative has only basic formatting (txt-1)`;
  if (name === 'style') return styleFault(value);
  if (!links.has(name)) return undefined;
  const scheme = schemeOf(value);
  if (scheme === undefined) return 'Remove the blanks from the link';
  if (/^(javascript|vbscript):/.test(scheme)) return 'Remove the link that runs a script';
  return scheme.startsWith('data:') && !(name === 'src' && scheme.startsWith('data:image/'))
    ? 'Remove the link that holds its own data; only an image may'
    : undefined;
}

function styleFault(value: string): string | undefined {
  if (value.length > styleMax) return `Shorten the style to ${styleMax} characters`;
  const decoded = decode(value);
  const plain = decoded.replace(anyBlank, '').toLowerCase();
  // Escapes and comments have no use here but to hide something.
  return decoded.includes('\\') || decoded.includes('/*') || /javascript:|vbscript:|expression\(|behavior:|-moz-binding|@import/.test(plain)
    ? 'Remove from the style all escapes, comments, scripts and imports'
    : undefined;
}

const anyBlank = /[\p{Cc}\s]/gu;

/**
 * The beginning of a link. A browser ignores blanks, control characters and case where it looks for the scheme; so does this. A picture
 * of megabytes has its scheme at the begin; undefined where so many blanks come first that one is hidden behind them.
 */
function schemeOf(value: string): string | undefined {
  const plain = decode(value.slice(0, blanksMax)).replace(anyBlank, '').toLowerCase();
  return value.length > blanksMax && plain.length < schemeMax ? undefined : plain;
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
const anyEntity = new RegExp(entity.source, 'g');
/** A reference to what XML does not have stays as it is: it is refused by itself. */
const decode = (value: string): string =>
  value.replace(
    anyEntity,
    (reference) => names[reference] ?? (isCharacter(codeOf(reference)) ? String.fromCodePoint(codeOf(reference)) : reference),
  );
