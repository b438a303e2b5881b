// The thread itself (laying-thread.ts): its own connections, its own view of the record, the same worker. Begun with a ThreadPlan.
import { parentPort, workerData } from 'node:worker_threads';
import { openPool } from '../database/pool.ts';
import { compile } from '../fhir/fhirpath/compile.ts';
import { fail } from '../fhir/result.ts';
import { parameterChannel } from '../record/parameters/registry.ts';
import { type Admit, defaultRecordSettings, openRecord } from '../record/record.ts';
import { type Channel, ownChannels } from './channel.ts';
import { channelsOf, type Declared } from './channels.ts';
import type { FromThread, ThreadPlan, ToThread } from './laying-thread.ts';
import { Queue } from './queue.ts';
import type { ToTry } from './trying.ts';
import { Worker } from './worker.ts';

/** One for what is read, one for what is written, and as many for what goes on beside it. */
const connectionsMax = 4;

const plan = workerData as ThreadPlan;
const port = parentPort;
if (port === null) throw new Error('this is the inside of a thread; begin it with laying-thread.ts');
const tell = (message: FromThread): void => port.postMessage(message);
const failed = (channel: string, error: unknown): void =>
  tell({ kind: 'failed', channel, error: error instanceof Error ? error.name : 'unknown' });

const database = openPool(plan.connection, { connectionsMax, statementTimeoutMs: plan.statementTimeoutMs });
/** Where it goes is decided with whoever makes it, which no message can say. */
const noSubscription: Admit = () =>
  fail('unsupported', 'A message makes no Subscription: leave it out of the mapping, and make it over the FHIR API');
const record = openRecord(database, {
  ...defaultRecordSettings,
  readAudit: plan.readAudit,
  admit: new Map([['Subscription', noSubscription]]),
  compile,
});
/** Inbound channels of what files declare, which was checked by whoever sent it here. */
function inboundOf(all: readonly Declared[]): ReadonlyMap<string, Channel> {
  const declared = channelsOf(all, plan.timeZone);
  if (!declared.ok) throw new Error(declared.problem.message);
  const channels = [...ownChannels(plan.timeZone), ...declared.value];
  return new Map(channels.flatMap((channel) => (channel.direction === 'in' ? [[channel.name, channel]] : [])));
}
await record.registry.refresh();
const parameters = await database.listen(parameterChannel, () => void record.registry.refresh().catch((error) => failed('', error)));
const worker = new Worker({
  database,
  record,
  queue: new Queue(database, plan.holders),
  channels: inboundOf(plan.declared),
  now: () => new Date(),
  works: true,
  failed,
  passedOn: () => tell({ kind: 'passed-on' }),
  settled: (ids) => tell({ kind: 'settled', ids }),
});

port.on('message', (message: ToThread) => {
  switch (message.kind) {
    case 'wake':
      return worker.wake();
    case 'idle':
      void worker.idle().then(
        () => tell({ kind: 'idle', number: message.number }),
        (error) => {
          failed('', error);
          tell({ kind: 'idle', number: message.number });
        },
      );
      return;
    case 'channels':
      void worker
        .change({ inbound: inboundOf(message.declared), declared: message.declared })
        .then(() => tell({ kind: 'channels', number: message.number }));
      return;
    case 'try':
      void answerTry(message.number, message.wish);
      return;
    case 'close':
      void close();
      return;
  }
});
worker.wake();
tell({ kind: 'begun' });

async function answerTry(number: number, wish: ToTry): Promise<void> {
  try {
    // Bytes come through as a plain array of them.
    const result = await worker.try({ ...wish, received: { ...wish.received, raw: Buffer.from(wish.received.raw) } });
    tell({ kind: 'tried', number, result });
  } catch (error) {
    failed('', error);
    tell({ kind: 'tried', number, result: fail('busy', 'The record could not be read: try again in a moment') });
  }
}

async function close(): Promise<void> {
  await worker.close();
  await parameters.close();
  await database.close();
  port?.close();
}
