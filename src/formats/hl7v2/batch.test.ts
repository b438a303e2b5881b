// Batches taken apart without touching a byte of their messages.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { acknowledgeBatch, splitBatch } from './batch.ts';

const one = (control: string): string => `MSH|^~\\&|A|B|C|D|20260701||ADT^A08|${control}|P|2.5\rPID|1||M1||M\xfcLLER\r`;
const split = (text: string, loose = false) => splitBatch(Buffer.from(text, 'latin1'), loose);
const texts = (text: string, loose = false) => split(text, loose)?.messages.map((message) => message.toString('latin1'));

test('messages of a file of batches come out as the bytes that they are', () => {
  const text = `FHS|^~\\&|A|B|C|D|||||F1\rBHS|^~\\&|A|B|C|D|||||B1\r${one('1')}${one('2')}BTS|9\rBHS|^~\\&|A\r${one('3')}BTS|1\rFTS|2\r`;
  expect(texts(text)).toEqual([one('1'), one('2'), one('3')]);
  expect(texts(text.replaceAll('\r', '\n'))?.[0]).toBe(one('1').replaceAll('\r', '\n'));
});

test('one message is no batch; several that just follow one another are one where that is meant', () => {
  expect(split(one('1'), true)).toBeUndefined();
  expect(split(one('1') + one('2'))).toBeUndefined();
  expect(texts(one('1') + one('2'), true)).toEqual([one('1'), one('2')]);
  expect(split('BHS|^~\\&|A\rBTS|0\r')).toBeUndefined();
});

test('whatever stands in it, no byte of a message is lost or moved', () => {
  fc.assert(
    fc.property(fc.array(fc.stringMatching(/^[ -~]{0,40}$/), { minLength: 1, maxLength: 5 }), (notes) => {
      const messages = notes.map((note, at) => `${one(String(at))}NTE|1||${note}\r`);
      const text = `FHS|^~\\&\r\nBHS|^~\\&|A\r${messages.join('\n')}BTS|1\rFTS|1`;
      const batch = split(text)!;
      expect(batch.messages.map((message) => message.toString('latin1').trimEnd())).toEqual(messages.map((message) => message.trimEnd()));
      const all = batch.pieces.flatMap((piece, at) => [piece, batch.messages[at] ?? Buffer.alloc(0)]);
      expect(Buffer.concat(all).toString('latin1')).toBe(text);
    }),
  );
});

test('the answer is a batch to whom it came from, with a reference to the one that came', () => {
  const batch = split(`BHS|^~\\&|A|B|C|D|||||B1\r${one('1')}BTS|1\r`)!;
  expect(acknowledgeBatch(batch, ['MSH|1\r', 'MSH|2\r'], new Date('2026-07-01T12:00:00Z'))).toBe(
    'BHS|^~\\&|C|D|A|B|20260701120000+0000|||||B1\rMSH|1\rMSH|2\rBTS|2\r',
  );
});
