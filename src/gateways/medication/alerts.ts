// Every alert, shown or not, and what became of it, for the governance of rules. Written beside the answer, never in its way:
// what cannot be written is counted and said, and the answer goes out all the same.
import { randomUUID } from 'node:crypto';
import type { Database, Statement } from '../../database/contract.ts';
import type { Answer, Card } from '../../modules/medication-safety/contract.ts';

export interface AlertShown {
  id: string;
  card: Card;
  seen: 'shown' | 'shadow' | 'context';
}

export interface Decision {
  id: string;
  outcome: 'accepted' | 'overridden';
  reason?: string;
  reasonCode?: string;
  at: Date;
}

export interface Alerts {
  /** Of one answer: what was shown under the ids given, and what was not shown. Written soon, several answers at once. */
  note(asked: string, role: string, orders: number, answer: Answer, shown: readonly { uuid: string; card?: Card }[], at: Date): void;
  /** Everything noted so far is written, or counted as lost. */
  written(): Promise<void>;
  /** How many of the decisions were about alerts that are known. */
  decide(decisions: readonly Decision[]): Promise<number>;
  /** Answers whose alerts could not be written since the start. */
  readonly lost: number;
}

interface Noted {
  asked: string;
  role: string;
  orders: number;
  couldNot: boolean;
  at: string;
  rows: { id: string; card: Card; seen: string }[];
}

/** More than waits in ordinary life by far: a database that is away must not fill the memory. */
const waitingMax = 5_000;

export function openAlerts(database: Database): Alerts {
  let lost = 0;
  let waiting: Noted[] = [];
  let writing: Promise<void> | undefined;

  // One statement at a time: each counts on the row of its day, and would wait there for the others' commits.
  const write = async (): Promise<void> => {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await database.query(noting(batch));
      } catch {
        lost += batch.length;
      }
    }
    writing = undefined;
  };

  const written = async (): Promise<void> => {
    while (writing !== undefined) await writing;
  };

  return {
    get lost() {
      return lost;
    },
    note(asked, role, orders, answer, shown, at) {
      if (waiting.length >= waitingMax) {
        lost++;
        return;
      }
      const rows = [
        ...shown.flatMap(({ uuid, card }) => (card === undefined ? [] : [{ id: uuid, card, seen: 'shown' }])),
        ...answer.unseen.map((card) => ({ id: randomUUID(), card, seen: card.because })),
      ];
      waiting.push({ asked, role, orders, couldNot: answer.couldNot.length > 0, at: at.toISOString(), rows });
      writing ??= write();
    },
    written,
    async decide(decisions) {
      await written();
      const { rows } = await database.query<{ id: string }>({
        name: 'medication-decisions',
        text: `update medication_alert m set outcome = d.outcome, reason = d.reason, reason_code = d.code, decided = d.at
from unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::timestamptz[]) as d (id, outcome, reason, code, at) where m.id = d.id returning m.id`,
        values: [
          decisions.map((one) => one.id),
          decisions.map((one) => one.outcome),
          decisions.map((one) => one.reason ?? null),
          decisions.map((one) => one.reasonCode ?? null),
          decisions.map((one) => one.at.toISOString()),
        ],
      });
      return rows.length;
    },
  };
}

/** The alerts of several answers, and what they were of, by day and by what was asked. */
function noting(batch: readonly Noted[]): Statement {
  const all = batch.flatMap((noted) => noted.rows.map((row) => ({ noted, row })));
  const counted = new Map<string, { day: string; asked: string; orders: number; checks: number; couldNot: number }>();
  for (const { at, asked, orders, couldNot } of batch) {
    const day = at.slice(0, 10);
    const sum = counted.get(`${day} ${asked}`) ?? { day, asked, orders: 0, checks: 0, couldNot: 0 };
    sum.orders += orders;
    sum.checks++;
    sum.couldNot += couldNot ? 1 : 0;
    counted.set(`${day} ${asked}`, sum);
  }
  const sums = [...counted.values()];
  return {
    name: 'medication-alerts',
    text: `with noted as (
  insert into medication_alert (id, at, asked, role, rule, file, version, category, tier, seen)
  select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]))
insert into medication_checked (day, asked, orders, checks, could_not)
select * from unnest($11::date[], $12::text[], $13::int8[], $14::int8[], $15::int8[])
on conflict (day, asked) do update set orders = medication_checked.orders + excluded.orders, checks = medication_checked.checks + excluded.checks, could_not = medication_checked.could_not + excluded.could_not`,
    values: [
      all.map(({ row }) => row.id),
      all.map(({ noted }) => noted.at),
      all.map(({ noted }) => noted.asked),
      all.map(({ noted }) => noted.role),
      all.map(({ row }) => row.card.rule.id),
      all.map(({ row }) => row.card.rule.file),
      all.map(({ row }) => row.card.rule.version),
      all.map(({ row }) => row.card.category),
      all.map(({ row }) => row.card.tier),
      all.map(({ row }) => row.seen),
      sums.map(({ day }) => day),
      sums.map(({ asked }) => asked),
      sums.map(({ orders }) => orders),
      sums.map(({ checks }) => checks),
      sums.map(({ couldNot }) => couldNot),
    ],
  };
}
