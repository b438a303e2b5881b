// What is answered of reports. The JSON is these interfaces as they stand, and the workbench reads them by them: moments are text.
import type { Kept } from '../questions/contract.ts';
import type { Report } from './contract.ts';
import type { Letter } from './mail/contract.ts';
import type { Run } from './runs.ts';

/** Where the file has a mistake, `problem` says it and the rest is absent. */
export type ShownReport = Omit<Kept<Report>, 'text' | 'value'> &
  Partial<Report> & {
    /** With whose rights it runs; not current: the text is not the one that was kept. */
    keeper: { name: string; at: string; current: boolean } | null;
    next: string | null;
  };

export interface ShownRun extends Pick<Run, 'id' | 'byHand' | 'state' | 'outcome' | 'files'> {
  due: string;
  by: string;
  ended: string | null;
  /** Its files may be taken. */
  open: boolean;
}

/** Who is told by e-mail, and what became of that. */
export interface ShownLetter extends Pick<Letter, 'address' | 'state' | 'says'> {
  at: string;
}

export type ListedReport = ShownReport & { last: ShownRun | null };

export interface ReportList {
  reports: ListedReport[];
  timeZone: string;
  /** The site sends e-mail. */
  mailed: boolean;
}

export type KeptReport = ShownReport & { text: string };

export type WholeReport = KeptReport & {
  timeZone: string;
  mailed: boolean;
  runs: (ShownRun & { mail: ShownLetter[] })[];
};
