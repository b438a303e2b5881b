// How large the packets of an MQTT connection are, from their fixed headers (MQTT 3.1.1, section 2.2), before anybody gathers them: a
// packet may announce 256 MB, and what reads packets would wait for all of it.

import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

export class PacketSizes {
  /** Bytes of the current packet that are still to come; undefined inside a fixed header. */
  #left: number | undefined;
  #header = 0;
  #length = 0;

  /** The size of the first packet in it that is larger than `bytesMax`, or 0. */
  read(chunk: Uint8Array, bytesMax: number): number {
    let at = 0;
    while (at < chunk.length) {
      if (this.#left !== undefined) {
        const step = Math.min(this.#left, chunk.length - at);
        at += step;
        this.#left -= step;
        if (this.#left === 0) this.#left = undefined;
        continue;
      }
      const byte = chunk[at++] ?? 0;
      if (this.#header === 0) {
        this.#header = 1;
        this.#length = 0;
        continue;
      }
      this.#length += (byte & 0x7f) * 128 ** (this.#header - 1);
      if (this.#length > bytesMax) return this.#length;
      // A fifth byte of length is no MQTT; the reader of packets refuses it.
      if (byte >= 0x80 && this.#header < 4) {
        this.#header++;
        continue;
      }
      this.#header = 0;
      this.#left = this.#length === 0 ? undefined : this.#length;
    }
    return 0;
  }
}

/** A connection that ends itself where a packet is too large. Until `trusted`, only what a sign-in needs is taken. */
export class GuardedConnection extends Duplex {
  readonly #socket: Socket;
  readonly #sizes = new PacketSizes();
  #bytesMax = 16_384;

  constructor(socket: Socket, tooLarge: (size: number) => void) {
    super();
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      const size = this.#sizes.read(chunk, this.#bytesMax);
      if (size > 0) {
        tooLarge(size);
        this.destroy();
      } else if (!this.push(chunk)) socket.pause();
    });
    socket.on('end', () => this.push(null));
    socket.on('error', () => this.destroy());
    socket.on('close', () => this.destroy());
  }

  get from(): string {
    return this.#socket.remoteAddress ?? 'unknown';
  }

  trusted(bytesMax: number): void {
    this.#bytesMax = bytesMax;
  }

  override _read(): void {
    this.#socket.resume();
  }
  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    if (this.#socket.writable) this.#socket.write(chunk, () => done());
    else done();
  }
  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }
}
