// Sizes of MQTT packets from their fixed headers, however the stream is cut.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PacketSizes } from './packet-sizes.ts';

function packet(size: number): Buffer {
  const header = [0x30];
  let left = size;
  do {
    header.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Buffer.concat([Buffer.from(header), Buffer.alloc(size, 0xff)]);
}

test('a packet is found too large by its header, wherever the stream is cut', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 8 }),
      fc.integer({ min: 0, max: 20_000 }),
      fc.integer({ min: 1, max: 50 }),
      (before, last, cut) => {
        const stream = Buffer.concat([...before.map(packet), packet(last)]);
        const sizes = new PacketSizes();
        let found = 0;
        for (let at = 0; at < stream.length && found === 0; at += cut) found = sizes.read(stream.subarray(at, at + cut), 300);
        expect(found > 300).toBe(last > 300);
      },
    ),
  );
});
