// Two interaction rows about the same two drugs. The program shows the gravest and names the others, so that a milder row about
// fewer drugs is never heard; and where neither is about fewer, one mechanism has two severities.
import { severityRank, tierRank } from '../../present.ts';
import type { KnowledgeBase, Rule } from '../base.ts';
import type { Drug } from '../contract.ts';
import { type Contradiction, contradiction } from './contract.ts';
import { type Meeting, meeting } from './overlap.ts';

type Row = Rule<'interactions'>;

export function pairs(base: KnowledgeBase): Contradiction[] {
  const found: Contradiction[] = [];
  for (const [x, y] of meetingRows(base)) {
    const met = meet(base, x, y);
    if (met === undefined) continue;
    const opposite = direction(x) * direction(y) === -1;
    if (opposite && sameTarget(base, x, y))
      found.push(contradiction('direction', `${both(base, met)}: one raises what the other lowers`, x, y));
    const difference = rank(x) - rank(y);
    if (difference === 0) continue;
    const [milder, milderWithin] = difference > 0 ? [y, met.yInX] : [x, met.xInY];
    const graverIsSpecial = difference > 0 ? met.xSpecial : met.ySpecial;
    if (milderWithin && !met.same)
      found.push(contradiction('hidden', `${both(base, met)}: ${milder.id} is milder and about fewer drugs, and is never shown`, x, y));
    else if (met.same || (!graverIsSpecial && (isOpposite(x, y) || (x.severity !== y.severity && sameMechanism(x, y)))))
      found.push(contradiction('pair', `${both(base, met)}: ${x.severity} (${x.tier}) or ${y.severity} (${y.tier})`, x, y));
  }
  return found;
}

/** Rows that share a pair of drugs, each two once: a site's list may hold thousands of pairs that never meet. */
function meetingRows(base: KnowledgeBase): [Row, Row][] {
  const byPair = new Map<string, Row[]>();
  for (const row of base.all('interactions'))
    for (const one of base.selection(row.a).members)
      for (const other of base.selection(row.b).members) {
        const key = one < other ? `${one} ${other}` : `${other} ${one}`;
        const held = byPair.get(key);
        if (held === undefined) byPair.set(key, [row]);
        else if (held.at(-1) !== row) held.push(row);
      }
  const met = new Map<Row, Set<Row>>();
  const found: [Row, Row][] = [];
  for (const rows of byPair.values())
    for (const [i, x] of rows.entries())
      for (const y of rows.slice(i + 1)) {
        const known = met.get(x) ?? new Set();
        if (known.has(y)) continue;
        met.set(x, known.add(y));
        found.push([x, y]);
      }
  return found;
}

/** Severity counts before the tier: what a person is told first. */
const rank = ({ severity, tier }: Row): number => severityRank(severity) * 10 + tierRank(tier);

/** What the cards ask for cannot both be done. */
const forbids = /\b(?:do not combine|never|must not|contraindicated)\b/i;
const allows = /\b(?:no special precautions|no change|no adjustment|may be (?:taken|given|combined)|harmless)\b/i;
const isOpposite = (x: Row, y: Row): boolean =>
  (forbids.test(x.management) && allows.test(y.management)) || (forbids.test(y.management) && allows.test(x.management));

interface Met {
  a: Meeting;
  b: Meeting;
  xInY: boolean;
  yInX: boolean;
  same: boolean;
  /** Of one of its two sides it means fewer drugs than the other row: ketorolac among the NSAIDs. */
  xSpecial: boolean;
  ySpecial: boolean;
}

function meet(base: KnowledgeBase, x: Row, y: Row): Met | undefined {
  const either = (first: Drug, second: Drug): Met | undefined => {
    const a = meeting(base, x.a, first);
    const b = a && meeting(base, x.b, second);
    // A drug beside itself is no pair.
    if (!a || !b || (a.shared.length === 1 && b.shared.length === 1 && a.shared[0] === b.shared[0])) return undefined;
    const [xInY, yInX] = [a.aInB && b.aInB, a.bInA && b.bInA];
    const xSpecial = (a.aInB && !a.bInA) || (b.aInB && !b.bInA);
    const ySpecial = (a.bInA && !a.aInB) || (b.bInA && !b.aInB);
    return { a, b, xInY, yInX, same: xInY && yInX, xSpecial, ySpecial };
  };
  return either(y.a, y.b) ?? either(y.b, y.a);
}

const both = (base: KnowledgeBase, { a, b }: Met): string => {
  const one = b.shared.find((id) => id !== a.shared[0]) ?? b.shared[0]!;
  const more = a.shared.length * b.shared.length - 1;
  return `${base.title(a.shared[0]!)} with ${base.title(one)}${more > 0 ? ` and ${more} other pair${more === 1 ? '' : 's'}` : ''}`;
};

/** What rows say of how it comes about, by the words of the field; two that share none speak of two things. */
const mechanisms: readonly (readonly [string, RegExp])[] = [
  ['qt', /\bqt\b|torsade/i],
  ['cyp3a4', /cyp3a4/i],
  ['cyp2d6', /cyp2d6/i],
  ['cyp2c19', /cyp2c19/i],
  ['cyp2c9', /cyp2c9|cyp2c8/i],
  ['cyp1a2', /cyp1a2/i],
  ['p-glycoprotein', /p-glycoprotein|p-gp/i],
  ['serotonin', /serotonin/i],
  ['bleeding', /bleed|platelet/i],
  ['potassium', /potassium/i],
  ['absorption', /absor|chelat|bind(?:s|ing)? in the gut/i],
  ['kidney', /nephrotox|kidney|renal/i],
  ['heart rate', /bradycard|av block|heart rate|pulse/i],
  ['pressure', /hypertens|blood pressure/i],
  ['breath', /sedat|respirat|breath/i],
  ['seizure', /seizure/i],
  ['marrow', /marrow|myelo|neutropeni/i],
];
const mechanismsOf = ({ title, mechanism }: Row): string[] =>
  mechanisms.flatMap(([name, words]) => (words.test(`${title} ${mechanism}`) ? [name] : []));
function sameMechanism(x: Row, y: Row): boolean {
  const [a, b] = [mechanismsOf(x), mechanismsOf(y)];
  return a.some((each) => b.includes(each));
}

/** Whose class says what it does to the other: an inhibitor raises, an inducer lowers. */
const kindOf = (drug: Drug): string => JSON.stringify(typeof drug === 'object' && !Array.isArray(drug) ? drug.any : drug);
function direction({ a, b }: Row): 1 | 0 | -1 {
  const words = `${kindOf(a)} ${kindOf(b)}`;
  const [raises, lowers] = [/-inhibitor/.test(words) && /class:(?:cyp|p-)/.test(words), /-inducer/.test(words)];
  return raises === lowers ? 0 : raises ? 1 : -1;
}

/** The class that acts holds the same drug, and what is acted on is the same. */
function sameTarget(base: KnowledgeBase, x: Row, y: Row): boolean {
  const acts = (row: Row) => (/-inhibitor|-inducer/.test(kindOf(row.a)) ? [row.a, row.b] : [row.b, row.a]) as [Drug, Drug];
  const [[xActs, xOn], [yActs, yOn]] = [acts(x), acts(y)];
  return meeting(base, xActs, yActs) !== undefined && meeting(base, xOn, yOn) !== undefined && sameMechanism(x, y);
}
