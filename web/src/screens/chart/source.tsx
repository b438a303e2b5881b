// Where does this come from? Of any resource: its versions with what changed between them, who said so (Provenance), and of what a
// message made, the message with the very leaves (HL7 v2, C-CDA, X12, devices).
import { NativeSelect, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { Bundle, Provenance, Resource } from '../../../../src/fhir/generated/types.ts';
import { searchAll } from '../../api/fhir.ts';
import { ask as askServer } from '../../api/http.ts';
import { Go, useAsked, useBelow } from '../../app/go.tsx';
import { usePerson } from '../../app/session.tsx';
import { showTime } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { conceptOf } from '../../parts/words.ts';
import { differences, leavesOf } from './differences.ts';
import { nameOfResource } from './resource-words.ts';
import { ToSource } from './to-source.tsx';

export default function Source() {
  const [asked] = useAsked();
  const of = asked['of'];
  if (of === undefined || !/^[A-Z]\w+\/[\w.-]{1,64}$/.test(of))
    return (
      <Empty title="Choose something to ask about">
        Press on any value, medicine, encounter, problem or document of this chart: here you see where it comes from, every version of it
        and what changed between them.
      </Empty>
    );
  return <SourceOf key={of} of={of} />;
}

interface Version {
  number: string;
  at: string;
  /** Undefined: deleted. */
  resource: Resource | undefined;
}

const versionsQuery = (of: string) => ({
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

function SourceOf({ of }: { of: string }) {
  const [type = ''] = of.split('/');
  const versions = useQuery(versionsQuery(of));
  const provenance = useQuery({
    queryKey: ['Provenance', of],
    queryFn: () => searchAll('Provenance', { target: of, _sort: '-recorded' }, 200),
    // Whose role may not is told so once.
    retry: false,
  });
  if (versions.isPending) return <Waiting what="Versions" rows={8} />;
  if (versions.isError) return <Failure title="This could not be opened" error={versions.error} again={() => void versions.refetch()} />;
  const newest = versions.data[0];
  if (newest === undefined) return <Empty title="There is no such thing">It may have been removed, or the address is wrong.</Empty>;
  return (
    <div className="source">
      <header>
        <h2 dir="auto">{titleOf(newest.resource ?? versions.data[1]?.resource) || nameOfResource(type)}</h2>
        <p className="beneath">
          {nameOfResource(type)} · {versions.data.length === 1 ? 'one version' : `${versions.data.length} versions`} · last changed{' '}
          {showTime(newest.at)}
          {newest.resource === undefined ? ' · deleted' : ''}
        </p>
      </header>
      <Messages of={of} />
      <Said of={of} provenance={provenance.data} error={provenance.error ?? undefined} />
      <Versions of={of} versions={versions.data} provenance={provenance.data ?? []} />
      {newest.resource !== undefined && <Leaves resource={newest.resource} />}
    </div>
  );
}

/** What most resources are called by. */
function titleOf(resource: Resource | undefined): string {
  if (resource === undefined) return '';
  if ('code' in resource && typeof resource.code === 'object' && !Array.isArray(resource.code) && 'coding' in resource.code)
    return conceptOf(resource.code);
  if ('medicationCodeableConcept' in resource) return conceptOf(resource.medicationCodeableConcept);
  if (
    'type' in resource &&
    typeof resource.type === 'object' &&
    resource.type !== null &&
    !Array.isArray(resource.type) &&
    'text' in resource.type
  )
    return String(resource.type.text);
  return '';
}

interface Sourced {
  message: string;
  channel: string;
  sender: string;
  controlId: string;
  kind: string;
  receivedAt: string;
  leaves: { path: string; text: string; elements: string[] }[];
}

function Messages({ of }: { of: string }) {
  const { role } = usePerson();
  const mayOpen = role === 'administrator' || role === 'records-officer';
  const sources = useQuery({
    queryKey: [of.split('/')[0], of, 'messages'],
    queryFn: () => askServer<{ sources: Sourced[] }>(`/exchange/source?resource=${encodeURIComponent(of)}`),
  });
  if (sources.isPending) return <Waiting what="Messages" rows={2} />;
  if (sources.isError) return <Failure title="The messages could not be read" error={sources.error} again={() => void sources.refetch()} />;
  if (sources.data.sources.length === 0)
    return (
      <section className="card" aria-label="Messages">
        <h3>No message</h3>
        <p className="beneath">It was recorded here or came through the API: no message of another system made or changed it.</p>
      </section>
    );
  return sources.data.sources.map((source) => (
    <section key={source.message} className="card" aria-label={`Message ${source.controlId}`}>
      <h3>
        {source.kind} of {source.sender}{' '}
        <span className="count">
          {source.controlId} · {showTime(source.receivedAt)} · channel {source.channel}
        </span>
      </h3>
      {mayOpen && (
        <p>
          <Go to="/app/interfaces" asked={{ message: source.message }}>
            Open the message
          </Go>
        </p>
      )}
      {source.leaves.length === 0 ? (
        <p className="beneath">What its leaves became is no longer kept.</p>
      ) : (
        <div className="grid-scroll">
          <table className="values-table">
            <caption>What the message says, and where it stands here</caption>
            <thead>
              <tr>
                <th scope="col">In the message</th>
                <th scope="col">As it was received</th>
                <th scope="col">Here</th>
              </tr>
            </thead>
            <tbody>
              {source.leaves.map(({ path, text, elements }) => (
                <tr key={path}>
                  <td className="mono nowrap">{path}</td>
                  <td className="mono leaf-text" dir="auto">
                    <mark>{text}</mark>
                  </td>
                  <td className="mono">{elements.join(', ')}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  ));
}

const versionIn = (reference: string | undefined): string | undefined => /\/_history\/(\w+)$/.exec(reference ?? '')?.[1];

/** Provenance of one version; of those that name no version it is of all. */
const ofVersion = (provenance: readonly Provenance[], of: string, number: string): Provenance[] =>
  provenance.filter(({ target }) =>
    target.some(({ reference }) => reference === `${of}/_history/${number}` || (reference === of && versionIn(reference) === undefined)),
  );

const agentsOf = ({ agent }: Provenance): string =>
  agent.map(({ who, type }) => [who.display ?? who.reference ?? 'not named', conceptOf(type)].filter(Boolean).join(', ')).join(' · ');

function Said({ of, provenance, error }: { of: string; provenance: readonly Provenance[] | undefined; error: Error | undefined }) {
  if (error !== undefined)
    return (
      <section className="card" aria-label="Who said so">
        <h3>Who said so</h3>
        <p className="beneath">{error.message}</p>
      </section>
    );
  if (provenance === undefined) return <Waiting what="Who said so" rows={2} />;
  if (provenance.length === 0) return null;
  const [newest] = provenance;
  const entities = newest?.entity ?? [];
  return (
    <section className="card" aria-label="Who said so">
      <h3>Who said so</h3>
      <p>
        {newest === undefined ? '' : `${agentsOf(newest)}, ${showTime(newest.recorded)}`}{' '}
        <ToSource of={`Provenance/${newest?.id ?? ''}`}>Provenance</ToSource>
      </p>
      {entities.length > 0 && (
        <>
          <p className="beneath">It rests on</p>
          <ul className="basis">
            {entities.map(({ what, role }) => {
              const on = (what.reference ?? '').replace(/\/_history\/.*$/, '');
              return (
                <li key={`${role} ${what.reference ?? what.display ?? ''}`}>
                  {on === '' || on === of ? (
                    (what.display ?? 'not named')
                  ) : (
                    <ToSource of={on}>
                      {what.display ?? `${nameOfResource(on.split('/')[0] ?? '')} ${on.split('/')[1]?.slice(0, 8) ?? ''}`}
                    </ToSource>
                  )}
                </li>
              );
            })}
          </ul>
        </>
      )}
    </section>
  );
}

function Versions({ of, versions, provenance }: { of: string; versions: readonly Version[]; provenance: readonly Provenance[] }) {
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
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Version</Table.Th>
            <Table.Th>When</Table.Th>
            <Table.Th>Who</Table.Th>
          </Table.Tr>
        </Table.Thead>
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
      askServer<{ rows: { who: string; role: string; resource?: string }[] }>(
        `/audit?patient=${encodeURIComponent(patient)}&action=changed&since=${around(-2)}&until=${around(2)}&count=200`,
      ),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const row = data?.rows.find(({ resource }) => resource === of);
  return <>{data === undefined ? '…' : row === undefined ? 'not said' : `${row.who}, ${row.role}`}</>;
}

function Leaves({ resource }: { resource: Resource }) {
  return (
    <details className="card">
      <summary>All that it says</summary>
      <table className="values-table">
        <tbody>
          {leavesOf(resource)
            .slice(0, 500)
            .map(({ path, value }) => (
              <tr key={path}>
                <th scope="row" className="mono">
                  {path}
                </th>
                <td className="leaf-text" dir="auto">
                  {value.length > 2000 ? `${value.slice(0, 2000)} …` : value}
                </td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  );
}
