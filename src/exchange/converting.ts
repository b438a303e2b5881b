// A message told in FHIR without being stored. What is large is told by a thread of its own: one field of a message may say twenty thousand
// things, which takes a second that everybody else would wait for. The thread takes one after the other and ends when it has nothing to do.
import { Worker as Thread } from 'node:worker_threads';
import { writeJson } from '../fhir/json.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Translation } from '../formats/contract.ts';
import { slices } from '../record/slices.ts';
import type { Channel } from './channel.ts';
import type { Declared } from './channels.ts';
import { type Reading, type Received, readBy } from './translate.ts';

export interface ToConvert {
  declared: readonly Declared[];
  timeZone: string;
  /** Name of the channel that reads it. */
  channel: string;
  received: Received;
}

/** Below this the longest step takes some 20 ms, and a thread would be begun for nothing. */
const largeBytes = 8_000;
const secondsMax = 60;
const waitingMax = 20;
const idleMs = 30_000;
const memoryMb = 1024;

export class Converting {
  #thread: Thread | undefined;
  #before: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #idle: NodeJS.Timeout | undefined;
  /** Who waits for the thread. */
  #heard: ((result: Result<string>) => void) | undefined;

  /** As text of a Bundle. */
  async convert(channel: Channel, asked: ToConvert): Promise<Result<string>> {
    if (asked.received.raw.length < largeBytes || !import.meta.url.endsWith('.js')) return converted(channel, asked.received);
    if (this.#waiting >= waitingMax) return fail('busy', 'Many large messages are being converted: try again in a moment');
    this.#waiting++;
    const turn = this.#before.then(() => this.#ask(asked)).finally(() => this.#waiting--);
    this.#before = turn;
    return turn;
  }

  #ask(asked: ToConvert): Promise<Result<string>> {
    clearTimeout(this.#idle);
    this.#thread ??= this.#begin();
    const thread = this.#thread;
    return new Promise((resolve) => {
      const late = setTimeout(() => void thread.terminate(), secondsMax * 1000);
      this.#heard = (result) => {
        clearTimeout(late);
        this.#heard = undefined;
        this.#idle = setTimeout(() => void this.close(), idleMs);
        this.#idle.unref();
        resolve(result);
      };
      thread.postMessage(asked);
    });
  }

  #begin(): Thread {
    const thread = new Thread(new URL('./converting-thread.js', import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    });
    thread.on('message', (result: Result<string>) => this.#heard?.(result));
    // Its end follows, which is all that needs to be known.
    thread.on('error', () => {});
    thread.on('exit', () => {
      if (this.#thread === thread) this.#thread = undefined;
      this.#heard?.(fail('too-costly', `The message could not be converted within ${secondsMax} s and ${memoryMb} MB`));
    });
    return thread;
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    const thread = this.#thread;
    this.#thread = undefined;
    await thread?.terminate();
  }
}

export async function converted(channel: Channel, received: Received): Promise<Result<string>> {
  const read = translationOf(await readBy({ ...channel, laysDown: true }, received, slices()), channel.name);
  return read.ok ? ok(writeJson(bundleOf(read.value))) : read;
}

/** What a message says, as a collection; references are among its entries, by `Type/id`. */
export const bundleOf = (translation: Translation) => ({
  resourceType: 'Bundle',
  type: 'collection',
  entry: translation.resources.map(({ resource }) => ({ fullUrl: `urn:uuid:${resource.id ?? ''}`, resource })),
});

export function translationOf(read: Result<Reading>, channel: string): Result<Translation> {
  if (!read.ok) return read;
  if (read.value.kind === 'left-out') return fail('invalid', `The channel ${channel} leaves this message out: ${read.value.why}`);
  if (read.value.translation === undefined)
    return fail('unsupported', `The channel ${channel} only passes messages on; nothing of them is laid into the record`);
  return ok(read.value.translation);
}
