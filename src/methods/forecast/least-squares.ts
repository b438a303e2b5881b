// Least squares for a few columns, by Householder's reflections: stable where columns are nearly dependent. Golub G. Numer Math 1965;7:206-16.

/** The coefficients of the columns; null where a column depends on the others or there are too few rows. Costs rows × columns². */
export function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): number[] | null {
  const n = rows.length;
  const k = rows[0]?.length ?? 0;
  if (n < k) return null;
  const columns = Array.from({ length: k }, (_, j) => Float64Array.from(rows, (row) => row[j]!));
  return leastSquaresColumns(columns, Float64Array.from(values));
}

/** The same for columns; both arguments are used up. */
export function leastSquaresColumns(columns: Float64Array[], values: Float64Array): number[] | null {
  const k = columns.length;
  const n = values.length;
  if (n < k) return null;
  const lengths = columns.map((column) => Math.sqrt(dot(column, column, 0)));
  const diagonal: number[] = [];
  for (const [j, column] of columns.entries()) {
    const norm = Math.sqrt(dot(column, column, j));
    if (!(norm > 1e-10 * lengths[j]!)) return null;
    const pivot = column[j]! > 0 ? -norm : norm;
    column[j] = column[j]! - pivot;
    const size = dot(column, column, j);
    for (const other of [...columns.slice(j + 1), values]) {
      const factor = (2 * dot(column, other, j)) / size;
      for (let i = j; i < n; i++) other[i] = other[i]! - factor * column[i]!;
    }
    diagonal.push(pivot);
  }
  const found = Array.from({ length: k }, () => 0);
  for (let j = k - 1; j >= 0; j--) {
    let rest = values[j]!;
    for (let i = j + 1; i < k; i++) rest -= columns[i]![j]! * found[i]!;
    found[j] = rest / diagonal[j]!;
  }
  return found;
}

function dot(a: Float64Array, b: Float64Array, from: number): number {
  let sum = 0;
  for (let i = from; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
