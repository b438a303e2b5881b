// Clusters in space and time. Asked for, since it takes seconds.
import { Button } from '@mantine/core';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { showDate } from '../../parts/dates.ts';
import { type Clusters, clustersOf, type Wish } from './api.ts';
import { countWords } from './words.ts';

/** Below it a cluster is called likely. */
const likelyBelow = 0.05;

export interface ClusterSearch {
  wanted: boolean;
  want(): void;
  found: UseQueryResult<Clusters>;
  /** Areas of the first cluster, where chance hardly explains it. */
  likely: ReadonlySet<string>;
}

export function useClusters(wish: Wish): ClusterSearch {
  const [wanted, setWanted] = useState(false);
  const found = useQuery({
    queryKey: ['Encounter', 'surveillance', 'clusters', { ...wish, area: undefined }],
    queryFn: () => clustersOf({ ...wish, area: undefined }),
    enabled: wanted,
    retry: false,
  });
  const first = found.data?.clusters[0];
  const likely = new Set(wanted && first !== undefined && first.p < likelyBelow ? first.areas : []);
  return { wanted, want: () => setWanted(true), found, likely };
}

export function ClusterWords({ search: { wanted, want, found }, names }: { search: ClusterSearch; names: ReadonlyMap<string, string> }) {
  if (!wanted)
    return (
      <Button size="xs" variant="default" onClick={want} data-search>
        Look for clusters in space and time
      </Button>
    );
  if (found.isPending) return <p aria-busy="true">Scanning…</p>;
  if (found.isError) return <p role="alert">{found.error.message}</p>;
  const [first] = found.data.clusters;
  if (first === undefined) return <p>No cluster was found.</p>;
  return (
    <p className="cluster">
      {first.p < likelyBelow ? '▲ Likely cluster: ' : 'No cluster that chance does not explain; the likeliest: '}
      {first.areas.map((area) => names.get(area) ?? area).join(', ')}, {showDate(first.first)} to {showDate(first.last)}:{' '}
      {countWords(first.observed)} of {first.expected.toFixed(1)} expected, p {first.p < 0.001 ? '< 0.001' : `= ${first.p.toFixed(3)}`}{' '}
      (permutation scan, {found.data.repetitions} repetitions, {found.data.cases} cases
      {found.data.elsewhere > 0 ? `, ${found.data.elsewhere} in areas without a place left out` : ''}).
    </p>
  );
}
