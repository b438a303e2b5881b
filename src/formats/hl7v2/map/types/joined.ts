// Several leaves that are one text of FHIR: the lines of a report, a value in parts that has no place of its own. As long as the text
// is as it was, so is each leaf; a changed text is divided into its lines again, and what does not divide goes to the first leaf.
import type { Leaf, Part } from '../part.ts';
import type { Write } from '../place.ts';

/** A line: leaves, and what stands between them. */
export type Line = readonly (Leaf | string)[];

export interface Joined {
  text: string;
  leaves: (readonly [Leaf, Write])[];
}

/** A part with everything that divides it, as one line; what is divided stands together as it was written. */
export function lineOf(part: Part | undefined, between = '^'): Line {
  if (part === undefined) return [];
  if (part.parts.length === 0) return part.leaf === undefined ? [] : [part.leaf];
  const last = part.parts.findLastIndex((one) => one !== undefined);
  return part.parts.slice(0, last + 1).flatMap((one, at) => [...(at === 0 ? [] : [between]), ...lineOf(one, '&')]);
}

/** As `lineOf`, with nothing for what is empty: `SMITH JOHN`. */
export const wordsOf = (part: Part, between: string): Line =>
  [...part.leaves()].flatMap((leaf, at) => (at === 0 ? [leaf] : [between, leaf]));

const textOf = (line: Line): string => line.map((one) => (typeof one === 'string' ? one : one.text)).join('');

export function joined(lines: readonly Line[]): Joined {
  const texts = lines.map(textOf);
  const text = texts.join('\n');
  const sizes = texts.map((one) => one.split('\n').length);
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const leaves: (readonly [Leaf, Write])[] = [];
  let from = 0;
  let first = true;
  for (const [at, line] of lines.entries()) {
    const [begin, end] = [from, from + (sizes[at] ?? 1)];
    from = end;
    let head = true;
    for (const leaf of line) {
      if (typeof leaf === 'string') continue;
      const [leads, opens] = [head, first];
      head = false;
      first = false;
      const write: Write = (now) => {
        if (typeof now !== 'string') return undefined;
        if (now === text) return leaf.text;
        const pieces = now.split('\n');
        if (pieces.length !== total) return opens ? now : '';
        const mine = pieces.slice(begin, end).join('\n');
        return mine === texts[at] ? leaf.text : leads ? mine : '';
      };
      leaves.push([leaf, write]);
    }
  }
  return { text, leaves };
}
