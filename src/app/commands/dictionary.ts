// lamplight warehouse dictionary: what the tables and their columns are, from the views alone: no database and no server is needed.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { nearest } from '../../fhir/structure/nearest.ts';
import type { TableWords } from '../../warehouse/contract.ts';
import { journals } from '../../warehouse/journal/journals.ts';
import { derivedWords, inOrder, viewWords } from '../../warehouse/words.ts';
import { printData, printMisuse, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { derivedTables, shippedViews } from '../warehouse.ts';

const formats = ['markdown', 'csv', 'json'] as const;

/** Of an account that may see all of them. */
function allWords(settings: Settings): Result<TableWords[]> {
  const views = shippedViews();
  if (!views.ok) return views;
  const derived = derivedTables(settings, views.value);
  if (!derived.ok) return derived;
  return ok(inOrder([...views.value.map(viewWords), ...journals.map(({ table }) => viewWords(table)), ...derived.value.map(derivedWords)]));
}

export async function warehouseDictionary(settings: Settings, table: string | undefined, options: { format: string }): Promise<number> {
  const format = formats.find((one) => one === options.format);
  if (format === undefined) return printMisuse(`--format is one of ${formats.join(', ')}`);
  const all = allWords(settings);
  if (!all.ok) return printProblem(all.problem);
  const shown = table === undefined ? all.value : all.value.filter(({ name }) => name === table.toLowerCase());
  if (shown.length === 0) {
    const near = nearest(table!, new Set(all.value.map(({ name }) => name)));
    return printProblem(fail('not-found', `There is no table "${table}".${near === undefined ? '' : ` Is "${near}" meant?`}`).problem);
  }
  for (const line of write[format](shown)) await printData(line);
  return 0;
}

const write: Readonly<Record<(typeof formats)[number], (tables: readonly TableWords[]) => string[]>> = {
  json: (tables) => [JSON.stringify(tables, undefined, 2)],
  csv: (tables) => [
    'table,column,type,identifies,description',
    ...tables.flatMap(({ name, columns }) =>
      columns.map((one) => [name, one.name, one.type, one.identifies ?? '', one.description].map(csvCell).join(',')),
    ),
  ],
  markdown: (tables) =>
    tables.flatMap(({ name, title, description, columns }) => [
      `## ${name}`,
      '',
      [title, description].filter((text) => text !== '').join('. '),
      '',
      '| column | type | what it is | identifies |',
      '| --- | --- | --- | --- |',
      ...columns.map((one) => `| ${[`\`${one.name}\``, one.type, cell(one.description), one.identifies ?? ''].join(' | ')} |`),
      '',
    ]),
};

const csvCell = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
