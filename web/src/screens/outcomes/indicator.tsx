// One indicator: its control chart with what was changed when, wards, a funnel, the rows behind a point, and its definition in words.
import { Button, SegmentedControl, Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Go, useAsked } from '../../app/go.tsx';
import { Page } from '../../parts/page.tsx';
import { Failure, Waiting } from '../../parts/states.tsx';
import { oneIndicator } from './api.ts';
import { ChartCard } from './indicator-chart.tsx';
import { saveCsv } from './indicator-csv.ts';
import { DefinitionCard } from './indicator-definition.tsx';
import { Notes } from './indicator-notes.tsx';
import { Behind } from './indicator-rows.tsx';
import { Funnel, Wards } from './indicator-wards.tsx';
import { MeaningMark } from './words.tsx';

export function IndicatorPage({ name }: { name: string }) {
  const [asked, setAsked] = useAsked();
  const { step, ward, until, period } = asked;
  const found = useQuery({
    queryKey: ['outcomes', 'one', name, { step, ward, until }],
    queryFn: () => oneIndicator(name, { step, ward, until }),
    placeholderData: keepPreviousData,
  });
  const data = found.data;
  const filters = `${ward ?? 'whole hospital'}, by ${step ?? 'month'}${until === undefined ? '' : `, until ${until}`}`;
  return (
    <Page
      title={data?.indicator.title ?? 'Indicator'}
      filters={filters}
      actions={
        data === undefined ? undefined : (
          <>
            <Button size="xs" variant="default" onClick={() => saveCsv(data, filters)}>
              CSV
            </Button>
            <Button size="xs" variant="default" onClick={() => window.print()}>
              Print
            </Button>
          </>
        )
      }
    >
      <p>
        <Go to="/app/outcomes" asked={{ until }}>
          ← All indicators
        </Go>
      </p>
      {found.isPending ? (
        <Waiting what="The indicator" />
      ) : data === undefined ? (
        <Failure error={found.error ?? new Error('It could not be fetched')} again={() => void found.refetch()} />
      ) : (
        <div className="indicator" aria-busy={found.isPlaceholderData}>
          <div className="indicator-bar">
            <SegmentedControl
              size="xs"
              aria-label="Step"
              data={[
                { value: 'month', label: 'By month' },
                { value: 'week', label: 'By week' },
              ]}
              value={step ?? 'month'}
              onChange={(value) => setAsked({ step: value === 'month' ? undefined : value, period: undefined })}
            />
            <Select
              size="xs"
              aria-label="Ward"
              placeholder="Whole hospital"
              clearable
              data={data.wards.map((each) => each.ward)}
              value={ward ?? null}
              onChange={(value) => setAsked({ ward: value ?? undefined, period: undefined })}
            />
            <MeaningMark meaning={data.chart.now.meaning} says={data.chart.now.says} />
          </div>
          <ChartCard data={data} ward={ward} onPoint={(chosen) => setAsked({ period: chosen })} />
          {period !== undefined && <Behind name={name} query={{ step, ward, period }} close={() => setAsked({ period: undefined })} />}
          <div className="indicator-columns">
            <Wards data={data} />
            <Notes data={data} name={name} />
          </div>
          {data.indicator.measure !== 'time' && <Funnel name={name} title={data.indicator.title} query={{ step, until }} />}
          <DefinitionCard data={data} />
        </div>
      )}
    </Page>
  );
}
