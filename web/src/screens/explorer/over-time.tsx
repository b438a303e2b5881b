// How many there are over time, counted by the server for each span of a date that the type is searched by; a bar leads to its rows.
// Bars are elements of the page: they are gone to by Tab, read aloud, printed, and need no style of their own that the policy refuses.
import { Select } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ResourceType } from '../../../../src/fhir/generated/types.ts';
import { Go, useAsked } from '../../app/go.tsx';
import { jsonLeaves } from '../../parts/json-lines.ts';
import { Scrolling } from '../../parts/scrolling.tsx';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';
import { type Bucket, bucketsBetween } from './buckets.ts';
import type { Parameter } from './criteria.ts';
import { firstOf, totalOf } from './search.ts';

const preferred = ['date', 'authoredon', 'effective-time', 'onset-date', 'recorded-date', 'created', 'issued', 'birthdate', '_lastUpdated'];

interface Counted {
  buckets: (Bucket & { count: number })[];
  step: string;
  cut: boolean;
  all: number;
}

export function OverTime({ type, search, parameters }: { type: ResourceType; search: string; parameters: readonly Parameter[] }) {
  const [asked, ask] = useAsked();
  const dates = [
    ...parameters
      .filter((one) => one.type === 'date')
      .map(({ name }) => name)
      .filter((name) => name !== '_lastUpdated'),
    '_lastUpdated',
  ];
  const chosen = asked['date'];
  const by = chosen !== undefined && dates.includes(chosen) ? chosen : (preferred.find((name) => dates.includes(name)) ?? '_lastUpdated');
  const counted = useQuery({
    queryKey: ['explorer', 'time', search, by],
    queryFn: ({ signal }) => countOverTime(search, by, signal),
    placeholderData: keepPreviousData,
  });
  const most = Math.max(1, ...(counted.data?.buckets.map(({ count }) => count) ?? []));
  return (
    <>
      <Select
        label="Date"
        w={240}
        mb="md"
        allowDeselect={false}
        data={dates}
        value={by}
        onChange={(date) => ask({ date: date ?? undefined }, { replace: true })}
        data-search
      />
      {counted.isPending ? (
        <Waiting what="The count" rows={8} />
      ) : counted.isError ? (
        <Failure error={counted.error} again={() => void counted.refetch()} />
      ) : counted.data.buckets.length === 0 ? (
        <Empty title={`None of them has a ${by}`}>Choose another date above: _lastUpdated is known of everything.</Empty>
      ) : (
        <figure className="over-time">
          <figcaption>
            {type} by {by}, each {counted.data.step}; the highest bar is {most.toLocaleString('en')}. {restOf(counted.data)}
          </figcaption>
          <Scrolling className="bars" name={`Count of ${type} over time`}>
            <ol>
              {counted.data.buckets.map(({ from, until, label, count }) => (
                <li key={from}>
                  <Go
                    to="/app/explorer"
                    asked={{ ...asked, view: 'table', q: narrowed(asked['q'] ?? '', by, from, until) }}
                    aria-label={`${label}: ${count}`}
                    title={`${label}: ${count.toLocaleString('en')}`}
                  >
                    <span className="bar-count">{count === 0 ? '' : count.toLocaleString('en')}</span>
                    <span className="bar" style={{ height: `${(100 * count) / most}%` }} />
                  </Go>
                </li>
              ))}
            </ol>
          </Scrolling>
          <p className="bar-ends">
            <span>{counted.data.buckets[0]?.label}</span>
            <span>{counted.data.buckets.at(-1)?.label}</span>
          </p>
        </figure>
      )}
    </>
  );
}

function restOf({ buckets, all, cut }: Counted): string {
  const shown = buckets.reduce((sum, { count }) => sum + count, 0);
  const beyond = all - shown;
  if (cut) return `Older spans are not shown; ${shown.toLocaleString('en')} of ${all.toLocaleString('en')} are.`;
  return beyond === 0
    ? `All ${all.toLocaleString('en')} are in it.`
    : beyond > 0
      ? `${beyond.toLocaleString('en')} have no such date.`
      : `What lasts over several spans is counted in each.`;
}

const narrowed = (q: string, by: string, from: string, until: string): string =>
  `${q === '' ? '' : `${q}&`}${by}=ge${from}&${by}=lt${until}`;

const together = 6;

/** The first and the last tell the spans; each is then a count of its own, a few at a time. */
async function countOverTime(search: string, by: string, signal: AbortSignal): Promise<Counted> {
  const dated = `${search}${search.includes('?') ? '&' : '?'}${by === '_lastUpdated' ? '' : `${by}:missing=false`}`.replace(/[?&]$/, '');
  const [first, last, all] = await Promise.all([firstOf(dated, by, signal), firstOf(dated, `-${by}`, signal), totalOf(search, signal)]);
  const ends = [first, last].map((resource) => (resource === undefined ? undefined : dateIn(resource, by)));
  const [from, until] = ends;
  if (from === undefined || until === undefined) return { buckets: [], step: 'day', cut: false, all };
  const { step, buckets, cut } = bucketsBetween(from.first, until.last);
  const counted: Counted['buckets'] = [];
  const queue = buckets.entries();
  const work = async (): Promise<void> => {
    for (const [at, bucket] of queue) {
      const count = await totalOf(`${search}${search.includes('?') ? '&' : '?'}${by}=ge${bucket.from}&${by}=lt${bucket.until}`, signal);
      counted[at] = { ...bucket, count };
    }
  };
  await Promise.all(Array.from({ length: together }, work));
  return { buckets: counted, step, cut, all };
}

const looksLikeDate = /^\d{4}(-\d{2}(-\d{2}(T[\d:.]+(Z|[+-]\d{2}:\d{2}))?)?)?$/;

/**
 * Which element a parameter means is the server's knowledge; here the earliest and the latest date of the resource that could be meant
 * are taken: a span too many at an end is an empty bar, a span too few would hide something.
 */
function dateIn(resource: object, by: string): { first: string; last: string } | undefined {
  const leaves = [...jsonLeaves(resource)].filter(([, text]) => looksLikeDate.test(text));
  const fits = (path: string): boolean => (by === '_lastUpdated' ? path === 'meta.lastUpdated' : !path.startsWith('meta.'));
  const named = leaves.filter(([path]) =>
    path
      .toLowerCase()
      .replaceAll(/[^a-z]/g, '')
      .startsWith(by.replaceAll(/[^a-z]/g, '')),
  );
  const dates = (named.length > 0 && by !== '_lastUpdated' ? named : leaves.filter(([path]) => fits(path))).map(([, text]) => text).sort();
  const [first] = dates;
  const last = dates.at(-1);
  return first === undefined || last === undefined ? undefined : { first, last };
}
