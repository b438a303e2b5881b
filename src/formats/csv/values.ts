// The text of a cell as the value of an element: numbers with their digits, dates in the form that the column declares, codes by
// the column's map. What is wrong is told without the text itself, which may be a patient's.

import type { Decimal } from '../../fhir/decimal.ts';
import { readNumber } from '../../fhir/json-number.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type DateType, dateReader, formFault } from './dates.ts';
import type { CsvColumn } from './mapping.ts';
import type { Target } from './target.ts';

export interface ReadValue {
  value: string | number | boolean | Decimal;
  /** Said beside it in its parent (a comparator). */
  beside?: Record<string, string>;
}
export type ReadCell = (text: string, zone: string) => Result<ReadValue>;

const dates = ['date', 'dateTime', 'instant', 'time'];
const numbers = ['decimal', 'integer', 'positiveInt', 'unsignedInt'];
const no = (says: string): Result<never> => fail('invalid', says);

export function readerOf(target: Target, column: CsvColumn): Result<ReadCell> {
  const { primitive } = target;
  const misplaced = (where: string, says: string): Result<never> => fail('invalid', says, where);
  if (primitive === 'Reference') return misplaced('to', 'is a reference: say in "constants" to which resource of the row');
  if (primitive === 'xhtml' || primitive === 'base64Binary') return misplaced('to', `leads to ${primitive}, which no column says`);
  const isDate = dates.includes(primitive);
  if (column.date !== undefined) {
    const fault = isDate ? formFault(column.date, primitive as DateType) : `is for dates, and this element is a ${primitive}`;
    if (fault !== undefined) return misplaced('date', fault);
  }
  if (column.decimal !== undefined && !numbers.includes(primitive))
    return misplaced('decimal', `is for numbers, and this element is a ${primitive}`);
  const plain = plainReader(target, column);
  const mapped: ReadCell = (text, zone) => {
    if (column.map === undefined) return plain(text, zone);
    const meant = Object.hasOwn(column.map, text) ? column.map[text] : column.otherwise;
    return meant === undefined ? no('says something that its "map" does not name; add it there, or say "otherwise"') : plain(meant, zone);
  };
  for (const [from, meant] of [
    ...Object.entries(column.map ?? {}),
    ...(column.otherwise === undefined ? [] : [['', column.otherwise] as const]),
  ]) {
    const read = plain(meant, 'UTC');
    const fault = read.ok ? target.check(read.value.value) : read.problem.message;
    if (fault !== undefined) return misplaced(from === '' ? 'otherwise' : `map.${from}`, fault);
  }
  return ok((text, zone) => {
    const read = mapped(text, zone);
    if (!read.ok) return read;
    const fault = target.check(read.value.value);
    return fault === undefined ? read : no(`cannot be a ${primitive}: ${fault}`);
  });
}

function plainReader(target: Target, column: CsvColumn): ReadCell {
  const { primitive } = target;
  if (dates.includes(primitive)) {
    const read = dateReader(column.date, primitive as DateType);
    const form = column.date ?? (primitive === 'time' ? 'HH:mm:ss' : 'YYYY-MM-DD, with THH:mm:ss where a time is meant');
    return (text, zone) => {
      const date = read(text, zone);
      return date === undefined ? no(`is no date of the calendar in the form ${form}`) : ok({ value: date });
    };
  }
  if (numbers.includes(primitive)) return numberReader(target, column.decimal ?? '.');
  if (primitive === 'boolean')
    return (text) => {
      const word = text.toLowerCase();
      return word === 'true' || word === 'false'
        ? ok({ value: word === 'true' })
        : no('is neither true nor false; say with "map" what its texts mean');
    };
  return (text) => ok({ value: text });
}

function numberReader({ primitive, datatype }: Target, mark: ',' | '.'): ReadCell {
  const other = mark === '.' ? ',' : '.';
  const compares = datatype !== undefined && primitive === 'decimal';
  return (text) => {
    const [, comparator, written = ''] = /^(<=|>=|<|>)?\s*(.*)$/su.exec(text) ?? [];
    if (comparator !== undefined && !compares) return no('is no number');
    if (written.includes(other))
      return no(
        `has a "${other}", and its numbers are declared with "${mark}" for decimals and nothing between thousands; say "decimal": "${other}" where it marks decimals`,
      );
    const digits = written
      .replace(mark, '.')
      .replace(/^\+/, '')
      .replace(/^(-?)0+(?=\d)/, '$1');
    const read = readNumber(digits, 0);
    if (read.value === undefined || read.end !== digits.length) return no('is no number');
    return ok({ value: read.value, ...(comparator === undefined ? {} : { beside: { comparator } }) });
  };
}
