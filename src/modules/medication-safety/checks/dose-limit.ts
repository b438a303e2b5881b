// Is the dose too high, for one time or for a day, alone or with what else holds the same drug? Limits by route, age and
// weight; a dose that cannot be compared is said, not passed.
import type { Dose, DoseUnit, Order, OrderedIngredient } from '../contract.ts';
import { ageYears, type Known, round, surface, weight, yearDays } from '../facts/body.ts';
import { amountFactor } from '../knowledge/amount-units.ts';
import type { Rule } from '../knowledge/base.ts';
import type { Amount } from '../knowledge/contract.ts';
import { couldNot, type Finding, present } from '../present.ts';
import type { Subject } from '../subject.ts';

type Limit = Rule<'dose-limits'>;

/** Rounding of doses to what can be given: 5 %, and 10 % where the limit is by weight. */
const slack = { plain: 1.0001, byBody: 1.1 };
const defaultStopAt = 2;

export function doseLimit(subject: Subject): Finding[] {
  const findings: Finding[] = [];
  for (const one of subject.order.ingredients) {
    const rows = subject.base.about('dose-limits', one.ingredient);
    if (rows.length === 0) continue;
    const chosen = choose(rows, one, subject);
    if ('why' in chosen) {
      if (chosen.why !== '') findings.push(couldNot('single-dose', subject, `${subject.base.title(one.ingredient)}: ${chosen.why}`));
      continue;
    }
    findings.push(...compare(chosen.rows, one, subject));
  }
  return findings;
}

/** The rows for this route and patient: those for the reason it is ordered, else the general ones. */
function choose(rows: readonly Limit[], one: OrderedIngredient, subject: Subject): { rows: Limit[] } | { why: string } {
  const { order, facts } = subject;
  const routes = new Set(rows.flatMap((row) => row.routes));
  const route = order.route === 'enteral-tube' ? 'oral' : order.route === 'intraosseous' ? 'intravenous' : order.route;
  if (route === undefined && routes.size > 1) return { why: 'the route is not known' };
  const byRoute = route === undefined ? rows : rows.filter((row) => row.routes.includes(route));
  if (byRoute.length === 0) return { why: '' };
  const years = ageYears(facts);
  const kg = weight(facts);
  if (
    years === undefined &&
    byRoute.some((row) => (row.population.below ?? Number.POSITIVE_INFINITY) <= 18 || row.population.unit !== undefined)
  )
    return { why: 'the age is not known' };
  const fits = byRoute.filter((row) => {
    const { from = 0, below = Number.POSITIVE_INFINITY, unit = 'years', weightFrom, weightBelow } = row.population;
    const days = { years: yearDays, months: yearDays / 12, weeks: 7, days: 1 }[unit];
    const age = years === undefined ? 40 : (years * yearDays) / days;
    if (age + 1e-6 < from || age + 1e-6 >= below) return false;
    if (weightFrom === undefined && weightBelow === undefined) return true;
    return kg.known && kg.value >= (weightFrom ?? 0) && kg.value < (weightBelow ?? Number.POSITIVE_INFINITY);
  });
  const text = `${order.text} ${order.reason ?? ''}`.toLowerCase();
  const named = fits.filter((row) => row.indication?.some((word) => says(text, word)));
  const general = fits.filter((row) => row.indication === undefined);
  // A row for a reason that the order does not name may still be meant: the widest limit of all holds then.
  const chosen = named.length > 0 ? named : general.length > 0 ? general : fits;
  if (chosen.length > 0) return { rows: chosen };
  if (years !== undefined && years < 18) {
    // No limit for this child: what is too much for an adult is too much for a child.
    const adult = byRoute.filter(
      (row) => (row.population.from ?? 0) >= 12 && (row.population.below ?? 200) > 18 && row.indication === undefined,
    );
    if (adult.length > 0 && one.single) return { rows: adult };
    return {
      why: `there is no limit for a child of ${years < 2 ? `${Math.floor(years * 12)} months` : `${Math.floor(years)} years`} in the knowledge`,
    };
  }
  return { why: !kg.known && byRoute.some((row) => row.population.weightFrom !== undefined) ? kg.why : '' };
}

/** Whole words, also in the plural: "labor" is not in "laboratory", "ER" not in "after". */
function says(text: string, wording: string): boolean {
  const words = wording.trim().toLowerCase();
  for (let at = text.indexOf(words); at >= 0; at = text.indexOf(words, at + 1)) {
    const after = text.slice(at + words.length);
    if (!/[\p{L}\p{N}]/u.test(text[at - 1] ?? ' ') && /^(?:e?s)?(?![\p{L}\p{N}])/u.test(after)) return true;
  }
  return false;
}

