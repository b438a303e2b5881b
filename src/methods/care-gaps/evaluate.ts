// One person against a registry: whether they belong, and of each gap whether it was met, is open, could not be told, or does not hold for a reason that is
// said. The same in SQL over all people is src/gateways/population/gaps-sql.ts; a property holds both together.
import { byConcept, type NamedFact } from './concepts.ts';
import type {
  Concept,
  Criterion,
  Gap,
  GapResult,
  Measure,
  Membership,
  People,
  PersonFacts,
  Range,
  Registry,
  RegistryResult,
} from './contract.ts';
import { addMonths, daysBetween, seasonOf } from './days.ts';

type Facts = ReadonlyMap<string, readonly NamedFact[]>;
interface Looking {
  person: PersonFacts;
  facts: Facts;
  today: string;
}
type Measured = Omit<GapResult, 'gap'>;

const inRange = ({ atLeast, below }: Range, { low, high }: NamedFact): boolean =>
  (atLeast === undefined || low >= atLeast) && (below === undefined || high < below);
const outOfRange = ({ atLeast, below }: Range, { low, high }: NamedFact): boolean =>
  (atLeast !== undefined && high < atLeast) || (below !== undefined && low >= below);
const hasRange = ({ atLeast, below }: Range): boolean => atLeast !== undefined || below !== undefined;
const standsAt = ({ until, live }: NamedFact, today: string): boolean => (until === null ? live : until > today);

/** Days of the facts that fulfil a criterion; none where they are too few or too near together. */
function daysOf(criterion: Criterion, { facts, today }: Looking): string[] {
  const { concepts, months, times = 1, apartDays = 0, active = false } = criterion;
  const found = concepts
    .flatMap((concept) => facts.get(concept) ?? [])
    .filter(
      (fact) =>
        fact.day <= today &&
        (months === undefined || addMonths(fact.day, months) > today) &&
        (!active || standsAt(fact, today)) &&
        (!hasRange(criterion) || inRange(criterion, fact)),
    );
  const days = [...new Set(found.map(({ day }) => day))].sort();
  if (days.length < times) return [];
  return daysBetween(days[0] ?? '', days.at(-1) ?? '') < apartDays ? [] : days;
}
const holds = (criterion: Criterion, looking: Looking): boolean => daysOf(criterion, looking).length > 0;

/** Why it is not known whether somebody is among these people; undefined: it is known. */
type Belongs = { member: Membership; reason: '' | 'birth-unknown' | 'sex-unknown' };

export function belongs(people: People, looking: Looking): Belongs {
  const { person, today } = looking;
  const { ageMonths, sex, any, all, none } = people;
  const no: Belongs = { member: 'no', reason: '' };
  if (any !== undefined && !any.some((each) => holds(each, looking))) return no;
  if (all?.every((each) => holds(each, looking)) === false) return no;
  if (none?.some((each) => holds(each, looking)) === true) return no;
  const known = person.sex === 'female' || person.sex === 'male';
  if (sex !== undefined && known && person.sex !== sex) return no;
  if (ageMonths !== undefined && person.born !== null) {
    if (ageMonths.atLeast !== undefined && addMonths(person.born, ageMonths.atLeast) > today) return no;
    if (ageMonths.below !== undefined && addMonths(person.born, ageMonths.below) <= today) return no;
  }
  if (ageMonths !== undefined && person.born === null) return { member: 'unsure', reason: 'birth-unknown' };
  if (sex !== undefined && !known) return { member: 'unsure', reason: 'sex-unknown' };
  return { member: 'yes', reason: '' };
}

const latest = (days: readonly (string | null)[]): string | null =>
  days.reduce((last, day) => (day !== null && (last === null || day > last) ? day : last), null);
const none: Measured = { outcome: 'gap', reason: '', last: null, value: null, due: null };

function done({ any }: Measure & { kind: 'done' }, looking: Looking, from: string | null): Measured {
  // What was done at all says since when it is due; what fulfils, until when it is not.
  const seen = any.map((each) => {
    const { months: _, times: __, apartDays: ___, ...ever } = each;
    return { months: each.months, met: holds(each, looking), last: daysOf(ever, looking).at(-1) ?? null };
  });
  const dueAfter = (of: typeof seen): string | null =>
    latest(of.map(({ months, last }) => (months === undefined || last === null ? null : addMonths(last, months))));
  const met = seen.filter((each) => each.met);
  const last = latest((met.length > 0 ? met : seen).map((each) => each.last));
  if (met.length === 0) return { ...none, last, due: dueAfter(seen) ?? from };
  return { ...none, outcome: 'met', last, due: met.some(({ months }) => months === undefined) ? null : dueAfter(met) };
}

