// Registries as they are asked of the tables: sizes, gaps with shares and intervals, the last twelve months, where people belong, rates, lists. Counts of one
// position of the record are kept, by what a person may see; rows of persons are asked each time.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Gap, Outcome, Registry } from '../../methods/care-gaps/contract.ts';
import { outcomes, reasons } from '../../methods/care-gaps/contract.ts';
import { addMonths } from '../../methods/care-gaps/days.ts';
import { wilson } from '../../methods/proportion-interval.ts';
import { suppressed } from '../../methods/rates/small-numbers.ts';
import { directlyStandardised } from '../../methods/rates/standardised.ts';
import { decide } from '../../policy/decide.ts';
import type { Caller } from '../../record/contract.ts';
import type { Answer, AnswerCell } from '../../warehouse/contract.ts';
import { type AgeBand, ageBands } from '../surveillance/contract.ts';
import { type Facet, facets, type ListRow, type OneRegistry, type Overview, type Patients, type Rates, type Share } from './answers.ts';
import type { PopulationParts, Tally } from './contract.ts';
import { registriesSql } from './gaps-sql.ts';
import { facetsEnd, listEnd, ratesEnd, trendEnd } from './population-sql.ts';

const limits = { memoryMegabytes: 1_024, timeMs: 60_000, rows: 200_000 };
const keptMs = 600_000;
const freshMs = 30_000;
const mostKept = 100;
const smallest = 5;
const togetherMost = 3;
export const rowsMost = 2_000;

export interface ListWish {
  outcome: string;
  clinic: string;
  practitioner: string;
  area: string;
}

/** May see rows of persons, and small numbers: whoever may export what facts are made of. */
export const seesRows = ({ person, purpose }: Caller): boolean =>
  (['Patient', 'Encounter', 'Condition', 'Observation', 'MedicationRequest', 'Immunization', 'Procedure'] as const).every(
    (type) => decide(person, purpose, 'export', type).allowed,
  );

const words = (cell: AnswerCell | undefined): string => (typeof cell === 'string' ? cell : '');
const number = (cell: AnswerCell | undefined): number => (typeof cell === 'number' ? cell : Number(cell ?? 0));
const noTally = (): Tally => ({ met: 0, gap: 0, unknown: 0, excluded: 0 });
const idOf = (key: string): string => key.slice(key.indexOf('/') + 1);

/** The words for a reason of a row: an exclusion's own, or what could not be told. */
export const reasonOf = (gap: Gap, reason: string): string => {
  const excluded = /^excluded:(\d+)$/.exec(reason)?.[1];
  if (excluded !== undefined) return gap.excluded?.[Number(excluded)]?.because ?? '';
  return Object.hasOwn(reasons, reason) ? reasons[reason as keyof typeof reasons] : reason;
};

export function shareOf(tally: Tally, kept: Partial<Record<Outcome, boolean>> = {}): Share {
  const told = (outcome: Outcome): number | null => (kept[outcome] === true ? null : tally[outcome]);
  const judged = tally.met + tally.gap;
  return {
    met: told('met'),
    gap: told('gap'),
    unknown: told('unknown'),
    excluded: told('excluded'),
    share: judged === 0 || kept.met === true || kept.gap === true ? null : wilson(tally.met, judged),
  };
}

/** Small numbers of a table of tallies kept back, with as many more that totals do not tell them. */
export function sharesOf(tallies: readonly Tally[], all: boolean): Share[] {
  if (all) return tallies.map((tally) => shareOf(tally));
  const { cells } = suppressed(
    tallies.map((tally) => outcomes.map((outcome) => tally[outcome])),
    smallest,
  );
  return tallies.map((tally, i) => shareOf(tally, Object.fromEntries(outcomes.map((outcome, j) => [outcome, cells[i]?.[j] === null]))));
}

export type Population = ReturnType<typeof openPopulation>;