interface Compared {
  row: Limit;
  what: 'single' | 'daily' | 'weekly' | 'hourly' | 'interval';
  ratio: number;
  given: string;
  limit: string;
  facts: { says: string; ref?: string }[];
  orders: Order[];
}

function compare(rows: readonly Limit[], one: OrderedIngredient, subject: Subject): Finding[] {
  const { order, base } = subject;
  const findings: Finding[] = [];
  const title = base.title(one.ingredient);
  const kept: Compared[] = [];
  const whys = new Set<string>();
  for (const row of rows) {
    const results = [
      against('single', row.single, one.single, one.singlePer, row, one, subject),
      against('hourly', row.hourly, one.hourly, one.hourlyPer, row, one, subject),
      // A rate that has its own limit is not also judged as a day's dose: a drip seldom runs for 24 hours unchanged.
      row.hourly !== undefined && one.single === undefined && (one.hourly ?? one.hourlyPer) !== undefined
        ? undefined
        : against('daily', row.daily, one.daily, one.dailyPer, row, one, subject),
      row.weekly && one.single
        ? against(
            'weekly',
            row.weekly,
            times(one.single, Math.max(1, (order.timing.perDay ?? 0) * Math.min(7, order.timing.durationDays ?? 7))),
            undefined,
            row,
            one,
            subject,
          )
        : undefined,
    ];
    for (const result of results) {
      if (result === undefined) continue;
      if (typeof result === 'string') whys.add(result);
      else kept.push(result);
    }
    const { everyHours } = order.timing;
    if (row.minimumHours !== undefined && everyHours !== undefined && !order.timing.once && everyHours < row.minimumHours * 0.99)
      kept.push({
        row,
        what: 'interval',
        ratio: row.minimumHours / everyHours,
        given: `every ${round(everyHours, 1)} h`,
        limit: `at least ${row.minimumHours} h apart`,
        facts: [],
        orders: [],
      });
  }
  // Of several rows that fit equally the widest limit decides.
  for (const what of ['single', 'hourly', 'daily', 'weekly', 'interval'] as const) {
    const results = kept.filter((each) => each.what === what);
    const [least] = results.sort((a, b) => a.ratio - b.ratio);
    if (least === undefined || least.ratio <= 1) continue;
    findings.push(tooMuch(least, title, subject));
  }
  for (const why of whys) findings.push(couldNot('single-dose', subject, `${title}: ${why}`));
  return findings;
}

function tooMuch(found: Compared, title: string, subject: Subject): Finding {
  const { row, what, ratio } = found;
  const cumulative = found.orders.length > 0;
  const words = { single: 'for one dose ', daily: cumulative ? 'in all orders together ' : '', weekly: '', hourly: '', interval: '' }[what];
  return present(
    {
      rule: row,
      category: what === 'single' || what === 'hourly' ? 'single-dose' : 'daily-dose',
      tier: ratio >= (row.stopAt ?? defaultStopAt) && !cumulative ? 'stop' : 'interrupt',
      severity: ratio >= (row.stopAt ?? defaultStopAt) ? 'contraindicated' : 'major',
      summary: `${title}: ${found.given} ${words}${what === 'interval' ? 'is too often: ' : 'is above the limit of '}${found.limit}`,
      detail: `${what === 'interval' ? 'Given too often' : `${round(ratio, 1)} times the limit`}${row.says ? `. ${row.says}` : '.'}`,
      management: 'Check dose, unit and decimal point; reduce it, or give the reason for more.',
      facts: [
        ...found.facts,
        ...found.orders.map((each) => ({
          says: `also holds it: ${each.text.slice(0, 80)}`,
          ...(each.state === 'draft' ? {} : { ref: each.id }),
        })),
      ],
      ...(found.orders[0] ? { other: found.orders[0] } : {}),
    },
    subject,
  );
}

const times = (dose: Dose, factor: number): Dose => ({ value: dose.value * factor, unit: dose.unit });

/** Salts of monovalent ions: a mmol is one mEq. */
const monovalent = /^(?:potassium|sodium)-/;

