// Mutations that find faults of readers: bytes turned, cut, doubled, moved; delimiters and escapes where none belong.

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const troublemakers = [
  '|',
  '^',
  '~',
  '\\',
  '&',
  '\r',
  '\n',
  '\r\n',
  '""',
  '\u0000',
  '\\E\\',
  '\\X0D\\',
  '*',
  ':',
  '<',
  '>',
  '</',
  '<![CDATA[',
  ']]>',
  '&amp;',
  '&lol;',
  'é',
  '\u{1f600}',
  '-1',
  '99999999',
  'MSH|^~\\&',
  'ISA*',
  ',',
  '"',
  '":',
  '[',
  '{',
  'null',
  '1e400',
  ' ',
];

export function mutated(sample: Buffer, next: () => number): Buffer {
  let bytes = Buffer.from(sample);
  const pick = (below: number): number => Math.floor(next() * below);
  for (let left = 1 + pick(8); left > 0; left--) {
    const at = pick(bytes.length + 1);
    const length = pick(Math.min(60, bytes.length - at + 1));
    const part = bytes.subarray(at, at + length);
    const [before, after] = [bytes.subarray(0, at), bytes.subarray(at + length)];
    switch (pick(7)) {
      case 0:
        bytes = Buffer.concat([before, after]);
        break;
      case 1:
        bytes = Buffer.concat([before, part, part, after]);
        break;
      case 2:
        bytes = Buffer.concat([before, Buffer.from(troublemakers[pick(troublemakers.length)] ?? ''), part, after]);
        break;
      case 3: {
        const copy = Buffer.from(bytes);
        if (copy.length > 0) copy[at % copy.length] = pick(256);
        bytes = copy;
        break;
      }
      case 4: {
        const to = pick(before.length + 1);
        bytes = Buffer.concat([before.subarray(0, to), part, before.subarray(to), after]);
        break;
      }
      case 5:
        bytes =
          next() < 0.2 ? before : Buffer.concat([before, part, Buffer.from(part.toString('latin1').repeat(pick(20)), 'latin1'), after]);
        break;
      default:
        bytes = Buffer.concat([before, Buffer.from(Array.from({ length: pick(6) }, () => pick(256))), after]);
    }
    if (bytes.length > 200_000) bytes = bytes.subarray(0, 200_000);
  }
  return bytes;
}
