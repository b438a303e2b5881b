// When each group of elements of a resource was last spoken of, at rest: most groups are spoken of together, so each moment is written
// once, followed by what was said then. `{"name":[1767225600000,"…"],…}` is how it was written before, and is still read.

/** Milliseconds, and what decides between messages of the same moment (tieOf in merge.ts). */
export type Spoken = readonly [at: number, tie: string];
export type Clock = Record<string, Spoken>;

/** `[[1767225600000,"…","name","telecom home"],…]` */
export function writeClock(clock: Clock): string {
  const lines = new Map<string, (number | string)[]>();
  let last: { spoken: Spoken; line: (number | string)[] } | undefined;
  for (const [key, spoken] of Object.entries(clock)) {
    if (last?.spoken !== spoken) {
      const moment = `${spoken[0]} ${spoken[1]}`;
      const line = lines.get(moment) ?? [...spoken];
      lines.set(moment, line);
      last = { spoken, line };
    }
    last.line.push(key);
  }
  return JSON.stringify([...lines.values()]);
}

export function readClock(text: string): Clock {
  if (text.startsWith('{')) return JSON.parse(text) as Clock;
  const entries: [string, Spoken][] = [];
  for (const [at, tie, ...keys] of JSON.parse(text) as [number, string, ...string[]][]) {
    const spoken: Spoken = [at, tie];
    for (const key of keys) entries.push([key, spoken]);
  }
  return Object.fromEntries(entries);
}
