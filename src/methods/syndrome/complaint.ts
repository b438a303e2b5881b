// A chief complaint as it is typed in triage, read into words: short forms written out, misspellings mended, and what is denied or past
// marked as such (after NegEx: Chapman WW et al. J Biomed Inform 2001;34:301-10). Each word remembers where it stood.
import type { ComplaintWords } from './contract.ts';
import { speller } from './spelling.ts';

export interface ComplaintWord {
  word: string;
  /** Denied, or of the past. */
  denied: boolean;
  /** Where it stands in the text. */
  from: number;
  to: number;
  /** Words across a full stop, comma or semicolon are of different parts, and no term stretches over them. */
  part: number;
}

/** More is no chief complaint, and a text of megabytes must not cost seconds. */
const lettersMost = 1_000;
/** A denial reaches so many words at most. */
const reach = { deny: 6, past: 4 };

interface Raw {
  word: string;
  from: number;
  to: number;
  part: number;
  /** What stands between it and the word before. */
  gap: '' | ',' | '.';
}

/** Plain small letters of the same length as what they stand for, so that places stay what they were. */
const plain = (text: string): string =>
  Array.from(text.slice(0, lettersMost))
    .map((letter) => {
      const bare = letter.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
      return bare.length === letter.length ? bare : ' '.repeat(letter.length);
    })
    .join('')
    .replaceAll('’', "'");

function rawWords(text: string): Raw[] {
  const found: Raw[] = [];
  let part = 0;
  let end = 0;
  // n/v/d and w/o are one word; 38.5 is a number; anything else ends one.
  for (const match of plain(text).matchAll(/[a-z]\/[a-z](?:\/[a-z])*(?![a-z])|\d+(?:\.\d+)?|[a-z]+(?:'[a-z]+)?/g)) {
    const between = text.slice(end, match.index);
    const gap = /[.;:\n!?]/.test(between) ? '.' : /[,+&/]|\s-\s/.test(between) ? ',' : '';
    if (gap !== '') part++;
    found.push({ word: match[0].replace(/'s$/, ''), from: match.index, to: match.index + match[0].length, part, gap });
    end = match.index + match[0].length;
  }
  return found;
}

const wordsOf = (phrase: string): string[] => phrase.split(' ');

/** Phrases by their first word, the longest first. */
function byFirst<T>(phrases: Iterable<readonly [string, T]>): Map<string, { words: string[]; value: T }[]> {
  const table = new Map<string, { words: string[]; value: T }[]>();
  for (const [phrase, value] of phrases) {
    const words = wordsOf(phrase);
    table.set(
      words[0]!,
      [...(table.get(words[0]!) ?? []), { words, value }].sort((a, b) => b.words.length - a.words.length),
    );
  }
  return table;
}

export type ReadComplaint = (text: string) => ComplaintWord[];

/** `terms`: words that something is looked for by; misspellings of them are mended. */
export function complaintReader(words: ComplaintWords, terms: Iterable<string>): ReadComplaint {
  const same = byFirst(Object.entries(words.same));
  type Mark = 'deny' | 'denyLists' | 'denyAfter' | 'past' | 'stop';
  const kinds = ['deny', 'denyLists', 'denyAfter', 'past', 'stop'] as const;
  const marks = byFirst(kinds.flatMap((kind) => words[kind].map((phrase): [string, Mark] => [phrase, kind])));
  const known = new Set<string>();
  for (const phrase of [...terms, ...Object.keys(words.same), ...Object.values(words.same), ...kinds.flatMap((kind) => words[kind])])
    for (const word of wordsOf(phrase)) known.add(word);
  const spell = speller(known, new Set(words.leave), (word) => (Object.hasOwn(words.same, word) ? words.same[word]! : word));

  const at = <T>(table: Map<string, { words: string[]; value: T }[]>, list: readonly { word: string; part: number }[], i: number) =>
    table
      .get(list[i]!.word)
      ?.find(({ words: phrase }) => phrase.every((word, j) => list[i + j]?.word === word && list[i + j]!.part === list[i]!.part));

  function writtenOut(raw: readonly Raw[]): Raw[] {
    const out: Raw[] = [];
    for (let i = 0; i < raw.length; ) {
      const found = at(same, raw, i);
      const first = raw[i]!;
      const last = raw[i + (found?.words.length ?? 1) - 1]!;
      for (const [j, word] of (found === undefined ? [first.word] : wordsOf(found.value)).entries())
        out.push({ word, from: first.from, to: last.to, part: first.part, gap: j === 0 ? first.gap : '' });
      i += found?.words.length ?? 1;
    }
    return out;
  }

  return (text) => {
    const list = writtenOut(rawWords(text).map((each) => ({ ...each, word: spell(each.word) })));
    const denied = list.map(() => false);
    let left = 0;
    let pastCommas = false;
    for (let i = 0; i < list.length; ) {
      const { gap } = list[i]!;
      if (gap === '.' || (gap === ',' && !pastCommas)) left = 0;
      const mark = at(marks, list, i);
      const length = mark?.words.length ?? 1;
      if (mark?.value === 'stop') left = 0;
      else if (mark?.value === 'denyAfter') {
        for (let j = i - 1; j >= Math.max(0, i - 3) && list[j]!.part === list[i]!.part; j--) denied[j] = true;
      } else if (mark !== undefined) {
        left = mark.value === 'past' ? reach.past : reach.deny;
        pastCommas = mark.value === 'denyLists';
      } else if (left > 0) {
        denied[i] = true;
        left--;
      }
      i += length;
    }
    return list.map(({ gap: _, ...each }, i) => ({ ...each, denied: denied[i]! }));
  };
}
