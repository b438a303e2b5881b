// A prescription in free text to an order: "ibuprofen 400 mg tablet, 2 tabs po tid prn pain". What cannot be read is said in
// `unread`; nothing is guessed that a dose would follow from.
import type { Order, Timing } from '../contract.ts';
import { amountsOf, type Given } from './amounts.ts';
import { imagingContrast } from './imaging.ts';
import type { DrugNames } from './names.ts';
import { type NamedPart, ordered, partsOf, strengthen } from './product.ts';
import { type AmountFound, levelled, quantitiesIn } from './quantities.ts';
import { isExtendedRelease, routeByForm, routeIn } from './route.ts';
import { timingIn } from './timing.ts';

export interface Reading {
  names: DrugNames;
  /** Kind of an ingredient in the knowledge (food, fluid …) and the routes that it has at all. */
  sortOf(ingredient: string): string | undefined;
  routesOf(ingredient: string): readonly string[];
}

export type OrderHead = Pick<Order, 'id' | 'state' | 'origin'>;

const mostText = 4000;

export function readOrderText(raw: string, head: OrderHead, reading: Reading): Order {
  const text = levelled(raw.slice(0, mostText));
  const order: Order = { ...head, text: raw.slice(0, mostText), ingredients: [], unread: [], timing: timingIn(text) };
  if (raw.length > mostText) order.unread.push(`the order is longer than ${mostText} characters; the rest was not read`);
  const contrast = imagingContrast(text);
  if (contrast !== undefined)
    return {
      ...order,
      origin: 'imaging',
      ingredients: [{ ingredient: contrast.ingredient, named: contrast.named }],
      route: contrast.route,
    };
  const parts = partsOf(text, ordered(text, reading.names.in(text), reading.sortOf));
  if (parts.length === 0) {
    order.unread.push('no drug that is known was found in it');
    return order;
  }
  const stated = routeIn(text) ?? routeByForm(text) ?? onlyRoute(parts, reading);
  const route = stated ?? assumedRoute(parts, reading);
  if (route !== undefined) order.route = route;
  if (stated === undefined && route !== undefined) order.routeAssumed = true;
  if (isExtendedRelease(text)) order.extendedRelease = true;
  const reason = /\b(?:for|indication:?|reason:?)\s+((?!\d)[a-z][^,;.\d]*)/.exec(text)?.[1]?.trim();
  if (reason) order.reason = reason;
  const { strengths, given, most } = sortAmounts(text, [...quantitiesIn(text), ...bareList(text, parts)], parts);
  strengthen(parts, strengths);
  setTiming(order.timing, given);
  const over = /\bover (?:at least )?(\d+(?:\.\d+)?)(?:-\d+)? ?(h|hr|hrs|hours?|min|mins|minutes?)\b/.exec(text);
  const overHours = over === null || Number(over[1]) === 0 ? undefined : Number(over[1]) / (over[2]?.startsWith('m') ? 60 : 1);
  if (/\b(?:iv ?p|iv ?push|push|bolus)\b/.test(text)) order.pushed = true;
  const several = new Set(parts.map((part) => part.found)).size > 1;
  order.ingredients = parts.map((part) => {
    const own = several
      ? (given.find((each) => each.found === part.found) ?? given.find((each) => each.unit === 'unit-of-form' || each.unit === 'mL'))
      : given[0];
    const one = amountsOf(part, several ? parts.filter((each) => each.found === part.found) : parts, own, order.timing);
    if (most !== undefined && one.daily && most.unit === one.daily.unit && most.value < one.daily.value)
      one.daily = { value: most.value, unit: one.daily.unit };
    // "Over 30 minutes" is a rate too.
    if (overHours !== undefined && one.single && one.hourly === undefined)
      one.hourly = { value: one.single.value / overHours, unit: one.single.unit };
    return one;
  });
  return order;
}

