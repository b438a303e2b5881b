// Rows of a large batch in parts, so that no statement is too large to be put together between two turns of the event loop.

/** Characters of one part: about 2 ms to put together and as much to send. */
const mostCharacters = 1_000_000;

/** At most `mostRows` a part, and a part ends where it has `mostCharacters`; one row may have more alone. */
export function* inParts<Row>(rows: Iterable<Row>, mostRows: number, characters: (row: Row) => number): Generator<Row[]> {
  let part: Row[] = [];
  let sum = 0;
  for (const row of rows) {
    const more = characters(row);
    if (part.length > 0 && (part.length >= mostRows || sum + more > mostCharacters)) {
      yield part;
      part = [];
      sum = 0;
    }
    part.push(row);
    sum += more;
  }
  if (part.length > 0) yield part;
}
