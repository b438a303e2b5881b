// Who has seen this chart: the audit trail of one patient, for those who may read it (docs/decisions/0006).
import { Button, NativeSelect, Table, TextInput } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ShownPage } from '../../../../src/gateways/audit/page.ts';
import { query } from '../../api/fhir.ts';
import { ask as askServer } from '../../api/http.ts';
import { useAsked } from '../../app/go.tsx';
import { type Role, roleNames } from '../../app/roles.ts';
import { showTime } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { nameOfResource } from './resource-words.ts';
import { ToSource } from './to-source.tsx';

/** As src/gateways/audit/page.ts says it. */
export default function Seen({ id }: { id: string }) {
  const [asked, ask] = useAsked();
  const wish = { patient: id, action: asked['action'] ?? 'seen', account: asked['account'], since: asked['since'], count: 100 };
  const trail = useInfiniteQuery({
    queryKey: ['audit', wish],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) => askServer<ShownPage>(`/audit${query({ ...wish, cursor: pageParam })}`),
    getNextPageParam: ({ next }) => next,
    // Each look is itself a row of the trail.
    refetchOnWindowFocus: false,
  });
  const rows = trail.data?.pages.flatMap((page) => page.rows) ?? [];
  const people = new Set(rows.map(({ who }) => who));
  return (
    <>
      <div className="timeline-head" data-search>
        <NativeSelect
          label="What"
          size="xs"
          value={wish.action}
          data={[
            { value: 'seen', label: 'Who has seen it' },
            { value: 'changed', label: 'Who has changed it' },
            { value: 'seen,changed', label: 'Both' },
            { value: 'audit', label: 'Who has looked here' },
          ]}
          onChange={(event) => ask({ action: event.currentTarget.value }, { replace: true })}
        />
        <TextInput
          key={`account ${asked['account'] ?? ''}`}
          label="By (name of an account)"
          size="xs"
          defaultValue={asked['account'] ?? ''}
          onBlur={(event) => ask({ account: event.currentTarget.value.trim() || undefined }, { replace: true })}
          onKeyDown={(event) => event.key === 'Enter' && ask({ account: event.currentTarget.value.trim() || undefined }, { replace: true })}
        />
        <TextInput
          label="Since"
          type="date"
          size="xs"
          value={asked['since'] ?? ''}
          onChange={(event) => ask({ since: event.currentTarget.value || undefined }, { replace: true })}
        />
      </div>
      {trail.isPending ? (
        <Waiting what="The audit trail" rows={10} />
      ) : trail.isError ? (
        <Failure title="The audit trail could not be read" error={trail.error} again={() => void trail.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title="Nobody, of what is asked for">
          Every look at a chart is written down. Ask for an earlier time, or for everybody.
        </Empty>
      ) : (
        <>
          <p className="beneath">
            {rows.length} looks of {people.size} {people.size === 1 ? 'account' : 'accounts'}
            {trail.hasNextPage ? ', and earlier ones' : ''}. That you looked here is written down too.
          </p>
          <div className="grid-scroll">
            <Table aria-label="Who has seen this chart">
              <Table.Thead>
                <Table.Tr>
                  {['When', 'Who', 'What', 'Why', 'Outcome', 'From'].map((name) => (
                    <Table.Th key={name}>{name}</Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((row) => (
                  <Table.Tr key={`${row.when} ${row.request} ${row.actionText} ${row.resource ?? ''}`}>
                    <Table.Td className="nowrap">{showTime(row.when)}</Table.Td>
                    <Table.Td className="long" dir="auto" title={row.who}>
                      {row.who}{' '}
                      <span className="beneath">{Object.hasOwn(roleNames, row.role) ? roleNames[row.role as Role] : row.role}</span>
                    </Table.Td>
                    <Table.Td className="long" title={row.query}>
                      {row.actionText} <Target resource={row.resource} />
                    </Table.Td>
                    <Table.Td>{row.purposeText}</Table.Td>
                    <Table.Td>{row.outcomeText}</Table.Td>
                    <Table.Td className="mono">{row.from}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
          {trail.hasNextPage && (
            <Button size="xs" variant="default" onClick={() => void trail.fetchNextPage()} loading={trail.isFetchingNextPage} my="md">
              Earlier
            </Button>
          )}
        </>
      )}
    </>
  );
}

function Target({ resource }: { resource: string | undefined }) {
  if (resource === undefined) return null;
  const type = resource.split('/')[0] ?? '';
  return resource.includes('/') ? <ToSource of={resource}>{nameOfResource(type)}</ToSource> : nameOfResource(type);
}
