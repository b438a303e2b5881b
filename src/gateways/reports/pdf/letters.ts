// Letters that the built-in fonts of PDF cannot print (beyond Windows-1252) are printed as ¿, and the report says at its end which
// they were: nothing is transliterated, and nothing is left out without a word.
import { isPrintable } from '../../../formats/barcodes/print/print-letters.ts';

export const replaced = '¿';
const spaces = /[\p{Cc}\u2028\u2029]+/gu;
/** What has no shape of its own: marks of direction, joiners. */
const unseen = /\p{Cf}/gu;
const namedMost = 30;
/** Longer than a line: broken there, so that lines can be made of it (and in good time). */
const endless = /\S{70}/g;

export class Letters {
  readonly #missing = new Map<string, number>();

  /** As it can be printed: composed, lines and tabs as spaces. */
  printable(text: string): string {
    const flat = text.normalize('NFC').replaceAll(spaces, ' ').replaceAll(unseen, '');
    const words = flat.replaceAll(endless, '$& ');
    if (isPrintable(words)) return words;
    return [...words]
      .map((letter) => {
        if (isPrintable(letter)) return letter;
        this.#missing.set(letter, (this.#missing.get(letter) ?? 0) + 1);
        return replaced;
      })
      .join('');
  }

  /** What is said at the end; undefined where every letter was printed. */
  says(): string | undefined {
    if (this.#missing.size === 0) return undefined;
    const places = [...this.#missing.values()].reduce((sum, count) => sum + count, 0);
    const names = [...this.#missing.keys()]
      .sort()
      .map((letter) => `U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`);
    const more = names.length > namedMost ? ` and ${names.length - namedMost} others` : '';
    return `${places} ${places === 1 ? 'letter stands' : 'letters stand'} as ${replaced}, because the print font lacks ${places === 1 ? 'it' : 'them'}: ${names.slice(0, namedMost).join(', ')}${more}. The CSV and the screen have them.`;
  }
}
