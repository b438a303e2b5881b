// What the server says of tables, questions and dashboards, and how it is asked.
import type { Answered, TablesAnswer } from '../../../../src/gateways/analytics/answers.ts';
import type { Ran, ShownFile } from '../../../../src/gateways/questions/answers.ts';
import type {
  ChartWish,
  Dashboard as DashboardFile,
  Drill,
  QuestionParameter as Parameter,
  Question as QuestionFile,
  Tile,
} from '../../../../src/gateways/questions/contract.ts';
import type { AnswerCell as Cell, Detail, TableWords as Table } from '../../../../src/warehouse/contract.ts';
import { ask } from '../../api/http.ts';

export type { Cell, ChartWish, Detail, Drill, Parameter, Table, Tile };
export type Question = ShownFile<QuestionFile>;
export type Dashboard = ShownFile<DashboardFile>;
/** Of a question that is kept, with the values that were used, or of SQL. */
export type Answer = Omit<Answered, 'position'> & Pick<Ran, 'position'> & Partial<Pick<Ran, 'parameters'>>;

export const details = ['de-identified', 'limited', 'identified'] as const satisfies readonly Detail[];
export const detailWords: Readonly<Record<Detail, string>> = {
  'de-identified': 'De-identified: no names, numbers or texts, of days the year',
  limited: 'Limited: no names, numbers or texts; days and areas as they are',
  identified: 'Identified: everything as it is',
};

export const chartKinds = [
  'number',
  'line',
  'area',
  'bar',
  'stacked',
  'scatter',
  'heat',
  'table',
] as const satisfies readonly ChartWish['kind'][];

const at = (of: 'questions' | 'dashboards', name: string): string => `/analytics/${of}/${encodeURIComponent(name)}`;

export const allQuestions = (): Promise<Question[]> =>
  ask<{ questions: Question[] }>('/analytics/questions').then(({ questions }) => questions);
export const allDashboards = (): Promise<Dashboard[]> =>
  ask<{ dashboards: Dashboard[] }>('/analytics/dashboards').then(({ dashboards }) => dashboards);
export const oneQuestion = (name: string): Promise<Question> => ask<Question>(at('questions', name));
export const oneDashboard = (name: string): Promise<Dashboard> => ask<Dashboard>(at('dashboards', name));
export const keepQuestion = (name: string, text: string, version?: string): Promise<Question> =>
  ask<Question>(at('questions', name), { method: 'PUT', body: version === undefined ? { text } : { text, version } });
export const keepDashboard = (name: string, text: string, version?: string): Promise<Dashboard> =>
  ask<Dashboard>(at('dashboards', name), { method: 'PUT', body: version === undefined ? { text } : { text, version } });
export const removeKept = (of: 'questions' | 'dashboards', name: string, version: string): Promise<void> =>
  ask<void>(`${at(of, name)}?version=${encodeURIComponent(version)}`, { method: 'DELETE' });

export const runQuestion = (name: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<Answer> =>
  ask<Answer>(`${at('questions', name)}/run`, { method: 'POST', body: { parameters }, ...(signal === undefined ? {} : { signal }) });

export interface Query {
  sql: string;
  detail: Detail;
  /** By which it can be stopped. */
  id?: string;
  parameters?: Record<string, string | number>;
}

export const runQuery = (query: Query, signal?: AbortSignal): Promise<Answer> =>
  ask<Answer>('/analytics/query', { method: 'POST', body: query, ...(signal === undefined ? {} : { signal }) });
export const allTables = (): Promise<Table[]> => ask<TablesAnswer>('/analytics/tables').then(({ tables }) => tables);
/** Where the tables are asked by PostgreSQL's protocol too; null: nowhere. */
export const sqlPort = (): Promise<number | null> => ask<TablesAnswer>('/analytics/tables').then((told) => told.sqlPort ?? null);
/** Ends the caller's own query of that id. */
export const stopQuery = (id: string): Promise<void> => ask<void>(`/analytics/query/${encodeURIComponent(id)}`, { method: 'DELETE' });
/** Asks a text as it stands, before it is kept, with the caller's own rights. */
export const tryQuestion = (name: string, text: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<Answer> =>
  ask<Answer>(`${at('questions', name)}/try`, { method: 'POST', body: { text, parameters }, ...(signal === undefined ? {} : { signal }) });
