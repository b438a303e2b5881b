// A small tree of XML to be written: elements with attributes and children, absent ones left out.
import { escapeAttribute, escapeText } from '../tree/characters.ts';

export interface Node {
  name: string;
  attributes: Record<string, string | undefined>;
  children: Content[];
}
export type Content = Node | string | undefined;

export const x = (name: string, attributes: Record<string, string | undefined> = {}, ...children: (Content | Content[])[]): Node => ({
  name,
  attributes,
  children: children.flat(),
});

/** As `writeNode`, with a rest behind each element of the outer levels: an entry, a table. */
export function* writeInSteps(node: Node, depth = 0): Generator<undefined, string> {
  const children = node.children.filter((child): child is Node => typeof child === 'object');
  if (depth === restedLevels || children.length === 0 || children.length < node.children.filter((child) => child !== undefined).length) {
    yield;
    return writeNode(node, depth);
  }
  const pad = '  '.repeat(depth);
  let inside = '';
  for (const child of children) inside += yield* writeInSteps(child, depth + 1);
  return `${pad}<${node.name}${attributesOf(node)}>\n${inside}${pad}</${node.name}>\n`;
}
/** As deep as the rows of a table: ClinicalDocument, component, structuredBody, component, section, text, table, tbody. */
const restedLevels = 8;

const attributesOf = (node: Node): string =>
  Object.entries(node.attributes)
    .filter((pair): pair is [string, string] => pair[1] !== undefined)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join('');

/** Indented, but for elements that hold text: blanks in them would be part of it. */
export function writeNode(node: Node, depth = 0): string {
  const pad = '  '.repeat(depth);
  const attributes = attributesOf(node);
  const children = node.children.filter((child) => child !== undefined);
  if (children.length === 0) return `${pad}<${node.name}${attributes}/>\n`;
  if (children.some((child) => typeof child === 'string')) {
    const inside = children.map((child) => (typeof child === 'string' ? escapeText(child) : writeNode(child).trim())).join('');
    return `${pad}<${node.name}${attributes}>${inside}</${node.name}>\n`;
  }
  const inside = children.map((child) => (typeof child === 'string' ? '' : writeNode(child, depth + 1))).join('');
  return `${pad}<${node.name}${attributes}>\n${inside}${pad}</${node.name}>\n`;
}

/** templateIds of C-CDA; an extension is the version, and the template without it stands beside. */
export function templates(...ids: (readonly [root: string, extension?: string])[]): Node[] {
  return ids.flatMap(([root, extension]) =>
    extension === undefined ? [x('templateId', { root })] : [x('templateId', { root }), x('templateId', { root, extension })],
  );
}
