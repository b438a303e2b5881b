// The tree of a document: elements, attributes and texts as offsets into the text that was received, so that nothing of it has to be
// written again to be the same.
import type { Problem } from '../../../fhir/result.ts';

/** A populated leaf: an attribute value, or the text of a text node without the blanks around it. */
export interface Leaf {
  /** `opaque`: markup that is too deep, or too much, to be taken apart. */
  kind: 'attribute' | 'text' | 'cdata' | 'opaque';
  /** As written, with its prefix; empty for texts. */
  name: string;
  start: number;
  end: number;
  owner: Element;
  /** Among the texts of its owner, from 1. */
  position: number;
}

export interface Element {
  /** Without its prefix. */
  name: string;
  prefix: string;
  parent: Element | undefined;
  /** Among the siblings of the same name and prefix, from 1. */
  position: number;
  attributes: Leaf[];
  children: (Element | Leaf)[];
  start: number;
  end: number;
}

export interface Document {
  /** As received; what `write` gives. */
  bytes: Uint8Array;
  text: string;
  charset: string;
  bom: boolean;
  /** The outermost elements: one in a document, none where it is no XML. */
  roots: Element[];
  notes: Problem[];
}

export const isElement = (node: Element | Leaf): node is Element => 'attributes' in node;

export function* elementsOf(element: Element): Generator<Element> {
  for (const child of element.children) if (isElement(child)) yield child;
}

export const childOf = (element: Element | undefined, name: string): Element | undefined => {
  if (element === undefined) return undefined;
  for (const child of element.children) if (isElement(child) && child.name === name) return child;
  return undefined;
};

export const childrenOf = (element: Element | undefined, name: string): Element[] =>
  element === undefined ? [] : element.children.filter((child): child is Element => isElement(child) && child.name === name);

/** By its name without a prefix. */
export const leafOf = (element: Element | undefined, name: string): Leaf | undefined =>
  element?.attributes.find((leaf) => leaf.name === name || leaf.name.endsWith(`:${name}`));

export const textsOf = (element: Element): Leaf[] => element.children.filter((child): child is Leaf => !isElement(child));

/** The outermost element first, then its parts in the order of the document. Iterative: no depth is too deep. */
export function* everyElement(root: Element): Generator<Element> {
  const waiting: Element[] = [root];
  for (let element = waiting.pop(); element !== undefined; element = waiting.pop()) {
    yield element;
    for (let i = element.children.length - 1; i >= 0; i--) {
      const child = element.children[i]!;
      if (isElement(child)) waiting.push(child);
    }
  }
}

/** All leaves of an element and what is in it, in the order of the document. */
export function* leavesIn(root: Element): Generator<Leaf> {
  const waiting: (Element | Leaf)[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (!isElement(node)) {
      yield node;
      continue;
    }
    yield* node.attributes;
    for (let i = node.children.length - 1; i >= 0; i--) waiting.push(node.children[i]!);
  }
}

const qualified = (element: Element): string => (element.prefix === '' ? element.name : `${element.prefix}:${element.name}`);

/** XPath with the position of every step. */
export function pathOf(element: Element): string {
  const own = `/${qualified(element)}[${element.position}]`;
  return element.parent === undefined ? own : pathOf(element.parent) + own;
}

const below = (leaf: Leaf): string => (leaf.kind === 'attribute' ? `@${leaf.name}` : `text()[${leaf.position}]`);

/** Elements whose paths are remembered. */
const maxKnown = 2_000;

/** The paths of many leaves in the order of the document: what is around them is written once for all of them. */
export class LeafPaths {
  readonly #known = new Map<Element, string>();

  of(leaf: Leaf): string {
    return `${this.#around(leaf.owner)}/${below(leaf)}`;
  }

  #around(element: Element): string {
    const known = this.#known.get(element);
    if (known !== undefined) return known;
    const own = `/${qualified(element)}[${element.position}]`;
    const path = element.parent === undefined ? own : this.#around(element.parent) + own;
    if (this.#known.size >= maxKnown) this.#known.clear();
    this.#known.set(element, path);
    return path;
  }
}
