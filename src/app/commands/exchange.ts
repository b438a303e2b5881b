// lamplight exchange: messages of other systems, found by what people know of them, looked at, done again. Works beside a running
// Lamplight, which does what is to be done, or on a stopped one.
import type { MessageWish, StoredMessage } from '../../exchange/contract.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { shownMessage } from '../../gateways/exchange/shown.ts';
import { readWish } from '../../gateways/exchange/wish.ts';
import { printData, printHint, printMisuse, printNote, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { ended, withExchange } from './exchange-open.ts';

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
      if (tried.ok) await printData(tried.value);
      return tried;
    }),
  );
}
