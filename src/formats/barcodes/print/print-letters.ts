// Which letters the built-in fonts of PDF can print: those of Windows-1252 (ISO 32000-1, annex D). Of others wrong glyphs would come
// out, so that what holds them is not printed and the label says so; nothing is transliterated. Arabic and Hebrew have a font of their own.
import { fontHas, guides, hasFromRight, wordsFromRight } from './right-to-left/letters.ts';

const beyondLatin1 = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');

/** Composed first: `e` with an accent behind it is one letter. */
export const isPrintable = (text: string): boolean =>
  [...text.normalize('NFC')].every((letter) => /[\x20-\x7e\xa0-\xff]/.test(letter) || beyondLatin1.has(letter));

const allGuides = new RegExp(guides.source, 'gu');

/** Also what `right-to-left/put-words.ts` can print: then it must be given to that. */
export function canPrint(text: string): boolean {
  const flat = text.normalize('NFC');
  if (!hasFromRight(flat)) return isPrintable(flat);
  return isPrintable(flat.replaceAll(wordsFromRight, (words) => (fontHas(words) ? '' : words)).replaceAll(allGuides, ''));
}

export const notPrintable = 'see the record: its letters are not in the print font';
