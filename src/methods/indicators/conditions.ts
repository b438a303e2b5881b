// Whether a row fulfils the conditions of an indicator.
import type { Cell, Condition, Row } from './contract.ts';

/** ISO 8601 text as ms; NaN for everything else. */
export const momentIn = (cell: Cell): number =>
  typeof cell === 'string' ? Date.parse(cell) : typeof cell === 'number' ? cell : Number.NaN;
export const hourMs = 3_600_000;

const within = (value: number, { atLeast, atMost, below }: { atLeast?: number; atMost?: number; below?: number }): boolean =>
  !Number.isNaN(value) && value >= (atLeast ?? -Infinity) && value <= (atMost ?? Infinity) && value < (below ?? Infinity);

function holds(row: Row, condition: Condition): boolean {
  const cell = row[condition.column];
  const missing = cell === null || cell === undefined || cell === '';
  if (condition.known !== undefined && condition.known === missing) return false;
  if (missing) return !['in', 'startsWith', 'atLeast', 'atMost', 'below', 'hoursAfter'].some((each) => Object.hasOwn(condition, each));
  const { startsWith, hoursAfter } = condition;
  if (condition.in !== undefined && !condition.in.includes(cell)) return false;
  if (condition.notIn?.includes(cell) === true) return false;
  if (startsWith !== undefined && !startsWith.some((start) => String(cell).startsWith(start))) return false;
  if (condition.atLeast !== undefined || condition.atMost !== undefined || condition.below !== undefined)
    if (!within(Number(cell), condition)) return false;
  return hoursAfter === undefined || within((momentIn(cell) - momentIn(row[hoursAfter.column])) / hourMs, hoursAfter);
}

export const fulfils = (row: Row, conditions: readonly Condition[] = []): boolean => conditions.every((each) => holds(row, each));

/** Columns that conditions read. */
export const columnsIn = (conditions: readonly Condition[] = []): string[] =>
  conditions.flatMap(({ column, hoursAfter }) => [column, ...(hoursAfter === undefined ? [] : [hoursAfter.column])]);
