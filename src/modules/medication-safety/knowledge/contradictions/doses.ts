// Limits of dose that cannot both hold, and limits for ill kidneys and for children that are none.
import type { KnowledgeBase, Rule } from '../base.ts';
import { absolute, differ, isAbove, ratio, written } from './amounts.ts';
import { type Contradiction, contradiction } from './contract.ts';
import { grouped } from './overlap.ts';

type Limit = Rule<'dose-limits'>;
const amounts = ['single', 'daily', 'weekly', 'hourly'] as const;
const yearsIn = { years: 1, months: 1 / 12, weeks: 7 / 365.25, days: 1 / 365.25 };

export function doses(base: KnowledgeBase): Contradiction[] {
  const rows = base.all('dose-limits');
  const byDrug = grouped(rows, ({ drug }) => drug);
  return [
    ...rows.flatMap(withItself),
    ...[...byDrug.values()].flatMap((own) => own.flatMap((a, i) => own.slice(i + 1).flatMap((b) => samePatients(a, b)))),
    ...[...byDrug.values()].flatMap(childAboveAdult),
    ...rows.flatMap((row) => neverGiven(base, row)),
  ];
}

function withItself(row: Limit): Contradiction[] {
  const { single, daily, weekly, hourly, minimumHours, population, stopAt } = row;
  const wrong: string[] = [];
  if (isAbove(single, daily)) wrong.push('one dose may be more than a whole day');
  if (isAbove(daily, weekly)) wrong.push('a day may have more than its week');
  if (isAbove(single, weekly)) wrong.push('one dose may be more than a whole week');
  if (isAbove(hourly, daily)) wrong.push('an hour may have more than its day');
  if (minimumHours !== undefined && minimumHours > 24 && daily !== undefined && single !== undefined && differ(single, daily))
    wrong.push(`a day has another limit than the one dose that ${minimumHours} h allow`);
  for (const what of amounts) {
    const limit = row[what];
    if (limit !== undefined && limit.value <= 0) wrong.push(`its ${what} limit is nothing: say avoid in a precaution`);
    if (limit?.cap !== undefined && limit.per === undefined && differ(limit.cap, limit))
      wrong.push(`its ${what} limit has a cap and no body measure`);
  }
  if (population.from !== undefined && population.below !== undefined && population.from >= population.below)
    wrong.push('nobody is of that age');
  if ((population.weightFrom ?? 0) >= (population.weightBelow ?? Number.POSITIVE_INFINITY)) wrong.push('nobody has that weight');
  if (stopAt !== undefined && stopAt < 1) wrong.push('it stops below its own limit');
  return wrong.map((says) => contradiction('dose', says, row));
}

const span = ({ population }: Limit): { from: number; below: number } => {
  const scale = yearsIn[population.unit ?? 'years'];
  return { from: (population.from ?? 0) * scale, below: (population.below ?? Number.POSITIVE_INFINITY) * scale };
};
const meets = (a: { from: number; below: number }, b: { from: number; below: number }) =>
  a.from < b.below - 1e-9 && b.from < a.below - 1e-9;
const weights = ({ population }: Limit) => ({
  from: population.weightFrom ?? 0,
  below: population.weightBelow ?? Number.POSITIVE_INFINITY,
});
const reasons = ({ indication }: Limit): string => JSON.stringify([...(indication ?? [])].sort());

/** The widest of all rows that fit decides: a stricter one about the same patients and reason is never heard. */
function samePatients(a: Limit, b: Limit): Contradiction[] {
  const same =
    a.routes.some((route) => b.routes.includes(route)) &&
    meets(span(a), span(b)) &&
    meets(weights(a), weights(b)) &&
    reasons(a) === reasons(b);
  if (!same) return [];
  return amounts.flatMap((what) =>
    differ(a[what], b[what])
      ? [contradiction('dose', `${what}: ${written(a[what]!)} or ${written(b[what]!)} for the same patients`, a, b)]
      : [],
  );
}

/** A limit by weight has a cap or none; what is compared is what holds whatever the weight. */
function childAboveAdult(own: readonly Limit[]): Contradiction[] {
  const adults = own.filter((row) => span(row).from >= 17 && span(row).below > 18);
  const children = own.filter((row) => span(row).below <= 18.001);
  return children.flatMap((child) => {
    const comparable = adults.filter(
      (adult) =>
        adult.routes.some((route) => child.routes.includes(route)) && (reasons(adult) === reasons(child) || child.indication === undefined),
    );
    return amounts.flatMap((what) => {
      const [mostChild, mostAdults] = [absolute(child[what]), comparable.map((adult) => absolute(adult[what]))];
      if (mostAdults.length === 0 || !mostAdults.every((most) => isAbove(mostChild, most))) return [];
      const times = ratio(mostChild, mostAdults[0])!;
      return [
        contradiction('child', `${what}: ${written(mostChild!)}, ${times.toFixed(2)} times what an adult may have`, child, comparable[0]!),
      ];
    });
  });
}

function neverGiven(base: KnowledgeBase, row: Limit): Contradiction[] {
  const given = base.ingredients.get(row.drug)?.routes ?? [];
  if (row.routes.some((route) => given.includes(route))) return [];
  return [
    contradiction(
      'route',
      `${row.routes.join(', ')}: ${base.title(row.drug)} is given ${given.join(', ')}`,
      row,
      base.ingredients.get(row.drug)!,
    ),
  ];
}
