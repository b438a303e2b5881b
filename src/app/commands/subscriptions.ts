// lamplight subscriptions: which Subscriptions there are, how far their receivers are, and why one waits. Reads the tables beside a
// running Lamplight, or those of a stopped one; nothing of a patient stands in them.
import { ok } from '../../fhir/result.ts';
import { listSubscriptions } from '../../gateways/subscriptions/list.ts';
import { printData, printHint, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface SubscriptionsOptions {
  state?: string;
  json?: boolean;
}

export async function subscriptionsCommand(settings: Settings, options: SubscriptionsOptions): Promise<number> {
  const done = await withDatabase(settings, async (database) => ok(await listSubscriptions(database)), { make: false });
  if (!done.ok) return printProblem(done.problem);
  const found = done.value.filter(({ state }) => options.state === undefined || state === options.state);
  if (options.json === true) {
    for (const one of found) await printData(JSON.stringify({ ...one, events: Number(one.events), sent: Number(one.sent) }));
    return 0;
  }
  if (found.length === 0) {
    printHint('there are none: docs/subscriptions.md shows how one is made');
    return 0;
  }
  printTable(
    ['id', 'state', 'channel', 'to', 'of', 'events', 'delivered', 'last event', 'why'],
    found.map((one) => [
      one.id,
      one.state,
      one.channel,
      one.to ?? '-',
      one.of,
      String(one.events),
      one.channel === 'websocket' ? '-' : String(one.sent),
      one.lastEvent?.toISOString() ?? '-',
      one.reason ?? '',
    ]),
  );
  return 0;
}
