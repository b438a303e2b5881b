// Finds the loops of a transaction: which loop each segment opens or belongs to, by the outline of the transaction set. Nothing is
// refused: a segment that fits nowhere stays in the loop that is open, and is named as a stranger.
import type { LoopRule } from './outline.ts';
import type { Segment } from './tree.ts';

export interface Loop {
  rule: LoopRule;
  /** Which one of its name in the transaction, from 1. */
  occurrence: number;
  /** `2010BA`, `2300[2]`; empty for the transaction itself. */
  name: string;
  /** Indexes into the segments of the transaction, its own only. */
  segments: number[];
  loops: Loop[];
  parent?: Loop;
}

export interface Looped {
  root: Loop;
  /** The loop of each segment of the transaction. */
  loopOf: Loop[];
  /** Indexes of segments that no loop has a place for. */
  strangers: Set<number>;
}

const opens = (rule: LoopRule, { tag, elements }: Segment): boolean =>
  rule.tag === tag && (rule.values.size === 0 || rule.values.has(elements[rule.qualifier - 1]?.trim() ?? ''));

/** In one pass; the cost of a segment is bounded by the size of the outline. */
export function* findingLoops(segments: readonly Segment[], outline: LoopRule): Generator<undefined, Looped> {
  const counts = new Map<string, number>();
  const root: Loop = { rule: outline, occurrence: 1, name: '', segments: [], loops: [] };
  const loopOf: Loop[] = [];
  const strangers = new Set<number>();
  let current = root;
  // The loop that a segment of one around it interrupted: senders write a taxonomy code or a reference after the name that it belongs
  // before, and what follows is still said of that name.
  let interrupted: Loop | undefined;
  for (const [index, segment] of segments.entries()) {
    if (index % 1_000 === 999) yield;
    const direct = isTransactionEdge(segment) ? { loop: root } : find(current, segment);
    const home = direct ?? (interrupted === undefined ? undefined : find(interrupted, segment));
    if (home === undefined) strangers.add(index);
    else if (home.opens !== undefined) {
      current = open(home.loop, home.opens, counts);
      interrupted = undefined;
    } else if (home.loop !== current) {
      interrupted = direct === undefined ? undefined : (interrupted ?? current);
      current = home.loop;
    }
    current.segments.push(index);
    loopOf.push(current);
  }
  return { root, loopOf, strangers };
}

const isTransactionEdge = ({ tag }: Segment): boolean => tag === 'ST' || tag === 'SE';

function find(current: Loop, segment: Segment): { loop: Loop; opens?: LoopRule } | undefined {
  for (let loop: Loop | undefined = current; loop !== undefined; loop = loop.parent) {
    const opened = loop.rule.loops.find((rule) => opens(rule, segment));
    if (opened !== undefined) return { loop, opens: opened };
    if (loop.rule.segments.some(({ tag }) => tag === segment.tag)) return { loop };
    // LS and LE bracket loops; they say nothing themselves.
    if (segment.tag === 'LE' || segment.tag === 'LS') return { loop };
  }
  return undefined;
}

function open(parent: Loop, rule: LoopRule, counts: Map<string, number>): Loop {
  const occurrence = (counts.get(rule.id) ?? 0) + 1;
  counts.set(rule.id, occurrence);
  const loop: Loop = { rule, occurrence, name: occurrence === 1 ? rule.id : `${rule.id}[${occurrence}]`, segments: [], loops: [], parent };
  parent.loops.push(loop);
  return loop;
}
