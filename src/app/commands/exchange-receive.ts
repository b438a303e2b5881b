// lamplight exchange receive, apple-health: files taken as if they had arrived; stored here, done by the server.
import { createReadStream } from 'node:fs';
import type { Exchange, FormatName } from '../../exchange/contract.ts';
import type { RowLanguage } from '../../exchange/csv.ts';
import { languages } from '../../exchange/languages.ts';
import { type RowsReceipt, receiveRows } from '../../exchange/receive-rows.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { BrokenExport, readAppleHealth } from '../../formats/devices/apple-health.ts';
import { aboutDevices } from '../../formats/devices/devices.ts';
import type { Caller } from '../../record/contract.ts';
import { BrokenFile } from '../../terminology/load/broken.ts';
import { openRelease } from '../../terminology/load/release-file.ts';
import { printData, printHint, printMisuse, printNote, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { bytesOf, formatOf } from './exchange-file.ts';
import { ended, withExchange } from './exchange-open.ts';

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
