// What the server says of outcomes, and how it is asked.
import type {
  ExpectedAnswer,
  Funnel,
  IndicatorList,
  Listed,
  OneIndicator,
  OutcomeNote,
  QualityAnswer,
  QualityRows,
  RowsBehind,
  SignalsAnswer,
} from '../../../../src/gateways/outcomes/answers.ts';
import type { GroupExpected } from '../../../../src/gateways/outcomes/expected.ts';
import type { DrawnChart, DrawnPoint } from '../../../../src/gateways/outcomes/indicator-chart.ts';
import type { Condition, Indicator, Linked } from '../../../../src/methods/indicators/contract.ts';
import { ask } from '../../api/http.ts';

export type {
  Condition,
  DrawnPoint,
  ExpectedAnswer,
  Funnel,
  GroupExpected,
  Indicator,
  Linked,
  Listed,
  OneIndicator,
  OutcomeNote,
  QualityAnswer,
  SignalsAnswer,
};
export type Direction = Indicator['direction'];
export type Meaning = DrawnChart['now']['meaning'];

type Query = Readonly<Record<string, string | undefined>>;
const withQuery = (path: string, query: Query): string => {
  const entries = Object.entries(query).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return entries.length === 0 ? path : `${path}?${new URLSearchParams(entries)}`;
};
const base = (name: string): string => `/outcomes/indicators/${encodeURIComponent(name)}`;

export const indicators = () => ask<IndicatorList>('/outcomes/indicators');
export const oneIndicator = (name: string, query: Query) => ask<OneIndicator>(withQuery(base(name), query));
export const funnelOf = (name: string, query: Query) => ask<Funnel>(withQuery(`${base(name)}/funnel`, query));
export const rowsBehind = (name: string, query: Query) => ask<RowsBehind>(withQuery(`${base(name)}/rows`, query));
export const expectedOf = (query: Query) => ask<ExpectedAnswer>(withQuery('/outcomes/expected', query));
export const signalsOf = (query: Query) => ask<SignalsAnswer>(withQuery('/outcomes/signals', query));
export const quality = () => ask<QualityAnswer>('/outcomes/data-quality');
export const qualityRows = (check: string) => ask<QualityRows>(`/outcomes/data-quality/${encodeURIComponent(check)}/rows`);
export const addNote = (note: { indicator: string; ward?: string; day: string; words: string; phase: boolean }) =>
  ask<{ id: string }>('/outcomes/notes', { method: 'POST', body: note });
export const endNote = (id: string) => ask(`/outcomes/notes/${id}/end`, { method: 'POST', body: {} });
