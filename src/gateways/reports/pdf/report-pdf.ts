// A report as PDF: what it is and of when, then its parts: words, charts side by side as their widths say, tables over pages.
import { apart } from '../../../formats/barcodes/print/right-to-left/letters.ts';
import type { Made, MadeAnswer, MadePart, MadeProblem, TextBlock } from '../contract.ts';
import { type Chart, chartOf } from './chart.ts';
import { colours, Paper } from './paper.ts';
import { putTable } from './table.ts';

const gap = 14;
const usualHeight = 150;

export async function reportPdf(made: Made, at: Date): Promise<Buffer> {
  const paper = new Paper(made.title, at);
  await paper.flow(made.title, { size: 17, bold: true }, 2);
  if (made.description !== '') await paper.flow(made.description, { size: 9, colour: colours.soft }, 2);
  const about = [`As of ${made.made}`, `asked with the rights of ${apart(made.by)}`, ...made.parameters.map(apart)];
  await paper.flow(about.join(' · '), { size: 8, colour: colours.soft }, 6);
  let row: Placed[] = [];
  const putRow = async (): Promise<void> => {
    const now = row;
    row = [];
    if (now.length > 0) await putCharts(paper, now);
  };
  for (const part of made.parts) {
    const placed = 'answer' in part ? placedOf(part) : undefined;
    if (placed !== undefined) {
      if (row.reduce((sum, { columns }) => sum + columns, 0) + placed.columns > 4) await putRow();
      row.push(placed);
      if (placed.part.rows === 0) continue;
    }
    await putRow();
    await putPart(paper, part, placed !== undefined);
  }
  await putRow();
  const unprinted = paper.letters.says();
  if (unprinted !== undefined) await paper.flow(unprinted, { size: 7.5, colour: colours.soft });
  return paper.finish(`${apart(made.title)} · as of ${made.made}`);
}

interface Placed {
  part: MadeAnswer;
  chart: Chart;
  /** Of four. */
  columns: number;
}

/** Undefined where there is nothing to draw: then its rows are printed. */
function placedOf(part: MadeAnswer): Placed | undefined {
  const chart =
    part.answer.rows.length === 0 ? undefined : chartOf(part.answer, part.wish, part.width >= 4 ? usualHeight * 1.4 : usualHeight);
  if (chart === undefined) return undefined;
  // A chart on a quarter of the page is too small to read; a figure is not.
  const columns = part.wish.kind === 'number' ? Math.min(part.width, 2) : part.width <= 2 ? 2 : 4;
  return { part, chart, columns };
}

async function putCharts(paper: Paper, row: readonly Placed[]): Promise<void> {
  const column = (paper.width - 3 * gap) / 4;
  const widthOf = ({ columns }: Placed): number => columns * column + (columns - 1) * gap;
  const heads = row.map((one) => paper.heightOf(one.part.title, widthOf(one), { size: 10, bold: true, lines: 2 }) + 4);
  const head = Math.max(...heads);
  const height = Math.max(...row.map(({ chart, part }) => chart.height + linesOf(part, chart).length * 9));
  paper.need(head + height + 10);
  let x = paper.left;
  for (const one of row) {
    const width = widthOf(one);
    paper.put(one.part.title, x, paper.y, width, { size: 10, bold: true, lines: 2 });
    await one.chart.draw(paper, x, paper.y + head, width);
    let y = paper.y + head + one.chart.height + 2;
    for (const line of linesOf(one.part, one.chart)) y += paper.put(line, x, y, width, { size: 7, colour: colours.soft, lines: 1 });
    x += width + gap;
  }
  paper.y += head + height + 12;
}

/** Beneath a chart: what it was asked with, and what is not in it. */
const linesOf = ({ parameters, answer }: MadeAnswer, { notes }: Chart): string[] => [
  ...(parameters.length === 0 ? [] : [parameters.map(apart).join(' · ')]),
  ...notes,
  ...(answer.cut ? [`Of the first ${answer.rows.length.toLocaleString('en')} rows; there are more.`] : []),
];

async function putPart(paper: Paper, part: MadePart, charted: boolean): Promise<void> {
  if ('problem' in part) return putProblem(paper, part);
  if ('text' in part) return putText(paper, part);
  if (!charted) {
    paper.need(60);
    await paper.flow(part.title, { size: 10, bold: true }, 1);
    if (part.parameters.length > 0) await paper.flow(part.parameters.map(apart).join(' · '), { size: 7, colour: colours.soft }, 2);
  }
  await putTable(paper, { answer: part.answer, rows: part.rows === 0 ? 50 : part.rows });
  paper.y += 10;
}

async function putText(paper: Paper, { heading, text }: TextBlock): Promise<void> {
  paper.need(40);
  if (heading !== '') await paper.flow(heading, { size: 12, bold: true }, 2);
  await paper.flow(text, { size: 9.5 }, 5);
  paper.y += 4;
}

async function putProblem(paper: Paper, { title, problem }: MadeProblem): Promise<void> {
  paper.need(40);
  await paper.flow(title, { size: 10, bold: true }, 1);
  await paper.flow(`Not answered: ${problem}`, { size: 9, colour: colours.alert }, 8);
}
