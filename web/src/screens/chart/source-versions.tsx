// Versions of a resource, who wrote each, and what one says otherwise than another.
import { NativeSelect, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Bundle, Provenance, Resource } from '../../../../src/fhir/generated/types.ts';
import type { ShownPage } from '../../../../src/gateways/audit/page.ts';
import { ask as askServer } from '../../api/http.ts';
import { Go, useAsked, useBelow } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { Columns } from '../../parts/columns.tsx';
import { showTime } from '../../parts/dates.ts';
import { differences } from './differences.ts';
import { agentsOf, ofVersion } from './source-said.tsx';

export interface Version {
  number: string;
  at: string;
  /** Undefined: deleted. */
  resource: Resource | undefined;
}

export const versionsQuery = (of: string) => ({
  queryKey: [of.split('/')[0], of, 'versions'],
  queryFn: async (): Promise<Version[]> => {
    const bundle = await askServer<Bundle>(`/fhir/${of}/_history?_count=200`);
    return (bundle.entry ?? []).map(({ resource, response }) => ({
      number: resource?.meta?.versionId ?? /W\/"(\d+)"/.exec(response?.etag ?? '')?.[1] ?? '',
      at: resource?.meta?.lastUpdated ?? response?.lastModified ?? '',
      resource,
    }));
  },
});

export function Versions({ of, versions, provenance }: { of: string; versions: readonly Version[]; provenance: readonly Provenance[] }) {
  const [asked, ask] = useAsked();
  const patient = useBelow() ?? '';
  const { role } = usePerson();
  const [newer, older] = [
    versions.find(({ number }) => number === asked['version']) ?? versions[0],
    versions.find(({ number }) => number === asked['against']),
  ];
  const before = older ?? (newer === undefined ? undefined : versions[versions.indexOf(newer) + 1]);
  const changed = newer === undefined || before === undefined ? [] : differences(before.resource ?? {}, newer.resource ?? {});
  const names = versions.map(({ number, at, resource }) => ({
    value: number,
    label: `${number} · ${showTime(at)}${resource === undefined ? ' · deleted' : ''}`,
  }));
  return (
    <section className="card" aria-label="Versions">
      <h3>Versions</h3>
      <Table aria-label="Versions">
        <Columns of={['Version', 'When', 'Who']} />
        <Table.Tbody>
          {versions.slice(0, 50).map(({ number, at, resource }) => {
            const said = ofVersion(provenance, of, number);
            return (
              <Table.Tr key={number}>
                <Table.Td>
                  <Go
                    to={`/app/chart/${encodeURIComponent(patient)}`}
                    asked={{ tab: 'source', of, version: number }}
                    aria-current={number === newer?.number ? 'true' : undefined}
                  >
                    {number}
                  </Go>
                  {resource === undefined ? ' deleted' : ''}
                </Table.Td>
                <Table.Td className="nowrap">{showTime(at)}</Table.Td>
                <Table.Td dir="auto">
                  {said.length > 0 ? (
                    said.map(agentsOf).join(' · ')
                  ) : role === 'administrator' || role === 'records-officer' ? (
                    <WhoWrote of={of} patient={patient} at={at} />
                  ) : (
                    'see the audit trail'
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
      {newer !== undefined && before !== undefined && (
        <>
          <div className="timeline-head" data-search>
            <NativeSelect
              size="xs"
              label="Version"
              value={newer.number}
              data={names}
              onChange={(event) => ask({ version: event.currentTarget.value }, { replace: true })}
            />
            <NativeSelect
              size="xs"
              label="compared with"
              value={before.number}
              data={names}
              onChange={(event) => ask({ against: event.currentTarget.value }, { replace: true })}
            />
          </div>
          {changed.length === 0 ? (
            <p className="beneath">The two versions say the same.</p>
          ) : (
            <div className="grid-scroll">
              <table className="values-table">
                <caption>
                  What version {newer.number} says otherwise than version {before.number}
                </caption>
                <thead>
                  <tr>
                    <th scope="col">Path</th>
                    <th scope="col">Change</th>
                    <th scope="col">Before</th>
                    <th scope="col">Now</th>
                  </tr>
                </thead>
                <tbody>
                  {changed.slice(0, 300).map(({ path, kind, before: was, after: is }) => (
                    <tr key={`${kind} ${path}`}>
                      <td className="mono">{path}</td>
                      <td>{kind}</td>
                      <td className="leaf-text" dir="auto">
                        {was === undefined ? '' : <del>{was}</del>}
                      </td>
                      <td className="leaf-text" dir="auto">
                        {is === undefined ? '' : <ins>{is}</ins>}
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </>
      )}
    </section>
  );
}

/** Who wrote a version, from the audit trail of that moment, for those who may read it. */
function WhoWrote({ of, patient, at }: { of: string; patient: string; at: string }) {
  const around = (seconds: number): string => new Date(Date.parse(at) + seconds * 1000).toISOString();
  const { data } = useQuery({
    queryKey: ['audit', 'wrote', of, at],
    queryFn: () =>
      askServer<ShownPage>(`/audit?patient=${encodeURIComponent(patient)}&action=changed&since=${around(-2)}&until=${around(2)}&count=200`),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const row = data?.rows.find(({ resource }) => resource === of);
  return <>{data === undefined ? '…' : row === undefined ? 'not said' : `${row.who}, ${row.role}`}</>;
}