function against(
  what: Compared['what'],
  limit: Amount | undefined,
  given: Dose | undefined,
  givenPer: { value: number; unit: DoseUnit; per: 'kg' | 'm2' } | undefined,
  row: Limit,
  one: OrderedIngredient,
  subject: Subject,
): Compared | string | undefined {
  if (limit === undefined) return undefined;
  const { unit, factor } = amountFactor[limit.unit];
  const same = (other: DoseUnit) =>
    other === unit || (monovalent.test(row.drug) && new Set(['mmol', 'mEq']).has(other) && new Set(['mmol', 'mEq']).has(unit));
  const bodySize: Known | undefined =
    limit.per === undefined ? undefined : limit.per === 'kg' ? weight(subject.facts) : surface(subject.facts);
  const cap = limit.cap === undefined ? undefined : limit.cap.value * amountFactor[limit.cap.unit].factor;
  const ceiling = (value: number) => (cap === undefined ? value : Math.min(value, cap));
  const perText = `${round(limit.value, 3)} ${limit.unit}${limit.per ? `/${limit.per}` : ''}${limit.cap ? `, at most ${limit.cap.value} ${limit.cap.unit}` : ''}`;
  const word = { single: '', daily: ' a day', weekly: ' a week', hourly: ' an hour', interval: '' }[what];
  // By weight against by weight needs no scale.
  if (givenPer !== undefined && givenPer.per === limit.per && same(givenPer.unit)) {
    const ratio = givenPer.value / (limit.value * factor) / slack.byBody;
    const capped = given !== undefined && cap !== undefined ? given.value / cap / slack.byBody : 0;
    return {
      row,
      what,
      ratio: Math.max(ratio, capped) * (ratio > 1 || capped > 1 ? slack.byBody : 1),
      given: `${show(givenPer.value, givenPer.unit)}/${givenPer.per}${word}`,
      limit: perText,
      facts: [],
      orders: [],
    };
  }
  if (given === undefined) {
    if (givenPer !== undefined) return whyNot(givenPer.per, subject);
    return what === 'single' &&
      one.hourly === undefined &&
      one.hourlyPer === undefined &&
      one.daily === undefined &&
      row.daily === undefined
      ? 'no dose is stated'
      : undefined;
  }
  if (!same(given.unit)) {
    if (what === 'single' || row.single === undefined)
      return `its dose is stated in ${given.unit === 'tablet' ? 'units whose strength is not stated' : given.unit}, the limit in ${limit.unit}`;
    return undefined;
  }
  if (bodySize !== undefined && !bodySize.known) {
    if (cap !== undefined && given.value > cap * slack.plain)
      return {
        row,
        what,
        ratio: given.value / cap,
        given: `${show(given.value, given.unit)}${word}`,
        limit: perText,
        facts: [],
        orders: [],
      };
    return `${bodySize.why}: the limit is ${perText}`;
  }
  const most = ceiling(limit.value * factor * (bodySize?.value ?? 1));
  const facts = bodySize === undefined ? [] : [{ says: bodySize.says, ...(bodySize.ref === undefined ? {} : { ref: bodySize.ref }) }];
  // What else holds the drug counts for the day.
  const others = what === 'daily' ? alsoHolds(one.ingredient, given.unit, subject) : [];
  const sum = given.value + others.reduce((all, each) => all + each.daily, 0);
  const tolerance = bodySize === undefined ? slack.plain : slack.byBody;
  const alone = given.value / most;
  const ratio = alone > tolerance ? alone : sum / most;
  const shown = alone > tolerance ? given.value : sum;
  return {
    row,
    what,
    ratio: ratio > tolerance ? ratio : Math.min(ratio, 1),
    given: `${show(shown, given.unit)}${word}`,
    limit: bodySize === undefined ? perText : `${show(most, unit)} (${perText})`,
    facts,
    orders: alone > tolerance ? [] : others.map((each) => each.order),
  };
}

const whyNot = (per: 'kg' | 'm2', subject: Subject): string => {
  const size = per === 'kg' ? weight(subject.facts) : surface(subject.facts);
  return size.known
    ? 'the dose by weight cannot be compared with this limit'
    : `${size.why}: the dose is ordered by ${per === 'kg' ? 'weight' : 'body surface'}`;
};

function alsoHolds(ingredient: string, unit: DoseUnit, subject: Subject): { order: Order; daily: number }[] {
  return subject.others.flatMap((order) => {
    const one = order.ingredients.find((each) => each.ingredient === ingredient);
    return one?.daily && one.daily.unit === unit && order.route !== 'topical' && order.route !== 'ophthalmic'
      ? [{ order, daily: one.daily.value }]
      : [];
  });
}

export function show(value: number, unit: DoseUnit): string {
  if (unit === 'mg' && value >= 1000) return `${round(value / 1000, 2)} g`;
  if (unit === 'mg' && value < 0.1) return `${round(value * 1000, 2)} mcg`;
  return `${round(value, 2)} ${unit}${unit === 'unit' || unit === 'tablet' || unit === 'puff' || unit === 'drop' ? (value === 1 ? '' : 's') : ''}`;
}
