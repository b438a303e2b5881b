// Matching in time that grows with pattern times text and never faster: each pair of instruction and position is tried once, because
// what failed there once fails there always (the "bit state" method of R. Cox, https://swtch.com/~rsc/regexp/regexp3.html).
import type { Context } from '../context.ts';
import { refuse } from '../failure.ts';
import type { Instruction } from './program.ts';
import type { Assertion } from './tree.ts';

/** Pairs of instruction and position: a bit each. */
const mostPairs = 16_000_000;
/** Pairs tried for one step of the evaluation. */
const pairsPerStep = 32;

const isWord = (code: number): boolean =>
  (code >= 0x30 && code <= 0x39) || (code >= 0x41 && code <= 0x5a) || code === 0x5f || (code >= 0x61 && code <= 0x7a);

function holds(assertion: Assertion, text: string, at: number): boolean {
  if (assertion === '^') return at === 0;
  if (assertion === '$') return at === text.length;
  const boundary = (at > 0 && isWord(text.charCodeAt(at - 1))) !== (at < text.length && isWord(text.charCodeAt(at)));
  return boundary === (assertion === '\\b');
}

/** Begin and end of the match and of each group (-1 where it has no part in it); undefined where there is no match. */
export function run(
  list: readonly Instruction[],
  slots: number,
  text: string,
  from: number,
  whole: boolean,
  context: Context,
): Int32Array | undefined {
  const width = text.length + 1 - from;
  if (list.length * width > mostPairs) refuse('too-costly', 'The text is too long for this regular expression; shorten one of the two.');
  const tried = new Uint32Array(((list.length * width) >> 5) + 1);
  context.spend(tried.length >> 8);
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
        const bit = pc * width + (at - from);
        if (((tried[bit >> 5] as number) >> (bit & 31)) & 1) break;
        tried[bit >> 5] = (tried[bit >> 5] as number) | (1 << (bit & 31));
        if (++paid % pairsPerStep === 0) context.spend(1);
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
