// What public health has answered to a case report: Reportability Responses that came in by a channel and name the series of the report. They are documents
// as any other is; here they are read for whoever may see the case. Whoever may write to the channel may send one, so that each is read once, in slices, one
// after the other, and only so much of them for one look.
import type { AnswerThatCame, Exchange } from '../../exchange/contract.ts';
import { reportabilityResponse } from '../../formats/ccda/about.ts';
import { type ReportabilityResponse, readResponse } from '../../formats/ccda/reportability-response.ts';
import { inSlices } from '../../record/slices.ts';

export interface Answered extends Omit<ReportabilityResponse, 'answers'> {
  /** As the message of the exchange. */
  message: string;
  at: Date;
  /** The version that it answers; empty where it does not say. */
  version: string;
  /** Why nothing is told of it, in words; empty: it was read. */
  unread: string;
}

/** Of one series, the newest. */
const most = 5;
const megabyte = 1_000_000;
/** They have some 100 kB. */
const bytesMost = megabyte;
/** That nobody has read yet, in one look. */
const bytesOfLookMost = 10 * megabyte;
/** Characters of what is told of one, and of all that are held. */
const toldMost = 50_000;
const heldMost = 16_000_000;

const tooLarge = (bytes: number): string =>
  `Not read here: with ${(Math.ceil(bytes / 100_000) / 10).toFixed(1)} MB it is larger than ${bytesMost / megabyte} MB. Whoever looks after the interfaces finds it among the messages`;
const later = 'Not read yet, because many have come in: look again in a moment';

type Read = ReportabilityResponse | undefined;
export type AnswersOf = (series: string) => Promise<Answered[]>;

export class Responses {
  readonly #exchange: Pick<Exchange, 'answersTo'>;
  /** By the id of the message, which never changes; as text, so that nothing of the document is held. The longest unused first. */
  readonly #held = new Map<string, string>();
  #characters = 0;
  #before: Promise<unknown> = Promise.resolve();

  constructor(exchange: Pick<Exchange, 'answersTo'>) {
    this.#exchange = exchange;
  }

  /** For the cases of one list. */
  look(): AnswersOf {
    let bytesLeft = bytesOfLookMost;
    const readOne = (answer: AnswerThatCame): Promise<Read | string> =>
      this.#inTurn(async () => {
        const held = this.#heldOf(answer.id);
        if (held !== undefined) return held.read;
        if (answer.bytes > bytesMost) return tooLarge(answer.bytes);
        if (answer.bytes > bytesLeft) return later;
        bytesLeft -= answer.bytes;
        const raw = await answer.raw();
        // It was given up between two steps.
        return raw === undefined ? undefined : this.#hold(answer.id, await inSlices(readResponse(raw)));
      });
    return async (series) => {
      const found = await this.#exchange.answersTo(series, reportabilityResponse, most);
      const read = await Promise.all(found.map(async (answer) => ({ answer, read: await readOne(answer) })));
      return read.flatMap(({ answer: { id, received }, read }): Answered[] => {
        const about = { message: id, at: received };
        if (typeof read === 'string') return [{ ...about, version: '', status: [], conditions: [], more: false, unread: read }];
        // Keys are for finding: what names the series elsewhere than where a response does is no answer to it.
        const answer = read?.answers.find(({ set }) => set === series);
        if (read === undefined || answer === undefined) return [];
        return [{ ...about, version: answer.version, status: read.status, conditions: read.conditions, more: read.more, unread: '' }];
      });
    };
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#before.then(work);
    this.#before = turn.catch(() => {});
    return turn;
  }

  #heldOf(id: string): { read: Read } | undefined {
    const text = this.#held.get(id);
    if (text === undefined) return undefined;
    this.#held.delete(id);
    this.#held.set(id, text);
    return { read: (JSON.parse(text) as ReportabilityResponse | null) ?? undefined };
  }

  #hold(id: string, read: Read): Read {
    const told = shortened(read);
    const text = JSON.stringify(told ?? null);
    this.#held.set(id, text);
    this.#characters += text.length;
    for (const [oldest, { length }] of this.#held) {
      if (this.#characters <= heldMost) break;
      this.#held.delete(oldest);
      this.#characters -= length;
    }
    return told;
  }
}

function shortened(read: Read): Read {
  if (read === undefined) return undefined;
  let left = toldMost;
  const conditions = read.conditions.filter((one) => {
    left -= JSON.stringify(one).length;
    return left >= 0;
  });
  return { ...read, conditions, more: read.more || conditions.length < read.conditions.length };
}
