// Saved questions and dashboards: text files that people keep in git and edit on screen.
//
//   -- title: ED arrivals by day
//   -- description: Visits of the emergency department by the day they began.
//   -- detail: limited
//   -- summary: yes
//   -- parameter: since date = -90d "Since"
//   -- chart: line x=day y=visits
//   -- drill: ed-visits-of-day day=day
//   select cast("start" as date) as day, count(*) as visits from encounters where class = 'EMER' and "start" >= $since group by 1 order by 1
import type { Detail } from '../../warehouse/contract.ts';

export const parameterTypes = ['text', 'number', 'date', 'choice'] as const;

export interface QuestionParameter {
  name: string;
  type: (typeof parameterTypes)[number];
  /** As written. Dates: `2026-01-31`, `today`, or days, months or years before it: `-90d`, `-12m`, `-2y`. */
  usual: string;
  label: string;
  /** Of `choice`. */
  choices: string[];
}

export const chartKinds = ['number', 'line', 'area', 'bar', 'stacked', 'scatter', 'heat', 'table'] as const;

export interface ChartWish {
  kind: (typeof chartKinds)[number];
  /** Columns of the answer. */
  x?: string;
  y?: string;
  series?: string;
  /** What the values are counted in, for the axis. */
  unit?: string;
}

/** A mark or row leads to another question, with some of its parameters from columns of the row. */
export interface Drill {
  question: string;
  from: { parameter: string; column: string }[];
}

export interface Question {
  /** The name of the file. */
  name: string;
  title: string;
  description: string;
  detail: Detail;
  /** Gives counts and no persons: whoever may search may ask it. */
  summary: boolean;
  parameters: QuestionParameter[];
  chart?: ChartWish;
  drill?: Drill;
  sql: string;
  /** Tables that it may ask which not everybody may who may export: audit, messages (src/warehouse/journal/). */
  journals: string[];
}

export interface Tile {
  question: string;
  /** In place of the question's own. */
  title?: string;
  chart?: ChartWish;
  /** Columns of four that it takes, 1 to 4. */
  width: number;
  /** Fixed for this tile; the others come from the dashboard's bar. */
  parameters: Record<string, string>;
}

export interface Dashboard {
  name: string;
  title: string;
  description: string;
  /** Whose work it is for, in words. */
  audience: string;
  tiles: Tile[];
}

/** A file of the shelf: what it says, or why it cannot be read. */
export interface Kept<T> {
  name: string;
  /** Of the site, not of those that come with the program. */
  site: boolean;
  /** The file as it is, and its hash: who changes it names the one that was read. */
  text: string;
  version: string;
  value?: T;
  problem?: string;
}
