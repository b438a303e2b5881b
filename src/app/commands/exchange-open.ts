// What all commands on messages begin with: who asks from the command line, and the exchange of this installation's database.
import { userInfo } from 'node:os';
import type { Exchange } from '../../exchange/contract.ts';
import { openExchange } from '../../exchange/exchange.ts';
import type { Result } from '../../fhir/result.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Caller } from '../../record/contract.ts';
import { defaultRecordSettings, openRecord } from '../../record/record.ts';
import { loadChannels } from '../channels.ts';
import { printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

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
export async function withExchange<T>(
  settings: Settings,
  work: (exchange: Exchange, caller: Caller) => Promise<Result<T>>,
): Promise<Result<T>> {
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

export const ended = (done: Result<unknown>): number => (done.ok ? 0 : printProblem(done.problem));
