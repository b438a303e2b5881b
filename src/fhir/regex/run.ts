// Matching in time that grows with pattern times text and never faster: each pair of instruction and position is tried once, because
// what failed there once fails there always (the "bit state" method of R. Cox, https://swtch.com/~rsc/regexp/regexp3.html).
import type { Instruction } from './program.ts';
import type { Assertion } from './tree.ts';

/** Pairs of instruction and position: a bit each. */
const mostPairs = 16_000_000;
/** Pairs tried for one step of the evaluation. */
const pairsPerStep = 8;

const isWord = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a);

function holds(assertion: Assertion, text: string, at: number): boolean {
  if (assertion === '^') return at === 0;
  if (assertion === '$') return at === text.length;
  const boundary = (at > 0 && isWord(text.charCodeAt(at - 1))) !== (at < text.length && isWord(text.charCodeAt(at)));
  return boundary === (assertion === '\\b');
}

/** Told of work as it is done; throws to end it. */
export interface Purse {
  spend(steps: number): void;
}

/** Room for one text: a bit for each pair, and which words of it are in use. */
export interface Tried {
  bits: Uint32Array;
  words: number[];
}

/** Undefined: the text is too long for this expression. */
export function room(list: readonly Instruction[], text: string, purse: Purse): Tried | undefined {
  const pairs = list.length * (text.length + 1);
  if (pairs > mostPairs) return undefined;
  purse.spend(pairs >> 12);
  return { bits: new Uint32Array((pairs >> 5) + 1), words: [] };
}

/** Begin and end of the first match from there on and of each group (-1 where it has no part in it); undefined for no match. */
export function run(
  list: readonly Instruction[],
  slots: number,
  text: string,
  from: number,
  whole: boolean,
  { bits, words }: Tried,
  purse: Purse,
): Int32Array | undefined {
  for (const word of words) bits[word] = 0;
  words.length = 0;
  const width = text.length + 1;
  let paid = 0;
  const found = new Int32Array(slots).fill(-1);
  // Places still to be tried; below zero: a slot to be put back, and its value.
  const places: number[] = [];
  for (let start = from; start <= text.length; start++) {
    places.push(0, start);
    while (places.length > 0) {
      let at = places.pop() as number;
      let pc = places.pop() as number;
      if (pc < 0) {
        found[-pc - 1] = at;
        continue;
      }
      for (;;) {
        const bit = pc * width + at;
        const word = bit >> 5;
        const used = bits[word] as number;
        if ((used >> (bit & 31)) & 1) break;
        if (used === 0) words.push(word);
        bits[word] = used | (1 << (bit & 31));
        if (++paid % pairsPerStep === 0) purse.spend(1);
        const now = list[pc] as Instruction;
        if (now.do === 'character') {
          if (at >= text.length || text.charCodeAt(at) !== now.code) break;
          at++;
          pc++;
        } else if (now.do === 'class') {
          if (at >= text.length || !now.test(text.charCodeAt(at))) break;
          at++;
          pc++;
        } else if (now.do === 'split') {
          places.push(now.second, at);
          pc = now.first;
        } else if (now.do === 'go') pc = now.first;
        else if (now.do === 'save') {
          places.push(-now.slot - 1, found[now.slot] as number);
          found[now.slot] = at;
          pc++;
        } else if (now.do === 'assert') {
          if (!holds(now.of, text, at)) break;
          pc++;
        } else {
          if (whole && at !== text.length) break;
          found[0] = start;
          found[1] = at;
          return found;
        }
      }
    }
    if (whole) return undefined;
  }
  return undefined;
}
