// What is offered while an order is typed: the account's favourites first, then what this patient had before.

export interface Suggestion {
  text: string;
  from: 'favourite' | 'earlier order';
}

/** All words that are typed begin a word of what is offered, in any order. What is typed to its end is not offered, nor anything before a
 * word is begun: the list would lie over what stands below. */
export function suggestionsFor(typed: string, favourites: readonly string[], earlier: readonly string[], most = 7): Suggestion[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const all: Suggestion[] = [
    ...favourites.map((text) => ({ text, from: 'favourite' as const })),
    ...earlier.map((text) => ({ text, from: 'earlier order' as const })),
  ];
  if (words.length === 0) return [];
  const seen = new Set<string>([words.join(' ')]);
  return all
    .filter(({ text }) => {
      const own = text.toLowerCase().split(/\s+/).filter(Boolean);
      const key = own.join(' ');
      if (key === '' || seen.has(key) || !words.every((word) => own.some((one) => one.startsWith(word)))) return false;
      seen.add(key);
      return true;
    })
    .slice(0, most);
}
