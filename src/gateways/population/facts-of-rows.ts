// Facts of one person from the rows that the views give of their resources: what facts-sql.ts says of all people, in memory.

import { Decimal } from '../../fhir/decimal.ts';
import type { Fact, FactKind } from '../../methods/care-gaps/contract.ts';
import type { Cell, Row } from '../../warehouse/contract.ts';

type DayOf = (moment: string) => string | null;
const text = (cell: Cell | undefined): string => (typeof cell === 'string' ? cell : '');
const number = (cell: Cell | undefined): number | null =>
  typeof cell === 'number' ? cell : cell instanceof Decimal ? Number(cell.toString()) : null;
const words = (...cells: (Cell | undefined)[]): string =>
  cells
    .map(text)
    .filter((each) => each !== '')
    .join(' ');
/** The first that is known. */
const first = (...cells: (Cell | undefined)[]): string => cells.map(text).find((each) => each !== '') ?? '';

type Part = Partial<Fact> & { at: string };
type Reading = (row: Row, dayOf: DayOf) => Part | undefined;
const coded = (row: Row): Partial<Fact> => ({
  system: text(row['code_system']),
  code: text(row['code_code']),
  words: words(row['code_display'], row['code_text']),
});
const isDone = (row: Row): boolean => ['final', 'amended', 'corrected'].includes(text(row['status']));
const isCertain = (row: Row, ...doubts: string[]): boolean =>
  !['entered-in-error', 'refuted', ...doubts].includes(text(row['verification_status']));
const measured = (row: Row): Partial<Fact> => ({
  ...coded(row),
  value: number(row['value']) ?? number(row['value_integer']),
  unit: first(row['unit'], row['unit_text']),
  comparator: text(row['comparator']),
});
const known = ['onset', 'recorded', 'last_updated'];

const readings: Readonly<Record<string, { kind: FactKind; read: Reading }>> = {
  conditions: {
    kind: 'condition',
    read: (row, dayOf) =>
      isCertain(row, 'differential')
        ? {
            ...coded(row),
            at: first(...known.map((name) => row[name])),
            until: dayOf(text(row['abatement'])),
            live: ['', 'active', 'recurrence', 'relapse'].includes(text(row['clinical_status'])),
          }
        : undefined,
  },
  medication_requests: {
    kind: 'medication',
    read: (row) =>
      ['active', 'on-hold', 'completed', 'stopped'].includes(text(row['status'])) && !['proposal', 'option'].includes(text(row['intent']))
        ? {
            system: text(row['medication_system']),
            code: text(row['medication_code']),
            words: words(row['medication_display'], row['medication_text']),
            at: first(row['authored'], row['last_updated']),
            live: ['active', 'on-hold'].includes(text(row['status'])),
          }
        : undefined,
  },
  observations: {
    kind: 'observation',
    read: (row) => (isDone(row) ? { ...measured(row), at: first(row['effective'], row['effective_start'], row['issued']) } : undefined),
  },
  observation_components: {
    kind: 'observation',
    read: (row) => (isDone(row) ? { ...measured(row), at: text(row['effective']) } : undefined),
  },
  diagnostic_reports: {
    kind: 'report',
    read: (row) => (isDone(row) ? { ...coded(row), at: first(row['effective'], row['effective_start'], row['issued']) } : undefined),
  },
  procedures: {
    kind: 'procedure',
    read: (row) => (row['status'] === 'completed' ? { ...coded(row), at: first(row['performed_start'], row['performed']) } : undefined),
  },
  immunizations: {
    kind: 'immunization',
    read: (row) =>
      row['status'] === 'completed'
        ? {
            system: text(row['vaccine_system']),
            code: text(row['vaccine_code']),
            words: words(row['vaccine_display'], row['vaccine_text']),
            at: text(row['occurred']),
          }
        : undefined,
  },
  allergies: {
    kind: 'allergy',
    read: (row) =>
      isCertain(row) && ['', 'active'].includes(text(row['clinical_status']))
        ? { ...coded(row), at: first(...known.map((name) => row[name])) }
        : undefined,
  },
  encounters: {
    kind: 'visit',
    read: (row) =>
      ['', 'planned', 'cancelled', 'entered-in-error'].includes(text(row['status']))
        ? undefined
        : {
            system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
            code: text(row['class']),
            words: words(row['type_display'], row['type_text']),
            at: text(row['start']),
          },
  },
};

/** Views that facts are read from. */
export const factViews: readonly string[] = Object.keys(readings);

export function factsOfRows(view: string, rows: readonly Row[], dayOf: DayOf): Fact[] {
  if (!Object.hasOwn(readings, view)) return [];
  const { kind, read } = readings[view]!;
  return rows.flatMap((row) => {
    const found = read(row, dayOf);
    if (found === undefined) return [];
    const { at, ...fact } = found;
    const day = dayOf(at);
    if (day === null) return [];
    return [{ kind, system: '', code: '', words: '', until: null, live: true, value: null, unit: '', comparator: '', ...fact, day }];
  });
}
