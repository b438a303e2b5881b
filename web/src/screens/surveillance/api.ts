// Surveillance as the screen asks for it (src/gateways/surveillance/routes.ts).
import type { Alerts } from '../../../../src/gateways/surveillance/alerts.ts';
import type {
  Definitions,
  LineList,
  SentCase,
  SentCaseReport,
  ShownCase,
  Suspected,
} from '../../../../src/gateways/surveillance/answers.ts';
import type { AreasAnswer as Areas } from '../../../../src/gateways/surveillance/areas.ts';
import type { ClustersAnswer as Clusters } from '../../../../src/gateways/surveillance/clusters.ts';
import type { LateAnswer as Late } from '../../../../src/gateways/surveillance/late.ts';
import type { Look as CaseReport } from '../../../../src/gateways/surveillance/reporting.ts';
import type { Series } from '../../../../src/gateways/surveillance/series.ts';
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';

export type { Alert, Alerts, Part } from '../../../../src/gateways/surveillance/alerts.ts';
export type { AreaRow } from '../../../../src/gateways/surveillance/areas.ts';
export type { Facet } from '../../../../src/gateways/surveillance/contract.ts';
export type { LineRow } from '../../../../src/gateways/surveillance/line-list.ts';
export type { Note } from '../../../../src/gateways/surveillance/notes.ts';
export type { Series } from '../../../../src/gateways/surveillance/series.ts';
export type { NoteState as State } from '../../../../src/gateways/surveillance/wish.ts';
export type { Areas, CaseReport, Clusters, Definitions, Late, Suspected };
export type Step = Series['steps'][number];
export type Day = Series['days'][number];
export type Sent = ShownCase['sent'] & object;
export type SentReport = ShownCase['reports'][number];
export type Answered = SentReport['answers'][number];

/** Which case, and which of its visits. */
export interface CaseVisit {
  condition: string;
  patient: string;
  encounter: string;
}
/** What of the address goes to the server. */
export type Wish = Record<'syndrome' | 'from' | 'to' | 'class' | 'method' | 'of' | 'area' | 'age' | 'sex' | 'place', string | undefined>;
const address = (path: string, wish: Partial<Wish>): string => {
  const known = Object.entries(wish).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '');
  return `/surveillance/${path}${query(Object.fromEntries(known))}`;
};

export const definitions = (): Promise<Definitions> => ask('/surveillance/syndromes');
export const alertsOf = ({ to, class: kind, method, of }: Wish): Promise<Alerts> => ask(address('alerts', { to, class: kind, method, of }));
export const seriesOf = (wish: Wish): Promise<Series> => ask(address('series', wish));
export const areasOf = (wish: Wish): Promise<Areas> => ask(address('areas', wish));
export const lineListOf = (wish: Wish): Promise<LineList> => ask(address('linelist', wish));
export const lateOf = (wish: Wish): Promise<Late> => ask(address('nowcast', wish));
export const clustersOf = (wish: Wish): Promise<Clusters> => ask(address('clusters', wish));
export const suspectedOf = ({ from, to }: Pick<Wish, 'from' | 'to'>): Promise<Suspected> => ask(address('suspected', { from, to }));
export const sendSuspected = ({ from, to }: Pick<Wish, 'from' | 'to'>, condition: string, patient: string): Promise<SentCase> =>
  ask(address('suspected/send', { from, to }), { method: 'POST', body: { condition, patient } });
export const caseReportOf = ({ from, to }: Pick<Wish, 'from' | 'to'>, of: CaseVisit): Promise<CaseReport> =>
  ask(`/surveillance/suspected/report${query({ from, to, ...of })}`);
export const sendCaseReport = ({ from, to }: Pick<Wish, 'from' | 'to'>, of: CaseVisit): Promise<SentCaseReport> =>
  ask(address('suspected/report', { from, to }), { method: 'POST', body: of });
export const say = (body: object): Promise<unknown> => ask('/surveillance/notes', { method: 'POST', body });
