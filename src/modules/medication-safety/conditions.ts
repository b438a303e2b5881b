// Whether a condition of a rule holds: true, false, or not known, with the facts that say so. Not known is never false.
import type { Measured } from './contract.ts';
import { ageYears, ago, dayMs, type Known, renalFunction, round, weight, yearDays } from './facts/body.ts';
import type { Condition } from './knowledge/contract.ts';
import { type Subject, selected, standing } from './subject.ts';

export interface Weighed {
  truth: boolean | undefined;
  facts: { says: string; ref?: string }[];
  notKnown: string[];
}

/** `other`: the second order of a pair. */
export function weigh(condition: Condition, subject: Subject, other?: Subject['order']): Weighed {
  if ('all' in condition)
    return both(
      condition.all.map((each) => weigh(each, subject, other)),
      false,
    );
  if ('any' in condition)
    return both(
      condition.any.map((each) => weigh(each, subject, other)),
      true,
    );
  if ('not' in condition) {
    const inner = weigh(condition.not, subject, other);
    return { ...inner, truth: inner.truth === undefined ? undefined : !inner.truth };
  }
  return single(condition, subject, other);
}

/** `decisive`: the truth that one part gives to the whole. */
function both(parts: Weighed[], decisive: boolean): Weighed {
  const deciding = parts.filter((part) => part.truth === decisive);
  if (deciding.length > 0) return { truth: decisive, facts: deciding.flatMap((part) => part.facts), notKnown: [] };
  const open = parts.filter((part) => part.truth === undefined);
  return {
    truth: open.length > 0 ? undefined : !decisive,
    facts: parts.flatMap((part) => part.facts),
    notKnown: open.flatMap((part) => part.notKnown),
  };
}

const yes = (says: string, ref?: string): Weighed => ({ truth: true, facts: [ref === undefined ? { says } : { says, ref }], notKnown: [] });
const no = (): Weighed => ({ truth: false, facts: [], notKnown: [] });
const open = (why: string): Weighed => ({ truth: undefined, facts: [], notKnown: [why] });
const told = (truth: boolean, says: string, ref?: string): Weighed =>
  truth ? yes(says, ref) : { truth: false, facts: [ref === undefined ? { says } : { says, ref }], notKnown: [] };

type Leaf = Exclude<Condition, { all: Condition[] } | { any: Condition[] } | { not: Condition }>;
const within = (value: number, limits: { from?: number; below?: number }) =>
  (limits.from === undefined || value >= limits.from) && (limits.below === undefined || value < limits.below);
const ageUnitDays = { years: yearDays, months: yearDays / 12, weeks: 7, days: 1 };

