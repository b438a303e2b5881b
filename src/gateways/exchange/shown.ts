// Messages, translations and outcomes as they go out.
import type { ChannelState, Source, StoredMessage, Tried } from '../../exchange/contract.ts';
import type { RowsReceipt } from '../../exchange/receive-rows.ts';
import type { Problem } from '../../fhir/result.ts';

export const shownMessage = ({ batch, ...message }: StoredMessage) => ({
  ...message,
  ...(batch === undefined ? {} : { batch: { ...batch, before: batch.before.toString('utf8'), after: batch.after.toString('utf8') } }),
  receivedAt: message.receivedAt.toISOString(),
  ...(message.nextTry === undefined ? {} : { nextTry: message.nextTry.toISOString() }),
  ...(message.doneAt === undefined ? {} : { doneAt: message.doneAt.toISOString() }),
});

export const shownSource = (source: Source) => ({ ...source, receivedAt: source.receivedAt.toISOString() });

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

export const shownChannel = (channel: ChannelState) => ({
  ...channel,
  ...(channel.lastReceived === undefined ? {} : { lastReceived: channel.lastReceived.toISOString() }),
  ...(channel.lastDone === undefined ? {} : { lastDone: channel.lastDone.toISOString() }),
});

/** What a message would do: each resource as it stands and as it would stand, and what has no home. */
export const shownTry = ({ translation, changes }: Tried) => ({
  changes,
  ledger: translation.ledger,
  instructions: translation.instructions,
  notes: translation.notes,
});
