// Where lines end that have words from right to left: broken as they are read, then each line put in order by itself (UAX 9, 3.4).
import { type Base, inOrder, type Piece, paragraphOf, piecesOf } from './order.ts';

export interface Line {
  /** As they stand, from left to right. */
  pieces: Piece[];
  width: number;
  base: Base;
  /** Where it begins in the text. */
  from: number;
}

export interface Measure {
  widthOf(piece: Piece): number;
  room: number;
  /** Lines at most; the last then ends with an ellipsis. */
  lines?: number;
  base?: Base;
}

/** Spaces; words, broken after a hyphen or stroke before a letter. */
const chunks = / +|[^ ]+?(?:[-–—/](?=\p{L})|(?= |$))/gu;
/** Of a line of A4 in the smallest letters more is not seen. */
const ofLine = 300;
/** At a time: what takes longer with the square of its length stays in hundredths of a second. */
export const ofBlock = 1_500;

/** Of `ofBlock` letters at most: what is longer ends with an ellipsis there. */
export function linesOf(whole: string, { widthOf, room, lines: most, base }: Measure): Line[] {
  const longest = Math.min(ofBlock, most === undefined ? ofBlock : most * ofLine);
  const text = whole.length > longest ? `${whole.slice(0, beforeMarks(whole, longest, 1))}…` : whole;
  const paragraph = paragraphOf(text, base);
  const width = (from: number, to: number, of = paragraph): number =>
    piecesOf(of, from, to).reduce((sum, piece) => sum + widthOf(piece), 0);
  const lines: Line[] = [];
  const ends = (from: number, to: number, of = paragraph): void => {
    const end = from + of.text.slice(from, to).trimEnd().length;
    const pieces = piecesOf(of, from, end);
    lines.push({ pieces: inOrder(pieces), width: pieces.reduce((sum, piece) => sum + widthOf(piece), 0), base: of.base, from });
  };
  /** The last line that may be: as much as fits before an ellipsis. */
  const cut = (from: number): Line[] => {
    const dots = widthOf({ text: '…', level: 0, font: 'usual' });
    const to = beforeMarks(text, from + longestThat(text.length - from, (length) => width(from, from + length) + dots <= room), from);
    const shown = paragraphOf(`${text.slice(0, to).trimEnd()}…`, paragraph.base);
    ends(from, shown.text.length, shown);
    return lines;
  };
  let from = 0;
  let taken = 0;
  for (const { index, 0: chunk } of text.matchAll(chunks)) {
    let start = index;
    const end = index + chunk.length;
    // Spaces hang over the end of a line.
    if (chunk.startsWith(' ') && start > from) {
      taken += width(start, end);
      continue;
    }
    let wide = width(start, end);
    while (taken + wide > room && start < end) {
      if (lines.length + 1 === most) return cut(from);
      // A word longer than a line is broken where it must be.
      if (start === from) {
        const fits = longestThat(end - start, (length) => width(start, start + length) <= room);
        start = beforeMarks(text, start + Math.max(1, fits), start + 1);
      }
      if (start === end) break;
      ends(from, start);
      from = start;
      taken = 0;
      wide = width(start, end);
    }
    taken += wide;
  }
  if (from < text.length || lines.length === 0) ends(from, text.length);
  return lines;
}

/** Not between a letter and its marks. */
function beforeMarks(text: string, to: number, least: number): number {
  let at = to;
  while (at > least && /\p{M}/u.test(text[at] ?? '')) at--;
  return at;
}

/** The greatest number for which it holds, where it holds for all below; 0 where for none. */
function longestThat(most: number, holds: (number: number) => boolean): number {
  let [good, bad] = [0, most + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return good;
}
