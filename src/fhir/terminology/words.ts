// Words of displays, for the text filter of an expansion: without case and accents, split at whatever is neither letter nor digit.
import { foldText } from '../search/fold.ts';

const between = /[^\p{L}\p{N}]+/u;

/** Of a display; a word as long as an essay is cut. */
export const wordsOf = (text: string): string[] => [
  ...new Set(
    foldText(text)
      .split(between)
      .filter(Boolean)
      .map((word) => word.slice(0, wordMax)),
  ),
];

export const wordMax = 64;
/** More words, or letters, than a person types. */
const filterWordsMax = 32;
export const filterLettersMax = 1_000;

/** Of a filter: undefined where it is longer than a filter may be. */
export function filterWords(filter: string): string[] | undefined {
  if (filter.length > filterLettersMax) return undefined;
  const words = wordsOf(filter);
  return words.length > filterWordsMax ? undefined : words;
}

/** Whether each word of the filter begins a word of one of the texts. */
export const beginsWords = (filter: readonly string[], texts: readonly string[]): boolean => {
  const words = texts.flatMap(wordsOf);
  return filter.every((begin) => words.some((word) => word.startsWith(begin)));
};
