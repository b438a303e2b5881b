// lamplight exchange channels, check, pause, resume, prune, unmapped: how channels stand, how long their messages are kept, and what
// senders usually say.
import { loadChannels } from '../channels.ts';
import { printData, printMisuse, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { ended, withExchange } from './exchange-open.ts';

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
            one.gone === true ? 'no file' : one.paused ? 'paused' : 'open',
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