export function openPopulation({ tables, knowledge, areas, timeZone, now }: Omit<PopulationParts, 'record' | 'views'>) {
  const held = new Map<string, { at: number; position: string; value: Promise<Result<Answer>> }>();
  const today = (): string => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(now());

  async function counted(
    caller: Caller,
    summary: string,
    registries: readonly Registry[],
    days: readonly string[],
    end: string,
  ): Promise<Result<{ answer: Answer; at: string; position: string }>> {
    const freshness = await tables.freshness();
    if (freshness === undefined) return fail('busy', 'The tables are not made yet: try again in a moment');
    const position = String(freshness.position);
    const { person, purpose } = caller;
    const key = JSON.stringify([
      person.role,
      person.organisations ?? null,
      person.restrictions ?? null,
      purpose,
      summary,
      registries.map(({ name }) => name),
      days,
    ]);
    const nowMs = now().getTime();
    const known = held.get(key);
    if (known === undefined || (nowMs - known.at > freshMs && (known.position !== position || nowMs - known.at > keptMs))) {
      const { with: start, parameters } = registriesSql(registries, knowledge.concepts, { days, zone: timeZone });
      const value = tables.ask(caller, `${start}\n${end}`, { detail: 'identified', parameters, limits, summary });
      held.delete(key);
      held.set(key, { at: nowMs, position, value });
      if (held.size > mostKept) held.delete(held.keys().next().value ?? '');
      value.then(
        (found) => found.ok || held.delete(key),
        () => held.delete(key),
      );
    }
    const mine = held.get(key)!;
    const found = await mine.value;
    if (!found.ok)
      return /There is no table/.test(found.problem.message)
        ? fail('forbidden', 'Registries rest on parts of the record that this account may not ask')
        : found;
    if (found.value.cut) return fail('too-costly', 'There is too much for one answer');
    return ok({ answer: found.value, at: new Date(mine.at).toISOString(), position: mine.position });
  }

  /** Today, and the same day of so many months before. */
  const daysBack = (months: number): string[] => Array.from({ length: months + 1 }, (_, i) => addMonths(today(), i - months));

  const registryOf = (name: string): Result<Registry> => {
    const found = knowledge.registries.find((each) => each.name === name);
    return found === undefined ? fail('not-found', `There is no registry ${JSON.stringify(name.slice(0, 60))}`) : ok(found);
  };
  const gapOf = (registry: Registry, id: string): Result<Gap> => {
    const found = registry.gaps.find((each) => each.id === id);
    return found === undefined ? fail('not-found', `The registry has no gap ${JSON.stringify(id.slice(0, 60))}`, 'gap') : ok(found);
  };

  /** Sizes and shares of registries today and in the months before (0 to 12): all gaps of a registry together. */
  async function overview(caller: Caller, months = 12): Promise<Result<Overview>> {
    const days = daysBack(months);
    // A few at a time: one statement of all would be longer than the tables take.
    const rows: AnswerCell[][] = [];
    let asOf = { at: '', position: '' };
    for (let from = 0; from < knowledge.registries.length; from += togetherMost) {
      const found = await counted(caller, 'population-trend', knowledge.registries.slice(from, from + togetherMost), days, trendEnd);
      if (!found.ok) return found;
      rows.push(...found.value.answer.rows);
      if (asOf.at === '' || found.value.at < asOf.at) asOf = { at: found.value.at, position: found.value.position };
    }
    const all = seesRows(caller);
    const told = (count: number): number | null => (all || count === 0 || count >= smallest ? count : null);
    const tallies = new Map<string, Tally & { members: number; unsure: number }>();
    for (const [registry, gap, day, outcome, n] of rows) {
      const key = `${words(registry)}\0${words(day)}`;
      const own = tallies.get(key) ?? { ...noTally(), members: 0, unsure: 0 };
      const name = words(gap) === '' ? (outcome === 'yes' ? 'members' : 'unsure') : (words(outcome) as Outcome);
      own[name] += number(n);
      tallies.set(key, own);
    }
    return ok({
      today: today(),
      ...asOf,
      registries: knowledge.registries.map(({ name, title, question, version, status, reviewer, gaps }) => ({
        name,
        title,
        question,
        version,
        status,
        reviewer,
        gaps: gaps.map((gap) => ({ id: gap.id, title: gap.title })),
        trend: days.map((day) => {
          const {
            members = 0,
            unsure = 0,
            ...tally
          } = tallies.get(`${name}\0${day}`) ?? (noTally() as Tally & { members?: number; unsure?: number });
          const small = [tally.met, tally.gap].some((count) => told(count) === null) || told(members) === null;
          return {
            day,
            members: told(members),
            unsure: told(unsure),
            ...shareOf(tally, small ? { met: true, gap: true, unknown: true, excluded: true } : {}),
          };
        }),
      })),
    });
  }

  /** Gaps of one registry today, in all and by clinic, practitioner and area. */
  async function one(caller: Caller, name: string): Promise<Result<OneRegistry>> {
    const registry = registryOf(name);
    if (!registry.ok) return registry;
    const day = today();
    const found = await counted(caller, 'population-registry', [registry.value], [day], facetsEnd);
    if (!found.ok) return found;
    const all = seesRows(caller);
    const tallies = new Map<string, Map<string, Tally>>();
    const sizes = { members: 0, unsure: 0 };
    for (const [, gap, outcome, facet, value, n] of found.value.answer.rows) {
      if (words(gap) === '') {
        if (words(facet) === '') sizes[outcome === 'yes' ? 'members' : 'unsure'] += number(n);
        continue;
      }
      const key = `${words(gap)}\0${words(facet)}`;
      const own = tallies.get(key) ?? new Map<string, Tally>();
      const tally = own.get(words(value)) ?? noTally();
      tally[words(outcome) as Outcome] += number(n);
      own.set(words(value), tally);
      tallies.set(key, own);
    }
    const by = (gap: string, facet: Facet): { value: string; share: Share }[] => {
      const own = [...(tallies.get(`${gap}\0${facet}`) ?? new Map<string, Tally>())].sort(([a], [b]) => (a < b ? -1 : 1));
      const shares = sharesOf(
        own.map(([, tally]) => tally),
        all,
      );
      return own.map(([value], i) => ({ value: facet === 'practitioner' ? idOf(value) : value, share: shares[i]! }));
    };
    const told = (count: number): number | null => (all || count === 0 || count >= smallest ? count : null);
    const { at, position } = found.value;
    return ok({
      registry: registry.value,
      today: day,
      at,
      position,
      members: told(sizes.members),
      unsure: told(sizes.unsure),
      rows: all,
      gaps: registry.value.gaps.map(({ id }) => ({
        id,
        ...sharesOf([tallies.get(`${id}\0`)?.get('') ?? noTally()], all)[0]!,
        by: Object.fromEntries(facets.map((facet) => [facet, by(id, facet)])) as Record<Facet, { value: string; share: Share }[]>,
      })),
    });
  }

  /** Prevalence by postal area, standardised by age; of the people that the areas name where they are known, else of those on record. */
  async function rates(caller: Caller, name: string): Promise<Result<Rates>> {
    const registry = registryOf(name);
    if (!registry.ok) return registry;
    const found = await counted(caller, 'population-rates', [{ ...registry.value, gaps: [] }], [today()], ratesEnd);
    if (!found.ok) return found;
    const all = seesRows(caller);
    const byArea = new Map<string, Map<string, { members: number; people: number }>>();
    for (const [area, age, members, people] of found.value.answer.rows) {
      const own = byArea.get(words(area)) ?? new Map<string, { members: number; people: number }>();
      own.set(words(age), { members: number(members), people: number(people) });
      byArea.set(words(area), own);
    }
    const list = [...byArea].sort(([a], [b]) => (a < b ? -1 : 1));
    const sum = (own: Map<string, { members: number; people: number }>, of: 'members' | 'people'): number =>
      [...own.values()].reduce((total, each) => total + each[of], 0);
    const hidden = all ? undefined : suppressed([list.map(([, own]) => sum(own, 'members'))], smallest).cells[0];
    const per = 1_000;
    return ok({
      registry: name,
      title: registry.value.title,
      today: today(),
      at: found.value.at,
      position: found.value.position,
      per,
      madeUp: areas.madeUp,
      says: areas.says,
      standard: areas.standard.name,
      rows: list.map(([area, own]) => {
        const known = areas.find(area);
        const [members, people] = [sum(own, 'members'), sum(own, 'people')];
        const kept = hidden?.[list.findIndex(([each]) => each === area)] === null;
        const population = known.people;
        // Without ages there is a number of people and nothing to standardise by.
        const total = population === undefined ? (known.population ?? null) : ageBands.reduce((all_, band) => all_ + population[band], 0);
        const strata = (peopleOf: (band: AgeBand) => number) =>
          ageBands.map((band) => ({
            cases: own.get(band)?.members ?? 0,
            people: peopleOf(band),
            standard: areas.standard.population[band],
          }));
        const scaled = (rate: ReturnType<typeof directlyStandardised>) =>
          rate === undefined || kept ? null : { value: rate.rate * per, lower: rate.lower * per, upper: rate.upper * per };
        return {
          area,
          name: known.name ?? null,
          members: kept ? null : members,
          onRecord: all || people >= smallest || people === 0 ? people : null,
          population: total,
          crude: kept || total === null || total === 0 ? null : (members / total) * per,
          standardised: population === undefined ? null : scaled(directlyStandardised(strata((band) => population[band]))),
          // Of those on record: who never came is not among them.
          ofRecord: scaled(directlyStandardised(strata((band) => own.get(band)?.people ?? 0).filter(({ people: n }) => n > 0))),
        };
      }),
    });
  }

  /** Rows of persons of one gap, open ones first, the longest due first; by the right to export. */
  async function list(caller: Caller, name: string, id: string, wish: ListWish): Promise<Result<Patients>> {
    const registry = registryOf(name);
    if (!registry.ok) return registry;
    const gap = gapOf(registry.value, id);
    if (!gap.ok) return gap;
    const { with: start, parameters } = registriesSql([registry.value], knowledge.concepts, { days: [today()], zone: timeZone, gap: id });
    const found = await tables.ask(caller, `${start}${listEnd}`, {
      detail: 'identified',
      parameters: { ...parameters, ...wish, gap: id, rows: rowsMost + 1 },
      limits: { ...limits, rows: rowsMost + 1 },
    });
    if (!found.ok)
      return /There is no table/.test(found.problem.message)
        ? fail('forbidden', 'A list of patients rests on parts of the record that this account may not export')
        : found;
    const rows = found.value.rows.slice(0, rowsMost).map(
      ([patient, mrn, family, given, born, phone, clinic, doctor, outcome, reason, last, value, due]): ListRow => ({
        patient: idOf(words(patient)),
        mrn: words(mrn),
        name: [words(family).toLocaleUpperCase(), words(given)].filter((part) => part !== '').join(', '),
        born: words(born).slice(0, 10),
        phone: words(phone),
        clinic: words(clinic),
        practitioner: idOf(words(doctor)),
        outcome: words(outcome) as Outcome,
        reason: reasonOf(gap.value, words(reason)),
        last: last === null ? null : words(last),
        value: typeof value === 'number' ? value : null,
        due: due === null ? null : words(due),
      }),
    );
    return ok({ gap: gap.value, today: today(), from: 'export', rows, more: found.value.rows.length > rowsMost });
  }

  return { today, registryOf, gapOf, overview, one, rates, list };
}
