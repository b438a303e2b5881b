// What follows from a condition without any patient: whether it can be true at all, whether it always is, whether one implies
// another. A condition becomes a list of boxes, one of which must hold; facts that nothing is known about stay words.
import type { KnowledgeBase } from '../base.ts';
import { type Condition, type Drug, routes } from '../contract.ts';
import { type Allowed, complement, interval, isEmpty, isInterval, meet } from './ranges.ts';

/** A box: what each dimension must be. The dimension carries what it speaks of: `laboratory potassium 7`. */
type Box = ReadonlyMap<string, Allowed>;
/** undefined: too many ways to be true to be followed. */
type Boxes = readonly Box[] | undefined;

const boxesMax = 400;
const yesNo = ['yes', 'no'];
const universes: Record<string, readonly string[]> = {
  sex: ['female', 'male'],
  pregnant: ['no', '1', '2', '3'],
  route: routes,
  setting: ['inpatient', 'outpatient', 'emergency', 'intensive-care', 'palliative'],
};
const universeOf = (dimension: string): readonly string[] => universes[dimension] ?? yesNo;
const days = { years: 365.25, months: 365.25 / 12, weeks: 7, days: 1 };

const one = (dimension: string, allowed: Allowed): Box[] => [new Map([[dimension, allowed]])];
const fact = (dimension: string): Box[] => one(dimension, new Set(['yes']));

function leaf(condition: Condition): Box[] {
  if ('age' in condition) {
    const { from, below, unit = 'years' } = condition.age;
    const scale = days[unit];
    return one(
      'age',
      interval({ ...(from === undefined ? {} : { from: from * scale }), ...(below === undefined ? {} : { below: below * scale }) }),
    );
  }
  if ('sex' in condition) return one('sex', new Set([condition.sex]));
  if ('weight' in condition) return one('weight', interval(condition.weight));
  if ('clearance' in condition) return one('clearance', interval(condition.clearance));
  if ('egfr' in condition) return one('egfr', interval(condition.egfr));
  if ('pregnant' in condition)
    return one('pregnant', new Set(condition.pregnant === true ? ['1', '2', '3'] : condition.pregnant.trimester.map(String)));
  if ('problem' in condition) return [condition.problem].flat().flatMap((id) => fact(`problem ${id}`));
  if ('laboratory' in condition) {
    const { laboratory, above, below, from, to, unit = '', withinDays = '', ever = false } = condition;
    const key = `laboratory ${laboratory} ${unit} ${withinDays} ${ever}`;
    if (above === undefined && below === undefined && from === undefined && to === undefined) return fact(`${key} measured`);
    return one(key, interval(condition));
  }
  if ('vital' in condition) return one(`vital ${condition.vital} ${condition.withinHours ?? ''}`, interval(condition));
  if ('route' in condition) return one('route', new Set(condition.route));
  if ('setting' in condition) return one('setting', new Set(condition.setting));
  if ('duration-days' in condition) return one('duration-days', interval(condition['duration-days']));
  if ('overlap' in condition) return one('overlap', interval({ below: condition.overlap.daysBelow }));
  if ('tolerated' in condition) return one('tolerated', interval({ from: condition.tolerated.days }));
  if ('taking' in condition) return fact(`taking ${JSON.stringify(condition.taking)}`);
  if ('daily-dose' in condition) {
    const { of = '', above, below } = condition['daily-dose'];
    const amount = (above ?? below)!;
    const scale = { g: 1000, mcg: 0.001, 'million-unit': 1_000_000 }[amount.unit as 'g'] ?? 1;
    return one(
      `daily-dose ${of} ${amount.per ?? ''}`,
      interval({ ...(above ? { above: above.value * scale } : {}), ...(below ? { below: below.value * scale } : {}) }),
    );
  }
  // The rest are bare facts: breastfeeding, could-become-pregnant, dialysis, as-needed, extended-release, pushed.
  return fact(Object.keys(condition)[0]!);
}

