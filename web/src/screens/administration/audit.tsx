// The audit trail: who looked at a chart, what an account did, in which time; with all that is found as a file.
import { Button, Group, Select, Table, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { Criteria } from '../../api/fhir.ts';
import { Go, useAsked } from '../../app/go.tsx';
import type { Asked } from '../../app/router.tsx';
import { usePerson } from '../../app/session.tsx';
import { Columns } from '../../parts/columns.tsx';
import { csvAbout, csvRow } from '../../parts/csv.ts';
import { showTime } from '../../parts/dates.ts';
import { FileOfParts } from '../../parts/file-of-parts.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type ShownPage, type ShownRow, trail } from './api.ts';

const filters = ['patient', 'account', 'action', 'outcome', 'since', 'until'] as const;

const criteriaOf = (asked: Asked): Criteria => Object.fromEntries(filters.map((name) => [name, asked[name]]));

export function Audit() {
  const [asked, ask] = useAsked();
  const criteria = criteriaOf(asked);
  const found = useInfiniteQuery({
    queryKey: ['audit', criteria],
    queryFn: ({ signal, pageParam }) => trail({ ...criteria, count: 100, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const rows = found.data?.pages.flatMap((page) => page.rows) ?? [];
  return (
    <>
      <Filter asked={asked} ask={(change) => ask({ ...change, view: 'audit' }, { replace: true })} />
      {found.isPending ? (
        <Waiting what="The audit trail" />
      ) : found.isError ? (
        <Failure error={found.error} again={() => void found.refetch()} />
      ) : rows.length === 0 ? (
        <Empty title="Nobody did anything of this kind">
          Accounts are named whole, as they sign in; a patient by the id of the chart’s address.
        </Empty>
      ) : (
        <>
          <ExportTrail criteria={criteria} />
          <Scrolling name="Audit trail" className="wide paper-wide">
            <Table aria-label="The audit trail, newest first">
              <Columns of={['When', 'Who', 'Did', 'Whose record', 'Why, from where', 'Ended']} />
              <Table.Tbody>
                {keyed(rows).map(({ row, key }) => (
                  <Table.Tr key={key}>
                    <Table.Td className="nowrap">{showTime(row.when)}</Table.Td>
                    <Table.Td className="long" dir="auto">
                      {row.who} <span className="soft">{row.role}</span>
                    </Table.Td>
                    <Table.Td className="breaks did">
                      {row.actionText} {row.resource ?? ''}
                      {row.query !== undefined && <div className="soft mono">{row.query.slice(0, 300)}</div>}
                    </Table.Td>
                    <Table.Td>
                      <Whose row={row} />
                    </Table.Td>
                    <Table.Td>
                      {row.purposeText}
                      <div className="soft">{row.from}</div>
                    </Table.Td>
                    <Table.Td>{row.outcomeText}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Scrolling>
          {found.hasNextPage && (
            <Button variant="default" my="sm" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
              Older ones
            </Button>
          )}
        </>
      )}
      <p className="beneath">Looking at the trail leaves a row in it.</p>
    </>
  );
}

const whoseFirst = 4;

/** A page of a search shows a hundred: the first are enough to go on, and the others are a click away. */
function Whose({ row: { patients, morePatients } }: { row: ShownRow }) {
  const links = patients.map((id) => (
    <span key={id}>
      <Go to={`/app/chart/${id}`}>{id.slice(0, 13)}</Go>{' '}
    </span>
  ));
  const others = `${morePatients === true ? 'more than ' : ''}${(patients.length - whoseFirst).toLocaleString('en')} others`;
  return (
    <div className="whose">
      {links.slice(0, whoseFirst)}
      {patients.length > whoseFirst && (
        <details className="all-on-paper">
          <summary>and {others}</summary>
          {links.slice(whoseFirst)}
        </details>
      )}
      {morePatients === true && patients.length <= whoseFirst ? 'and others' : ''}
    </div>
  );
}

/** Several rows may be of one request and say the same; older pages come behind, so places stay. */
const keyed = (rows: readonly ShownRow[]): { row: ShownRow; key: string }[] =>
  rows.map((row, at) => ({ row, key: `${row.request} ${at}` }));

function Filter({ asked, ask }: { asked: Asked; ask(change: Asked): void }) {
  const [typed, setTyped] = useState(asked);
  const later = useDebouncedCallback((change: Asked) => ask(change), 400);
  const type = (name: string, value: string): void => {
    setTyped({ ...typed, [name]: value });
    later({ [name]: value.trim() });
  };
  return (
    <Group align="end" gap="sm" mb="md" data-search>
      <TextInput
        label="Patient, by id"
        w={220}
        value={typed['patient'] ?? ''}
        onChange={(event) => type('patient', event.currentTarget.value)}
      />
      <TextInput
        label="Who, by account"
        w={150}
        value={typed['account'] ?? ''}
        onChange={(event) => type('account', event.currentTarget.value)}
      />
      <Select
        label="Did"
        w={170}
        clearable
        data={[
          { value: 'seen', label: 'saw something' },
          { value: 'changed', label: 'changed something' },
          { value: 'export,download', label: 'exported' },
          { value: 'administered', label: 'administered' },
          { value: 'audit', label: 'looked at the trail' },
          ...(asked['action'] === undefined || ['seen', 'changed', 'export,download', 'administered', 'audit'].includes(asked['action'])
            ? []
            : [{ value: asked['action'], label: asked['action'] }]),
        ]}
        value={asked['action'] ?? null}
        onChange={(action) => ask({ action: action ?? undefined })}
        clearButtonProps={{ 'aria-label': 'Anything' }}
      />
      <Select
        label="Ended"
        w={130}
        clearable
        data={['done', 'refused', 'missing', 'conflict', 'failed']}
        value={asked['outcome'] ?? null}
        onChange={(outcome) => ask({ outcome: outcome ?? undefined })}
        clearButtonProps={{ 'aria-label': 'However' }}
      />
      {(['since', 'until'] as const).map((name) => (
        <TextInput
          key={name}
          type="date"
          label={name === 'since' ? 'From' : 'Up to'}
          w={145}
          value={asked[name] ?? ''}
          onChange={(event) => ask({ [name]: event.currentTarget.value })}
        />
      ))}
    </Group>
  );
}

const columns: readonly [string, (row: ShownRow) => string][] = [
  ['when', (row) => row.when],
  ['who', (row) => row.who],
  ['role', (row) => row.role],
  ['did', (row) => row.actionText],
  ['resource', (row) => row.resource ?? ''],
  ['patients', (row) => `${row.patients.join(' ')}${row.morePatients === true ? ' …' : ''}`],
  ['asked', (row) => row.query ?? ''],
  ['purpose', (row) => row.purposeText],
  ['from', (row) => row.from],
  ['outcome', (row) => row.outcomeText],
  ['request', (row) => row.request],
];

function ExportTrail({ criteria }: { criteria: Criteria }) {
  const person = usePerson();
  const [rows, setRows] = useState(0);
  const stop = useRef<AbortController>(undefined);
  const run = useMutation({
    mutationFn: async (): Promise<number> => {
      stop.current = new AbortController();
      setRows(0);
      const begun = new Date().toISOString();
      const file = new FileOfParts('text/csv;charset=utf-8');
      const said = Object.entries(criteria).flatMap(([name, value]) =>
        value === undefined || value === '' ? [] : [`${name} ${String(value)}`],
      );
      file.add(
        csvAbout([
          `Lamplight, audit trail, newest first: ${said.length === 0 ? 'everything' : said.join(', ')}`,
          `by ${person.name} (${person.role}), ${begun}`,
        ]),
      );
      file.add(csvRow(columns.map(([name]) => name)));
      let count = 0;
      let cursor: string | undefined;
      do {
        // Up to now and no further: each page that is fetched is a row of the trail itself.
        const page: ShownPage = await trail({ ...criteria, count: 1000, cursor }, stop.current.signal);
        for (const row of page.rows) file.add(csvRow(columns.map(([, cell]) => cell(row))));
        count += page.rows.length;
        setRows(count);
        cursor = page.next;
      } while (cursor !== undefined);
      file.save(`audit-${begun.slice(0, 19).replaceAll(':', '')}.csv`);
      return count;
    },
  });
  useEffect(() => () => stop.current?.abort(), []);
  return (
    <Group mb="sm" gap="sm" className="page-actions">
      <Button size="compact-md" variant="default" loading={run.isPending} onClick={() => run.mutate()}>
        Export all that is found, CSV
      </Button>
      {run.isPending && (
        <Button size="compact-md" variant="default" onClick={() => stop.current?.abort()}>
          Cancel
        </Button>
      )}
      <span role="status" className="soft">
        {run.isPending
          ? `${rows.toLocaleString('en')} rows fetched`
          : run.isSuccess
            ? `${run.data.toLocaleString('en')} rows were written.`
            : run.isError
              ? `There is no file: ${run.error instanceof DOMException ? 'it was stopped' : run.error.message}`
              : ''}
      </span>
    </Group>
  );
}
