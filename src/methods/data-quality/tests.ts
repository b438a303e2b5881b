// How each test goes past the rows of a table: it sees one after the other and says at the end. What must be remembered is bounded by `keysMost`.
import type { TestName } from './check-types.ts';
import type { Cell, Check, Row, Surroundings } from './contract.ts';

export interface Tally {
  of: number;
  failures: number;
  because?: string;
}

export interface Running {
  /** True where the row fails. Undefined where the test does not count it. */
  see(row: Row): boolean | undefined;
  /** For what is known only at the end, or to take back: replaces the counts of rows. */
  end?(): Tally & { look?: string[] };
}

export interface Asked {
  check: Check;
  surroundings: Surroundings;
  keysMost: number;
  lookMost: number;
}

export const isMissing = (cell: Cell): boolean => cell === null || cell === undefined || cell === '';
const columnOf = (check: Check): string => check.column ?? '';
const dayMs = 86_400_000;
/** A moment as number of days; ISO 8601 text or ms. NaN where it is neither. */
const dayOf = (cell: Cell): number => (typeof cell === 'number' ? cell : typeof cell === 'string' ? Date.parse(cell) : Number.NaN) / dayMs;
const numberIn = (cell: Cell): number =>
  typeof cell === 'number' ? cell : typeof cell === 'string' && cell.trim() !== '' ? Number(cell) : Number.NaN;

/** A test of each row for itself, of the rows that have a value. */
const each =
  (fails: (cell: Cell, row: Row, asked: Asked) => boolean | undefined) =>
  (asked: Asked): Running => ({
    see: (row) => (isMissing(row[columnOf(asked.check)]) ? undefined : fails(row[columnOf(asked.check)], row, asked)),
  });

/** A test of two dates; rows without one of them are not counted. `fails` gets by how many days the first is later. */
const dated = (fails: (daysLater: number, bound: number) => boolean) =>
  each((cell, row, { check }) => {
    const later = dayOf(cell) - dayOf(row[check.against ?? '']);
    return Number.isNaN(later) ? undefined : fails(later, check.bound ?? 0);
  });

const could = (because: string): Running => ({ see: () => undefined, end: () => ({ of: 0, failures: 0, because }) });
const tooMany = (keysMost: number): string => `more than ${keysMost} different keys; check a part of the table at a time`;

/** Persons of a set that a table has no row of. `also`: only those in a second set. */
function personsCovered({ check, surroundings, keysMost }: Asked): Running {
  const all = surroundings.sets?.[check.reference ?? ''];
  if (all === undefined) return could(`the set ${check.reference ?? ''} was not given`);
  const seen = new Set<Cell>();
  return {
    see(row) {
      const person = row[check.person ?? 'patient_id'];
      if (seen.size <= keysMost && all.has(person)) seen.add(person);
      return undefined;
    },
    end: () => ({ of: all.size, failures: all.size - seen.size, ...(seen.size > keysMost ? { because: tooMany(keysMost) } : {}) }),
  };
}

