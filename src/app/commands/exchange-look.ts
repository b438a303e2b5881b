// lamplight exchange convert, preview: what a file says, without any database.
import type { FormatName } from '../../exchange/contract.ts';
import { bundleOf } from '../../exchange/converting.ts';
import { languages } from '../../exchange/languages.ts';
import { writeJson } from '../../fhir/json.ts';
import { inSlices, slices } from '../../record/slices.ts';
import { loadChannels } from '../channels.ts';
import { printData, printHint, printMisuse, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { bytesOf, formatOf } from './exchange-file.ts';

/** Without any database: what a message says in FHIR, or what becomes of each leaf. */
export async function convertMessage(settings: Settings, file: string, options: { format?: string; ledger?: boolean }): Promise<number> {
  const raw = bytesOf(file);
  if (!raw.ok) return printProblem(raw.problem);
  const format = (options.format ?? formatOf(raw.value)) as FormatName;
  const language = languages[format];
  if (format === 'csv') return printMisuse('CSV is read by the columns of a channel', `lamplight exchange preview ${file} --channel NAME`);
  if (language === undefined) return printMisuse(`"${format}" is no format; use ${Object.keys(languages).join(', ')}`);
  const about = language.about(raw.value);
  if (about.fault !== undefined) return printProblem(about.fault);
  const context = { sender: about.sender, receivedAt: new Date(), timeZone: settings.timeZone };
  const said = await inSlices(language.translate(raw.value, context), slices());
  if (options.ledger === true) for (const row of said.ledger) await printData(JSON.stringify(row));
  else await printData(writeJson(bundleOf(said)));
  const kept = said.ledger.filter(({ state }) => state === 'kept').length;
  printNote(
    `${said.ledger.length} leaves, ${kept} without a home in FHIR${said.notes.length === 0 ? '' : `, ${said.notes.length} not understood`}`,
  );
  return 0;
}

/** The first rows of a file as the mapping of a channel reads them; without any database. */
export async function previewRows(
  settings: Settings,
  file: string,
  options: { channel: string; rows?: string; json?: boolean },
): Promise<number> {
  const most = options.rows ?? '10';
  if (!/^[1-9]\d{0,2}$/.test(most))
    return printMisuse(`"${most}" is no number of rows`, 'lamplight exchange preview rows.csv --channel NAME --rows 20');
  const loaded = await loadChannels(settings.channels, { timeZone: settings.timeZone, env: process.env });
  if (!loaded.ok) return printProblem(loaded.problem);
  const language = loaded.value.channels.find(({ name }) => name === options.channel)?.language;
  if (language === undefined)
    return printMisuse(`There is no channel "${options.channel}" of the format csv in ${settings.channels ?? 'LAMPLIGHT_CHANNELS'}`);
  const raw = bytesOf(file);
  if (!raw.ok) return printProblem(raw.problem);
  const shown = await inSlices(language.preview(raw.value, Number(most)), slices());
  if (options.json === true) {
    await printData(writeJson(shown));
    return 0;
  }
  printTable(
    ['column', 'stands in', 'element'],
    shown.columns.map((one) => [one.column, one.in === 'both' ? 'file and mapping' : `${one.in} only`, one.to.join(' ')]),
  );
  for (const { line, cells, resources, problems } of shown.rows) {
    printNote(`line ${line}`);
    printTable(
      ['column', 'text', 'element'],
      cells.map(({ column, text, elements }) => [column, text.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, 60), elements.join(' ')]),
    );
    for (const { resource } of resources) await printData(writeJson(resource));
    for (const { message } of problems) printHint(message);
  }
  for (const { message } of shown.problems) printHint(message);
  if (shown.more) printHint('there are more rows: --rows shows more of them');
  return 0;
}
