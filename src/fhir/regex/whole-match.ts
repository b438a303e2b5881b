// Whether the whole of a text matches, for many texts and one expression: the program is walked as a set of states that is remembered,
// so no expression can take more than text × states, whatever it is, and most texts cost a look-up a character.
import { ok, type Result } from '../result.ts';
import { compileRegex } from './compile.ts';
import type { Dialect } from './dialects.ts';
import type { Instruction } from './program.ts';

/** Sets of states that are remembered before all are forgotten. */
const rememberedMax = 500;
/** Steps from a state by a character: of one text (some milliseconds) and in all the life of an expression (a second). */
const textStepsMax = 100_000;
const stepsMax = 5_000_000;

/** Thrown by a matcher that has been asked for more work than an expression may cost. */
export class RegexTooCostly extends Error {}

/** A test of the whole text; the problem says what is not understood. The dialect must be one whose anchors are at the ends only. */
export function wholeMatch(source: string, dialect: Dialect): Result<(text: string) => boolean> {
  const compiled = compileRegex(source, dialect);
  return compiled.ok ? ok(matcher(compiled.value.program)) : compiled;
}

/** States that can be on at the same time, and where a character leads from them. */
interface Together {
  states: number[];
  matches: boolean;
  next: Map<number, Together | undefined>;
}

function matcher(program: readonly Instruction[]): (text: string) => boolean {
  let remembered = new Map<string, Together>();
  let left = stepsMax;
  let textLeft = textStepsMax;
  const closed = (from: readonly number[]): Together | undefined => {
    const reached = new Set<number>();
    const open = [...from];
    for (let one = open.pop(); one !== undefined; one = open.pop()) {
      if (reached.has(one)) continue;
      reached.add(one);
      const state = program[one]!;
      if (state.do === 'split') open.push(state.first, state.second);
      else if (state.do === 'go') open.push(state.first);
      else if (state.do === 'save') open.push(one + 1);
      else if (state.do === 'assert') throw new Error('an anchor inside an expression is not for this matcher');
    }
    const list = [...reached].filter((one) => waits(program[one]!)).sort((a, b) => a - b);
    if (list.length === 0) return undefined;
    const name = list.join();
    let set = remembered.get(name);
    if (set === undefined) {
      if (remembered.size >= rememberedMax) {
        for (const old of remembered.values()) old.next.clear();
        remembered = new Map();
      }
      set = { states: list, matches: list.at(-1) === program.length - 1, next: new Map() };
      remembered.set(name, set);
    }
    return set;
  };
  const step = (set: Together, unit: number): Together | undefined => {
    left -= set.states.length;
    textLeft -= set.states.length;
    if (left < 0 || textLeft < 0) throw new RegexTooCostly('The regular expression takes too long: make it simpler');
    const to: number[] = [];
    for (const one of set.states) {
      const state = program[one]!;
      if (state.do === 'character' ? state.code === unit : state.do === 'class' && state.test(unit)) to.push(one + 1);
    }
    const next = closed(to);
    if (set.next.size < 300) set.next.set(unit, next);
    return next;
  };
  const begin = closed([0]);
  return (text) => {
    textLeft = textStepsMax;
    let set = begin;
    for (let i = 0; i < text.length && set !== undefined; i += 1) {
      const unit = text.charCodeAt(i);
      set = set.next.has(unit) ? set.next.get(unit) : step(set, unit);
    }
    return set?.matches === true;
  };
}

/** For a character, or for the end, which is the last of all. */
const waits = (one: Instruction): boolean => one.do === 'character' || one.do === 'class' || one.do === 'match';
