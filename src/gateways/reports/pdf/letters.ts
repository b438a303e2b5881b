// Letters that no font of the report can print are printed as ¿, and the report says at its end which they were: nothing is
// transliterated, and nothing is left out without a word. Helvetica has those of Windows-1252, another font most of Hebrew and Arabic.
// What else is written from right to left is told by its script: a row of ¿ would say neither whose it is nor in what order.
import { isPrintable } from '../../../formats/barcodes/print/print-letters.ts';
import { fontHas, guides, hasFromRight, scriptsFromRight, wordsFromRight } from '../../../formats/barcodes/print/right-to-left/letters.ts';

export const replaced = '¿';
const spaces = /[\p{Cc}\u2028\u2029]+/gu;
/** What has no shape of its own: marks of direction, joiners. */
const unseen = /\p{Cf}/gu;
const namedMost = 30;
const scriptOf = new Map(scriptsFromRight.map((script) => [script, new RegExp(`\\p{Script=${script}}`, 'u')]));
/** Longer than a line: broken there, so that lines can be made of it (and in good time). */
const endless = /\S{70}/g;
/** The same, where letters have marks behind them. */
const endlessMarked = /\S{70}\p{M}*/gu;

export class Letters {
  readonly #missing = new Map<string, number>();
  readonly #scripts = new Set<string>();

  /** As it can be printed: composed, lines and tabs as spaces, in the order in which it is read. */
  printable(text: string): string {
    const flat = text.normalize('NFC').replaceAll(spaces, ' ');
    return hasFromRight(flat) ? this.#fromRight(flat) : this.#usual(flat.replaceAll(unseen, ''));
  }

  #usual(flat: string): string {
    const broken = flat.replaceAll(endless, '$& ');
    return isPrintable(flat) ? broken : this.#lettersOf(broken);
  }

  /** What guides their order is kept for those that are printed. */
  #fromRight(flat: string): string {
    const guided = flat.replaceAll(unseen, (sign) => (guides.test(sign) ? sign : ''));
    const told = guided.replaceAll(wordsFromRight, (words) => (fontHas(words) ? words : this.#script(words)));
    if (!hasFromRight(told)) return this.#usual(told.replaceAll(unseen, ''));
    let done = 0;
    const parts: string[] = [];
    for (const { index, 0: words } of told.matchAll(wordsFromRight)) {
      parts.push(this.#lettersOf(told.slice(done, index)), words);
      done = index + words.length;
    }
    parts.push(this.#lettersOf(told.slice(done)));
    return parts.join('').replaceAll(endlessMarked, '$& ');
  }

  #lettersOf(text: string): string {
    return [...text]
      .map((letter) => {
        if (isPrintable(letter) || guides.test(letter)) return letter;
        this.#missing.set(letter, (this.#missing.get(letter) ?? 0) + 1);
        return replaced;
      })
      .join('');
  }

  /** One bracket in the place of the words, so that what stands around them keeps its order. */
  #script(words: string): string {
    const lacked = [...words].filter((letter) => !fontHas(letter)).join('');
    const script = scriptsFromRight.find((name) => scriptOf.get(name)?.test(lacked) || scriptOf.get(name)?.test(words)) ?? 'Arabic';
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
    return `Words in ${names.join(' and ')} letters are not printed, and stand as ${names.map((name) => `[${name} letters]`).join(', ')}: the print font lacks letters of theirs.`;
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