/** A continuous rate is timing enough; "4 g/day" too. */
function setTiming(timing: Timing, given: readonly Given[]): void {
  if (given.some((each) => each.per.hour !== undefined) && timing.perDay === undefined) timing.continuous = true;
}

/** "Percocet 10/325": the strengths of a combination in mg, as they are usually written. */
function bareList(text: string, parts: readonly NamedPart[]): AmountFound[] {
  const [first] = parts;
  if (first === undefined || first.found.ingredients.length < 2) return [];
  const found = /^[\s,]*(\d+(?:\.\d+)?)\s*[/-]\s*(\d+(?:\.\d+)?)(?:\s*[/-]\s*(\d+(?:\.\d+)?))?(?![\d.])(?!\s*(?:mg|mcg|g|unit|ml|%))/.exec(
    text.slice(first.found.to),
  );
  if (found === null) return [];
  const list = found
    .slice(1)
    .filter((each) => each !== undefined)
    .map(Number);
  const from = first.found.to + (/^[\s,]*/.exec(found[0])?.[0].length ?? 0);
  return [{ from, to: first.found.to + found[0].length, low: list[0]!, high: list[0]!, unit: 'mg', per: {}, list }];
}

interface Sorted {
  strengths: AmountFound[];
  given: (Given & { found: NamedPart['found'] | undefined })[];
  /** "max 4 g per day". */
  most?: { value: number; unit: string };
}

/**
 * Which amounts say how strong the product is and which how much is given. With a count ("2 tablets") or a volume beside a
 * concentration, masses are strengths; behind "take" or "give" stands a dose; else each mass is a dose.
 */
