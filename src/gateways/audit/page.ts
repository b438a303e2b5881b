// A page of the audit trail as it goes out: each row with the codes that were kept and what they mean in words.
import type { TrailPage, TrailRow } from '../../record/contract.ts';
import { actionWords, outcomeWords, purposeWords } from './words.ts';

/** One row as JSON. `resource`: `Patient/123`, or the type alone where no single one was meant. */
export interface ShownRow {
  when: string;
  who: string;
  account: string;
  role: string;
  purpose: string;
  purposeText: string;
  from: string;
  action: string;
  actionText: string;
  resource?: string;
  patients: string[];
  morePatients?: true;
  outcome: number;
  outcomeText: string;
  query?: string;
  request: string;
}

export interface ShownPage {
  rows: ShownRow[];
  next?: string;
}

export const shownPage = ({ rows, next }: TrailPage): ShownPage => ({ rows: rows.map(shownRow), ...(next === undefined ? {} : { next }) });

const shownRow = ({ at, purpose, action, type, id, morePatients, outcome, patients, query, ...row }: TrailRow): ShownRow => ({
  when: at.toISOString(),
  who: row.who,
  account: row.account,
  role: row.role,
  purpose,
  purposeText: purposeWords(purpose),
  from: row.from,
  action,
  actionText: actionWords[action] ?? action,
  ...(type === undefined ? {} : { resource: id === undefined ? type : `${type}/${id}` }),
  patients,
  ...(morePatients ? { morePatients } : {}),
  outcome,
  outcomeText: outcomeWords(outcome),
  ...(query === undefined || query === '' ? {} : { query }),
  request: row.request,
});
