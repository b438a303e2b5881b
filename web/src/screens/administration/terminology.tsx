// Code systems: which releases are loaded, and which one answers where none is named. A new one can be loaded while the old one is served.
import { Button, Table } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Columns } from '../../parts/columns.tsx';
import { showDate } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { putIntoUse, releases } from './api.ts';

export function Terminology() {
  const client = useQueryClient();
  const found = useQuery({ queryKey: ['terminology'], queryFn: releases });
  const use = useMutation({
    mutationFn: ({ system, version }: { system: string; version: string }) => putIntoUse(system, version),
    onSettled: () => client.invalidateQueries({ queryKey: ['terminology'] }),
  });
  if (found.isPending) return <Waiting what="The code systems" />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  if (found.data.length === 0)
    return (
      <Empty title="No code system was loaded">
        Those of FHIR itself are built in. LOINC, SNOMED CT, RxNorm and others have licences of their own: get their release files and load
        them with <code>lamplight terminology load FILE</code>, as they are. While one is loaded, the one before is served.
      </Empty>
    );
  return (
    <>
      {use.isError && <Failure title="It was not put into use" error={use.error} />}
      <Scrolling name="Code systems">
        <Table aria-label="Releases of code systems">
          <Columns of={['System', 'Version', 'State', { number: 'Holds' }, 'Loaded', 'Action']} />
          <Table.Tbody>
            {found.data.map(({ system, version, kind, state, inUse, size, begun, completed }) => (
              <Table.Tr key={`${system} ${version} ${begun}`}>
                <Table.Td className="breaks">{system}</Table.Td>
                <Table.Td className="nowrap">{version}</Table.Td>
                <Table.Td className="nowrap">{inUse ? '● Answers' : state === 'ready' ? '○ Ready' : `◷ ${state}`}</Table.Td>
                <Table.Td className="number">
                  {size.toLocaleString('en')} {kind === 'package' ? 'resources' : 'concepts'}
                </Table.Td>
                <Table.Td className="nowrap">{completed === undefined ? `since ${showDate(begun)}` : showDate(completed)}</Table.Td>
                <Table.Td>
                  {!inUse && state === 'ready' && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      disabled={use.isPending}
                      onClick={() => use.mutate({ system, version })}
                      aria-label={`Let ${version} of ${system} answer`}
                    >
                      Let it answer
                    </Button>
                  )}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Scrolling>
      <p className="beneath">Releases are loaded from their files: lamplight terminology load FILE.</p>
    </>
  );
}
