// The definition of an indicator in sentences, made from the file that it is computed by: what is said is what is counted.
import type { Condition, Indicator, Linked } from './api.ts';

const plain = (name: string): string => name.replaceAll('_', ' ');

function conditionWords(condition: Condition): string {
  const parts: string[] = [];
  if (condition.in !== undefined) parts.push(`is ${condition.in.join(', ')}`);
  if (condition.notIn !== undefined) parts.push(`is not ${condition.notIn.join(', ')}`);
  if (condition.startsWith !== undefined) parts.push(`begins with ${condition.startsWith.join(', ')}`);
  if (condition.atLeast !== undefined) parts.push(`is at least ${condition.atLeast}`);
  if (condition.atMost !== undefined) parts.push(`is at most ${condition.atMost}`);
  if (condition.below !== undefined) parts.push(`is below ${condition.below}`);
  if (condition.known !== undefined) parts.push(condition.known ? 'is known' : 'is not known');
  const after = condition.hoursAfter;
  if (after !== undefined) parts.push(`is ${hours(after.atLeast, after.atMost)} after ${plain(after.column)}`);
  return `${plain(condition.column)} ${parts.join(' and ')}`;
}

function hours(least?: number, most?: number): string {
  const words = (n: number): string => (n % 24 === 0 && n >= 48 ? `${n / 24} days` : `${n} hours`);
  if (most === undefined) return least === undefined || least === 0 ? 'any time' : `at least ${words(least)}`;
  return least === undefined || least === 0 ? `within ${words(most)}` : `${words(least)} to ${words(most)}`;
}

const where = (conditions: readonly Condition[] | undefined): string =>
  conditions === undefined || conditions.length === 0 ? '' : ` whose ${conditions.map(conditionWords).join(', and whose ')}`;
const linkedWords = (linked: Linked): string =>
  `${plain(linked.view)}${where(linked.where)}, ${hours(linked.hoursAtLeast, linked.hoursAtMost)} after ${plain(linked.from)}`;

export interface DefinitionWords {
  denominator: string;
  numerator: string;
}

export function definitionWords({ denominator, numerator, events, time, per }: Indicator): DefinitionWords {
  const rows = `${plain(denominator.view)}${where(denominator.where)}${denominator.with === undefined ? '' : `, with ${linkedWords(denominator.with)}`}${
    denominator.without === undefined ? '' : `, without ${linkedWords(denominator.without)}`
  }`;
  const of =
    denominator.daysUntil === undefined ? rows : `days from ${plain(denominator.month)} to ${plain(denominator.daysUntil)} of ${rows}`;
  if (time !== undefined) {
    const to = time.first === undefined ? plain(time.to ?? '') : `the first of ${linkedWords(time.first)}`;
    return { denominator: of, numerator: `${time.statistic.replaceAll('-', ' ')} of the ${time.unit} from ${plain(time.from)} to ${to}` };
  }
  if (events !== undefined) return { denominator: of, numerator: `${plain(events.view)}${where(events.where)}, per ${per ?? 1}` };
  const own = where(numerator?.where);
  const linked = numerator?.linked === undefined ? '' : `${own === '' ? ' ' : ', and '}that have ${linkedWords(numerator.linked)}`;
  return { denominator: of, numerator: `those of them${own}${linked}, per ${per ?? 1}` };
}
