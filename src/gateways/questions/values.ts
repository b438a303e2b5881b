// The values of a question's parameters: what was given, or what is usual, as DuckDB takes them.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Parameters } from '../../warehouse/contract.ts';
import type { QuestionParameter } from './contract.ts';

/** `today` is the local day, as 2026-03-01. Names that the question does not have are refused. */
export function valuesOf(
  parameters: readonly QuestionParameter[],
  given: Readonly<Record<string, string>>,
  today: string,
): Result<Record<string, string | number>> {
  const stranger = Object.keys(given).find((name) => !parameters.some((one) => one.name === name));
  if (stranger !== undefined) {
    const known = parameters.map(({ name }) => name).join(', ');
    return fail(
      'invalid',
      `There is no parameter "${stranger.slice(0, 63)}"${known === '' ? '' : `: there are ${known}`}`,
      stranger.slice(0, 63),
    );
  }
  const values: Record<string, string | number> = {};
  for (const one of parameters) {
    const text = (Object.hasOwn(given, one.name) ? given[one.name] : undefined) ?? one.usual;
    const value = readers[one.type](text, one, today);
    if (value === undefined) return fail('invalid', `${one.label} takes ${takes[one.type](one)}`, one.name);
    values[one.name] = value;
  }
  return ok(values satisfies Parameters);
}

type Read = (text: string, parameter: QuestionParameter, today: string) => string | number | undefined;

const readers: Record<QuestionParameter['type'], Read> = {
  text: (text) => (text.length <= 1_000 && !/[\0\p{Surrogate}]/u.test(text) ? text : undefined),
  number: (text) => (/^-?\d{1,15}(\.\d{1,15})?$/.test(text) ? Number(text) : undefined),
  choice: (text, { choices }) => (choices.includes(text) ? text : undefined),
  date: (text, _parameter, today) => dayOf(text, today),
};

const takes: Record<QuestionParameter['type'], (parameter: QuestionParameter) => string> = {
  text: () => 'text of at most 1,000 letters',
  number: () => 'a number such as 12 or 0.5',
  choice: ({ choices }) => `one of ${choices.join(', ')}`,
  date: () => 'a day such as 2026-01-31, today, or -90d, -12m, -2y before it',
};

/** Undefined where it is no day. */
export function dayOf(text: string, today: string): string | undefined {
  if (text === 'today') return today;
  const [year, month, day] = today.split('-').map(Number) as [number, number, number];
  const back = /^-(\d{1,4})([dmy])$/.exec(text);
  if (back !== null) {
    const count = Number(back[1]);
    if (back[2] === 'd') return written(new Date(Date.UTC(year, month - 1, day - count)));
    const months = year * 12 + month - 1 - count * (back[2] === 'm' ? 1 : 12);
    // The last day of a shorter month.
    const last = new Date(Date.UTC(Math.floor(months / 12), (months % 12) + 1, 0)).getUTCDate();
    return written(new Date(Date.UTC(Math.floor(months / 12), months % 12, Math.min(day, last))));
  }
  if (!/^\d{4}-\d\d-\d\d$/.test(text)) return undefined;
  const date = new Date(`${text}T00:00:00Z`);
  return Number.isNaN(date.getTime()) || written(date) !== text ? undefined : text;
}

const written = (date: Date): string => date.toISOString().slice(0, 10);
