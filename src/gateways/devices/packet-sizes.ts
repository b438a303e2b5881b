// How large the packets of an MQTT connection are, from their fixed headers (MQTT 3.1.1, section 2.2), before anybody gathers them: a
// packet may announce 256 MB, and what reads packets would wait for all of it.

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
