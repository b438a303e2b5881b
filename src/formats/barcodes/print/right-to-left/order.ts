// In which order the words of a line stand on paper where some run from right to left: the Unicode Bidirectional Algorithm (UAX 9).
// Its levels are those of bidi-js; a line becomes pieces, each drawn by itself with one font, and the pieces are turned round (rule L2).
// Letters of one piece stay in the order in which they are read, since the font turns them itself when it joins them.
import type { Bidi } from 'bidi-js';
import bidiOf from 'bidi-js';
import { guides, isOfFont } from './letters.ts';

// A CommonJS function that its types call a module.
const bidi = (bidiOf as unknown as () => Bidi)();

export type Base = 'ltr' | 'rtl';

export interface Paragraph {
  text: string;
  /** Where its lines begin. */
  base: Base;
  /** One for each UTF-16 unit; odd ones run from right to left. */
  levels: Uint8Array;
}

export interface Piece {
  text: string;
  level: number;
  /** Of the letters from right to left, or the usual one. */
  font: 'right' | 'usual';
}

/** The levels of bidi-js take time with the square of some texts: give no more than a few hundred letters at a time. */
export function paragraphOf(text: string, base?: Base): Paragraph {
  const { levels, paragraphs } = bidi.getEmbeddingLevels(text, base ?? 'auto');
  return { text, base: ((paragraphs[0]?.level ?? 0) & 1) === 1 ? 'rtl' : 'ltr', levels };
}

/** What may stand in one piece with its like; undefined: each by itself. */
type Kind = 'usual' | 'Hebrew' | 'Arabic' | undefined;

/** From `from` to before `to`, in the order in which they are read. */
export function piecesOf({ text, levels }: Paragraph, from: number, to: number): Piece[] {
  const pieces: Piece[] = [];
  let before: Kind;
  for (let at = from; at < to; at++) {
    const letter = text[at]!;
    const level = levels[at]!;
    const last = pieces.at(-1);
    const isJoiner = letter === '\u200c' || letter === '\u200d';
    if (isJoiner || /\p{M}/u.test(letter)) {
      // Where it stands with what it belongs to; a joiner joins nothing but letters of the other font.
      if (last !== undefined && last.font === 'right') last.text += letter;
      continue;
    }
    if (guides.test(letter)) continue;
    const kind = kindOf(letter, level);
    if (last !== undefined && kind !== undefined && kind === before && last.level === level) last.text += letter;
    else pieces.push({ text: mirrored(letter, level), level, font: isOfFont(letter) ? 'right' : 'usual' });
    before = kind;
  }
  return pieces;
}

/** Digits and signs of the other font each by itself: it would turn them round. Spaces and signs among letters from right to left too. */
function kindOf(letter: string, level: number): Kind {
  if (level % 2 === 0) return isOfFont(letter) ? undefined : 'usual';
  if (/\p{Script=Hebrew}/u.test(letter)) return 'Hebrew';
  return isOfFont(letter) && /[\p{L}\u0640]/u.test(letter) ? 'Arabic' : undefined;
}

/** A bracket that opens from the right looks as one that closes from the left (rule L4). */
const mirrored = (letter: string, level: number): string => (level % 2 === 0 ? letter : (bidi.getMirroredCharacter(letter) ?? letter));

/** From left to right: whatever has a level or more is turned round, from the highest level to the lowest odd one (rule L2). */
export function inOrder<Levelled extends { level: number }>(read: readonly Levelled[]): Levelled[] {
  const seen = [...read];
  const highest = seen.reduce((most, { level }) => Math.max(most, level), 0);
  for (let level = highest; level > 0; level--) {
    for (let at = 0; at < seen.length; at++) {
      const from = at;
      while (at < seen.length && seen[at]!.level >= level) at++;
      if (at - from > 1) seen.splice(from, at - from, ...seen.slice(from, at).reverse());
    }
  }
  return seen;
}
