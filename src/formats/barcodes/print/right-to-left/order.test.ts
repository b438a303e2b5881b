// The order of UAX 9: its own examples, cases as BidiTest.txt of Unicode has them (classes; levels; order), and what names look like.
import { describe, expect, it } from 'vitest';
import { type Base, inOrder, paragraphOf, piecesOf } from './order.ts';

/** A letter of each class, each its own where the order is looked at by its place. */
const ofClass: Record<string, string> = {
  L: 'a',
  R: 'א',
  AL: 'ع',
  EN: '1',
  AN: '١',
  ES: '+',
  CS: ',',
  ET: '%',
  ON: '!',
  WS: ' ',
  NSM: '\u0650',
  RLI: '\u2067',
  LRI: '\u2066',
  PDI: '\u2069',
};
const orderOf = (text: string, base?: Base): { levels: number[]; order: number[] } => {
  const levels = [...paragraphOf(text, base).levels];
  return { levels, order: inOrder(levels.map((level, at) => ({ level, at }))).map(({ at }) => at) };
};

describe('the order of Unicode', () => {
  it.each<[Base, string, string, string]>([
    ['ltr', 'L EN', '0 0', '0 1'],
    ['ltr', 'R L', '1 0', '0 1'],
    ['ltr', 'EN R', '0 1', '0 1'],
    ['ltr', 'AN R', '2 1', '1 0'],
    ['ltr', 'R EN', '1 2', '1 0'],
    ['ltr', 'AL EN', '1 2', '1 0'],
    ['ltr', 'R AN L', '1 2 0', '1 0 2'],
    ['ltr', 'R WS L', '1 0 0', '0 1 2'],
    ['ltr', 'R ON R', '1 1 1', '2 1 0'],
    ['ltr', 'R EN CS EN', '1 2 2 2', '1 2 3 0'],
    ['ltr', 'AL EN CS EN', '1 2 2 2', '1 2 3 0'],
    ['ltr', 'AL EN ES EN', '1 2 1 2', '3 2 1 0'],
    ['ltr', 'R EN ES EN', '1 2 2 2', '1 2 3 0'],
    ['ltr', 'R ET EN', '1 2 2', '1 2 0'],
    ['ltr', 'AL NSM', '1 1', '1 0'],
    ['ltr', 'R WS', '1 0', '0 1'],
    ['rtl', 'R WS', '1 1', '1 0'],
    ['rtl', 'L R', '2 1', '1 0'],
    ['rtl', 'EN L', '2 2', '0 1'],
    ['rtl', 'L WS R', '2 1 1', '2 1 0'],
    ['rtl', 'EN ET', '2 2', '0 1'],
    ['rtl', 'AN ET', '2 1', '1 0'],
    ['rtl', 'R RLI L EN PDI R', '1 1 4 4 1 1', '5 4 2 3 1 0'],
    ['ltr', 'L RLI R L PDI L', '0 0 1 2 0 0', '0 1 3 2 4 5'],
  ])('%s %s: levels %s, order %s', (base, classes, levels, order) => {
    const text = classes.split(' ').map((one) => ofClass[one]);
    const is = orderOf(text.join(''), base);
    expect([is.levels.join(' '), is.order.join(' ')]).toEqual([levels, order]);
  });

  // As UAX 9 writes them under L2: capitals are read from the right.
  it.each<[Base, string, string]>([
    ['ltr', 'car means CAR.', 'car means RAC.'],
    ['rtl', 'car MEANS CAR.', '.RAC SNAEM car'],
    ['ltr', 'he said "<car MEANS CAR>." "<IT DOES>," she agreed.', 'he said "<RAC SNAEM car>." "<SEOD TI>," she agreed.'],
  ])('%s %s', (base, memory, display) => {
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
    const letters = [...memory].map((letter) => {
      const at = alphabet.indexOf(letter);
      return at >= 0 ? String.fromCodePoint(0x5d0 + at) : letter === '<' ? '\u2067' : letter === '>' ? '\u2069' : letter;
    });
    expect(
      orderOf(letters.join(''), base)
        .order.map((at) => memory[at])
        .join(''),
    ).toBe(display);
  });
});

const seen = (text: string, base?: Base): string[] => inOrder(piecesOf(paragraphOf(text, base), 0, text.length)).map((piece) => piece.text);

describe('the pieces of a line', () => {
  it.each<[string, string[]]>([
    ['علي حسن', ['حسن', ' ', 'علي']],
    ['دار الشفاء 12', ['12', ' ', 'الشفاء', ' ', 'دار']],
    ['ע. כהן', ['כהן', ' ', '.', 'ע']],
    // Brackets are turned round, so that they still hold the word.
    ['רבקה (לוי) 3/4', ['3/4', ' ', '(', 'לוי', ')', ' ', 'רבקה']],
    ['Ali علي Hassan', ['Ali ', 'علي', ' Hassan']],
    // Digits from left to right, each by itself.
    ['غرفة ١٢٣', ['١', '٢', '٣', ' ', 'غرفة']],
    ['Room ١٢٣', ['Room ', '١', '٢', '٣']],
    // Marks and joiners stay with their letters; what only guides the order is not drawn.
    ['שָׁלוֹם', ['שָׁלוֹם']],
    ['می\u200cخواهم', ['می\u200cخواهم']],
    ['\u200fعلي\u200f 12\u200e', ['12', ' ', 'علي']],
    // Two scripts of one word are joined by the rules of each.
    ['דודعلي', ['علي', 'דוד']],
  ])('of %s', (text, pieces) => {
    expect(seen(text)).toEqual(pieces);
  });

  it('begin where the first letter does, or where the whole paragraph did', () => {
    expect(paragraphOf('12 דוד').base).toBe('rtl');
    expect(paragraphOf('Dr דוד').base).toBe('ltr');
    expect(seen('Dr דוד', 'rtl')).toEqual(['דוד', ' ', 'Dr']);
  });

  it('are drawn with the font that has them', () => {
    const text = 'Ali (علي) ٣';
    const fonts = piecesOf(paragraphOf(text), 0, text.length).map(({ text: one, font }) => `${one}:${font}`);
    expect(fonts).toEqual(['Ali (:usual', 'علي:right', ') :usual', '٣:right']);
  });
});
