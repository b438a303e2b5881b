// SQL with some of its pieces replaced, and where each character of it stood before: mistakes are told at the place that was written.
export interface Piece {
  start: number;
  end: number;
  text: string;
}

export interface Rewritten {
  sql: string;
  /** Offset before, of a line and column (both from 1) after. */
  offsetOf(line: number, column: number): number | undefined;
}

/** `pieces` in order, none over another. */
export function rewritten(text: string, pieces: readonly Piece[]): Rewritten {
  let sql = '';
  let at = 0;
  /** Begin of each stretch: after and before. A replaced piece stands for its first character. */
  const stretches: { after: number; before: number; kept: boolean }[] = [];
  for (const piece of pieces) {
    stretches.push({ after: sql.length, before: at, kept: true });
    sql += text.slice(at, piece.start);
    stretches.push({ after: sql.length, before: piece.start, kept: false });
    sql += piece.text;
    at = piece.end;
  }
  stretches.push({ after: sql.length, before: at, kept: true });
  sql += text.slice(at);
  return {
    sql,
    offsetOf(line, column) {
      let offset = 0;
      for (let count = 1; count < line; count++) {
        const end = sql.indexOf('\n', offset);
        if (end < 0) return undefined;
        offset = end + 1;
      }
      offset += column - 1;
      const stretch = stretches.findLast(({ after }) => after <= offset);
      if (stretch === undefined || offset > sql.length) return undefined;
      return stretch.kept ? stretch.before + offset - stretch.after : stretch.before;
    },
  };
}
