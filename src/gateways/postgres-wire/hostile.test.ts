// Whatever bytes come: the listener answers, hangs up, or waits; it does not fail, and goes on serving.
import { createConnection } from 'node:net';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Inbox, Malformed, readMessage, readStartup } from './frontend.ts';
import { rewritten } from './rewritten.ts';
import { statementsOf, tokensOf } from './sql-tokens.ts';
import { password, type Stand, stand } from './testing.ts';

let here: Stand;
beforeAll(async () => {
  here = await stand({ connectionsMax: 400 });
});
afterAll(async () => {
  await here.close();
});

const text = (value: string): Buffer => Buffer.from(`${value}\0`);
const int32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value | 0);
  return bytes;
};
const int16 = (value: number): Buffer => int32(value).subarray(2);
const message = (type: string, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts);
  return Buffer.concat([Buffer.from(type, 'latin1'), int32(body.length + 4), body]);
};
const startup = (user: string): Buffer => {
  const body = Buffer.concat([
    int32(196_608),
    text('user'),
    text(user),
    text('options'),
    text('-c lamplight.detail=limited'),
    Buffer.from([0]),
  ]);
  return Buffer.concat([int32(body.length + 4), body]);
};

/** A whole session that asks nothing of the tables, so that it costs little. */
const session: readonly Buffer[] = [
  Buffer.concat([int32(8), int32(80_877_103)]),
  startup('ann'),
  message('p', text(password)),
  message('Q', text('begin; show all; commit')),
  message('P', text('s'), text('show timezone'), int16(1), int32(23)),
  message('D', Buffer.from('S'), text('s')),
  message('B', text(''), text('s'), int16(0), int16(0), int16(0)),
  message('E', text(''), int32(1)),
  message('C', Buffer.from('S'), text('s')),
  message('H'),
  message('S'),
  message('X'),
];

/** One byte or length changed, a piece left out, cut off, said twice. */
function mutated(random: (below: number) => number): Buffer {
  const parts = [...session];
  const at = random(parts.length);
  const bytes = Buffer.from(parts[at]!);
  const kinds: (() => void)[] = [
    () => void bytes.writeUInt8(random(256), random(bytes.length)),
    () => void (bytes.length >= 5 && bytes.writeInt32BE([-1, 0, 3, 4, 0x7fffffff, -0x80000000, 2_000_000][random(7)]!, at < 2 ? 0 : 1)),
    () => void parts.splice(at, 1),
    () => void parts.splice(at, 0, parts[random(parts.length)]!),
    () => void parts.splice(at, 1, bytes.subarray(0, random(bytes.length))),
    () => void parts.splice(at, 0, Buffer.from(Array.from({ length: random(40) }, () => random(256)))),
  ];
  const kind = random(kinds.length);
  kinds[kind]!();
  if (kind < 2) parts[at] = bytes;
  return Buffer.concat(parts);
}

function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test('20,000 mutated sessions are read to messages or refused, in whatever pieces they come', () => {
  const random = randomOf(7);
  let refused = 0;
  for (let count = 0; count < 20_000; count++) {
    const bytes = mutated(random);
    const inbox = new Inbox();
    try {
      let begun = false;
      for (let from = 0; from < bytes.length; ) {
        const length = 1 + random(64);
        inbox.push(bytes.subarray(from, from + length));
        from += length;
        for (;;) {
          const said = begun ? readMessage(inbox, 1024 * 1024) : readStartup(inbox);
          if (said === undefined) break;
          if (said.kind === 'startup') begun = true;
          if (said.kind === 'query' || said.kind === 'parse') statementsOf(said.sql);
        }
      }
    } catch (error) {
      expect(error).toBeInstanceOf(Malformed);
      refused++;
    }
    expect(inbox.size).toBeLessThanOrEqual(bytes.length);
  }
  expect(refused).toBeGreaterThan(1_000);
});

test('1,500 of them over sockets leave nothing behind and nobody waiting', async () => {
  const random = randomOf(11);
  const one = (): Promise<void> =>
    new Promise((resolve) => {
      const socket = createConnection(here.listener.port, '127.0.0.1', () => socket.end(mutated(random)));
      socket.on('data', () => {});
      socket.on('error', () => {});
      socket.on('close', () => resolve());
    });
  for (let count = 0; count < 15; count++) await Promise.all(Array.from({ length: 100 }, one));
  expect(here.failures).toEqual([]);
  const client = new pg.Client({ host: '127.0.0.1', port: here.listener.port, user: 'ann', password });
  await client.connect();
  expect((await client.query('show server_version')).rows).toHaveLength(1);
  await client.end();
}, 60_000);

test('a client that hears nothing of what it asked for holds up nobody else', async () => {
  const deaf = createConnection(here.listener.port, '127.0.0.1');
  deaf.on('error', () => {});
  deaf.pause();
  deaf.write(Buffer.concat([startup('ann'), message('p', text(password)), message('Q', text('select a.* from patients a, patients b'))]));
  const client = new pg.Client({ host: '127.0.0.1', port: here.listener.port, user: 'ann', password });
  await client.connect();
  expect((await client.query('select count(*) as n from patients')).rows).toEqual([{ n: '1000' }]);
  await client.end();
  deaf.destroy();
}, 20_000);

test('a length of 2 GB is refused before anything is kept for it', () => {
  const inbox = new Inbox();
  inbox.push(Buffer.concat([Buffer.from('Q'), int32(0x7fffffff)]));
  expect(() => readMessage(inbox, 1024 * 1024)).toThrow(Malformed);
});

test('tokens tell the whole of any text, and the replaced text knows its places', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'a1 $\'"/*-;.:(){}\\\n'.split(''), 'é', 'E', '$1', '--'), maxLength: 60 }), (sql) => {
      const tokens = tokensOf(sql);
      let at = 0;
      for (const { start, end } of tokens) {
        expect(start).toBeGreaterThanOrEqual(at);
        expect(end).toBeGreaterThan(start);
        at = end;
      }
      const pieces = tokens.filter((_, index) => index % 2 === 0).map(({ start, end }) => ({ start, end, text: '<>' }));
      const { sql: after, offsetOf } = rewritten(sql, pieces);
      for (const { start, end } of tokens.filter((_, index) => index % 2 === 1)) {
        const kept = pieces.filter((piece) => piece.start < start).reduce((sum, piece) => sum + 2 - (piece.end - piece.start), start);
        expect(after.slice(kept, kept + end - start)).toBe(sql.slice(start, end));
        const before = after.slice(0, kept);
        expect(offsetOf(before.split('\n').length, kept - before.lastIndexOf('\n'))).toBe(start);
      }
    }),
  );
});
