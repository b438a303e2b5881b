// Where does this come from? Of any resource: its versions with what changed between them, who said so (Provenance), and of what a
// message made, the message with the very leaves (HL7 v2, C-CDA, X12, devices).
import { useQuery } from '@tanstack/react-query';
import type { Resource } from '../../../../src/fhir/generated/types.ts';
import { searchAll } from '../../api/fhir.ts';
import { useAsked } from '../../app/go.tsx';
import { showTime } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { conceptOf } from '../../parts/words.ts';
import { leavesOf } from './differences.ts';
import { nameOfResource } from './resource-words.ts';
import { Messages } from './source-messages.tsx';
import { Said } from './source-said.tsx';
import { Versions, versionsQuery } from './source-versions.tsx';

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
