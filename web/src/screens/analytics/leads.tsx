// Where a mark or a row leads: to the question that the drill names, or to the chart of the patient of the row.
import type { ReactNode } from 'react';
import { Go } from '../../app/go.tsx';
import type { Asked } from '../../app/router.tsx';
import type { Answer, Drill } from './api.ts';

export interface Target {
  to: string;
  asked?: Asked;
}

export function targetOf(answer: Answer, drill: Drill | undefined, row: number): Target | undefined {
  if (drill === undefined) return undefined;
  const asked: Record<string, string> = { question: drill.question };
  for (const { parameter, column } of drill.from) {
    const value = answer.rows[row]?.[answer.columns.findIndex(({ name }) => name === column)];
    if (value === null || value === undefined || typeof value === 'object') return undefined;
    asked[`p.${parameter}`] = String(value);
  }
  return { to: '/app/analytics', asked };
}

/** Only keys as the record has them lead to a chart: a pseudonym is nobody. */
export const chartOf = (answer: Answer, column: string, cell: unknown): Target | undefined =>
  answer.detail === 'identified' && column === 'patient_id' && typeof cell === 'string' && /^[A-Za-z0-9.-]{1,64}$/.test(cell)
    ? { to: `/app/chart/${cell}` }
    : undefined;

/** A mark of a drawing: a link where it leads somewhere. */
export const marked =
  (answer: Answer, drill: Drill | undefined) =>
  (row: number, words: string, mark: ReactNode): ReactNode => {
    const target = targetOf(answer, drill, row);
    return target === undefined ? (
      mark
    ) : (
      <Go to={target.to} asked={target.asked} aria-label={`${words}: what lies behind it`} className="mark">
        {mark}
      </Go>
    );
  };
