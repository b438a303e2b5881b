// lamplight feed: what changed, in order, one change a line.
import { ok, type Result } from '../../fhir/result.ts';
import { withDestination } from '../destination/choose.ts';
import type { Destination, FeedWish } from '../destination/contract.ts';
import { printData, printMisuse, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';

export interface FeedOptions {
  url?: string;
  token?: string;
  after: string;
  types?: string;
  follow?: boolean;
}

const pageSize = 500;

export async function feedCommand(settings: Settings, options: FeedOptions): Promise<number> {
  if (!/^(\d{1,18}|now)$/.test(options.after)) return printMisuse('--after takes a position (a whole number) or "now"');
  const wish: FeedWish = { after: options.after, types: options.types, limit: pageSize };
  const end = new AbortController();
  const onSignal = (): void => end.abort();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, onSignal);
  const done = await withDestination(settings, options, (destination) =>
    options.follow === true ? destination.follow(wish, printData, end.signal) : printAll(destination, wish),
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, onSignal);
  return done.ok ? 0 : printProblem(done.problem);
}

async function printAll(destination: Destination, wish: FeedWish): Promise<Result<void>> {
  let after = wish.after;
  for (;;) {
    const page = await destination.feed({ ...wish, after });
    if (!page.ok) return page;
    for (const change of page.value.changes) await printData(change);
    if (page.value.next === after || (after === 'now' && page.value.changes.length === 0)) return ok(undefined);
    after = page.value.next;
  }
}
