// Where each leaf of the ledger stands in the message as it came, so that it can be marked there. HL7 v2 is cut by its own separators
// (HL7 v2.9, chapter 2.5); of other formats the leaves are sought one after the other, because the ledger keeps their order.

export interface Piece {
  text: string;
  /** Path of the leaf that this says, as the ledger names it. */
  path?: string;
}

/** The message in lines, as a person reads it: a segment of HL7 v2 and of X12 is one, of others what stands between line ends. */
export function linesOfMessage(raw: string, format: string, paths: readonly { path: string; text: string }[]): Piece[][] {
  return format === 'hl7v2' ? hl7Lines(raw, new Set(paths.map(({ path }) => path))) : otherLines(raw, format, paths);
}

function hl7Lines(raw: string, known: ReadonlySet<string>): Piece[][] {
  const header = /MSH(.)(.)?(.)?(.)?(.)?/.exec(raw);
  const field = header?.[1] ?? '|';
  const marks = /MSH.([^\r\n]*)/.exec(raw)?.[1]?.split(field)[0] ?? '^~\\&';
  const [component = '^', repetition = '~', , sub = '&'] = [...marks];
  const seen = new Map<string, number>();
  return raw
    .split(/\r\n|\r|\n/)
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', ...fields] = line.split(field);
      const nth = (seen.get(name) ?? 0) + 1;
      seen.set(name, nth);
      const segment = nth === 1 ? name : `${name}[${nth}]`;
      const pieces: Piece[] = [{ text: name }];
      // MSH-1 is the separator itself, MSH-2 the other ones.
      const first = name === 'MSH' || name === 'FHS' || name === 'BHS' ? 2 : 1;
      fields.forEach((text, at) => {
        pieces.push(at === 0 && first === 2 ? pieceOf(field, [`${segment}-1`], known) : { text: field });
        const number = at + first;
        if (number === 2 && first === 2) pieces.push(pieceOf(text, [`${segment}-2`], known));
        else pieces.push(...fieldPieces(text, `${segment}-${number}`, { component, repetition, sub }, known));
      });
      return pieces;
    });
}

function fieldPieces(
  text: string,
  place: string,
  { component, repetition, sub }: { component: string; repetition: string; sub: string },
  known: ReadonlySet<string>,
): Piece[] {
  const pieces: Piece[] = [];
  text.split(repetition).forEach((one, r) => {
    if (r > 0) pieces.push({ text: repetition });
    const whole = r === 0 ? place : `${place}[${r + 1}]`;
    one.split(component).forEach((part, c) => {
      if (c > 0) pieces.push({ text: component });
      part.split(sub).forEach((leaf, s) => {
        if (s > 0) pieces.push({ text: sub });
        if (leaf === '') return;
        const names = [`${whole}.${c + 1}.${s + 1}`, ...(s === 0 ? [`${whole}.${c + 1}`] : []), ...(c === 0 && s === 0 ? [whole] : [])];
        pieces.push(pieceOf(leaf, names, known));
      });
    });
  });
  return pieces;
}

/** The name that the ledger has for it, of those by which it may go. */
function pieceOf(text: string, names: readonly string[], known: ReadonlySet<string>): Piece {
  const path = names.find((name) => known.has(name));
  return path === undefined ? { text } : { text, path };
}

const wordSign = /[\p{L}\p{N}]/u;

/** Leaves found in their order; one that is not found (written with entities, or decoded) is left unmarked. */
function otherLines(raw: string, format: string, leaves: readonly { path: string; text: string }[]): Piece[][] {
  const pieces: Piece[] = [];
  let at = 0;
  for (const { path, text } of leaves) {
    const found = text === '' ? -1 : standingAlone(raw, text, at);
    if (found < 0) continue;
    if (found > at) pieces.push({ text: raw.slice(at, found) });
    pieces.push({ text, path });
    at = found + text.length;
  }
  if (at < raw.length) pieces.push({ text: raw.slice(at) });
  const ends = format === 'x12' && !raw.includes('\n') ? (raw[105] ?? '~') : '\n';
  return broken(pieces, ends);
}

/** Not the middle of a longer word. Looked for in a part only: what is not near is not meant. */
function standingAlone(raw: string, text: string, from: number): number {
  const horizon = from + 20_000;
  for (let at = raw.indexOf(text, from); at >= 0 && at < horizon; at = raw.indexOf(text, at + 1)) {
    const before = raw[at - 1] ?? ' ';
    const behind = raw[at + text.length] ?? ' ';
    if (!(wordSign.test(before) && wordSign.test(text[0] ?? '')) && !(wordSign.test(behind) && wordSign.test(text.at(-1) ?? ''))) return at;
  }
  return -1;
}

function broken(pieces: readonly Piece[], end: string): Piece[][] {
  const lines: Piece[][] = [[]];
  for (const piece of pieces) {
    piece.text.split(end).forEach((text, part, all) => {
      if (part > 0) lines.push([]);
      const shown = end === '\n' || part === all.length - 1 ? text : `${text}${end}`;
      if (shown !== '') lines.at(-1)?.push({ ...piece, text: shown });
    });
  }
  return lines.filter((line) => line.length > 0);
}
