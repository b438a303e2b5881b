// Letters that the built-in fonts of PDF cannot print (beyond Windows-1252) are printed as ¿, and the report says at its end which
// they were: nothing is transliterated, and nothing is left out without a word. What is written from right to left is told by its script
// instead: its letters join and its words run the other way, and a row of ¿ would say neither whose they are nor in what order.
import { isPrintable } from '../../../formats/barcodes/print/print-letters.ts';

export const replaced = '¿';
const spaces = /[\p{Cc}\u2028\u2029]+/gu;
/** What has no shape of its own: marks of direction, joiners. */
const unseen = /\p{Cf}/gu;
const namedMost = 30;
/** Scripts from right to left (Unicode Bidi_Class R and AL) that are in use. */
const fromRight = ['Hebrew', 'Arabic', 'Syriac', 'Thaana', 'Nko', 'Adlam'] as const;
const scriptOf = new Map(fromRight.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')]));
/** Words of such letters, with their marks and digits; the spaces between them belong to them. */
const fromRightLetters = `${fromRight.map((script) => `\\p{Script=${script}}`).join('')}\\u0660-\\u0669\\u06f0-\\u06f9\\u060c\\u061b\\u061f`;
const fromRightRun = new RegExp(
  `[${fromRightLetters}][${fromRightLetters}\\p{M}]*(?: [${fromRightLetters}][${fromRightLetters}\\p{M}]*)*`,
  'gu',
);
/** Longer than a line: broken there, so that lines can be made of it (and in good time). */
const endless = /\S{70}/g;

export class Letters {
  readonly #missing = new Map<string, number>();
  readonly #scripts = new Set<string>();

  /** As it can be printed: composed, lines and tabs as spaces. */
  printable(text: string): string {
    const flat = text.normalize('NFC').replaceAll(spaces, ' ').replaceAll(unseen, '');
    if (isPrintable(flat)) return flat.replaceAll(endless, '$& ');
    const words = flat.replaceAll(fromRightRun, (run) => this.#script(run)).replaceAll(endless, '$& ');
    return [...words]
      .map((letter) => {
        if (isPrintable(letter)) return letter;
        this.#missing.set(letter, (this.#missing.get(letter) ?? 0) + 1);
        return replaced;
      })
      .join('');
  }

  /** One bracket in the place of the words, so that what stands around them keeps its order. */
  #script(run: string): string {
    const script = fromRight.find((name) => scriptOf.get(name)?.test(run)) ?? 'Arabic';
    this.#scripts.add(script);
    return `[${script} letters]`;
  }

  /** What is said at the end; undefined where every letter was printed. */
  says(): string | undefined {
    const said = [this.#saysScripts(), this.#saysMissing()].filter((one) => one !== undefined);
    return said.length === 0 ? undefined : `${said.join(' ')} The CSV and the screen have them.`;
  }

  #saysScripts(): string | undefined {
    if (this.#scripts.size === 0) return undefined;
    const names = [...this.#scripts].sort();
    return `Words in ${names.join(' and ')} letters are not printed, and stand as ${names.map((name) => `[${name} letters]`).join(', ')}: the print font has none of them.`;
  }

  #saysMissing(): string | undefined {
    if (this.#missing.size === 0) return undefined;
    const places = [...this.#missing.values()].reduce((sum, count) => sum + count, 0);
    const names = [...this.#missing.keys()]
      .sort()
      .map((letter) => `U+${letter.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`);
    const more = names.length > namedMost ? ` and ${names.length - namedMost} others` : '';
    return `${places} ${places === 1 ? 'letter stands' : 'letters stand'} as ${replaced}, because the print font lacks ${places === 1 ? 'it' : 'them'}: ${names.slice(0, namedMost).join(', ')}${more}.`;
  }
}
