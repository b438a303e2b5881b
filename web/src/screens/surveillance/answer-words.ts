// Words for what public health answers, as a nurse would say them: codes of the guide and units of UCUM are for machines.
import type { Answered } from './api.ts';

type Condition = Answered['conditions'][number];
type Determination = Condition['determination'];

/** Beside the words, in the order of how much they ask for. */
export const answeredMarks = { reportable: '▲', 'may be reportable': '?', 'no rule met': '–', 'not reportable': '✓' } as const;
const pressing: readonly Determination[] = ['reportable', 'may be reportable', null, 'no rule met', 'not reportable'];

/** What stands before and behind the name of the agency. */
const words: Record<NonNullable<Determination> | 'unsaid', { of: [before: string, after: string]; alone: string }> = {
  reportable: { of: ['reportable to ', ''], alone: 'reportable' },
  'may be reportable': { of: ['may be reportable to ', ''], alone: 'may be reportable' },
  'not reportable': { of: ['not reportable to ', ''], alone: 'not reportable' },
  'no rule met': { of: ['no rule of ', ' asks for it'], alone: 'no rule asks for it' },
  unsaid: { of: ['', ' does not say whether it is reportable'], alone: 'it is not said whether it is reportable' },
};
export function answeredWords(determination: Determination, named: boolean): [before: string, after: string] {
  const { of, alone } = words[determination ?? 'unsaid'];
  return named ? of : [alone, ''];
}

export const mostPressing = (conditions: readonly Condition[]): Condition[] =>
  [...conditions].sort((a, b) => pressing.indexOf(a.determination) - pressing.indexOf(b.determination));

const units: Readonly<Record<string, string>> = { min: 'minute', h: 'hour', d: 'day', wk: 'week', mo: 'month', a: 'year' };
/** `24 h` as “24 hours”; what is no such time as it is written. */
export function withinWords(within: string): string {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?) ([a-z]+)$/.exec(within) ?? [];
  const word = Object.hasOwn(units, unit) ? units[unit] : undefined;
  return word === undefined ? within : `${number} ${word}${number === '1' ? '' : 's'}`;
}

/** Where a link leads, so that nobody goes somewhere unawares. */
export const hostOf = (link: string): string => (URL.canParse(link) ? new URL(link).host : link.slice(0, 60));
