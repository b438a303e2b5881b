// One registry: each gap as a bar with its interval, and who it is of by clinic, practitioner or area, as a table.
import { NativeSelect, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { showTime } from '../../parts/dates.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type Facet, oneOf, type Share } from './api.ts';
import { usePractitioners } from './practitioners.ts';
import { countWords, shareWords } from './shape.ts';

const facetWords: Record<Facet, string> = { clinic: 'Clinic', practitioner: 'Practitioner', area: 'Postal area' };
const isFacet = (text: string | undefined): text is Facet => text !== undefined && Object.hasOwn(facetWords, text);

export function RegistryGaps({ name }: { name: string }) {
  const [asked, ask] = useAsked();
  const practitioners = usePractitioners(asked['by'] === 'practitioner');
  const found = useQuery({
    queryKey: ['Condition', 'population', 'one', name],
    queryFn: () => oneOf(name),
    placeholderData: keepPreviousData,
  });
  if (found.isPending) return <Waiting what="The registry" rows={10} />;
  if (found.isError) return <Failure error={found.error} again={() => void found.refetch()} />;
  const { registry, gaps, members, unsure, at } = found.data;
  const facet = isFacet(asked['by']) ? asked['by'] : 'clinic';
  const chosen = gaps.find(({ id }) => id === asked['gap']) ?? gaps[0];
  const words = registry.gaps.find(({ id }) => id === chosen?.id);
  if (members === 0)
    return (
      <Empty title="Nobody belongs to this registry">
        {registry.question} {registry.limits}
      </Empty>
    );
  return (
    <>
      <section className="card" aria-label="Care gaps">
        <p>
          {registry.question} <strong>{countWords(members)}</strong> patients
          {unsure === 0 ? '' : `; of ${countWords(unsure)} it could not be told, because birth or sex is not recorded`}.
        </p>
        <ul className="gaps">
          {registry.gaps.map(({ id, title }) => {
            const share = gaps.find((each) => each.id === id);
            return share === undefined ? null : (
              <li key={id}>
                <Go
                  to="/app/population"
                  asked={{ registry: name, by: asked['by'], gap: id }}
                  aria-current={id === chosen?.id ? 'true' : undefined}
                >
                  {title}
                </Go>
                <Bar share={share} title={title} />
                <span className="beside">{shareWords(share.share)}</span>
                <Go to="/app/population" asked={{ registry: name, view: 'patients', gap: id, outcome: 'gap' }}>
                  {share.gap === null ? 'open' : `${countWords(share.gap)} open`}
                </Go>
              </li>
            );
          })}
        </ul>
      </section>
      {chosen !== undefined && words !== undefined && (
        <section className="card" aria-label={words.title}>
          <h2>{words.title}</h2>
          <p>{words.says}</p>
          <p className="beside">
            {words.source.agency} {words.source.year}, {words.source.title}, {words.source.section}. What to do: {words.action}
          </p>
          <NativeSelect
            size="xs"
            w="14rem"
            className="off-paper"
            label="By"
            value={facet}
            onChange={(event) => ask({ by: event.currentTarget.value })}
            data={Object.entries(facetWords).map(([value, label]) => ({ value, label }))}
          />
          <Scrolling name={`${words.title} by ${facetWords[facet].toLowerCase()}`}>
            <Table aria-label={`${words.title} by ${facetWords[facet].toLowerCase()}`}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{facetWords[facet]}</Table.Th>
                  <Table.Th aria-label="Bar" />
                  <Table.Th>Met (95 % interval)</Table.Th>
                  <Table.Th className="number">Met</Table.Th>
                  <Table.Th className="number">Open</Table.Th>
                  <Table.Th className="number">Could not tell</Table.Th>
                  <Table.Th className="number">Excluded</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {[{ value: 'All', share: chosen, all: true }, ...chosen.by[facet].map((each) => ({ ...each, all: false }))].map(
                  ({ value, share, all }) => (
                    <Table.Tr key={`${all} ${value}`}>
                      <Table.Td dir="auto">
                        {all || value === '' ? (
                          value || 'Not known'
                        ) : (
                          <Go to="/app/population" asked={{ registry: name, view: 'patients', gap: chosen.id, [facet]: value }}>
                            {facet === 'practitioner' ? practitioners.nameOf(value) : value}
                          </Go>
                        )}
                      </Table.Td>
                      <Table.Td>
                        <Bar share={share} title={value} />
                      </Table.Td>
                      <Table.Td>{shareWords(share.share)}</Table.Td>
                      <Table.Td className="number">{countWords(share.met)}</Table.Td>
                      <Table.Td className="number">{countWords(share.gap)}</Table.Td>
                      <Table.Td className="number">{countWords(share.unknown)}</Table.Td>
                      <Table.Td className="number">{countWords(share.excluded)}</Table.Td>
                    </Table.Tr>
                  ),
                )}
              </Table.Tbody>
            </Table>
          </Scrolling>
          <p className="beside">
            Version {registry.version}, {registry.reviewer}. {registry.limits} Clinic is that of the last visit to one. Counted{' '}
            {showTime(at)}.
          </p>
        </section>
      )}
    </>
  );
}

/** The share as a bar and its interval as a line; words stand beside it. */
function Bar({ share: { share }, title }: { share: Share; title: string }) {
  const width = 160;
  return (
    <svg className="bar" width={width} height="14" viewBox={`0 0 ${width} 14`} role="img" aria-label={`${title}: ${shareWords(share)}`}>
      <rect x="0" y="2" width={width} height="10" className="bar-ground" />
      {share !== null && (
        <>
          <rect x="0" y="2" width={share.share * width} height="10" className="bar-met" />
          <line x1={share.low * width} x2={share.high * width} y1="7" y2="7" className="bar-interval" />
        </>
      )}
    </svg>
  );
}