function boxesOf(condition: Condition, negated = false): Boxes {
  if ('not' in condition) return boxesOf(condition.not, !negated);
  if ('all' in condition || 'any' in condition) {
    const parts = ('all' in condition ? condition.all : condition.any).map((each) => boxesOf(each, negated));
    return 'all' in condition !== negated ? parts.reduce<Boxes>(both, [new Map()]) : either(parts);
  }
  const own = leaf(condition);
  if (!negated) return own;
  // Not (a or b) is not a and not b; each box of a leaf has one dimension.
  return own
    .map(
      (box): Boxes =>
        [...box].flatMap(([dimension, allowed]) => complement(allowed, universeOf(dimension)).flatMap((rest) => one(dimension, rest))),
    )
    .reduce<Boxes>(both, [new Map()]);
}

const either = (parts: readonly Boxes[]): Boxes =>
  parts.some((part) => part === undefined) ? undefined : cut(parts.flatMap((part) => part ?? []));
const cut = (boxes: readonly Box[]): Boxes => (boxes.length > boxesMax ? undefined : boxes);

function both(a: Boxes, b: Boxes): Boxes {
  if (a === undefined || b === undefined || a.length * b.length > boxesMax) return undefined;
  return a.flatMap((x) =>
    b.flatMap((y) => {
      const joined = new Map(x);
      for (const [dimension, allowed] of y) {
        const held = joined.get(dimension);
        joined.set(dimension, held === undefined ? allowed : meet(held, allowed));
      }
      return [...joined.values()].some(isEmpty) ? [] : [joined];
    }),
  );
}

export class Conditions {
  private readonly base: KnowledgeBase;

  constructor(base: KnowledgeBase) {
    this.base = base;
  }

  /** Whether all of them can be true of one patient; true where that cannot be told. */
  canAll(...conditions: readonly Condition[]): boolean {
    const boxes = conditions.map((each) => boxesOf(each)).reduce(both, [new Map()]);
    return boxes === undefined || boxes.some((box) => this.isPossible(box));
  }

  /** Whether `a` cannot hold without `b`; false where that cannot be told. */
  implies(a: Condition, b: Condition): boolean {
    return !this.canAll(a, { not: b });
  }

  private isPossible(box: Box): boolean {
    if ([...box.values()].some(isEmpty)) return false;
    const pregnant = box.get('pregnant');
    const isPregnant = pregnant !== undefined && !isInterval(pregnant) && !pregnant.has('no');
    const sex = box.get('sex');
    const isMale = sex !== undefined && !isInterval(sex) && !sex.has('female');
    const age = box.get('age');
    const childBelow = age !== undefined && isInterval(age) ? age.high : Number.POSITIVE_INFINITY;
    if (isPregnant && (isMale || childBelow <= 10 * days.years)) return false;
    const could = box.get('could-become-pregnant');
    const couldBecome = could !== undefined && !isInterval(could) && could.has('yes');
    if (couldBecome && (isMale || childBelow <= 12 * days.years)) return false;
    if (age !== undefined && isInterval(age) && age.high <= 0) return false;
    return !this.takesAndDoesNot(box);
  }

  /** Whoever takes a loop diuretic takes a diuretic. */
  private takesAndDoesNot(box: Box): boolean {
    const taken = [...box].flatMap(([dimension, allowed]) =>
      dimension.startsWith('taking ') && !isInterval(allowed)
        ? [{ drug: JSON.parse(dimension.slice(7)) as Drug, takes: allowed.has('yes') }]
        : [],
    );
    return taken.some(({ drug, takes }) => takes && taken.some((other) => !other.takes && this.isWithin(drug, other.drug)));
  }

  /** Whether whatever is meant by `a` is meant by `b`. */
  isWithin(a: Drug, b: Drug): boolean {
    const limited = (drug: Drug) => typeof drug === 'object' && !Array.isArray(drug) && drug.dailyFrom !== undefined;
    if (limited(b)) return false;
    const [x, y] = [this.base.selection(a), this.base.selection(b)];
    if (y.routes !== undefined && (x.routes === undefined || [...x.routes].some((route) => !y.routes!.has(route)))) return false;
    return (x.routes === undefined || y.routes !== undefined) && [...x.members].every((id) => y.members.has(id));
  }
}
