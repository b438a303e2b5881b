// Reports: what a site wants to have regularly, or to hand on, as PDF and CSV. A report is a text file like a question:
//
//   { "title": "Emergency department, weekly", "dashboard": "emergency", "parameters": { "since": "-7d" },
//     "schedule": { "every": "week", "on": "monday", "at": "07:00" }, "formats": ["pdf", "csv"], "keep": 30 }
//
// or, of one's own words between answers, a brief:
//
//   { "title": "Norovirus on three wards", "formats": ["pdf"], "blocks": [
//       { "heading": "Situation", "text": "Since Monday …" },
//       { "question": "ed-arrivals-by-day", "width": 4, "parameters": { "since": "-28d" } },
//       { "heading": "Recommendation", "text": "…" } ] }
import type { Answer, ChartWish } from '../../methods/drawing/plotted.ts';
import type { Detail } from '../../warehouse/contract.ts';
import type { Tile } from '../questions/contract.ts';
import type { MailWish } from './mail/addresses.ts';
import type { Schedule } from './schedule.ts';

export const formats = ['pdf', 'csv'] as const;
export type Format = (typeof formats)[number];

export interface TextBlock {
  heading: string;
  /** Paragraphs are parted by an empty line. */
  text: string;
}
export type Block = TextBlock | Tile;
export const isText = (block: Block): block is TextBlock => 'text' in block;

export type Subject = { kind: 'dashboard'; name: string } | { kind: 'question'; name: string } | { kind: 'blocks'; blocks: Block[] };

export interface Report {
  name: string;
  title: string;
  description: string;
  subject: Subject;
  /** By name, for every question that has such a parameter. */
  parameters: Record<string, string>;
  /** Absent: only when somebody asks for it. */
  schedule?: Schedule;
  formats: Format[];
  /** Who is told by e-mail when a run has ended. */
  mail?: MailWish;
  /** So many runs keep their files; older ones are removed. */
  keep: number;
}

/** A report as it was answered, before it is a file. */
export interface Made {
  title: string;
  description: string;
  /** Whose rights it was asked with. */
  by: string;
  /** Parameters that were set, in words. */
  parameters: string[];
  /** When it was asked, on the clock of the site. */
  made: string;
  parts: MadePart[];
}

export type MadePart = TextBlock | MadeAnswer | MadeProblem;
export interface MadeAnswer {
  question: string;
  title: string;
  description: string;
  detail: Detail;
  wish: ChartWish;
  /** Of four columns. */
  width: number;
  /** Values of its parameters, as `since: 2026-03-01`. */
  parameters: string[];
  answer: Answer & { cut: boolean };
  /** Rows that are printed beneath the chart; 0: the chart alone. */
  rows: number;
}
export interface MadeProblem {
  title: string;
  problem: string;
}
