// Rows on paper: as many columns as fit side by side, a head on every page, numbers to the right. What does not fit is said.
import { type Answer, isNumeric, wordsOf } from '../../../methods/drawing/plotted.ts';
import { shownNumber } from '../../../methods/drawing/shapes.ts';
import { colours, type Paper, type TextStyle } from './paper.ts';

const [size, pad, linesMost] = [7.5, 3, 3];
const [narrowest, widest] = [34, 190];
/** Rows that say how wide the columns are. */
const sampled = 60;
/** More never fit. */
const columnsMost = 16;
/** Of a text; more is not read on paper. */
const longest = 400;

export interface TableWish {
  answer: Answer & { cut: boolean };
  rows: number;
}

export async function putTable(paper: Paper, { answer, rows: most }: TableWish): Promise<void> {
  const cellOf = (cell: Answer['rows'][number][number] | undefined, at: number): string =>
    cell === null || cell === undefined
      ? ''
      : typeof cell === 'number' && !/year$/i.test(answer.columns[at]!.name)
        ? shownNumber(cell)
        : wordsOf(cell).slice(0, longest);
  const shown = answer.rows.slice(0, most);
  const widths = widthsOf(paper, answer, shown.slice(0, sampled), cellOf);
  const styles = widths.map((_, at): TextStyle => ({ size, ...(isNumeric(answer.columns[at]!.type) ? { align: 'right' as const } : {}) }));
  const row = (cells: readonly string[], bold: boolean): void => {
    const each = cells.map((text, at) => ({
      text,
      style: { ...styles[at], bold, lines: linesMost, ...(bold ? { colour: colours.soft } : {}) },
    }));
    const height = Math.max(...each.map(({ text, style }, at) => paper.heightOf(text, widths[at]! - 2 * pad, style))) + 3;
    if (paper.need(height + (bold ? 14 : 0)) && !bold) head();
    let x = paper.left;
    for (const [at, { text, style }] of each.entries()) {
      paper.put(text, x + pad, paper.y + 2, widths[at]! - 2 * pad, style);
      x += widths[at]!;
    }
    paper.y += height;
    paper.document
      .moveTo(paper.left, paper.y)
      .lineTo(x, paper.y)
      .lineWidth(bold ? 0.8 : 0.3)
      .strokeColor(bold ? colours.soft : colours.line)
      .stroke();
  };
  const names = answer.columns.slice(0, widths.length).map(({ name }) => name.replaceAll('_', ' '));
  const head = (): void => row(names, true);
  head();
  for (const cells of shown) {
    row(
      widths.map((_, at) => cellOf(cells[at], at)),
      false,
    );
    await paper.rest();
  }
  paper.y += 3;
  const says = saysLeft(answer, shown.length, widths.length);
  if (says !== '') await paper.flow(says, { size: 7.5, colour: colours.soft }, 2);
}

export function saysLeft({ rows, columns, cut }: TableWish['answer'], rowsShown: number, columnsShown: number): string {
  if (rows.length === 0) return 'No rows.';
  const left = rows.length - rowsShown;
  const more = [
    left > 0 ? `${left.toLocaleString('en')} more ${left === 1 ? 'row' : 'rows'} of ${rows.length.toLocaleString('en')}` : '',
    cut ? `more rows than the first ${rows.length.toLocaleString('en')}, which are all that was asked for` : '',
    columns.length > columnsShown
      ? `${columns.length - columnsShown} more columns (${columns
          .slice(columnsShown)
          .map(({ name }) => name)
          .join(', ')
          .slice(0, 200)})`
      : '',
  ].filter((one) => one !== '');
  return more.length === 0 ? '' : `Not printed: ${more.join('; ')}.`;
}

/** What each column wants, within bounds; the last ones are left out where there is no room. */
function widthsOf(
  paper: Paper,
  { columns }: Answer,
  rows: Answer['rows'],
  cellOf: (cell: Answer['rows'][number][number] | undefined, at: number) => string,
): number[] {
  const wanted = columns.slice(0, columnsMost).map(({ name }, at) => {
    const words = [Math.max(...name.split('_').map((word) => paper.widthOf(word, { size, bold: true })))];
    for (const row of rows) words.push(paper.widthOf(cellOf(row[at], at).slice(0, 60), { size }));
    return Math.min(widest, Math.max(narrowest, Math.max(...words) + 2 * pad + 2));
  });
  const least = (width: number): number => Math.min(width, 70);
  const widths: number[] = [];
  let taken = 0;
  for (const width of wanted) {
    if (taken + least(width) > paper.width) break;
    taken += least(width);
    widths.push(width);
  }
  const sum = widths.reduce((a, b) => a + b, 0);
  if (sum <= paper.width) return widths;
  // Wide ones give what is too much, in proportion to what they have above the least.
  const above = widths.reduce((total, width) => total + width - least(width), 0);
  const give = sum - paper.width;
  return widths.map((width) => width - (above === 0 ? 0 : ((width - least(width)) / above) * give));
}
