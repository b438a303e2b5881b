// What is answered of surveillance. The JSON is these interfaces as they stand, and the workbench reads them by them: moments are text.
import type { Syndrome } from '../../methods/syndrome/contract.ts';
import type { Notifiables } from '../../methods/syndrome/notifiable.ts';
import type { AgeBand, Area, VisitClass } from './contract.ts';
import type { LineRow } from './line-list.ts';
import type { SentReport } from './reporting.ts';
import type { Answered } from './responses.ts';
import type { Sent } from './sending.ts';
import type { SuspectedCase } from './suspected.ts';

export interface Definitions {
  syndromes: readonly Syndrome[];
  notifiable: Notifiables;
  areas: { says: string; madeUp: boolean; areas: Pick<Area, 'area' | 'name' | 'x' | 'y'>[] };
  methods: string[];
  classes: readonly VisitClass[];
  ages: readonly AgeBand[];
  today: string;
  timeZone: string;
  /** May see rows of persons. */
  rows: boolean;
  /** May write notes. */
  notes: boolean;
}

export interface LineList {
  rows: LineRow[];
  more: boolean;
}

type ByText<T extends { at: Date }> = Omit<T, 'at'> & { at: string };

export type ShownSent = ByText<Sent>;
export type ShownReport = Omit<ByText<SentReport>, 'madeOf' | 'answers'> & { answers: ByText<Answered>[] };

/** A case with what was sent of it, and what the record says otherwise since; null: not looked at. */
export interface ShownCase extends SuspectedCase {
  /** Visits at which something was found. */
  visits: string[];
  sent: (ShownSent & { since: string[] | null }) | null;
  /** The newest version of each visit. */
  reports: (ShownReport & { since: string[] | null })[];
}

export interface Suspected {
  cases: ShownCase[];
  more: boolean;
  /** By which cases go to public health; null: none is named. */
  channel: string | null;
  /** By which case reports go. */
  reportChannel: string | null;
  /** Whoever looks may send. */
  sends: boolean;
  /** Whoever looks may see and send case reports. */
  writes: boolean;
}

export interface SentCase {
  sent: ShownSent;
}

export interface SentCaseReport {
  sent: ShownReport;
}

export const byText = <T extends { at: Date }>(one: T): ByText<T> => ({ ...one, at: one.at.toISOString() });

export const shownReport = ({ madeOf: _, answers, ...report }: SentReport): ShownReport => ({
  ...byText(report),
  answers: answers.map((one) => byText(one)),
});
