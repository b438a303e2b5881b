// Every populated leaf of a file, each once, with its path as people write it: `2010BA/NM1-03`, `2400[3]/SV1-01.2`, `2110C/EB-03[4]`,
// `ISA-06`; `ST[2]/` stands before those of the second transaction. Counting starts at 1 and a first one is not counted.
import { atOnce } from '../steps.ts';
import { mayHaveComponents, mayRepeat } from './composites.ts';
import { type Envelopes, findingEnvelopes } from './transaction-list.ts';
import type { Segment } from './tree.ts';
import { type Document, textOf } from './tree.ts';

export interface Leaf {
  path: string;
  text: string;
  /** Index of the segment in the file. */
  segment: number;
  /** From 1. */
  element: number;
  repetition: number;
  /** 1 where the element is no composite. */
  component: number;
  /** Offset in the text of the file. */
  from: number;
}

export interface Leaves extends Envelopes {
  leaves: Leaf[];
  /** Leaves of the segment with this index in the file. */
  ofSegment: Leaf[][];
  /** Path of each segment, without an element. */
  paths: string[];
}

const goodTag = /^[A-Z][A-Z0-9]{1,2}$/;
const counted = (name: string, count: number): string => (count === 1 ? name : `${name}[${count}]`);

export const leavesOf = (document: Document): Leaves => atOnce(findingLeaves(document));

export function* findingLeaves(document: Document): Generator<undefined, Leaves> {
  const envelopes = yield* findingEnvelopes(document);
  const paths = yield* findingPaths(document, envelopes);
  const leaves: Leaf[] = [];
  const ofSegment: Leaf[][] = [];
  let at = document.lead.length;
  for (const [index, segment] of document.segments.entries()) {
    if (index % 500 === 499) yield;
    const own = leavesOfSegment(segment, index, paths[index]!, at);
    at += segment.raw.length + segment.end.length;
    for (const leaf of own) leaves.push(leaf);
    ofSegment.push(own);
  }
  return { ...envelopes, leaves, ofSegment, paths };
}

function* findingPaths({ segments }: Document, { transactions }: Envelopes): Generator<undefined, string[]> {
  const paths: string[] = [];
  for (const { start, number, segments: own, looped } of transactions) {
    const counts = new Map<string, number>();
    for (const [index, { tag }] of own.entries()) {
      if (index % 2_000 === 1_999) yield;
      const loop = looped.loopOf[index]!.name;
      const base = `${number === 1 ? '' : `ST[${number}]/`}${loop === '' ? '' : `${loop}/`}${goodTag.test(tag) ? tag : '?'}`;
      const count = (counts.get(base) ?? 0) + 1;
      counts.set(base, count);
      paths[start + index] = counted(base, count);
    }
    yield;
  }
  const counts = new Map<string, number>();
  for (const [index, { tag, junk }] of segments.entries()) {
    if (index % 20_000 === 19_999) yield;
    if (paths[index] !== undefined) continue;
    const name = junk === true ? 'junk' : envelopeTags.has(tag) ? tag : `outside/${goodTag.test(tag) ? tag : '?'}`;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    paths[index] = counted(name, count);
  }
  return paths;
}

const envelopeTags = new Set(['ISA', 'IEA', 'GS', 'GE', 'TA1']);

function leavesOfSegment(segment: Segment, index: number, path: string, start: number): Leaf[] {
  if (segment.junk === true) return [{ path, text: segment.raw, segment: index, element: 1, repetition: 1, component: 1, from: start }];
  const { tag, elements, delimiters } = segment;
  const leaves: Leaf[] = [];
  let at = start + tag.length;
  elements.forEach((text, i) => {
    at++;
    if (text !== '') {
      const element = i + 1;
      const base = `${path}-${String(element).padStart(2, '0')}`;
      const repetitions = delimiters.repetition !== undefined && mayRepeat(tag, element) ? text.split(delimiters.repetition) : [text];
      let offset = at;
      repetitions.forEach((one, r) => {
        const components = mayHaveComponents(tag, element) ? one.split(delimiters.component) : [one];
        components.forEach((leaf, c) => {
          const name = `${counted(base, r + 1)}${components.length === 1 ? '' : `.${c + 1}`}`;
          if (leaf !== '')
            leaves.push({ path: name, text: leaf, segment: index, element, repetition: r + 1, component: c + 1, from: offset });
          offset += leaf.length + 1;
        });
      });
    }
    at += text.length;
  });
  return leaves;
}

/** The text of a file with some of its leaves replaced. */
export function withLeaves(document: Document, leaves: readonly Leaf[], replaced: ReadonlyMap<Leaf, string>): string {
  const text = textOf(document);
  let out = '';
  let at = 0;
  for (const leaf of leaves) {
    const other = replaced.get(leaf);
    if (other === undefined) continue;
    out += text.slice(at, leaf.from) + other;
    at = leaf.from + leaf.text.length;
  }
  return out + text.slice(at);
}
