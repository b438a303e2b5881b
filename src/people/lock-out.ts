// Guessing is slowed down: after some failures in a row a name, or an address, is locked for a time that doubles with every
// further failure. Names are locked whether or not they exist, so a lock tells nothing.
import type { Session } from '../database/contract.ts';
import type { PeopleSettings } from './contract.ts';

/** Failures that are older than this, and than any lock, are forgotten. A lock lasts no longer than this. */
const memoryMs = 24 * 60 * 60_000;

export interface Subject {
  key: string;
  failuresMax: number;
}

export const nameSubject = (key: string, settings: PeopleSettings): Subject => ({ key: `name:${key}`, failuresMax: settings.failuresMax });
export const addressSubject = (address: string, settings: PeopleSettings): Subject => ({
  key: `from:${address.slice(0, 100)}`,
  failuresMax: settings.addressFailuresMax,
});

/**
 * Counts an attempt as failed before its password is looked at, so that many at once cannot all slip through; `forgive`
 * takes it back. Answers with the end of the lock where there is one: then nothing was counted and nothing may be checked.
 * Lock time: lockMs · 2^(failures − failuresMax) from failure number failuresMax on.
 */
export async function countAttempt(session: Session, subject: Subject, lockMs: number, now: Date): Promise<Date | undefined> {
  const forgottenBefore = new Date(now.getTime() - memoryMs);
  const { rows } = await session.query({
    name: 'sign-in count',
    text: `insert into sign_in_guard as guard (subject, failures, last, locked_until)
      values ($1, 1, $2, case when 1 >= $3::int then $2::timestamptz + $4::float8 * interval '1 ms' end)
      on conflict (subject) do update set
        failures = case when guard.last < $6 then 1 else guard.failures + 1 end,
        last = $2,
        locked_until = case when guard.last >= $6 and guard.failures + 1 >= $3::int
          then $2::timestamptz + least($4::float8 * power(2::float8, least(guard.failures + 1 - $3::int, 30)), $5::float8) * interval '1 ms' end
      where guard.locked_until is null or guard.locked_until <= $2
      returning 1`,
    values: [subject.key, now, subject.failuresMax, lockMs, memoryMs, forgottenBefore],
  });
  if (rows.length > 0) return undefined;
  const locks = await session.query<{ locked_until: Date }>({
    text: 'select locked_until from sign_in_guard where subject = $1',
    values: [subject.key],
  });
  return locks.rows[0]?.locked_until ?? now;
}

/** The attempt was right: a name starts anew, an address only gets this one attempt back, and its lock if this set it. */
export function forgive(session: Session, name: Subject, address: Subject, now: Date): void {
  // In the order in which they were counted: two sign-ins then never wait for each other in a circle.
  session.query({
    name: 'sign-in address',
    text: `update sign_in_guard set failures = greatest(failures - 1, 0), locked_until = case when last > $2 then locked_until end
      where subject = $1`,
    values: [address.key, now],
  });
  session.query({ name: 'sign-in name', text: 'delete from sign_in_guard where subject = $1', values: [name.key] });
}
