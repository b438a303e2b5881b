// How PostgreSQL's values become JavaScript's. bigint stays exact (positions, counts), instants are UTC, and dates and
// numerics stay text because a Date or a double would change them.
import pg from 'pg';

const oid = { int8: 20, date: 1082, timestamp: 1114, timestamptz: 1184, textArray: 1009, int8Array: 1016 };

/** `2026-11-22 04:52:00.123456+00`, as sessions in UTC write it. Anything else (BC, infinity) goes to pg's own reader. */
const utcInstant = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?\+00$/;
const otherInstant = pg.types.getTypeParser(oid.timestamptz);
const textArray = pg.types.getTypeParser(oid.textArray);

/** An instant as PostgreSQL prints it in a session in UTC. */
export const readInstant = (text: string): Date =>
  utcInstant.test(text) ? new Date(`${text.slice(0, 10)}T${text.slice(11, -3)}Z`) : otherInstant(text);

const asText = (text: string): string => text;

const parsers = new Map<number, (text: string) => unknown>([
  [oid.int8, BigInt],
  [oid.int8Array, (text) => textArray(text).map((entry: string | null) => (entry === null ? null : BigInt(entry)))],
  [oid.date, asText],
  [oid.timestamp, asText],
  [oid.timestamptz, readInstant],
]);

/** For pg's `types` option. Read once for each column of each result, so it only looks up. */
export const types: pg.CustomTypesConfig = {
  getTypeParser(id: number, format?: 'text' | 'binary') {
    return (format === 'binary' ? undefined : parsers.get(id)) ?? pg.types.getTypeParser(id, format);
  },
};
