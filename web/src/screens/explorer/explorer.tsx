// The data explorer: any type of resource, a form out of what the server says can be searched, the search as an address, what it finds as
// a table, as JSON and counted over time, and all of it as a file. The search is in the address: `?type=Observation&q=status=final`.
import { Alert, Select } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { CapabilityStatement, Resource, ResourceType } from '../../../../src/fhir/generated/types.ts';
import { type Found, nextPage } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { Go, useAsked } from '../../app/go.tsx';
import { Page } from '../../parts/page.tsx';
import { Soon } from '../../parts/soon.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { AddressLine } from './address-line.tsx';
import { columnsOf, usualColumns } from './columns.ts';
import type { Parameter, ParameterType } from './criteria.ts';
import { CriteriaForm } from './criteria-form.tsx';
import { Export } from './export-panel.tsx';
import { JsonView } from './json-view.tsx';
import { OverTime } from './over-time.tsx';
import { searchFirst, totalOf } from './search.ts';
import { ResourceTable } from './table.tsx';
import '../../parts/lists.css';
import './explorer.css';

const views = { table: 'Table', json: 'JSON', time: 'Count over time', export: 'Export' } as const;

export default function Explorer() {
  const [asked, ask_] = useAsked();
  const client = useQueryClient();
  const says = useQuery({
    queryKey: ['capabilities'],
    queryFn: () => ask<CapabilityStatement>('/fhir/metadata'),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const resources = says.data?.rest?.[0]?.resource ?? [];
  const type = asked['type'];
  const known = resources.find((one) => one.type === type);
  const parameters = useMemo(
    () =>
      (known?.searchParam ?? [])
        .map(({ name, type: kind }): Parameter => ({ name, type: kind as ParameterType }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
    [known],
  );
  if (says.isPending)
    return (
      <Page title="Data explorer">
        <Waiting what="What can be searched" />
      </Page>
    );
  if (says.isError)
    return (
      <Page title="Data explorer">
        <Failure error={says.error} again={() => void says.refetch()} />
      </Page>
    );
  const search = `${type ?? ''}${(asked['q'] ?? '') === '' ? '' : `?${asked['q']}`}`;
  return (
    <Page title="Data explorer" filters={search}>
      <Soon>
        <div className="explore-head" data-search>
          <Select
            label="Type of resource"
            w={280}
            searchable
            data={resources.map((one) => one.type ?? '').filter((name) => name !== '')}
            value={known === undefined ? null : (type ?? null)}
            onChange={(chosen) => chosen !== null && ask_({ type: chosen, q: undefined, columns: undefined, date: undefined })}
            limit={200}
            nothingFoundMessage="FHIR R4 has no such type"
          />
          {known !== undefined && (
            <CriteriaForm
              key={`${type} ${asked['q'] ?? ''}`}
              type={type ?? ''}
              parameters={parameters}
              q={asked['q'] ?? ''}
              search={(q) => {
                ask_({ q });
                void client.invalidateQueries({ queryKey: ['explorer'] });
              }}
            />
          )}
        </div>
      </Soon>
      {known === undefined || type === undefined ? (
        <>
          {type !== undefined && <Alert color="yellow" variant="light" title={`FHIR R4 has no type “${type.slice(0, 60)}”`} mb="md" />}
          <Empty title="Choose a type of resource">
            Everything in the record is one of them. Often asked:{' '}
            {['Patient', 'Encounter', 'Observation', 'Condition', 'MedicationRequest', 'DiagnosticReport'].map((name) => (
              <span key={name}>
                <Go to="/app/explorer" asked={{ type: name }}>
                  {name}
                </Go>{' '}
              </span>
            ))}
          </Empty>
        </>
      ) : (
        <Finds type={type as ResourceType} search={search} parameters={parameters} />
      )}
    </Page>
  );
}

function Finds({ type, search, parameters }: { type: ResourceType; search: string; parameters: readonly Parameter[] }) {
  const [asked, ask_] = useAsked();
  const view = asked['view'] !== undefined && asked['view'] in views ? asked['view'] : 'table';
  const found = useInfiniteQuery({
    // Not by type: a search of a busy hospital must come to its end, whatever changes meanwhile.
    queryKey: ['explorer', 'found', search],
    queryFn: ({ signal, pageParam }): Promise<Found<Resource>> =>
      pageParam === undefined ? searchFirst(search, 100, signal) : nextPage(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const total = useQuery({
    queryKey: ['explorer', 'total', search],
    queryFn: ({ signal }) => totalOf(search, signal),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(() => found.data?.pages.flatMap((page) => page.resources) ?? [], [found.data]);
  const known = useMemo(() => columnsOf(rows), [rows]);
  const columns = asked['columns'] === undefined ? usualColumns(known) : asked['columns'].split(',').filter((name) => name !== '');
  return (
    <>
      <AddressLine search={search} />
      <nav className="views" aria-label="Views of what was found">
        {Object.entries(views).map(([name, words]) => (
          <Go key={name} to="/app/explorer" asked={{ ...asked, view: name }} aria-current={view === name ? 'page' : undefined}>
            {words}
          </Go>
        ))}
        <span className="views-beside" role="status">
          {total.data === undefined ? '' : `${total.data.toLocaleString('en')} found`}
        </span>
      </nav>
      <Soon>
        {found.isPending ? (
          <Waiting what="What was found" rows={12} />
        ) : found.isError ? (
          <Failure title="The search was refused" error={found.error} again={() => void found.refetch()} />
        ) : rows.length === 0 ? (
          <Empty title={`No ${type} is found`}>
            {search === type
              ? `There is none that you may see. They come with messages, files and requests.`
              : 'Take a criterion away, or look at what a value means: dates are compared as written, codes whole.'}
          </Empty>
        ) : view === 'json' ? (
          <JsonView resources={rows} more={found.hasNextPage ? () => void found.fetchNextPage() : undefined} />
        ) : view === 'time' ? (
          <OverTime type={type} search={search} parameters={parameters} />
        ) : view === 'export' ? (
          <Export type={type} search={search} columns={columns} known={known} total={total.data} />
        ) : (
          <ResourceTable
            rows={rows}
            columns={columns}
            known={known}
            choose={(chosen) => ask_({ columns: chosen.length === 0 ? undefined : chosen.join(',') }, { replace: true })}
            more={found.hasNextPage && !found.isFetchingNextPage ? () => void found.fetchNextPage() : undefined}
            total={total.data}
          />
        )}
      </Soon>
    </>
  );
}
