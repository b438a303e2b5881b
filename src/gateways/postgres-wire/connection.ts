// One connection as a conversation needs it: the next message when it is there, and words that wait until they can be sent. What the
// other side does, or leaves undone, ends in a closed connection: nothing waits for ever and nothing piles up.
import type { Socket } from 'node:net';
import { setImmediate as rest } from 'node:timers/promises';
import { Inbox } from './frontend.ts';

/** Bytes that may wait here to be read; the largest message is half of it. */
const waitingBytesMax = 2 * 1024 * 1024;
/** A message that has begun must end within this, and what is sent must be taken. */
const partMs = 30_000;
const deafMs = 300_000;
const restEveryMs = 8;

export class Connection {
  readonly #socket: Socket;
  readonly #inbox = new Inbox();
  readonly #gone = new AbortController();
  #wake: (() => void) | undefined;
  #restedAt = performance.now();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    const gone = (): void => {
      this.#gone.abort();
      this.#wake?.();
    };
    socket.on('error', () => socket.destroy());
    socket.on('close', gone);
    // Who says no more hears no more: no client of PostgreSQL half-closes.
    socket.on('end', gone);
    socket.on('data', (chunk: Buffer) => {
      this.#inbox.push(chunk);
      if (this.#inbox.size > waitingBytesMax) socket.pause();
      this.#wake?.();
    });
  }

  /** When nobody is there any more. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Bytes that came and were not read. */
  get waiting(): number {
    return this.#inbox.size;
  }

  /** The next of what `read` reads; undefined: gone, or silent for longer than `idleMs`. Throws Malformed. */
  async next<T>(read: (inbox: Inbox) => T | undefined, idleMs: number): Promise<T | undefined> {
    // Many small messages at once must not keep others waiting.
    if (performance.now() - this.#restedAt > restEveryMs) {
      await rest();
      this.#restedAt = performance.now();
    }
    let begun: number | undefined;
    for (;;) {
      const found = read(this.#inbox);
      if (this.#socket.isPaused() && this.#inbox.size <= waitingBytesMax / 2) this.#socket.resume();
      if (found !== undefined) return found;
      if (this.#gone.signal.aborted) return undefined;
      if (this.#inbox.size > 0) begun ??= performance.now();
      const ms = begun === undefined ? idleMs : partMs - (performance.now() - begun);
      if (ms <= 0 || !(await this.#more(ms))) return undefined;
      this.#restedAt = performance.now();
    }
  }

  /** Whether something came within this time. */
  #more(ms: number): Promise<boolean> {
    return new Promise((resolve) => {
      const end = (came: boolean) => (): void => {
        clearTimeout(late);
        this.#wake = undefined;
        resolve(came);
      };
      const late = setTimeout(end(false), ms);
      this.#wake = end(true);
    });
  }

  /** Resolves when there is room for more. */
  async send(...words: Buffer[]): Promise<void> {
    if (!this.#socket.writable || words.length === 0) return;
    const [first] = words;
    if (this.#socket.write(words.length === 1 ? first! : Buffer.concat(words))) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(late);
        this.#socket.off('drain', end);
        this.#socket.off('close', end);
        resolve();
      };
      const late = setTimeout(() => this.#socket.destroy(), deafMs);
      this.#socket.once('drain', end);
      this.#socket.once('close', end);
      if (this.#socket.destroyed) end();
    });
  }

  /** Says the last word and hangs up; who does not take it within a moment is hung up on. */
  end(word?: Buffer): void {
    if (word !== undefined && this.#socket.writable) this.#socket.write(word);
    this.#socket.end();
    setTimeout(() => this.#socket.destroy(), 500).unref();
  }

  /** Takes the socket back for TLS. */
  leave(): void {
    this.#socket.removeAllListeners('data');
    this.#socket.removeAllListeners('end');
    this.#socket.removeAllListeners('close');
  }
}
