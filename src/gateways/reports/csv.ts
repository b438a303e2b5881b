// The rows of an answer as comma-separated values (RFC 4180), with lines before the head that say what they are. A text that a
// spreadsheet would take for a formula gets an apostrophe before it (OWASP, CSV Injection).
import { wordsOf } from '../../methods/drawing/plotted.ts';
import { slices } from '../../record/slices.ts';
import type { Made, MadeAnswer } from './contract.ts';

const formula = /^[=+\-@\t\r]/;

const cellOf = (cell: unknown): string => {
  if (cell === null || cell === undefined) return '';
  const text = wordsOf(cell as string);
  const safe = typeof cell !== 'number' && formula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe;
};
const row = (cells: readonly unknown[]): string => `${cells.map(cellOf).join(',')}\r\n`;

/** UTF-8. Lines that begin with `# ` may be passed over (pandas: comment="#"). */
export async function answerCsv(made: Made, { title, detail, parameters, answer }: MadeAnswer): Promise<Buffer> {
  const about = [
    `${made.title}: ${title}`,
    `as of ${made.made}, asked with the rights of ${made.by}, ${detail}`,
    ...parameters,
    ...(answer.cut ? [`the first ${answer.rows.length} rows; there are more`] : []),
  ];
  const lines = [...about.map((line) => `# ${line.replaceAll(/[\r\n]+/g, ' ')}\r\n`), row(answer.columns.map(({ name }) => name))];
  const rest = slices();
  for (const cells of answer.rows) {
    lines.push(row(cells));
    const pause = rest();
    if (pause !== undefined) await pause;
  }
  return Buffer.from(lines.join(''));
}
