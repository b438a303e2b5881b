// Checks over tables: each table is read once, whatever the number of checks, and nothing of it is kept but counts and some ids.
import { type CheckName, checkTypes } from './check-types.ts';
import type { Check, Found, Limits, Row, Surroundings } from './contract.ts';
import { isMissing, type Running, tests } from './tests.ts';

interface Course {
  check: Check;
  running: Running;
  of: number;
  failures: number;
  look: string[];
  /** Whether the first row had the columns that are asked for. */
  absent: string[];
}

export const isCheck = (name: string): name is CheckName => Object.hasOwn(checkTypes, name);

/** Columns that a check reads. */
const columnsOf = ({ column, against, until, person, where }: Check): string[] =>
  [column, against, until, person, ...Object.keys(where ?? {})].filter((each) => each !== undefined);

function foundOf({ check, running, of, failures, look, absent }: Course, there: boolean): Found {
  const type = checkTypes[check.check];
  const base = { check, category: type.category, context: type.context, counts: type.counts };
  const done = (tally: { of: number; failures: number; look: string[]; because?: string }): Found => {
    const percent = tally.of === 0 ? 0 : (100 * tally.failures) / tally.of;
    const { because } = tally;
    return {
      ...base,
      ...tally,
      percent,
      outcome: because !== undefined ? 'could-not-check' : percent > (check.thresholdPercent ?? 0) ? 'failed' : 'passed',
    };
  };
  if (type.test === 'table-present') return done({ of: 1, failures: there ? 0 : 1, look: [] });
  if (!there) return done({ of: 0, failures: 0, look: [], because: `there is no table ${check.table}` });
  if (type.test === 'column-present') return done({ of: 1, failures: absent.length > 0 ? 1 : 0, look: [] });
  if (absent.length > 0)
    return done({ of: 0, failures: 0, look: [], because: `there is no column ${absent.join(', ')} in ${check.table}` });
  const end = running.end?.();
  if (end !== undefined) return done({ ...end, look: end.look ?? [] });
  return of === 0 ? done({ of, failures, look, because: 'there was no row to be checked' }) : done({ of, failures, look });
}

/**
 * What each check found, in the order of the checks. `tables` are the rows of each table, read once; a table of no rows is there, but its columns
 * are not known. Costs one pass over each table.
 */
export function assess(
  checks: readonly Check[],
  tables: Readonly<Record<string, Iterable<Row>>>,
  surroundings: Surroundings = {},
  { lookMost = 20, keysMost = 2_000_000 }: Limits = {},
): Found[] {
  const courses = checks.map(
    (check): Course => ({
      check,
      running: tests[checkTypes[check.check].test]({ check, surroundings, keysMost, lookMost }),
      of: 0,
      failures: 0,
      look: [],
      absent: [],
    }),
  );
  for (const [table, rows] of Object.entries(tables)) {
    const own = courses.filter(({ check }) => check.table === table);
    let first = true;
    for (const row of rows) {
      for (const course of own) {
        const { check, running, look } = course;
        if (first) course.absent = columnsOf(check).filter((column) => !Object.hasOwn(row, column));
        if (course.absent.length > 0) continue;
        if (check.where !== undefined && !Object.entries(check.where).every(([column, values]) => values.includes(row[column]))) continue;
        const fails = running.see(row);
        if (fails === undefined) continue;
        course.of++;
        if (!fails) continue;
        course.failures++;
        const id = row[check.id ?? 'id'];
        if (look.length < lookMost && !isMissing(id)) look.push(String(id));
      }
      first = false;
    }
  }
  return courses.map((course) => foundOf(course, Object.hasOwn(tables, course.check.table)));
}
