// Which letters the built-in fonts of PDF can print: those of Windows-1252 (ISO 32000-1, annex D). Of others wrong glyphs would come
// out, so that what holds them is not printed and the label says so; nothing is transliterated.

const beyondLatin1 = new Set('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ');

/** Composed first: `e` with an accent behind it is one letter. */
export const isPrintable = (text: string): boolean =>
  [...text.normalize('NFC')].every((letter) => /[\x20-\x7e\xa0-\xff]/.test(letter) || beyondLatin1.has(letter));

export const notPrintable = 'see the record: its letters are not in the print font';
