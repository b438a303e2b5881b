// Narrative of resources and documents (http://hl7.org/fhir/R4/narrative.html; C-CDA sections, which the server turns into the same
// XHTML). It may come from anywhere, so it is never put into the page as it is: it is parsed into a document of its own, in which
// nothing runs and nothing is fetched, and what a short list names is built anew.
import { createElement, type ReactNode } from 'react';

/** What may be shown, and as what. Of everything else only the text is kept; of those below, nothing. */
const shownAs: Readonly<Record<string, string>> = Object.fromEntries([
  ...`p div span br hr b strong i em u s small big sub sup tt code pre q cite abbr dfn kbd samp var ul ol li dl dt dd blockquote
      table caption thead tbody tfoot tr td th colgroup col`
    .split(/\s+/)
    .map((name): [string, string] => [name, name]),
  // Headings would break the order of those around them.
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name): [string, string] => [name, 'h4']),
  // C-CDA's own words, where a document comes with them: CDA R2 Narrative Block.
  ['paragraph', 'p'],
  ['content', 'span'],
  ['list', 'ul'],
  ['item', 'li'],
  ['linkhtml', 'span'],
  ['title', 'h4'],
]);
const dropped = new Set([
  'script',
  'style',
  'template',
  'iframe',
  'object',
  'embed',
  'svg',
  'math',
  'link',
  'meta',
  'form',
  'input',
  'button',
  'select',
  'textarea',
  'head',
]);
const empty = new Set(['br', 'hr', 'col']);
/** Numbers only: a table keeps its form. */
const spans = ['colspan', 'rowspan'] as const;
const nodesMax = 20_000;
const depthMax = 60;

/** As much of the DOM as the walk needs. */
export interface Walked {
  nodeType: number;
  nodeName: string;
  textContent: string | null;
  childNodes: ArrayLike<Walked>;
  getAttribute?(name: string): string | null;
}

/** React elements of what may be shown. */
export function safely(root: Walked): ReactNode[] {
  let nodes = 0;
  const walk = (node: Walked, key: number, depth: number): ReactNode => {
    nodes++;
    if (nodes > nodesMax) return null;
    if (node.nodeType === 3) return node.textContent;
    if (node.nodeType !== 1) return null;
    const name = node.nodeName.toLowerCase();
    if (dropped.has(name)) return null;
    if (depth > depthMax) return node.textContent;
    if (name === 'img' || name === 'rendermultimedia') return createElement('em', { key }, `[picture${alternative(node)}]`);
    const as = Object.hasOwn(shownAs, name) ? shownAs[name] : undefined;
    const children = Array.from(node.childNodes, (child, index) => walk(child, index, depth + 1));
    if (as === undefined) return createElement('span', { key }, ...children);
    return empty.has(as) ? createElement(as, { key }) : createElement(as, { key, ...spansOf(node) }, ...children);
  };
  return Array.from(root.childNodes, (child, index) => walk(child, index, 0));
}

const alternative = (node: Walked): string => {
  const text = node.getAttribute?.('alt') ?? '';
  return text === '' ? '' : `: ${text}`;
};

function spansOf(node: Walked): { colSpan?: number; rowSpan?: number } {
  const [columns, rows] = spans.map((name) => {
    const number = Number(node.getAttribute?.(name) ?? '');
    return Number.isInteger(number) && number > 1 && number < 100 ? number : undefined;
  });
  return { ...(columns === undefined ? {} : { colSpan: columns }), ...(rows === undefined ? {} : { rowSpan: rows }) };
}

/** `as`: XML of a C-CDA document is parsed as XML, a narrative as a browser reads HTML. */
export function Narrative({ text, as = 'text/html' }: { text: string; as?: 'text/html' | 'application/xml' }) {
  const document = new DOMParser().parseFromString(text, as);
  const root = as === 'text/html' ? document.body : document.documentElement;
  return (
    <div className="narrative" dir="auto">
      {safely(root)}
    </div>
  );
}
