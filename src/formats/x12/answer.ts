// What goes back for a file: for each interchange a 999 on its groups (005010X231), or a TA1 where its envelope cannot be relied on or
// where the sender asks for one (ISA-14). Made of the file and the time of its receipt alone, so the same file gets the same answer.
import { createHash } from 'node:crypto';
import { acknowledge999InSteps, acknowledgeInterchange } from './acknowledge.ts';
import type { Side, Wish } from './speak.ts';
import { findingEnvelopes, type Group, type Interchange } from './transaction-list.ts';
import { readInSteps, write } from './tree.ts';

export interface AnswerContext {
  receivedAt: Date;
  /** IANA zone of the times in the answer. */
  timeZone: string;
}

/** undefined: there is no interchange to answer to. In steps of a transaction. */
export function* answerInSteps(raw: Uint8Array, { receivedAt, timeZone }: AnswerContext): Generator<undefined, Buffer | undefined> {
  const document = yield* readInSteps(raw);
  const interchanges = (yield* findingEnvelopes(document)).interchanges.filter(({ head }) => head !== undefined);
  const number = createHash('sha256').update(raw).digest().readUInt32BE(0);
  const answers: Uint8Array[] = [];
  for (const [index, interchange] of interchanges.entries()) {
    yield;
    const wish = wishFor(interchange, (number + index) % 999_999_999, { receivedAt, timeZone });
    const envelope = acknowledgeInterchange(interchange, wish);
    // Nobody acknowledges an acknowledgement: two systems would go on for ever.
    const groups = interchange.groups.filter((group) => !isAnswer(group));
    const asked = interchange.head?.elements[13]?.trim() === '1';
    const made =
      envelope.verdict === 'rejected' || groups.length === 0 ? undefined : yield* acknowledge999InSteps({ ...interchange, groups }, wish);
    if (asked || made?.ok !== true) answers.push(write(envelope.message));
    if (made?.ok === true) answers.push(write(made.value.message));
  }
  return answers.length === 0 ? undefined : Buffer.concat(answers);
}

const isAnswer = ({ head }: Group): boolean => head?.elements[0]?.trim() === 'FA';

/** Letters that are a part of no delimiter, as many as an envelope has room for. */
const safe = (text: string | undefined, most: number): string =>
  (text ?? '')
    .replace(/[^A-Za-z0-9 ._-]/g, '')
    .trim()
    .slice(0, most);

/** Sender and receiver change places. */
function wishFor({ head, groups }: Interchange, control: number, { receivedAt, timeZone }: AnswerContext): Wish {
  const isa = head?.elements ?? [];
  const [group] = groups;
  const side = (at: number, code: number): Side => {
    const id = safe(isa[at + 1], 15);
    const named = safe(group?.head?.elements[code], 15);
    return { qualifier: safe(isa[at], 2) || 'ZZ', id: id || 'UNKNOWN', ...(named.length < 2 ? {} : { code: named }) };
  };
  return {
    kind: '999',
    sender: side(6, 2),
    receiver: side(4, 1),
    interchangeControl: control + 1,
    groupControl: control + 1,
    transactionControl: '0001',
    at: receivedAt,
    timeZone,
    usage: isa[14]?.trim() === 'T' ? 'T' : 'P',
  };
}
