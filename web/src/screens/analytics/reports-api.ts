// What the server says of reports, and how it is asked.
import type {
  KeptReport,
  ShownLetter as Letter,
  ListedReport,
  ShownReport as Report,
  ReportList,
  ShownRun as Run,
  WholeReport,
} from '../../../../src/gateways/reports/answers.ts';
import type { Schedule } from '../../../../src/gateways/reports/schedule.ts';
import { ask } from '../../api/http.ts';

export type { Letter, ListedReport, Report, Run, Schedule, WholeReport };

const at = (name: string): string => `/analytics/reports/${encodeURIComponent(name)}`;

export const allReports = (): Promise<ReportList> => ask('/analytics/reports');
export const oneReport = (name: string): Promise<WholeReport> => ask(at(name));
export const keepReport = (name: string, text: string, version?: string): Promise<KeptReport> =>
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
