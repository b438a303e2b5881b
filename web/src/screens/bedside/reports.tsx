// For whoever answers for a ward: how much was scanned, what was stopped, on time or not, what cannot be scanned, what was overridden.
// Shares stand with their counts and 95 % intervals; of few doses it is said that they are few, and nothing is judged.
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { query } from '../../api/fhir.ts';
import { ask } from '../../api/http.ts';
import { Go, useAsked } from '../../app/go.tsx';
import { Page } from '../../parts/page.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { wardsQuery } from '../work/questions.ts';
import type { Report, Share } from './report-words.ts';
import { judgedWords, shareWords } from './report-words.ts';

const dayMs = 86_400_000;
const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

export function Reports() {
  const [asked, change] = useAsked();
  const from = asked['from'] ?? dayOf(Date.now() - 30 * dayMs);
  const to = asked['to'] ?? dayOf(Date.now() + dayMs);
  const ward = asked['ward'];
  const wards = useQuery(wardsQuery);
  const about = { from, to, ...(ward === undefined ? {} : { ward: `Location/${ward}` }) };
  const { data, error, refetch } = useQuery({
    queryKey: ['medication-reports', from, to, ward],
    queryFn: ({ signal }) => ask<Report>(`/medication/reports${query(about)}`, { signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Page
      title="Reports of the bedside"
      filters={`${from} to ${to}`}
      actions={
        <>
          <TextInput
            label="From"
            type="date"
            size="md"
            value={from}
            onChange={(event) => change({ from: event.currentTarget.value || undefined })}
          />
          <TextInput
            label="To, without this day"
            type="date"
            size="md"
            value={to}
            onChange={(event) => change({ to: event.currentTarget.value || undefined })}
          />
          <NativeSelect
            label="Ward"
            size="md"
            value={ward ?? ''}
            data={[{ value: '', label: 'All wards' }, ...(wards.data ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
            onChange={(event) => change({ ward: event.currentTarget.value || undefined })}
          />
          <Button
            component="a"
            variant="default"
            className="report-csv"
            size="md"
            href={`/medication/reports${query({ ...about, format: 'csv' })}`}
            download="bedside.csv"
          >
            Download as CSV
          </Button>
        </>
      }
    >
      <div className="bedside reports">
        {data === undefined ? (
          error === null ? (
            <Waiting what="The report" rows={6} />
          ) : (
            <Failure error={error} again={() => void refetch()} />
          )
        ) : data.doses === 0 ? (
          <Empty title="No dose was recorded in this time">
            Every dose that is recorded at the bedside counts here. Choose another time or ward.
          </Empty>
        ) : (
          <Shown report={data} />
        )}
        <p>
          <Go to="/app/bedside">Back to the bedside</Go>
        </p>
      </div>
    </Page>
  );
}

function Shown({ report }: { report: Report }) {
  const { scanRate, onTime, nearMisses, unscannable, notScanned, overrides, beforeOrder } = report;
  return (
    <>
      <p className="beneath">
        {report.doses} doses. {report.says}
      </p>
      <div className="report-tiles">
        <Tile title="Wristband scanned" share={scanRate.patients} />
        <Tile title="Drug scanned" share={scanRate.drugs} />
        <Tile title="On time" share={onTime.all} />
        <Tile title="Before an order" share={beforeOrder} />
      </div>
      <Rows
        title="Near misses: said, and not gone on with"
        none="Nothing was stopped or warned of."
        rows={nearMisses.map(({ code, severity, heeded }) => [
          `${severity === 'block' ? '⬣' : '▲'} ${code.replaceAll('-', ' ')}`,
          shareWords(heeded),
        ])}
      />
      <Rows
        title="Off their time"
        none="No dose had a time of its own."
        rows={
          onTime.all.of === 0
            ? []
            : [
                ['Early', shareWords(onTime.early)],
                ['Late', shareWords(onTime.late)],
                ...(onTime.medianMinutes === undefined ? [] : [['Half of them by', `${onTime.medianMinutes} min or less`] as const]),
              ]
        }
      />
      <Rows
        title="What cannot be scanned"
        none="Every code could be read."
        rows={unscannable.map(({ product, why, times }) => [
          `${product ?? 'No product number'}: ${why.replaceAll('-', ' ')}`,
          `${times} times`,
        ])}
      />
      <Rows
        title="Why it was not scanned"
        none="Everything was scanned."
        rows={notScanned.map(({ reason, times }) => [reason.replaceAll('-', ' '), `${times} times`])}
      />
      <Rows
        title="Warnings that were overridden"
        none="None was."
        rows={overrides.map(({ code, reason, times }) => [
          `${code.replaceAll('-', ' ')}: ${reason.replaceAll('-', ' ')}`,
          `${times} times`,
        ])}
      />
    </>
  );
}

function Tile({ title, share }: { title: string; share: Share }) {
  return (
    <section className="card report-tile" aria-label={title}>
      <h2>{title}</h2>
      <p className="report-share">{share.share === undefined ? '–' : `${(share.share * 100).toFixed(1)} %`}</p>
      <p>{shareWords(share)}</p>
      <p>
        <strong>{judgedWords(share)}</strong>
      </p>
    </section>
  );
}

function Rows({ title, none, rows }: { title: string; none: string; rows: readonly (readonly [string, string])[] }) {
  return (
    <section className="card" aria-label={title}>
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p>{none}</p>
      ) : (
        <ul className="rows">
          {rows.map(([name, value]) => (
            <li key={name}>
              <span className="row-what">{name}</span>
              <span className="row-when">{value}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}
