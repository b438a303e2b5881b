// In which line of a JSON text each member stands, named as the shapes name places (`source.mllp.port`, `routes[0].to`): who mends a
// file at night wants to be sent to the line. For text that was read as JSON already.

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:\n]|[^\s{}[\],:"]+/gsu;

interface Level {
  place: string;
  /** Of an array: the next item. Absent: an object. */
  at?: number;
}

/** Lines from 1, by place; the whole is the empty place. */
export function linesOf(text: string): Map<string, number> {
  const lines = new Map<string, number>([['', 1]]);
  const levels: Level[] = [];
  let line = 1;
  let place = '';
  let key: string | undefined;
  const value = (): void => {
    const level = levels.at(-1);
    if (level?.at !== undefined) place = `${level.place}[${level.at}]`;
    if (!lines.has(place)) lines.set(place, line);
  };
  for (const [one] of text.matchAll(token)) {
    if (one === '\n') line++;
    else if (one === '{' || one === '[') {
      value();
      levels.push(one === '[' ? { place, at: 0 } : { place });
    } else if (one === '}' || one === ']') levels.pop();
    else if (one === ',') {
      const level = levels.at(-1);
      if (level?.at !== undefined) level.at++;
    } else if (one === ':') {
      const level = levels.at(-1)?.place ?? '';
      place = level === '' ? (key ?? '') : `${level}.${key ?? ''}`;
      if (!lines.has(place)) lines.set(place, line);
    } else if (levels.at(-1)?.at === undefined && one.startsWith('"')) {
      key = keyOf(one);
    } else value();
  }
  return lines;
}

/** Of a place that is not there (a member that is missing) the line of what it would stand in. */
export function lineOf(lines: ReadonlyMap<string, number>, place: string): number {
  for (let at = place; at !== ''; at = at.replace(/(?:\.[^.[\]]*|\[\d+\]|^[^.[\]]+|.)$/su, '')) {
    const line = lines.get(at);
    if (line !== undefined) return line;
  }
  return 1;
}

const keyOf = (text: string): string => {
  try {
    return String(JSON.parse(text));
  } catch {
    return text;
  }
};
