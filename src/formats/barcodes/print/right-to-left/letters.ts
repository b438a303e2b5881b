// Which letters run from right to left, and which of them the font that comes along has: DejaVu Sans 2.37, the same in both weights
// (a test reads it from the fonts). Syriac, Thaana, N’Ko and Adlam it lacks, or has in part.

/** Scripts from right to left (Unicode Bidi_Class R and AL) that are in use. */
export const scriptsFromRight = ['Hebrew', 'Arabic', 'Syriac', 'Thaana', 'Nko', 'Adlam'] as const;

const scripts = scriptsFromRight.map((script) => `\\p{Script=${script}}`).join('');
/** Their digits and signs, of which Unicode says that several scripts have them. */
const shared = '\\u0640\\u0660-\\u0669\\u06f0-\\u06f9\\u060c\\u061b\\u061f';
const joiners = '\\u200c\\u200d';
const begins = `[${scripts}${shared}]`;
const goesOn = `[${scripts}${shared}\\p{M}${joiners}]`;
/** Words of such letters with their marks and digits; the spaces between them belong to them. */
export const wordsFromRight = new RegExp(`${begins}${goesOn}*(?: ${begins}${goesOn}*)*`, 'gu');

const anyFromRight = new RegExp(begins, 'u');
export const hasFromRight = (text: string): boolean => anyFromRight.test(text);

/** As a part of a sentence that turns nothing round besides itself (U+2068, U+2069); other words as they are. */
export const apart = (words: string): string => (hasFromRight(words) ? `\u2068${words}\u2069` : words);

/** What says how words run and join, and has no shape of its own. Overrides (U+202D, U+202E) are not among them: they turn digits round. */
export const guides = /[\u061c\u200c-\u200f\u202a-\u202c\u2066-\u2069]/u;

export const fontRanges: readonly (readonly [number, number])[] = [
  [0x5b0, 0x5c3],
  [0x5c6, 0x5c7],
  [0x5d0, 0x5ea],
  [0x5f0, 0x5f4],
  [0x606, 0x607],
  [0x609, 0x60a],
  [0x60c, 0x60c],
  [0x615, 0x615],
  [0x61b, 0x61b],
  [0x61f, 0x61f],
  [0x621, 0x63a],
  [0x640, 0x655],
  [0x657, 0x657],
  [0x65a, 0x65a],
  [0x660, 0x670],
  [0x674, 0x674],
  [0x679, 0x6bf],
  [0x6c6, 0x6c8],
  [0x6cb, 0x6cc],
  [0x6ce, 0x6ce],
  [0x6d0, 0x6d0],
  [0x6d5, 0x6d5],
  [0x6f0, 0x6f9],
  [0xfb1d, 0xfb36],
  [0xfb38, 0xfb3c],
  [0xfb3e, 0xfb3e],
  [0xfb40, 0xfb41],
  [0xfb43, 0xfb44],
  [0xfb46, 0xfb4f],
  [0xfb52, 0xfba3],
  [0xfbaa, 0xfbad],
  [0xfbd3, 0xfbdc],
  [0xfbde, 0xfbdf],
  [0xfbe4, 0xfbe9],
  [0xfbfc, 0xfbff],
  [0xfe70, 0xfe74],
  [0xfe76, 0xfefc],
];
const hex = (point: number): string => `\\u${point.toString(16).padStart(4, '0')}`;
const ofFont = fontRanges.map(([from, to]) => `${hex(from)}-${hex(to)}`).join('');
const oneOfFont = new RegExp(`[${ofFont}]`, 'u');
const allOfFont = new RegExp(`^[ ${ofFont}${joiners}]*$`, 'u');

/** Whether the font has the letter (marks and digits among them). */
export const isOfFont = (letter: string): boolean => oneOfFont.test(letter);
/** Whether words that `wordsFromRight` found can be printed whole: half a name would be worse than none. */
export const fontHas = (words: string): boolean => allOfFont.test(words);
