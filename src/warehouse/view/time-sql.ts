// Dates and times as FHIRPath compares and bounds them, in SQL for DuckDB: by the precision in which they are written
// (http://hl7.org/fhirpath/N1/#datetime-equality, http://hl7.org/fhirpath/#boundary-functions).
import type { Comparison } from './term.ts';

const zoned = (text: string): string => `regexp_matches(${text}, '(Z|[+-][0-9][0-9]:[0-9][0-9])$')`;
const timed = (text: string): string => `contains(${text}, ':')`;

/** Null where the two are not equally precise and do not differ in what both say. */
export function momentSql(a: string, b: string, operator: Comparison): string {
  const sign = operator === '!=' ? '<>' : operator;
  const equal = operator === '=' || operator === '<=' || operator === '>=';
  const cast = (type: string): string => `try_cast(${a} as ${type}) ${sign} try_cast(${b} as ${type})`;
  const shared = `least(length(${a}), length(${b}), 10)`;
  return `(case when ${a} = ${b} then ${equal}
    when ${timed(a)} and ${timed(b)} and contains(${a}, '-') and contains(${b}, '-') then case
      when ${zoned(a)} and ${zoned(b)} then ${cast('TIMESTAMPTZ')}
      when not ${zoned(a)} and not ${zoned(b)} then ${cast('TIMESTAMP')}
      when abs(epoch(try_cast(${a} as TIMESTAMPTZ)) - epoch(try_cast(${b} as TIMESTAMPTZ))) > 97200 then ${cast('TIMESTAMPTZ')} end
    when ${timed(a)} and ${timed(b)} then ${cast('TIME')}
    when left(${a}, ${shared}) <> left(${b}, ${shared}) or (length(${a}) = length(${b}) and not ${timed(a)}) then left(${a}, ${shared}) ${sign} left(${b}, ${shared})
    end)`;
}

const decimals: Record<'low' | 'high', string> = { low: '-', high: '+' };

/** `text`: SQL of the value as it is written. */
export function boundarySql(text: string, side: 'low' | 'high', system: string): string {
  const low = side === 'low';
  const fraction = low ? '.000' : '.999';
  const zone = low ? '+14:00' : '-12:00';
  const day = `case length(${text})
      when 4 then ${text} || '${low ? '-01-01' : '-12-31'}'
      when 7 then ${low ? `${text} || '-01'` : `strftime(last_day(cast(${text} || '-01' as DATE)), '%Y-%m-%d')`}
      else ${text} end`;
  const seconds = (value: string): string => `${value} || case when contains(${value}, '.') then '' else '${fraction}' end`;
  switch (system) {
    case 'Date':
      return `(${day})`;
    case 'Time':
      return `(${seconds(text)})`;
    case 'DateTime': {
      const bare = `regexp_replace(${text}, '(Z|[+-][0-9][0-9]:[0-9][0-9])$', '')`;
      const given = `regexp_extract(${text}, 'T.*?(Z|[+-][0-9][0-9]:[0-9][0-9])$', 1)`;
      return `(case when contains(${text}, 'T') then ${seconds(bare)} || case when ${given} = '' then '${zone}' else ${given} end
        else ${day} || '${low ? 'T00:00:00.000' : 'T23:59:59.999'}${zone}' end)`;
    }
    default:
      return `round(cast(${text} as DOUBLE) ${decimals[side]} 0.5 * pow(10, -length(split_part(${text}, '.', 2))), 8)`;
  }
}
