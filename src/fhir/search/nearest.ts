// "Did you mean …": the known name nearest to one that is not known.

/** Edit distance (Levenshtein) of two short texts, counted up to `limit`. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substituted, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}

/** The nearest of `names`, where it is near enough to be a slip; text from outside longer than a name could be is not compared. */
export function nearest(wrong: string, names: Iterable<string>): string | undefined {
  if (wrong.length > 60) return undefined;
  const plain = wrong.toLowerCase().replace(/[_-]/g, '');
  const limit = plain.length < 5 ? 1 : plain.length < 9 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = limit + 1;
  for (const name of names) {
    const d = distance(plain, name.toLowerCase().replace(/[_-]/g, ''), limit);
    if (d < bestDistance) {
      best = name;
      bestDistance = d;
    }
  }
  return best;
}

export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = nearest(wrong, names);
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}
