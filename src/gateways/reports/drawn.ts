// What was answered, as the files that a report wants: one PDF, and a CSV for each question.

import type { Made, MadeAnswer, Report } from './contract.ts';
import { answerCsv } from './csv.ts';
import { reportPdf } from './pdf/report-pdf.ts';
import type { RunFile } from './runs.ts';

export async function filesOf(
  made: Made,
  { name, formats }: Pick<Report, 'name' | 'formats'>,
  stamp: string,
  at: Date,
): Promise<(RunFile & { content: Buffer })[]> {
  const files: (RunFile & { content: Buffer })[] = [];
  const add = (file: string, type: RunFile['type'], content: Buffer): void =>
    void files.push({ name: file, type, bytes: content.length, content });
  if (formats.includes('pdf')) add(`${name}-${stamp}.pdf`, 'pdf', await reportPdf(made, at));
  if (!formats.includes('csv')) return files;
  const answers = made.parts.filter((part): part is MadeAnswer => 'answer' in part);
  for (const [index, answer] of answers.entries()) {
    const which = answers.length === 1 ? '' : `-${String(index + 1).padStart(2, '0')}-${answer.question}`;
    add(`${name}-${stamp}${which}.csv`, 'csv', await answerCsv(made, answer));
  }
  return files;
}