function sortAmounts(text: string, all: readonly AmountFound[], parts: readonly NamedPart[]): Sorted {
  const sorted: Sorted = { strengths: [], given: [] };
  const before = (amount: AmountFound) => text.slice(Math.max(0, amount.from - 24), amount.from);
  const usable = all.filter((amount) => {
    if (
      /\b(?:max(?:imum)?(?: dose| daily dose)?|not to exceed|nte|up to(?= *\d+ *(?:g|mg|mcg)?\b[^,;]*(?:day|24)))[\s:.of]*$/.test(
        before(amount),
      ) &&
      amount.unit !== 'unit-of-form'
    ) {
      if (amount.per.day !== undefined || /^\s*(?:in|per|\/)?\s*(?:24|day|daily|d\b)/.test(text.slice(amount.to))) {
        if (!amount.per.kg) sorted.most = { value: amount.high / (amount.per.day ?? 1), unit: amount.unit };
        return false;
      }
    }
    // The quantity that is dispensed, and what it is diluted in.
    if (/(?:dispense|disp|#|qty:?|quantity:?|supply)\s*$/.test(before(amount))) return false;
    if (
      amount.unit === 'mL' &&
      /\b(?:in|of|with|dilute[d]? in|to)\s*$/.test(before(amount)) &&
      all.some((other) => other !== amount && other.unit !== 'mL')
    )
      return false;
    return true;
  });
  const isConcentration = (amount: AmountFound) =>
    amount.per.volumeMl !== undefined || amount.unit === 'percent' || amount.per.form !== undefined;
  const isCount = (amount: AmountFound) => amount.unit === 'unit-of-form';
  const isVolume = (amount: AmountFound) => amount.unit === 'mL';
  const isMass = (amount: AmountFound) => !isCount(amount) && !isVolume(amount) && !isConcentration(amount);
  const counts = usable.filter(isCount);
  const volumes = usable.filter(isVolume);
  const masses = usable.filter(isMass);
  const concentrations = usable.filter(isConcentration);
  sorted.strengths.push(...concentrations);
  const found = (amount: AmountFound) => parts.filter((part) => part.found.from < amount.from).at(-1)?.found ?? parts[0]?.found;
  const give = (amount: AmountFound) => {
    const { kg, m2, hour, day } = amount.per;
    const one: Sorted['given'][number] = {
      value: amount.high,
      unit: amount.unit === 'percent' ? 'mL' : amount.unit,
      per: { ...(kg && { kg }), ...(m2 && { m2 }), ...(hour !== undefined && { hour }), ...(day !== undefined && { day }) },
      found: found(amount),
    };
    if (amount.form) one.form = amount.form;
    sorted.given.push(one);
  };
  const told = masses.filter((amount) =>
    /\b(?:take|give|administer|inject|infuse|use|dose:?|at)\s+(?:up to |about )?$/.test(before(amount)),
  );
  const [count] = counts;
  if (told.length > 0) {
    told.forEach(give);
    sorted.strengths.push(...masses.filter((amount) => !told.includes(amount)));
  } else if (count && masses.length > 0 && !masses.some((amount) => amount.per.kg || amount.per.hour !== undefined)) {
    // "400 mg (2 tablets of 200 mg)": the larger is the dose when it is the count times the smaller.
    const [largest, smallest] = [Math.max(...masses.map((m) => m.high)), Math.min(...masses.map((m) => m.high))];
    const sameDrug = new Set(masses.map(found)).size === 1 && parts.length === 1;
    if (sameDrug && masses.length > 1 && Math.abs(largest - count.high * smallest) < 1e-9)
      sorted.strengths.push(masses.find((m) => m.high === smallest)!);
    else sorted.strengths.push(...masses);
    give(count);
  } else if (masses.length > 0) {
    // A patch by the hour is a strength: "fentanyl 50 mcg/h patch".
    const patches = masses.filter((amount) => amount.per.hour !== undefined && /\bpatch|transdermal\b/.test(text));
    if (patches.length > 0) {
      sorted.strengths.push(...patches);
      sorted.given.push({ value: count?.high ?? 1, unit: 'unit-of-form', form: 'patch', per: {}, found: found(patches[0]!) });
    } else giveMasses(masses, parts, sorted, give, found);
  } else if (concentrations.length > 0 && volumes.length > 0) volumes.forEach(give);
  else if (count) give(count);
  else if (volumes.length > 0) volumes.forEach(give);
  else {
    // "10 mEq/100 mL": the bag is the dose.
    for (const amount of concentrations) if ((amount.per.volumeMl ?? 0) >= 20) give(amount);
  }
  if (sorted.given.length > 1 && parts.length === 1) sorted.given.sort((a, b) => b.value - a.value);
  return sorted;
}

/** One mass a drug; of a combination's list ("875-125 mg") each is both strength and dose of one. */
function giveMasses(
  masses: readonly AmountFound[],
  parts: readonly NamedPart[],
  sorted: Sorted,
  give: (amount: AmountFound) => void,
  found: (amount: AmountFound) => NamedPart['found'] | undefined,
): void {
  for (const amount of masses) {
    const own = parts.filter((part) => part.found === found(amount));
    const listed = own.length > 1 && amount.list?.length === own.length;
    const oneEach = own.length > 1 && masses.filter((other) => found(other) === found(amount)).length === own.length;
    if (listed || oneEach) {
      sorted.strengths.push(amount);
      if (!sorted.given.some((each) => each.found === own[0]?.found))
        sorted.given.push({ value: 1, unit: 'unit-of-form', per: {}, found: own[0]?.found });
    } else give(amount);
  }
}

/** A tube is another way to the same place. */
const ways = (part: NamedPart, reading: Reading) =>
  reading.routesOf(part.ingredient).filter((route) => route !== 'enteral-tube' && route !== 'intraosseous');

export function onlyRoute(parts: readonly NamedPart[], reading: Reading): Order['route'] {
  const all = new Set(parts.flatMap((part) => ways(part, reading)));
  return all.size === 1 ? ([...all][0] as Order['route']) : undefined;
}

/** Nothing is said of the route: by mouth, where it can be; the answer says that this was assumed. */
export function assumedRoute(parts: readonly NamedPart[], reading: Reading): Order['route'] {
  return parts.length > 0 && parts.every((part) => ways(part, reading).includes('oral')) ? 'oral' : undefined;
}
