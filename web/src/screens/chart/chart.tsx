// One patient. What a clinician asks first stands first; the parts of the chart are parts of the address, so that each can be sent.
import { useQuery } from '@tanstack/react-query';
import { type ComponentType, lazy, Suspense, useEffect } from 'react';
import { Go, useAsked, useBelow, useGo } from '../../app/go.tsx';
import { useKeys } from '../../app/keys.ts';
import type { Role } from '../../app/roles.ts';
import { usePerson } from '../../app/session.tsx';
import { Page } from '../../parts/page.tsx';
import { patientQuery } from '../../parts/patient-banner.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { nameOf } from '../../parts/words.ts';
import { useEarly } from './chart-query.ts';
import { Summary } from './summary.tsx';
import './chart.css';

interface Part {
  tab: string;
  name: string;
  /** Above the part, where its name is too short for that. */
  title?: string;
  shows: ComponentType<{ id: string }>;
  /** Whom the server answers; absent: everybody who may open the chart. */
  roles?: readonly Role[];
  /** Needs all observations: both are fetched while the patient is. */
  early?: () => Promise<unknown>;
}

const timeline = () => import('./timeline.tsx');
const results = () => import('./results.tsx');

const parts: readonly Part[] = [
  { tab: 'summary', name: 'Summary', shows: Summary },
  { tab: 'timeline', name: 'Timeline', shows: lazy(timeline), early: timeline },
  { tab: 'results', name: 'Results', shows: lazy(results), early: results },
  { tab: 'documents', name: 'Documents', shows: lazy(() => import('./documents.tsx')) },
  { tab: 'source', name: 'Origin', title: 'Where it comes from', shows: lazy(() => import('./source.tsx')) },
  {
    tab: 'seen',
    name: 'Seen by',
    title: 'Who has seen this chart',
    shows: lazy(() => import('./seen.tsx')),
    roles: ['administrator', 'records-officer'],
  },
];

export default function Chart() {
  const id = useBelow();
  if (id === undefined)
    return (
      <Page title="Chart">
        <Empty title="No patient is chosen">Press Ctrl+K and type a name, or choose somebody under Patients.</Empty>
      </Page>
    );
  return <ChartOf id={id} />;
}

function ChartOf({ id }: { id: string }) {
  const [asked] = useAsked();
  const go = useGo();
  const { role } = usePerson();
  const patient = useQuery(patientQuery(id));
  const address = `/app/chart/${encodeURIComponent(id)}`;
  const mine = parts.filter(({ roles }) => roles === undefined || roles.includes(role));
  useKeys(mine.map(({ tab }, index) => ({ keys: String(index + 1), run: () => go(address, { tab }) })));
  const chosen = mine.find(({ tab }) => tab === (asked['tab'] ?? 'summary'));
  useEarly(id, chosen?.early !== undefined);
  useEffect(() => void chosen?.early?.(), [chosen]);
  if (patient.isPending) return <Waiting what="The chart" />;
  if (patient.isError) return <Failure title="This chart could not be opened" error={patient.error} again={() => void patient.refetch()} />;
  const Shows = chosen?.shows;
  const tabs = (
    <nav className="parts" aria-label="Parts of the chart">
      {mine.map(({ tab, name }, index) => (
        <Go
          key={tab}
          to={address}
          asked={{ tab }}
          aria-current={tab === chosen?.tab ? 'page' : undefined}
          title={`${name} (key ${index + 1})`}
        >
          {name}
        </Go>
      ))}
    </nav>
  );
  return (
    <Page
      title={chosen?.title ?? chosen?.name ?? 'Chart'}
      filters={`${nameOf(patient.data.name)} · ${filtersOf(chosen, asked)}`}
      actions={tabs}
    >
      <Suspense fallback={<Waiting what="This part of the chart" />}>
        {Shows === undefined ? (
          <Empty title="The chart has no such part">Choose one above: the address may be old, or this part is not for your role.</Empty>
        ) : (
          <Shows id={id} />
        )}
      </Suspense>
    </Page>
  );
}

/** On paper: which part, and what it was narrowed to. */
const filtersOf = (part: Part | undefined, asked: Record<string, string | undefined>): string =>
  [
    part?.name ?? '',
    ...Object.entries(asked).flatMap(([name, value]) => (name === 'tab' || value === undefined ? [] : [`${name} ${value}`])),
  ].join(' · ');
