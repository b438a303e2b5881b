// The thread of converting.ts: answers each message that it is given with its Bundle as text, or why there is none.
import { parentPort } from 'node:worker_threads';
import { fail } from '../fhir/result.ts';
import { ownChannels } from './channel.ts';
import { channelsOf } from './channels.ts';
import { converted, type ToConvert } from './converting.ts';

parentPort?.on('message', async ({ declared, timeZone, channel, received }: ToConvert) => {
  const known = channelsOf(declared, timeZone);
  const by = known.ok ? [...ownChannels(timeZone), ...known.value].find(({ name }) => name === channel) : undefined;
  // Bytes come through as a plain array of them.
  const answer =
    by === undefined
      ? fail('not-found', `There is no channel ${channel}`)
      : await converted(by, { ...received, raw: Buffer.from(received.raw) });
  parentPort?.postMessage(answer);
});