export const tests: Record<TestName, (asked: Asked) => Running> = {
  // Whether tables and columns are there is asked before rows are read: see assess.ts.
  'table-present': () => ({ see: () => undefined }),
  'column-present': () => ({ see: () => undefined }),
  required: ({ check }) => ({ see: (row) => isMissing(row[columnOf(check)]) }),
  'whole-number': each((cell) => !Number.isInteger(numberIn(cell))),
  unique({ check, keysMost, lookMost }) {
    const times = new Map<Cell, number>();
    let [of, failures] = [0, 0];
    const look = new Set<string>();
    return {
      see(row) {
        const key = row[columnOf(check)];
        if (isMissing(key) || times.size > keysMost) return undefined;
        of++;
        const before = times.get(key) ?? 0;
        times.set(key, before + 1);
        // The first of them is one of the duplicates, too.
        failures += before === 0 ? 0 : before === 1 ? 2 : 1;
        if (before > 0 && look.size < lookMost) look.add(String(key));
        return undefined;
      },
      end: () => ({ of, failures, look: [...look], ...(times.size > keysMost ? { because: tooMany(keysMost) } : {}) }),
    };
  },
  refers(asked) {
    const set = asked.surroundings.sets?.[asked.check.reference ?? ''];
    return set === undefined ? could(`the set ${asked.check.reference ?? ''} was not given`) : each((cell) => !set.has(cell))(asked);
  },
  attribute(asked) {
    const question = asked.surroundings.questions?.[asked.check.reference ?? ''];
    if (question === undefined) return could(`nobody answers the question ${asked.check.reference ?? ''}`);
    return each((cell) => {
      const has = question(cell);
      return has === undefined ? undefined : !has;
    })(asked);
  },
  'not-zero': ({ check }) => ({ see: (row) => isMissing(row[columnOf(check)]) || numberIn(row[columnOf(check)]) === 0 }),
  'values-mapped'({ check, keysMost }) {
    // Of each source value whether any of its rows is mapped to something.
    const mapped = new Map<Cell, boolean>();
    return {
      see(row) {
        const value = row[columnOf(check)];
        if (isMissing(value) || mapped.size > keysMost) return undefined;
        const concept = row[check.against ?? ''];
        mapped.set(value, mapped.get(value) === true || !(isMissing(concept) || numberIn(concept) === 0));
        return undefined;
      },
      end: () => ({
        of: mapped.size,
        failures: [...mapped.values()].filter((known) => !known).length,
        ...(mapped.size > keysMost ? { because: tooMany(keysMost) } : {}),
      }),
    };
  },
  'at-least': each((cell, _, { check }) => numberOrDay(cell) < (check.bound ?? Number.NEGATIVE_INFINITY)),
  'at-most': each((cell, _, { check }) => numberOrDay(cell) > (check.bound ?? Number.POSITIVE_INFINITY)),
  'not-before': dated((daysLater, bound) => daysLater < -bound),
  'not-after': dated((daysLater, bound) => daysLater > bound),
  'within-visit': each((cell, row, { check }) => {
    const [at, start, end] = [dayOf(cell), dayOf(row[check.against ?? '']), dayOf(row[check.until ?? ''])];
    const side = check.bound ?? 7;
    if (Number.isNaN(at + start)) return undefined;
    return at < start - side || at > (Number.isNaN(end) ? Number.POSITIVE_INFINITY : end) + side;
  }),
  'one-of': each((cell, _, { check }) => !(check.values ?? []).includes(cell)),
  'persons-covered': personsCovered,
  'persons-covered-from': personsCovered,
  'no-overlap'({ check, keysMost, lookMost }) {
    const periods = new Map<Cell, [number, number][]>();
    let kept = 0;
    return {
      see(row) {
        const [start, end] = [dayOf(row[check.against ?? '']), dayOf(row[check.until ?? ''])];
        if (Number.isNaN(start) || kept > keysMost) return undefined;
        const person = row[check.person ?? 'patient_id'];
        const own = periods.get(person) ?? [];
        own.push([start, Number.isNaN(end) ? Number.POSITIVE_INFINITY : end]);
        periods.set(person, own);
        kept++;
        return undefined;
      },
      end() {
        const overlaps = (own: [number, number][]): boolean => {
          const sorted = own.toSorted((a, b) => a[0] - b[0]);
          // Meeting ones should have been one: a day apart at most.
          return sorted.some(([start], i) => i > 0 && start <= sorted[i - 1]![1] + 1);
        };
        const wrong = [...periods].filter(([, own]) => overlaps(own)).map(([person]) => String(person));
        return {
          of: periods.size,
          failures: wrong.length,
          look: wrong.slice(0, lookMost),
          ...(kept > keysMost ? { because: tooMany(keysMost) } : {}),
        };
      },
    };
  },
};

/** A number, or the ms of a date, so that bounds of dates are given in ms. */
function numberOrDay(cell: Cell): number {
  const number = numberIn(cell);
  return Number.isNaN(number) && typeof cell === 'string' ? Date.parse(cell) : number;
}
