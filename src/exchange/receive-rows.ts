// A file of rows received as the messages that it comes apart into: some at a time, whatever its length, each on disk before the file is.
import { ok, type Problem, type Result } from '../fhir/result.ts';
import { type Rest, slices } from '../record/slices.ts';
import type { Arrival, Receipt } from './contract.ts';
import type { RowLanguage } from './csv.ts';

export interface RowFile {
  channel: string;
  /** Named in each message with its lines. */
  name: string;
  /** Tells this file from any other: when it was written. Absent: it is told by what it says, so the same rows again are known. */
  at?: Date | undefined;
  by: string;
  now(): Date;
  /** Turns for others; absent: as of work that somebody waits for. */
  rest?: Rest;
}

export interface RowsReceipt {
  messages: number;
  /** Rows that can be read. */
  rows: number;
  /** Rows that cannot, kept in failed messages; of the first the reasons. */
  refused: number;
  problems: Problem[];
  /** Messages that were here already, from the same lines of a file that said the same. */
  known: number;
  /** Of the first message. */
  first?: Receipt;
}

const togetherMax = 8;
const problemsMax = 50;

export async function receiveRows(
  language: RowLanguage,
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  file: RowFile,
  receive: (arrival: Arrival) => Promise<Result<Receipt>>,
): Promise<Result<RowsReceipt>> {
  const all: RowsReceipt = { messages: 0, rows: 0, refused: 0, problems: [], known: 0 };
  const about = language.about(new Uint8Array());
  let waiting: Promise<Result<Receipt>>[] = [];
  const settle = async (): Promise<Result<Receipt> | undefined> => {
    const receipts = await Promise.all(waiting);
    waiting = [];
    for (const receipt of receipts) {
      if (!receipt.ok) return receipt;
      all.first ??= receipt.value;
      if (receipt.value.again) all.known++;
    }
    return undefined;
  };
  for await (const { raw, line, lines, rows, keys, fault } of language.parts(chunks, file.rest ?? slices())) {
    all.messages++;
    if (fault === undefined) all.rows += rows;
    else {
      all.refused += rows;
      for (const problem of [{ ...fault, also: [] }, ...(fault.also ?? [])])
        if (all.problems.length < problemsMax) all.problems.push(problem);
    }
    waiting.push(
      receive({
        channel: file.channel,
        format: 'csv',
        raw,
        receivedAt: file.now(),
        from: `${file.name}, ${lines}`,
        by: file.by,
        about: {
          sender: about.sender,
          kind: about.kind,
          lane: about.lane,
          // What is stored once is known by its bytes beside this.
          controlId: file.at === undefined ? `line ${line}` : `${file.name.slice(0, 200)} ${file.at.toISOString()} ${line}`,
          keys,
          ...(fault === undefined ? {} : { fault }),
        },
      }),
    );
    if (waiting.length < togetherMax) continue;
    const failed = await settle();
    if (failed !== undefined && !failed.ok) return failed;
  }
  const failed = await settle();
  return failed !== undefined && !failed.ok ? failed : ok(all);
}
