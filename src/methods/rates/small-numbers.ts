// Small numbers in a table kept back, so that nobody is known by them: cells from 1 to a limit, and then as many more that nothing can be
// reckoned back from the totals of rows and columns. Hundepool A et al. Statistical Disclosure Control, 2012, ch. 4. Totals are published as they are.

export interface Suppressed {
  /** As the table; null where a number is kept back. */
  cells: (number | null)[][];
  /** Kept back because small, and because others could be reckoned back without. */
  small: number;
  complementary: number;
}

/**
 * `limit`: the smallest number that may be told beside 0, 5 by default. In every row and column with a kept-back cell at least two are kept back,
 * and together they hold at least the limit; where there is but one cell, its total tells it, and the table should not be published with totals.
 */
export function suppressed(table: readonly (readonly number[])[], limit = 5): Suppressed {
  const cells: (number | null)[][] = table.map((row) => row.map((count) => (count > 0 && count < limit ? null : count)));
  const hidden = (): number => cells.flat().filter((cell) => cell === null).length;
  const small = hidden();
  const columns = table[0]?.length ?? 0;
  /** The cells of each row and of each column, by their places. */
  const lines: [number, number][][] = [
    ...table.map((row, i) => row.map((_, j): [number, number] => [i, j])),
    ...Array.from({ length: columns }, (_, j) => table.map((_each, i): [number, number] => [i, j])),
  ];
  for (let before = -1; before !== hidden(); ) {
    before = hidden();
    for (const line of lines) {
      const kept = line.filter(([i, j]) => cells[i]?.[j] === null);
      if (kept.length === 0) continue;
      const sum = kept.reduce((total, [i, j]) => total + (table[i]?.[j] ?? 0), 0);
      if (kept.length >= 2 && sum >= limit) continue;
      // The least that helps: the smallest number that is told, before zeros, which hide nothing.
      const [next] = line
        .filter(([i, j]) => cells[i]?.[j] !== null)
        .toSorted(([i, j], [k, l]) => rank(table[i]?.[j] ?? 0) - rank(table[k]?.[l] ?? 0));
      if (next !== undefined) cells[next[0]]![next[1]] = null;
    }
  }
  return { cells, small, complementary: hidden() - small };
}

const rank = (count: number): number => (count === 0 ? Number.MAX_SAFE_INTEGER : count);
