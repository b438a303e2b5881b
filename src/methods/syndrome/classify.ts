// Visits into syndromes, by words of the chief complaint and by codes, with what told it, so that a row can say why it is counted.
import { type ComplaintWord, complaintReader } from './complaint.ts';
import type { ComplaintWords, Syndrome, SyndromeMatch, Visit } from './contract.ts';

export interface Classifier {
  /** Of a complaint by name of the syndrome: the words as they were written. */
  byWords(complaint: string): Map<string, string[]>;
  /** The syndromes of one code; what a syndrome leaves out is left out. */
  byCode(code: string): string[];
  classify(visit: Visit): SyndromeMatch[];
}

type Terms = ReadonlyMap<string, readonly (readonly string[])[]>;

/** Terms by their first word. */
function termsOf(phrases: Iterable<string>): Terms {
  const table = new Map<string, string[][]>();
  for (const phrase of phrases) {
    const words = phrase.split(' ');
    table.set(words[0]!, [...(table.get(words[0]!) ?? []), words]);
  }
  return table;
}

/** Every term that stands in the words and is not denied, with the place where it first stands. */
function found(list: readonly ComplaintWord[], terms: Terms): Map<string, [number, number]> {
  const at = new Map<string, [number, number]>();
  for (const [i, first] of list.entries()) {
    if (first.denied) continue;
    for (const words of terms.get(first.word) ?? []) {
      const stands = words.every((word, j) => {
        const here = list[i + j];
        return here !== undefined && here.word === word && !here.denied && here.part === first.part;
      });
      const phrase = words.join(' ');
      if (stands && !at.has(phrase)) at.set(phrase, [first.from, list[i + words.length - 1]!.to]);
    }
  }
  return at;
}

/** Codes are written with and without the point. */
const bare = (code: string): string => code.replace('.', '').toUpperCase();

export function classifierOf(words: ComplaintWords, syndromes: readonly Syndrome[]): Classifier {
  const phrases = syndromes.flatMap(({ complaint }) => complaint.flatMap((rule) => [...rule.with.flat(), ...(rule.without ?? [])]));
  const read = complaintReader(words, phrases);
  const terms = termsOf(new Set(phrases));
  const families = syndromes.map(({ name, codes, codesWithout = [] }) => ({
    name,
    codes: codes.map(bare),
    without: codesWithout.map(bare),
  }));

  function byWords(complaint: string): Map<string, string[]> {
    const here = found(read(complaint), terms);
    const result = new Map<string, string[]>();
    if (here.size === 0) return result;
    for (const { name, complaint: rules } of syndromes)
      for (const rule of rules) {
        if (rule.without?.some((term) => here.has(term)) === true) continue;
        const told = rule.with.map((any) => any.filter((term) => here.has(term)));
        if (told.some((some) => some.length === 0)) continue;
        const places = told
          .flat()
          .map((term) => here.get(term)!)
          .sort(([a], [b]) => a - b);
        result.set(name, [...new Set(places.map(([from, to]) => complaint.slice(from, to)))]);
        break;
      }
    return result;
  }

  function byCode(code: string): string[] {
    const plain = bare(code);
    return families
      .filter(({ codes, without }) => codes.some((start) => plain.startsWith(start)) && !without.some((start) => plain.startsWith(start)))
      .map(({ name }) => name);
  }

  return {
    byWords,
    byCode,
    classify({ complaint, codes }) {
      const told = byWords(complaint);
      const matches = new Map<string, SyndromeMatch>();
      for (const [syndrome, spoken] of told) matches.set(syndrome, { syndrome, words: spoken, codes: [] });
      for (const code of codes)
        for (const syndrome of byCode(code)) {
          const match = matches.get(syndrome) ?? { syndrome, words: [], codes: [] };
          if (!match.codes.includes(code)) match.codes.push(code);
          matches.set(syndrome, match);
        }
      return syndromes.flatMap(({ name }) => matches.get(name) ?? []);
    },
  };
}
