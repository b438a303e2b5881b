// What the server says of reports, and how it is asked.
import { ask } from '../../api/http.ts';

export interface Schedule {
  every: 'day' | 'week' | 'month';
  on?: string | number;
  at: string;
}

export interface Run {
  id: string;
  due: string;
  byHand: boolean;
  by: string;
  state: 'waiting' | 'done' | 'failed';
  outcome: string | null;
  files: { name: string; type: 'pdf' | 'csv'; bytes: number }[];
  ended: string | null;
  /** Its files may be taken. */
  open: boolean;
}

/** Who is told by e-mail, and what became of that. */
export interface Letter {
  address: string;
  state: 'waiting' | 'sending' | 'sent' | 'refused' | 'failed' | 'unknown';
  says: string | null;
  at: string;
}

/** Where the file has a mistake, `problem` says it and the rest is absent. */
export interface Report {
  name: string;
  site: boolean;
  version: string;
  problem?: string;
  title?: string;
  description?: string;
  subject?: { kind: 'dashboard' | 'question'; name: string } | { kind: 'blocks' };
  schedule?: Schedule;
  formats?: string[];
  keep?: number;
  mail?: { to: string[]; attach: boolean };
  /** With whose rights it runs; not current: the text is not the one that was kept. */
  keeper: { name: string; at: string; current: boolean } | null;
  next: string | null;
}
export interface ListedReport extends Report {
  last: Run | null;
}
export interface WholeReport extends Report {
  text: string;
  timeZone: string;
  /** The site sends e-mail. */
  mailed: boolean;
  runs: (Run & { mail: Letter[] })[];
}

const at = (name: string): string => `/analytics/reports/${encodeURIComponent(name)}`;

export const allReports = (): Promise<{ reports: ListedReport[]; timeZone: string; mailed: boolean }> => ask('/analytics/reports');
export const oneReport = (name: string): Promise<WholeReport> => ask(at(name));
export const keepReport = (name: string, text: string, version?: string): Promise<Report> =>
  ask(at(name), { method: 'PUT', body: version === undefined ? { text } : { text, version } });
export const removeReport = (name: string, version: string): Promise<void> =>
  ask(`${at(name)}?version=${encodeURIComponent(version)}`, { method: 'DELETE' });
export const makeReport = (name: string): Promise<Run> => ask(`${at(name)}/run`, { method: 'POST', body: {} });
export const tellAgain = (name: string, run: string, address: string): Promise<unknown> =>
  ask(`${at(name)}/runs/${encodeURIComponent(run)}/mail`, { method: 'POST', body: { address } });
export const fileAddress = (name: string, run: string, file: string): string => `${at(name)}/runs/${run}/${encodeURIComponent(file)}`;

/** A dashboard or question as PDF, with the parameters that are set. */
export const pdfAddress = (of: 'dashboards' | 'questions', name: string, given: Readonly<Record<string, string>>): string => {
  const query = new URLSearchParams(given).toString();
  return `/analytics/${of}/${encodeURIComponent(name)}/pdf${query === '' ? '' : `?${query}`}`;
};