function season({ concepts, from, until }: Measure & { kind: 'season' }, looking: Looking): Measured | undefined {
  const { begins, next, within } = seasonOf(looking.today, from, until);
  if (!within) return undefined;
  const last = daysOf({ concepts }, looking).at(-1) ?? null;
  return last !== null && last >= begins ? { ...none, outcome: 'met', last, due: next } : { ...none, last, due: begins };
}

function value({ months, targets }: Measure & { kind: 'value' }, { facts, today }: Looking): Measured {
  const judged = targets.map((target) => {
    const within = (facts.get(target.concept) ?? []).filter(({ day }) => day <= today && addMonths(day, months) > today);
    const last = latest(within.map(({ day }) => day));
    // Of one day the best counts: pressure is often taken again because it was high.
    const own = within.filter(({ day }) => day === last);
    const values = own.flatMap((each) => (each.value === null ? [] : [each.value]));
    return {
      last,
      value: values.length === 0 ? null : target.below === undefined ? Math.max(...values) : Math.min(...values),
      met: own.some((each) => inRange(target, each)),
      out: own.some((each) => outOfRange(target, each)),
    };
  });
  const last = latest(judged.map((each) => each.last));
  const shown = judged[0]?.value ?? null;
  if (judged.every(({ met }) => met))
    return { outcome: 'met', reason: '', last, value: shown, due: last === null ? null : addMonths(last, months) };
  if (judged.some(({ met, out }) => !met && out)) return { outcome: 'gap', reason: '', last, value: shown, due: null };
  const reason = judged.some((each) => each.last === null) ? 'no-value' : 'value-not-comparable';
  return { outcome: 'unknown', reason, last, value: shown, due: null };
}

function taking({ concepts }: Measure & { kind: 'taking' }, looking: Looking): Measured {
  const days = daysOf({ concepts, active: true }, looking);
  const ever = daysOf({ concepts }, looking);
  return days.length > 0 ? { ...none, outcome: 'met', last: days.at(-1) ?? null } : { ...none, last: ever.at(-1) ?? null };
}

function avoid({ concepts }: Measure & { kind: 'avoid' }, looking: Looking): Measured {
  const last = daysOf({ concepts, active: true }, looking).at(-1) ?? null;
  return last === null ? { ...none, outcome: 'met' } : { ...none, last };
}

function share(measure: Measure & { kind: 'share' }, { facts, today }: Looking): Measured {
  const { concept, months, times, share: least } = measure;
  const within = (facts.get(concept) ?? []).filter(
    ({ day, value: known }) => known !== null && day <= today && addMonths(day, months) > today,
  );
  const last = latest(within.map(({ day }) => day));
  if (within.length < times) return { outcome: 'unknown', reason: 'few-values', last, value: null, due: null };
  const good = within.filter((each) => inRange(measure, each)).length;
  const per = (100 * good) / within.length;
  return { outcome: good >= least * within.length ? 'met' : 'gap', reason: '', last, value: per, due: null };
}

function measured(measure: Measure, looking: Looking, from: string | null): Measured | undefined {
  switch (measure.kind) {
    case 'done':
      return done(measure, looking, from);
    case 'season':
      return season(measure, looking);
    case 'value':
      return value(measure, looking);
    case 'taking':
      return taking(measure, looking);
    case 'avoid':
      return avoid(measure, looking);
    case 'share':
      return share(measure, looking);
  }
}

/** The day from which somebody is old enough. */
function oldEnough(born: string | null, ...people: (People | undefined)[]): string | null {
  const months = people.flatMap((each) => (each?.ageMonths?.atLeast === undefined ? [] : [each.ageMonths.atLeast]));
  return born === null || months.length === 0 ? null : addMonths(born, Math.max(...months));
}

function gapOf(registry: Registry, gap: Gap, looking: Looking): GapResult | undefined {
  const { member, reason } = belongs(gap.who ?? {}, looking);
  if (member === 'no') return undefined;
  const found = measured(gap.measure, looking, oldEnough(looking.person.born, registry.members, gap.who));
  if (found === undefined) return undefined;
  const because = gap.excluded?.find((each) => holds(each, looking))?.because;
  if (because !== undefined) return { gap: gap.id, ...none, outcome: 'excluded', reason: because };
  if (member === 'unsure') return { gap: gap.id, ...none, outcome: 'unknown', reason };
  return { gap: gap.id, ...found };
}

/** `today`: the local day that is looked at; later facts are not there yet. Who has died belongs to no registry. */
export function evaluateRegistry(registry: Registry, concepts: readonly Concept[], person: PersonFacts, today: string): RegistryResult {
  if ((person.died !== null && person.died <= today) || (person.born !== null && person.born > today)) return { member: 'no', gaps: [] };
  const looking: Looking = { person, facts: byConcept(concepts, person.facts), today };
  const { member } = belongs(registry.members, looking);
  if (member !== 'yes') return { member, gaps: [] };
  return { member, gaps: registry.gaps.map((gap) => gapOf(registry, gap, looking)).filter((each) => each !== undefined) };
}
