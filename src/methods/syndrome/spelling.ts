// The nearest word of a list for a misspelt one: letters left out, added, changed or swapped (Damerau FJ. Commun ACM 1964;7:171-6).

/** Optimal string alignment; stops counting above `most`. */
export function editsBetween(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) least = Math.min(least, before[j - 2]! + 1);
      row.push(least);
    }
    if (Math.min(...row) > most) return most + 1;
    [before, last] = [last, row];
  }
  return last[b.length]!;
}

/** Short words are too like each other to be mended; the first letter is seldom wrong. */
const mendedFrom = 5;
const twoFrom = 8;
const longest = 30;

/** By word; the word itself where no word of the list is near, or two that mean different things (`means`) are as near. */
export function speller(
  known: ReadonlySet<string>,
  leave: ReadonlySet<string>,
  means: (word: string) => string = (word) => word,
): (word: string) => string {
  const byFirst = new Map<string, string[]>();
  for (const word of known) if (word.length >= mendedFrom) byFirst.set(word[0]!, [...(byFirst.get(word[0]!) ?? []), word]);
  const held = new Map<string, string>();
  const find = (word: string): string => {
    const most = word.length >= twoFrom ? 2 : 1;
    let [best, edits, ties] = [word, most + 1, 0];
    for (const other of byFirst.get(word[0]!) ?? []) {
      const count = editsBetween(word, other, most);
      if (count < edits) [best, edits, ties] = [other, count, 0];
      else if (count === edits && means(other) !== means(best)) ties++;
    }
    return edits <= most && ties === 0 ? best : word;
  };
  return (word) => {
    if (word.length < mendedFrom || word.length > longest || known.has(word) || leave.has(word) || /\d/.test(word)) return word;
    let found = held.get(word);
    if (found === undefined) {
      found = find(word);
      if (held.size > 50_000) held.clear();
      held.set(word, found);
    }
    return found;
  };
}