function single(condition: Leaf, subject: Subject, other: Subject['order'] | undefined): Weighed {
  const { facts, order, base } = subject;
  if ('age' in condition) {
    if (facts.bornMs === undefined) return open('the age');
    const unit = condition.age.unit ?? 'years';
    const age = Math.floor((facts.asOfMs - facts.bornMs) / dayMs / ageUnitDays[unit] + 1e-6);
    return told(within(age, condition.age), `${age} ${unit} old`);
  }
  if ('sex' in condition) return facts.sex === undefined ? open('the sex') : told(facts.sex === condition.sex, facts.sex);
  if ('weight' in condition) return limits(weight(facts), condition.weight, 'the weight');
  if ('clearance' in condition) return limits(renalFunction(facts).clearance, condition.clearance, 'creatinine clearance');
  if ('egfr' in condition) return limits(renalFunction(facts).egfr, condition.egfr, 'eGFR');
  if ('dialysis' in condition) return facts.dialysis === undefined ? no() : told(facts.dialysis, 'on dialysis');
  if ('pregnant' in condition) return pregnancy(condition.pregnant, subject);
  if ('breastfeeding' in condition)
    return facts.breastfeeding === undefined
      ? facts.sex === 'male'
        ? no()
        : open('whether she is breast-feeding')
      : told(facts.breastfeeding, 'breast-feeding');
  if ('could-become-pregnant' in condition) {
    if (facts.sex === 'male') return no();
    const years = ageYears(facts);
    if (facts.sex === undefined || years === undefined) return open('age and sex');
    if (years < 12 || years >= 51 || facts.problems.has('hysterectomy') || facts.problems.has('menopause')) return no();
    return yes(`woman of ${Math.floor(years)} years`);
  }
  if ('problem' in condition) {
    for (const id of [condition.problem].flat()) {
      const held = facts.problems.get(id);
      if (held) return yes(held.text, held.ref);
    }
    return facts.notRead.some((each) => each.part === 'problems') ? open('the problem list') : no();
  }
  if ('laboratory' in condition) return laboratory(condition, subject);
  if ('vital' in condition) {
    const [latest] = facts.vitals.get(condition.vital) ?? [];
    const hours = condition.withinHours ?? 24;
    if (latest === undefined || facts.asOfMs - latest.atMs > hours * 3_600_000)
      return open(`${condition.vital} of the last ${hours} hours`);
    const fits =
      (condition.above === undefined || latest.value > condition.above) &&
      (condition.below === undefined || latest.value < condition.below);
    return told(fits, `${condition.vital} ${latest.value}`, latest.ref);
  }
  if ('taking' in condition) {
    for (const each of standing(subject)) {
      const all = selected(subject, condition.taking, each);
      // A rule about one drug asks what stands beside it or is in one product with it; one about two means these two as well,
      // whichever of them is the order.
      const itself = each === order && other === undefined && all.length === order.ingredients.length;
      const [found] = itself ? [] : all;
      if (found) return yes(`takes ${base.title(found.ingredient)}`, each.state === 'draft' ? undefined : each.id);
    }
    return facts.notRead.some((each) => each.part === 'medications' && each.partly !== true) ? open('what else is taken') : no();
  }
  if ('route' in condition)
    return order.route === undefined ? open('the route') : told(condition.route.includes(order.route), `route ${order.route}`);
  if ('daily-dose' in condition) return dailyDose(condition['daily-dose'], subject);
  if ('setting' in condition)
    return facts.setting === undefined ? open('whether in hospital') : told(condition.setting.includes(facts.setting), facts.setting);
  if ('tolerated' in condition) return tolerated(condition.tolerated.days, subject, other);
  if ('overlap' in condition) {
    const lasts = [
      order.timing.durationDays,
      other?.timing.durationDays,
      order.timing.once ? 1 : undefined,
      other?.endMs === undefined ? undefined : Math.max(0, (other.endMs - facts.asOfMs) / dayMs),
    ];
    const known = lasts.filter((each) => each !== undefined);
    if (known.length === 0) return open('how long they overlap');
    return told(Math.min(...known) < condition.overlap.daysBelow, `overlap of ${round(Math.min(...known), 1)} days`);
  }
  if ('duration-days' in condition) {
    const days = order.timing.durationDays ?? (order.timing.once ? 1 : undefined);
    if (days === undefined) return open('how long it is meant to last');
    const asked = condition['duration-days'];
    return told(
      (asked.above === undefined || days > asked.above) && (asked.below === undefined || days < asked.below),
      `for ${round(days, 1)} days`,
    );
  }
  if ('extended-release' in condition) return told(order.extendedRelease === true, 'extended release');
  if ('pushed' in condition) return told(order.pushed === true, 'into the vein at once');
  return told(order.timing.asNeeded === true, 'as needed');
}

function limits(value: Known, asked: { from?: number; below?: number }, name: string): Weighed {
  return value.known ? told(within(value.value, asked), value.says, value.ref) : open(`${name} (${value.why})`);
}

function pregnancy(asked: true | { trimester: number[] }, { facts }: Subject): Weighed {
  if (facts.sex === 'male') return no();
  const years = ageYears(facts);
  if (facts.pregnant === undefined) return years !== undefined && (years < 10 || years >= 56) ? no() : open('whether she is pregnant');
  if (!facts.pregnant) return no();
  if (asked === true) return yes('pregnant');
  if (facts.trimester === undefined) return open('the trimester of the pregnancy');
  return told(asked.trimester.includes(facts.trimester), `pregnant, trimester ${facts.trimester}`);
}

/** How old a value may be where the rule does not say. */
const laboratoryHoldsDays = 90;

