// What a brief on paper has to say beside its chart: definition with its version, method with its settings, limits.
import type { Alerts, Definitions, Series } from './api.ts';

export function BriefEnd({
  syndrome,
  series,
  alerts,
}: {
  syndrome: Definitions['syndromes'][number];
  series: Series;
  alerts: Alerts | undefined;
}) {
  return (
    <section className="brief-end" aria-label="Method and limits">
      <h2>Method and limits</h2>
      <p>
        {syndrome.title}, definition {syndrome.version} ({syndrome.status}), after {syndrome.source.agency} {syndrome.source.year},{' '}
        {syndrome.source.title}. {syndrome.limits}
      </p>
      <p>
        {methodWords(series)}{' '}
        {alerts === undefined
          ? ''
          : `Alerts are runs that chance brings less than once in ${alerts.least} days among parts of their kind; ${alerts.series} series of ${alerts.days} days were looked at, so that some are there by chance.`}{' '}
        An alarm is a reason to look, not an outbreak: complaints are as they were typed, and days that are not over are not judged.
      </p>
    </section>
  );
}

function methodWords({ method, step, instead, share }: Series): string {
  const how =
    step === 'week'
      ? 'Weeks that end on the newest complete day are compared with the same weeks of past years.'
      : 'Each day is compared with the seven days up to three days before (EARS, Hutwagner 2003); a day with fewer than three cases is no alarm. “Once in” is of a negative binomial by the 28 days before.';
  return `Method: ${method}, by ${step}${share ? ', of the share of all visits' : ''}${instead === undefined ? '' : ` (${instead})`}. ${how}`;
}
