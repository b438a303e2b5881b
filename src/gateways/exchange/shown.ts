// Messages, translations and outcomes as they go out.
import type { ChannelState, Source, StoredMessage } from '../../exchange/contract.ts';
import type { RowsReceipt } from '../../exchange/receive-rows.ts';
import type { Problem } from '../../fhir/result.ts';
import type { ShownChannel, ShownMessage, ShownSource } from './answers.ts';

export const shownMessage = ({ batch, receivedAt, nextTry, doneAt, ...message }: StoredMessage): ShownMessage => ({
  ...message,
  ...(batch === undefined ? {} : { batch: { ...batch, before: batch.before.toString('utf8'), after: batch.after.toString('utf8') } }),
  receivedAt: receivedAt.toISOString(),
  ...(nextTry === undefined ? {} : { nextTry: nextTry.toISOString() }),
  ...(doneAt === undefined ? {} : { doneAt: doneAt.toISOString() }),
});

export const shownSource = (source: Source): ShownSource => ({ ...source, receivedAt: source.receivedAt.toISOString() });

export const outcomeOf = (problem: Problem | undefined) => ({
  resourceType: 'OperationOutcome',
  issue: [
    problem === undefined
      ? {
          severity: 'information',
          code: 'informational',
          diagnostics: 'The message is kept; what it says will be in the record in a moment',
        }
      : {
          severity: 'error',
          code: 'invalid',
          diagnostics: problem.message,
          ...(problem.where === undefined ? {} : { expression: [problem.where] }),
        },
  ],
});

/** Of a file of rows: what was kept, and the reasons of the first rows that cannot be read. */
export const rowsOutcome = ({ messages, rows, refused, problems, known }: RowsReceipt) => ({
  resourceType: 'OperationOutcome',
  issue: [
    {
      severity: 'information',
      code: 'informational',
      diagnostics: `${rows} rows are kept and will be in the record in a moment; ${refused} cannot be read and are kept as failed messages (${messages} messages in all${known === 0 ? '' : `, ${known} of them were here already`})`,
    },
    ...problems.map(({ message, where }) => ({
      severity: 'error',
      code: 'invalid',
      diagnostics: message,
      ...(where === undefined ? {} : { expression: [where] }),
    })),
  ],
});

export const shownChannel = ({ lastReceived, lastDone, ...channel }: ChannelState): ShownChannel => ({
  ...channel,
  ...(lastReceived === undefined ? {} : { lastReceived: lastReceived.toISOString() }),
  ...(lastDone === undefined ? {} : { lastDone: lastDone.toISOString() }),
});