function laboratory(condition: Extract<Condition, { laboratory: string }>, { facts, base }: Subject): Weighed {
  const row = base.laboratories.get(condition.laboratory);
  const name = row?.title ?? condition.laboratory;
  const days = condition.withinDays ?? laboratoryHoldsDays;
  const all = facts.laboratory.get(condition.laboratory) ?? [];
  const factor = condition.unit === undefined || condition.unit === row?.unit ? 1 : row?.units?.[condition.unit];
  const once = condition.ever
    ? all.find((each) => facts.asOfMs - each.atMs <= days * dayMs && factor !== undefined && fitsLimits(each, condition, factor))
    : undefined;
  const latest = once ?? all[0];
  const limited =
    condition.above !== undefined || condition.below !== undefined || condition.from !== undefined || condition.to !== undefined;
  if (latest === undefined || facts.asOfMs - latest.atMs > days * dayMs) {
    if (facts.notRead.some((each) => each.part === 'laboratory')) return open(name);
    if (!limited) return no(); // it was not measured: that is the question
    return open(latest === undefined ? `${name} (not measured)` : `${name} (last ${ago(facts, latest.atMs)})`);
  }
  const says = `${name} ${latest.comparator ?? ''}${latest.value} ${latest.unit} ${ago(facts, latest.atMs)}`;
  if (!limited) return yes(says, latest.ref);
  const unit = condition.unit !== undefined && condition.unit !== row?.unit ? row?.units?.[condition.unit] : 1;
  if (unit === undefined) return open(`${name} (the rule speaks of ${condition.unit})`);
  return told(fitsLimits(latest, condition, unit), says, latest.ref);
}

function fitsLimits(latest: Measured, asked: { above?: number; below?: number; from?: number; to?: number }, factor: number): boolean {
  // "< 0.3" is anything down to nothing, "> 90" anything above.
  const [low, high] = latest.comparator?.startsWith('<')
    ? [0, latest.value - 1e-9]
    : latest.comparator?.startsWith('>')
      ? [latest.value + 1e-9, Number.POSITIVE_INFINITY]
      : [latest.value, latest.value];
  return (
    (asked.above === undefined || high > asked.above * factor) &&
    (asked.from === undefined || high >= asked.from * factor) &&
    (asked.below === undefined || low < asked.below * factor) &&
    (asked.to === undefined || low <= asked.to * factor)
  );
}

const massIn: Record<string, number> = { g: 1000, mg: 1, mcg: 0.001, unit: 1, 'million-unit': 1e6 };

function dailyDose(asked: Extract<Condition, { 'daily-dose': unknown }>['daily-dose'], subject: Subject): Weighed {
  const of = asked.of === undefined ? undefined : subject.base.selection(asked.of).members;
  const orders = standing(subject);
  const ones =
    of === undefined
      ? subject.order.ingredients.slice(0, 1)
      : orders.flatMap((each) => each.ingredients.filter((one) => of.has(one.ingredient)));
  if (ones.length === 0) return no();
  const daily = ones.map((one) => one.daily?.value);
  if (daily.some((each) => each === undefined)) return open('the daily dose');
  const sum = daily.reduce<number>((all, each) => all + (each ?? 0), 0);
  const value = (amount: { value: number; unit: string } | undefined) =>
    amount === undefined ? undefined : amount.value * (massIn[amount.unit] ?? 1);
  const [above, below] = [value(asked.above), value(asked.below)];
  return told(
    (above === undefined || sum > above) && (below === undefined || sum < below),
    `${round(sum, 2)} ${ones[0]!.daily?.unit ?? ''} a day`,
  );
}

/** The checked drug has stood beside the other for so long already: this order goes on with it. */
function tolerated(days: number, subject: Subject, other: Subject['order'] | undefined): Weighed {
  const { facts, order } = subject;
  const since = facts.asOfMs - days * dayMs;
  const ids = new Set(order.ingredients.map((one) => one.ingredient));
  const earlier = [...subject.others, ...subject.past].filter(
    (each) => each !== other && each.ingredients.some((one) => ids.has(one.ingredient)),
  );
  const own = earlier.find(
    (each) => each.startMs !== undefined && each.startMs <= since && (each.endMs === undefined || facts.asOfMs - each.endMs < 14 * dayMs),
  );
  if (
    order.state === 'active' &&
    order.startMs !== undefined &&
    order.startMs <= since &&
    (other === undefined || (other.startMs !== undefined && other.startMs <= since))
  )
    return yes(`both taken for more than ${days} days`);
  if (own === undefined) return no();
  if (other !== undefined && (other.startMs === undefined || other.startMs > since))
    return other.startMs === undefined && other.state !== 'draft' ? open('since when the other is taken') : no();
  return yes(`taken so for more than ${days} days`, own.id);
}
