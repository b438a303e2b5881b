// What a message would do by the configuration of now: each resource beside what stands there, element by element. Nothing is written.
import { Button, Table } from '@mantine/core';
import { Columns } from '../../parts/columns.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import type { ShownTry } from './api.ts';
import { differenceOf } from './difference.ts';

const words = { create: 'would be new', update: 'would change', unchanged: 'would stay as it is', delete: 'would be deleted' } as const;

export function Tried({ result, error, close }: { result: ShownTry | undefined; error: Error | null; close(): void }) {
  return (
    <section className="card tried" aria-label="What it would do">
      <header className="page-head">
        <h2>What it would do now. Nothing was written.</h2>
        <Button size="compact-sm" variant="default" onClick={close}>
          Close
        </Button>
      </header>
      {error !== null ? (
        <Failure title="It would fail" error={error} />
      ) : result === undefined ? (
        <Waiting what="What it would do" rows={3} />
      ) : (
        <>
          <p>{summaryOf(result)}</p>
          {result.notes.map(({ message, where }) => (
            <p key={`${where} ${message}`}>
              Not understood{where === undefined ? '' : ` at ${where}`}: {message}
            </p>
          ))}
          {result.changes.map(({ outcome, before, after }) => {
            const one = after ?? before;
            const rows = outcome === 'unchanged' ? [] : differenceOf(before, after);
            if (rows.length === 0) return null;
            return (
              <div key={`${one?.resourceType}/${one?.id}`}>
                <h3>
                  {one?.resourceType} {words[outcome]}
                </h3>
                <Table aria-label={`${one?.resourceType} ${one?.id}: differences`} className="difference">
                  <Columns of={['Element', 'Stands there', 'Would stand there']} />
                  <Table.Tbody>
                    {rows.map(({ path, before: was, after: is }) => (
                      <Table.Tr key={path}>
                        <Table.Td className="mono">{path}</Table.Td>
                        <Table.Td dir="auto">{was === undefined ? <span className="soft">nothing</span> : <del>{was}</del>}</Table.Td>
                        <Table.Td dir="auto">{is === undefined ? <span className="soft">nothing</span> : <ins>{is}</ins>}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            );
          })}
        </>
      )}
    </section>
  );
}

/** A new version that says the same as the last one changes nothing that a reader would call a change. */
const outcomeOf = ({ outcome, before, after }: ShownTry['changes'][number]): keyof typeof words =>
  outcome === 'update' && differenceOf(before, after).length === 0 ? 'unchanged' : outcome;

function summaryOf({ changes }: ShownTry): string {
  const count = (outcome: keyof typeof words): number => changes.filter((change) => outcomeOf(change) === outcome).length;
  const parts = (['create', 'update', 'delete', 'unchanged'] as const).flatMap((outcome) =>
    count(outcome) === 0 ? [] : [`${count(outcome)} ${words[outcome]}`],
  );
  return parts.length === 0 ? 'It would do nothing.' : `Resources: ${parts.join(', ')}.`;
}
