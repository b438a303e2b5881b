// What somebody types to find a patient: a date of birth, a number, or names in any order. One field, because nobody on a ward fills
// in forms to find somebody.
import type { Criteria } from '../api/fhir.ts';

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** A date as it is written by people: 14-Jul-1945, 1945-07-14, 14.7.1945, 14/07/1945 (day first). Undefined: it is no date. */
export function dateOf(text: string): string | undefined {
  const named = /^(\d{1,2})[-. /]([a-z]{3})[a-z]*[-. /](\d{4})$/i.exec(text);
  const numbered = /^(\d{1,2})[-./](\d{1,2})[-./](\d{4})$/.exec(text);
  const [year, month, day] =
    named !== null
      ? [named[3], months.indexOf((named[2] ?? '').toLowerCase()) + 1, named[1]]
      : numbered !== null
        ? [numbered[3], Number(numbered[2]), numbered[1]]
        : [/^(\d{4})-(\d{2})-(\d{2})$/.exec(text)?.[1], Number(text.slice(5, 7)), text.slice(8, 10)];
  if (year === undefined || month < 1 || month > 12 || Number(day) < 1 || Number(day) > 31) return undefined;
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** Undefined: too little to search for. */
export function patientCriteria(text: string): Criteria | undefined {
  const parts = text.split(/[\s,]+/).filter((part) => part !== '');
  const born = parts.map(dateOf).find((date) => date !== undefined);
  const others = parts.filter((part) => dateOf(part) === undefined);
  const numbers = others.filter((part) => /\d/.test(part) && /^[\w./-]{3,}$/.test(part));
  const names = others.filter((part) => !numbers.includes(part) && part.length >= 2);
  if (born === undefined && numbers.length === 0 && names.length === 0) return undefined;
  return {
    ...(born === undefined ? {} : { birthdate: born }),
    ...(numbers[0] === undefined ? {} : { identifier: numbers[0] }),
    ...(names.length === 0 ? {} : { name: names.map(escaped) }),
  };
}

/** A comma and a dollar sign mean something in a search. */
const escaped = (text: string): string => text.replace(/[\\,$|]/g, '\\$&');
