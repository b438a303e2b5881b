// lamplight exchange: messages of other systems, found by what people know of them, looked at, done again. Works beside a running
// Lamplight, which does what is to be done, or on a stopped one.
import { createReadStream, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Exchange, FormatName, MessageWish, StoredMessage } from '../../exchange/contract.ts';
import type { RowLanguage } from '../../exchange/csv.ts';
import { openExchange } from '../../exchange/exchange.ts';
import { languages } from '../../exchange/languages.ts';
import { type RowsReceipt, receiveRows } from '../../exchange/receive-rows.ts';
import { writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { BrokenExport, readAppleHealth } from '../../formats/devices/apple-health.ts';
import { aboutDevices } from '../../formats/devices/devices.ts';
import { bundleOf, shownMessage, shownTry } from '../../gateways/exchange/shown.ts';
import { readWish } from '../../gateways/exchange/wish.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Caller } from '../../record/contract.ts';
import { defaultRecordSettings, openRecord } from '../../record/record.ts';
import { inSlices, slices } from '../../record/slices.ts';
import { BrokenFile } from '../../terminology/load/broken.ts';
import { openRelease } from '../../terminology/load/release-file.ts';
import { loadChannels } from '../channels.ts';
import { printData, printHint, printMisuse, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface ListOptions {
  channel?: string;
  state?: string;
  controlId?: string;
  key?: string;
  kind?: string;
  sender?: string;
  direction?: string;
  resource?: string;
  since?: string;
  until?: string;
  count?: string;
  all?: boolean;
  json?: boolean;
}

const who = (): string => {
  try {
    return `command line (${userInfo().username})`;
  } catch {
    return 'command line';
  }
};

export const caller = (): Caller => ({
  person: { id: namedUuid('account', 'command line'), name: who(), role: 'administrator' },
  purpose: 'HSYSADMIN',
  from: 'command line',
  request: `exchange ${process.pid}`,
});

/** Exchange of the database of this installation; what waits is left to the server. */
async function withExchange<T>(settings: Settings, work: (exchange: Exchange, caller: Caller) => Promise<Result<T>>): Promise<Result<T>> {
  const loaded = await loadChannels(settings.channels, { timeZone: settings.timeZone, env: process.env });
  if (!loaded.ok) return loaded;
  return withDatabase(
    settings,
    async (database) => {
      const record = openRecord(database, defaultRecordSettings);
      const exchange = openExchange(database, record, {
        timeZone: settings.timeZone,
        ...(settings.exchangeKeepDays === 0 ? {} : { keep: { days: settings.exchangeKeepDays } }),
        channels: loaded.value.channels,
        now: () => new Date(),
        failed: () => {},
        works: false,
      });
      try {
        return await work(exchange, caller());
      } finally {
        await exchange.close();
      }
    },
    { make: false, connections: 3 },
  );
}

const ended = (done: Result<unknown>): number => (done.ok ? 0 : printProblem(done.problem));

function wishOf(options: ListOptions): Result<MessageWish> {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(options))
    if (typeof value === 'string') query.set(name === 'controlId' ? 'control-id' : name, value);
  return readWish(query.toString());
}

export async function listMessages(settings: Settings, options: ListOptions): Promise<number> {
  const wish = wishOf(options);
  if (!wish.ok) return printMisuse(wish.problem.message, '"lamplight exchange list --help" lists what can be asked');
  return ended(
    await withExchange(settings, async (exchange, by) => {
      const rows: StoredMessage[] = [];
      let asked = wish.value;
      for (;;) {
        const page = await exchange.find(by, asked);
        if (!page.ok) return page;
        for (const message of page.value.messages) {
          if (options.json === true) await printData(JSON.stringify(shownMessage(message)));
          else rows.push(message);
        }
        if (page.value.next === undefined) break;
        asked = { ...asked, cursor: page.value.next };
        if (options.all === true) continue;
        printHint('there is more: --all prints everything, --since and --until what was in between');
        break;
      }
      if (options.json !== true) printTable(head, rows.map(cellsOf));
      return ok(undefined);
    }),
  );
}

const head = ['received', 'id', 'state', 'kind', 'sender', 'control id', 'keys', 'why'];
const cellsOf = (message: StoredMessage): string[] =>
  [
    message.receivedAt.toISOString(),
    message.id,
    message.state,
    message.kind,
    message.sender,
    message.controlId,
    message.keys.slice(0, 4).join(', '),
    message.waits ?? message.problem?.message ?? '',
  ].map((cell) => cell.replaceAll(/[\s\p{Cc}]+/gu, ' ').slice(0, 120));

/** The message, its original, or its ledger. */
export async function showMessage(
  settings: Settings,
  id: string,
  options: { original?: boolean; ledger?: boolean; unmapped?: boolean; json?: boolean },
): Promise<number> {
  return ended(
    await withExchange(settings, async (exchange, by): Promise<Result<void>> => {
      if (options.original === true) {
        const bytes = await exchange.original(by, id);
        if (bytes.ok) process.stdout.write(bytes.value);
        return bytes.ok ? ok(undefined) : bytes;
      }
      if (options.ledger === true || options.unmapped === true) {
        const ledger = await exchange.ledger(by, id);
        if (!ledger.ok) return ledger;
        const rows = ledger.value.filter(({ state }) => options.unmapped !== true || state === 'kept');
        if (options.json === true) for (const row of rows) await printData(JSON.stringify(row));
        else
          printTable(
            ['path', 'state', 'text', 'where'],
            rows.map((row) => [
              row.path,
              row.state,
              row.text.slice(0, 60),
              row.state === 'mapped' ? row.elements.join(' ') : row.state === 'kept' ? (row.why ?? '') : '',
            ]),
          );
        return ok(undefined);
      }
      const message = await exchange.get(by, id);
      if (!message.ok) return message;
      if (options.json === true) await printData(JSON.stringify(shownMessage(message.value)));
      else
        printTable(
          ['', ''],
          Object.entries(shownMessage(message.value)).map(([name, value]) => [
            name,
            typeof value === 'string' ? value : JSON.stringify(value),
          ]),
        );
      return ok(undefined);
    }),
  );
}

export async function againMessages(settings: Settings, ids: string[], options: ListOptions & { dryRun?: boolean }): Promise<number> {
  const wish = wishOf(options);
  if (!wish.ok) return printMisuse(wish.problem.message, '"lamplight exchange again --help" lists what can be asked');
  const chosen = Object.values(options).some((value) => typeof value === 'string');
  if (ids.length === 0 && !chosen)
    return printMisuse('Say which messages: their ids, or what finds them', 'lamplight exchange again --state failed --channel hl7v2');
  return ended(
    await withExchange(settings, async (exchange, by) => {
      let all = [...ids];
      if (ids.length === 0) {
        let asked: MessageWish = { ...wish.value, count: 1000 };
        for (;;) {
          const page = await exchange.find(by, asked);
          if (!page.ok) return page;
          all.push(...page.value.messages.map(({ id }) => id));
          if (page.value.next === undefined) break;
          asked = { ...asked, cursor: page.value.next };
        }
        all = all.reverse();
      }
      if (options.dryRun === true) {
        printNote(`${all.length} messages would be done again`);
        return ok(0);
      }
      const done = await exchange.again(by, all);
      if (done.ok) printNote(`${done.value} messages will be done again`);
      return done;
    }),
  );
}

export async function dropMessage(settings: Settings, id: string, options: { why?: string }): Promise<number> {
  if (options.why === undefined || options.why.trim() === '')
    return printMisuse('Say why the message is left out', `lamplight exchange drop ${id} --why "test message"`);
  const { why } = options;
  return ended(await withExchange(settings, (exchange, by) => exchange.drop(by, id, why)));
}

export async function tryMessage(settings: Settings, id: string): Promise<number> {
  return ended(
    await withExchange(settings, async (exchange, by) => {
      const tried = await exchange.try(by, id);
      if (tried.ok) await printData(writeJson(shownTry(tried.value)));
      return tried;
    }),
  );
}

export async function listChannels(settings: Settings, options: { json?: boolean }): Promise<number> {
  return ended(
    await withExchange(settings, async (exchange, by) => {
      const channels = await exchange.channels(by);
      if (!channels.ok) return channels;
      if (options.json === true) for (const channel of channels.value) await printData(JSON.stringify(channel));
      else
        printTable(
          ['channel', 'direction', 'state', 'waiting', 'failed', 'a minute', 'lag s', 'last received', 'why it waits'],
          channels.value.map((one) => [
            one.name,
            one.direction,
            one.paused ? 'paused' : 'open',
            String(one.waiting),
            String(one.failed),
            String(one.perMinute),
            (one.lagMs / 1000).toFixed(1),
            one.lastReceived?.toISOString() ?? '',
            one.waits ?? '',
          ]),
        );
      return channels;
    }),
  );
}

/** Reads the files of a folder as the server does at its start, and starts nothing. */
export async function checkChannels(settings: Settings, folder: string | undefined): Promise<number> {
  const checked = folder ?? settings.channels;
  if (checked === undefined) return printMisuse('Say which folder', 'lamplight exchange check channels/');
  const loaded = await loadChannels(checked, { timeZone: settings.timeZone, env: process.env });
  if (!loaded.ok) return printProblem(loaded.problem);
  printTable(
    ['channel', 'direction', 'format', 'file'],
    loaded.value.declared.map(({ file, declares }) => [declares.name, declares.direction, declares.format, file]),
  );
  printNote(`${loaded.value.declared.length} channels, nothing wrong`);
  return 0;
}

export async function pruneMessages(
  settings: Settings,
  options: { channel?: string; days?: string; failed?: boolean; dryRun?: boolean; json?: boolean },
): Promise<number> {
  if (options.days !== undefined && !/^\d{1,6}$/.test(options.days))
    return printMisuse(`"${options.days}" is no number of days`, 'lamplight exchange prune --days 90 --dry-run');
  if (options.failed === true && options.days === undefined)
    return printMisuse('Say how old failed messages must be to be given up', 'lamplight exchange prune --days 90 --failed --dry-run');
  const keep = options.days === undefined ? undefined : { days: Number(options.days), failed: options.failed === true };
  return ended(
    await withExchange(settings, async (exchange, by) => {
      const pruned = await exchange.prune(by, {
        dryRun: options.dryRun === true,
        ...(options.channel === undefined ? {} : { channel: options.channel }),
        ...(keep === undefined ? {} : { keep }),
      });
      if (!pruned.ok) return pruned;
      if (options.json === true) for (const row of pruned.value) await printData(JSON.stringify(row));
      else
        printTable(
          ['channel', options.dryRun === true ? 'would be given up' : 'given up', 'bytes'],
          pruned.value.map(({ channel, messages, bytes }) => [channel, String(messages), String(bytes)]),
        );
      return pruned;
    }),
  );
}

export async function pauseChannel(settings: Settings, name: string, paused: boolean): Promise<number> {
  return ended(await withExchange(settings, (exchange, by) => exchange.pause(by, name, paused)));
}

export async function listUnmapped(settings: Settings, sender: string, options: { kind?: string; json?: boolean }): Promise<number> {
  return ended(
    await withExchange(settings, async (exchange, by) => {
      const found = await exchange.unmapped(by, sender, options.kind);
      if (!found.ok) return found;
      if (options.json === true) for (const row of found.value) await printData(JSON.stringify(row));
      else
        printTable(
          ['leaf', 'messages', 'of'],
          found.value.map(({ path, messages, of }) => [path, String(messages), String(of)]),
        );
      return found;
    }),
  );
}

const bytesOf = (file: string): Result<Buffer> => {
  try {
    return ok(readFileSync(file === '-' ? 0 : file));
  } catch (error) {
    return fail('not-found', `${file} cannot be read (${error instanceof Error ? error.message : 'unknown'})`);
  }
};

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

/** What a file is, by how it begins. */
function formatOf(raw: Buffer): FormatName {
  const start = raw.toString('latin1', 0, 200).trimStart();
  if (start.startsWith('<')) return 'ccda';
  if (start.startsWith('{')) return 'devices';
  return start.startsWith('ISA') ? 'x12' : 'hl7v2';
}

/** Files as if they had arrived: stored here, done by the server. */
export async function receiveFiles(
  settings: Settings,
  files: string[],
  options: { format?: string; channel?: string; again?: boolean; json?: boolean },
): Promise<number> {
  return ended(
    await withExchange(settings, async (exchange, by): Promise<Result<void>> => {
      for (const file of files) {
        const rows = exchange.rowsOf(options.channel ?? '');
        if (rows !== undefined && options.channel !== undefined) {
          const taken = await receiveRowFile(exchange, by, { file, channel: options.channel, rows, again: options.again === true });
          if (!taken.ok) return taken;
          if (options.json === true) await printData(JSON.stringify({ file, ...taken.value }));
          else {
            const { rows: good, refused, messages, problems, known } = taken.value;
            printNote(
              `${file}: ${good} rows kept, ${refused} refused, in ${messages} messages${known === 0 ? '' : `, ${known} of them received before`}`,
            );
            for (const { message } of problems.slice(0, 10)) printHint(message);
          }
          continue;
        }
        const raw = bytesOf(file);
        if (!raw.ok) return raw;
        const format = (options.format ?? formatOf(raw.value)) as FormatName;
        const language = languages[format];
        if (language === undefined) return fail('unsupported', `"${format}" is no format; use ${Object.keys(languages).join(', ')}`);
        const receipt = await exchange.send(by, {
          channel: options.channel ?? format,
          format,
          raw: raw.value,
          receivedAt: new Date(),
          from: file,
          by: by.person.name,
          about: language.about(raw.value),
        });
        if (!receipt.ok) return receipt;
        if (options.json === true) await printData(JSON.stringify({ file, ...receipt.value }));
        else
          printNote(
            `${file}: ${receipt.value.again ? 'was received before as' : 'kept as'} ${receipt.value.id}${receipt.value.problem === undefined ? '' : `, failed: ${receipt.value.problem.message}`}`,
          );
      }
      return ok(undefined);
    }),
  );
}

/** A file of rows, however large, by a channel with a mapping. */
async function receiveRowFile(
  exchange: Exchange,
  by: Caller,
  { file, channel, rows, again }: { file: string; channel: string; rows: RowLanguage; again: boolean },
): Promise<Result<RowsReceipt>> {
  const now = (): Date => new Date();
  const chunks = file === '-' ? process.stdin : createReadStream(file, { highWaterMark: 262_144 });
  try {
    return await receiveRows(rows, chunks, { channel, name: file, at: again ? now() : undefined, by: by.person.name, now }, (arrival) =>
      exchange.send(by, arrival),
    );
  } catch (error) {
    if (error instanceof Error && 'syscall' in error) return fail('not-found', `${file} cannot be read (${error.message})`);
    throw error;
  }
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

/** An Apple Health export as its phone writes it, zip or export.xml: in messages of some hundred records, done by the server. */
export async function receiveAppleHealth(settings: Settings, path: string, options: { patient: string; json?: boolean }): Promise<number> {
  const bar = options.patient.lastIndexOf('|');
  if (bar < 1 || bar === options.patient.length - 1)
    return printMisuse('--patient takes system|value', 'name whose export it is, such as --patient "http://north.example.org/mrn|123"');
  const patient = { system: options.patient.slice(0, bar), value: options.patient.slice(bar + 1) };
  const release = await openRelease(path);
  if (!release.ok) return printProblem(release.problem);
  try {
    const file = release.value.files.find(({ base }) => base === 'export.xml') ?? release.value.files[0];
    if (file === undefined) return printProblem({ kind: 'not-found', message: `${path} holds no export.xml` });
    return ended(
      await withExchange(settings, async (exchange, by): Promise<Result<void>> => {
        let [messages, again] = [0, 0];
        for await (const raw of readAppleHealth(file.open(), { patient })) {
          const about = aboutDevices(raw);
          const receipt = await exchange.send(by, {
            channel: 'devices',
            format: 'devices',
            raw,
            receivedAt: new Date(),
            from: file.name,
            by: by.person.name,
            about: { ...about, sender: 'apple-health' },
          });
          if (!receipt.ok) return receipt;
          messages++;
          if (receipt.value.again) again++;
        }
        if (options.json === true) await printData(JSON.stringify({ file: path, messages, again }));
        else printNote(`${path}: kept as ${messages} messages, ${again} of them were there before`);
        return ok(undefined);
      }),
    );
  } catch (error) {
    if (error instanceof BrokenExport || error instanceof BrokenFile)
      return printProblem({ kind: 'invalid', message: `${path}: ${error.message}` });
    throw error;
  } finally {
    release.value.close();
  }
}
