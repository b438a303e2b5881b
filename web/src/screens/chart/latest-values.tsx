// How the patient is now: the early-warning score with why and since when, the vital signs, and the last result of each quantity beside
// its trend. Asked with $lastn, so that a chart of ten thousand values costs no more than one of ten.
import { useQuery } from '@tanstack/react-query';
import type { Bundle, Observation } from '../../../../src/fhir/generated/types.ts';
import { ask } from '../../api/http.ts';
import { about } from '../../api/touched.ts';
import { Go, useBelow } from '../../app/go.tsx';
import { showTime, sinceOf } from '../../parts/dates.ts';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { flagMark, isOut, type Series, seriesOf, vitalRank } from './readings.ts';
import { Spark } from './spark.tsx';
import { ToSource } from './to-source.tsx';
import { unitWords } from './units.ts';

/** What src/modules/deterioration concludes. */
const scoreSystem = 'http://lamplight.example/CodeSystem/score';
const each = 10;

const isScore = ({ code }: Observation): boolean => code.coding?.some(({ system }) => system === scoreSystem) === true;
const timeOf = ({ effectiveDateTime, effectivePeriod }: Observation): string => effectiveDateTime ?? effectivePeriod?.end ?? '';

export function LatestValues({ id }: { id: string }) {
  const latest = useQuery({
    queryKey: ['Observation', id, 'latest'],
    meta: about(id),
    queryFn: async () => {
      const bundle = await ask<Bundle>(`/fhir/Observation/$lastn?patient=${encodeURIComponent(id)}&max=${each}`);
      return (bundle.entry ?? []).flatMap(({ resource }) => (resource?.resourceType === 'Observation' ? [resource] : []));
    },
  });
  if (latest.isPending)
    return (
      <section className="card" aria-label="Vital signs">
        <Waiting what="What was measured last" rows={8} />
      </section>
    );
  if (latest.data === undefined)
    return (
      <section className="card" aria-label="Vital signs">
        <Failure error={latest.error ?? new Error('')} again={() => void latest.refetch()} />
      </section>
    );
  const scores = latest.data
    .filter((one) => isScore(one) && one.status !== 'entered-in-error')
    .sort((a, b) => timeOf(b).localeCompare(timeOf(a)));
  const series = seriesOf(latest.data.filter((one) => !isScore(one))).sort(
    (a, b) => (b.readings.at(-1)?.atMs ?? 0) - (a.readings.at(-1)?.atMs ?? 0),
  );
  const vital = series.filter(({ category }) => category === 'Vital signs').sort((a, b) => vitalRank(a) - vitalRank(b));
  const others = series.filter(({ category }) => category !== 'Vital signs');
  return (
    <>
      <section className="card" aria-label="Vital signs">
        <h2>Vital signs</h2>
        <Score scores={scores} />
        <Values series={vital} none="No vital sign is recorded" teaches="Press v to record some, or connect a monitor (docs/devices.md)." />
      </section>
      <section className="card" aria-label="Last results">
        <h2>
          Last results {others.length > 0 && <span className="count">{others.length}</span>} <Whole tab="results">by day</Whole>{' '}
          <Whole tab="timeline">as a timeline</Whole>
        </h2>
        <Values series={others} none="There is no result yet" teaches="Results come from the laboratory's messages." />
      </section>
    </>
  );
}

function Whole({ tab, children }: { tab: string; children: string }) {
  const patient = useBelow() ?? '';
  return (
    <Go to={`/app/chart/${encodeURIComponent(patient)}`} asked={{ tab }} className="card-link">
      {children}
    </Go>
  );
}

/** The newest score: the total or why there is none, what it means, and how it came to be. */
function Score({ scores }: { scores: readonly Observation[] }) {
  const [score, before] = scores;
  if (score === undefined) return <p className="beneath">No early-warning score: it needs a set of vital signs.</p>;
  const total = score.valueQuantity?.value;
  const high =
    score.interpretation?.[0]?.coding?.some(({ code }) => code === 'AA' || code === 'A' || code === 'H' || code === 'HH') === true;
  const parts = (score.component ?? []).filter(({ valueQuantity }) => Number(valueQuantity?.value ?? 0) > 0);
  return (
    <div className={`score${high ? ' score-high' : ''}`}>
      <ToSource
        of={`Observation/${score.id ?? ''}`}
        className="score-total"
        aria-label={`${score.code.text ?? 'Score'} ${total ?? 'not possible'}`}
      >
        {total === undefined ? '–' : String(total)}
      </ToSource>
      <div>
        <p>
          <strong>{score.code.text}</strong> {showTime(timeOf(score))} <span className="beneath">{sinceOf(timeOf(score))}</span>
          {before?.valueQuantity?.value !== undefined && total !== undefined && (
            <span className="beneath">
              {' '}
              · before {String(before.valueQuantity.value)} at {showTime(timeOf(before)).slice(12)}
            </span>
          )}
        </p>
        <Spark readings={seriesOf(scores)[0]?.readings ?? []} />
        <p>{score.interpretation?.[0]?.text ?? score.dataAbsentReason?.text}</p>
        {parts.length > 0 && (
          <p className="beneath">
            {parts.map(({ code, valueQuantity }) => `${code.text ?? ''} ${String(valueQuantity?.value ?? '')}`).join(' · ')}
          </p>
        )}
      </div>
    </div>
  );
}

const shownMax = 16;

function Values({ series, none, teaches }: { series: readonly Series[]; none: string; teaches: string }) {
  if (series.length === 0) return <Empty title={none}>{teaches}</Empty>;
  return (
    <>
      <ul className="latest">
        {series.slice(0, shownMax).map((one) => (
          <Value key={one.key} series={one} />
        ))}
      </ul>
      {series.length > shownMax && (
        <details>
          <summary>{series.length - shownMax} more</summary>
          <ul className="latest">
            {series.slice(shownMax).map((one) => (
              <Value key={one.key} series={one} />
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

function Value({ series: { name, unit, readings } }: { series: Series }) {
  const last = readings.at(-1);
  if (last === undefined) return null;
  return (
    <li>
      <span className="latest-what">
        <ToSource of={`Observation/${last.id}`} className="latest-name" dir="auto" title={name}>
          {name}
        </ToSource>
        <span className="latest-when">{showTime(last.at)}</span>
      </span>
      <span className={`latest-value${isOut(last.flag) ? ' out' : ''}`}>
        <strong>
          {last.missing === undefined ? last.shown : 'missing'} {flagMark[last.flag ?? 'normal']}
        </strong>{' '}
        {unitWords(unit ?? '')}
      </span>
      <Spark readings={readings} />
    </li>
  );
}
