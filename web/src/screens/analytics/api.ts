// What the server says of tables, questions and dashboards, and how it is asked.
import { ask } from '../../api/http.ts';

export const details = ['de-identified', 'limited', 'identified'] as const;
export type Detail = (typeof details)[number];
export const detailWords: Readonly<Record<Detail, string>> = {
  'de-identified': 'De-identified: no names, numbers or texts, of days the year',
  limited: 'Limited: no names, numbers or texts; days and areas as they are',
  identified: 'Identified: everything as it is',
};

export const chartKinds = ['number', 'line', 'area', 'bar', 'stacked', 'scatter', 'heat', 'table'] as const;
export interface ChartWish {
  kind: (typeof chartKinds)[number];
  x?: string;
  y?: string;
  series?: string;
  unit?: string;
}

export interface Parameter {
  name: string;
  type: 'text' | 'number' | 'date' | 'choice';
  usual: string;
  label: string;
  choices: string[];
}

export interface Drill {
  question: string;
  from: { parameter: string; column: string }[];
}

interface Kept {
  name: string;
  site: boolean;
  version: string;
  problem?: string;
}

/** Where the file has a mistake, `problem` says it and the rest is absent. */
export interface Question extends Kept {
  title?: string;
  description?: string;
  detail?: Detail;
  summary?: boolean;
  parameters?: Parameter[];
  chart?: ChartWish;
  drill?: Drill;
  sql?: string;
  /** Of the audit trail or messages, which few may ask: names of those tables. */
  journals?: string[];
  /** Where one was asked for. */
  text?: string;
}

export interface Tile {
  question: string;
  title?: string;
  chart?: ChartWish;
  width: number;
  parameters: Record<string, string>;
}

export interface Dashboard extends Kept {
  title?: string;
  description?: string;
  audience?: string;
  tiles?: Tile[];
  text?: string;
}

export type Cell = string | number | boolean | null | Cell[] | { [name: string]: Cell };

export interface Answer {
  columns: { name: string; type: string }[];
  rows: Cell[][];
  cut: boolean;
  detail: Detail;
  position: string | null;
  asOf: string;
  milliseconds: number;
  parameters?: Record<string, string | number>;
}

export interface Table {
  name: string;
  title: string;
  description: string;
  columns: { name: string; type: string; description: string; identifies?: string }[];
}

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
export const allTables = (): Promise<Table[]> => ask<{ tables: Table[] }>('/analytics/tables').then(({ tables }) => tables);
/** Where the tables are asked by PostgreSQL's protocol too; null: nowhere. */
export const sqlPort = (): Promise<number | null> => ask<{ sqlPort?: number }>('/analytics/tables').then((told) => told.sqlPort ?? null);
/** Ends the caller's own query of that id. */
export const stopQuery = (id: string): Promise<void> => ask<void>(`/analytics/query/${encodeURIComponent(id)}`, { method: 'DELETE' });
/** Asks a text as it stands, before it is kept, with the caller's own rights. */
export const tryQuestion = (name: string, text: string, parameters: Record<string, string>, signal?: AbortSignal): Promise<Answer> =>
  ask<Answer>(`${at('questions', name)}/try`, { method: 'POST', body: { text, parameters }, ...(signal === undefined ? {} : { signal }) });
