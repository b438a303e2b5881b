// Answers to case reports: each is read once, whoever looks, and what is too large or too many to be read now says so.
import { expect, test } from 'vitest';
import { reportabilityResponse } from '../../../test/reportability-response.fixture.ts';
import type { AnswerThatCame } from '../../exchange/contract.ts';
import { Responses } from './responses.ts';

const set = '11111111-2222-8333-8444-555555555555';
const at = new Date('2026-03-01T12:00:00Z');

/** An exchange that counts which originals were taken in hand. */
function exchangeOf(messages: Record<string, string>) {
  const taken: string[] = [];
  const answersTo = async (_series: string, _kind: string, most: number): Promise<AnswerThatCame[]> =>
    Object.entries(messages)
      .slice(0, most)
      .map(([id, text]) => ({
        id,
        received: at,
        bytes: text.length,
        raw: async () => {
          taken.push(id);
          return Buffer.from(text);
        },
      }));
  return { answersTo, taken };
}
const filled = (text: string, bytes: number): string => text.replace('</title>', `${' '.repeat(bytes - text.length)}</title>`);

test('an answer is read once, also by two who look at the same time', async () => {
  const exchange = exchangeOf({ one: reportabilityResponse(set, 2), other: reportabilityResponse('another', 1) });
  const responses = new Responses(exchange);
  const [first, second] = await Promise.all([responses.look()(set), responses.look()(set)]);
  expect(first).toMatchObject([{ message: 'one', at, version: '2', unread: '', more: false, conditions: [{ condition: 'Measles' }, {}] }]);
  expect([second, await responses.look()(set)]).toEqual([first, first]);
  expect(exchange.taken).toEqual(['one', 'other']);
  // One that does not name this series answers it only where it is asked for by its own.
  expect(await responses.look()('another')).toMatchObject([{ message: 'other', version: '1' }]);
});

test('what is too large is not read and says so; beside it the others are read', async () => {
  const exchange = exchangeOf({ huge: filled(reportabilityResponse(set, 2), 1_940_000), usual: reportabilityResponse(set, 1) });
  const found = await new Responses(exchange).look()(set);
  expect(found).toMatchObject([
    { message: 'huge', unread: expect.stringContaining('with 2.0 MB it is larger than 1 MB'), conditions: [] },
    { message: 'usual', unread: '' },
  ]);
  expect(exchange.taken).toEqual(['usual']);
});

test('one look reads only so much that is new; the next goes on', async () => {
  const large = filled(reportabilityResponse(set, 1), 900_000);
  // Three reports with five answers each.
  const all = Array.from({ length: 15 }, (_, i) => `${i}`);
  const answersTo = (series: string, kind: string, most: number): Promise<AnswerThatCame[]> =>
    exchangeOf(Object.fromEntries(all.slice(Number(series), Number(series) + 5).map((id) => [id, large.replace(set, series)]))).answersTo(series, kind, most); // biome-ignore format: one call
  const responses = new Responses({ answersTo });
  async function unread(): Promise<string[]> {
    const look = responses.look();
    const found = [...(await look('0')), ...(await look('5')), ...(await look('10'))];
    expect(found).toHaveLength(15);
    return found.map((one) => one.unread).filter((why) => why !== '');
  }
  expect(await unread()).toEqual(Array(4).fill(expect.stringContaining('look again')));
  expect(await unread()).toEqual([]);
});
