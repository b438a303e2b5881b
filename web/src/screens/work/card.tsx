// A list of My work, with its count and the states that every list has.
import { Button } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { Empty, Failure, Waiting } from '../../parts/states.tsx';

interface Asked<T> {
  data: readonly T[] | undefined;
  error: Error | null;
  refetch(): unknown;
}

/** A card with its count and its three states. */
export function Card<T>({
  title,
  query: { data, error, refetch },
  none,
  teaches,
  row,
  action,
  says,
}: {
  title: string;
  query: Asked<T>;
  none: string;
  teaches: string;
  row(one: T): ReactNode;
  action?: ReactNode;
  /** What has just come of something that was done here. */
  says?: ReactNode;
}) {
  const [most, setMost] = useState(12);
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <h2>
          {title} {data !== undefined && <span className="count">{data.length}</span>}
        </h2>
        {action}
      </div>
      {says}
      {data === undefined ? (
        error === null ? (
          <Waiting what={title} rows={4} />
        ) : (
          <Failure error={error} again={() => void refetch()} />
        )
      ) : data.length === 0 ? (
        <Empty title={none}>{teaches}</Empty>
      ) : (
        <ul className="rows">{data.slice(0, most).map(row)}</ul>
      )}
      {data !== undefined && data.length > most && (
        <Button size="compact-sm" variant="subtle" onClick={() => setMost(data.length)}>
          {data.length - most} more
        </Button>
      )}
    </section>
  );
}

export interface OfPatients {
  patients: readonly string[];
  named(id: string | undefined): ReactNode;
}
