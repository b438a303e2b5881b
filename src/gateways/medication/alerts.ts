// Every alert, shown or not, and what became of it, for the governance of rules. Written beside the answer, never in its way:
// what cannot be written is counted and said, and the answer goes out all the same.
import { createHash, randomUUID } from 'node:crypto';
import type { Database, Statement } from '../../database/contract.ts';
import type { Answer, Card } from '../../modules/medication-safety/contract.ts';
import { Sittings } from './alerts-sittings.ts';

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

export interface Noted {
  /** `sign` once orders are signed, `sign-refused` where a decision was missing, otherwise the hook or `check`. */
  asked: string;
  role: string;
  orders: number;
  answer: Answer;
  shown: readonly { uuid: string; card?: Card }[];
  at: Date;
  /** Whose orders for whom: held in memory for as long as they are written, never stored. `of`: the orders, where only they say what is one decision. */
  about?: { account: string; patient: string; of?: unknown };
}

export interface Alerts {
  /** Of one answer: what was shown under the ids given, and what was not shown. Written soon, several answers at once. */
  note(noted: Noted): void;
  /** Everything noted so far is written, or counted as lost. */
  written(): Promise<void>;
  /** How many of the decisions were about alerts that are known. */
  decide(decisions: readonly Decision[]): Promise<number>;
  /** Answers whose alerts could not be written since the start. */
  readonly lost: number;
}

interface Waiting {
  asked: string;
  role: string;
  orders: number;
  couldNot: boolean;
  at: string;
  rows: { id: string; card: Card; seen: string; slot: number }[];
  sitting?: string;
  /** Signed, and not counted before. */
  decided: boolean;
  /** Alerts from before that the orders no longer have. */
  changed: string[];
}

/** More than waits in ordinary life by far: a database that is away must not fill the memory. */
const waitingMax = 5_000;

export function openAlerts(database: Database): Alerts {
  let lost = 0;
  let waiting: Waiting[] = [];
  const typed = new Sittings();
  const signing = new Sittings();
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

  /** The decision that an answer belongs to. undefined: it is none, and nobody is near one. */
  function sittingOf({ asked, shown, answer, at, about }: Noted): { sitting?: string; again: boolean; changed: string[] } {
    const none = { again: false, changed: [] };
    if (about === undefined) return asked === 'sign' || asked === 'order-sign' ? { ...none, sitting: randomUUID() } : none;
    const key = `${about.account} ${about.patient}`;
    const atMs = at.getTime();
    if (asked === 'check' || asked === 'sign-refused') return { ...none, sitting: typed.checked(key, shown, atMs) };
    if (asked === 'sign') {
      const { id, changed } = typed.signed(key, shown, answer.unseen, atMs);
      return { sitting: id, again: false, changed };
    }
    if (asked !== 'order-sign') return none;
    const of = createHash('sha256')
      .update(JSON.stringify(about.of ?? null))
      .digest('base64');
    const { id, again, changed } = signing.askedAgain(`${key} ${of}`, shown, answer.unseen, atMs);
    return { sitting: id, again, changed };
  }

  return {
    get lost() {
      return lost;
    },
    note(noted) {
      const { asked, role, orders, answer, shown, at } = noted;
      if (waiting.length >= waitingMax) {
        lost++;
        return;
      }
      const rows = [
        ...shown.flatMap(({ uuid, card }) => (card === undefined ? [] : [{ id: uuid, card, seen: 'shown' }])),
        ...answer.unseen.map((card) => ({ id: randomUUID(), card, seen: card.because })),
      ];
      const { sitting, again, changed } = sittingOf(noted);
      const slots = new Map<string, number>();
      const slotOf = ({ orders: [first = ''] }: Card): number => {
        if (!slots.has(first)) slots.set(first, slots.size);
        return slots.get(first)!;
      };
      waiting.push({
        asked,
        role,
        orders,
        couldNot: answer.couldNot.length > 0,
        at: at.toISOString(),
        rows: rows.map((row) => ({ ...row, slot: slotOf(row.card) })),
        ...(sitting === undefined ? {} : { sitting }),
        decided: !again && (asked === 'sign' || (asked === 'order-sign' && orders > 0)),
        changed,
      });
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

/** The alerts of several answers, what they were of by day and by what was asked, and the orders that were decided about. */
function noting(batch: readonly Waiting[]): Statement {
  const all = batch.flatMap((noted) => noted.rows.map((row) => ({ noted, row })));
  const changedAt = new Map(batch.flatMap(({ changed, at }) => changed.map((id): [string, string] => [id, at])));
  const counted = new Map<string, { day: string; asked: string; orders: number; checks: number; couldNot: number }>();
  const signed = new Map<string, { day: string; asked: string; role: string; orders: number; sittings: number }>();
  for (const { at, asked, role, orders, couldNot, decided } of batch) {
    const day = at.slice(0, 10);
    const sum = counted.get(`${day} ${asked}`) ?? { day, asked, orders: 0, checks: 0, couldNot: 0 };
    sum.orders += orders;
    sum.checks++;
    sum.couldNot += couldNot ? 1 : 0;
    counted.set(`${day} ${asked}`, sum);
    if (!decided) continue;
    const of = signed.get(`${day} ${asked} ${role}`) ?? { day, asked, role, orders: 0, sittings: 0 };
    of.orders += orders;
    of.sittings++;
    signed.set(`${day} ${asked} ${role}`, of);
  }
  const sums = [...counted.values()];
  const decisions = [...signed.values()];
  return {
    name: 'medication-alerts',
    // An alert of the same batch is not there yet when the others are updated: its outcome is inserted with it.
    text: `with noted as (
  insert into medication_alert (id, at, asked, role, rule, file, version, category, tier, seen, sitting, slot, outcome, decided)
  select * from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[],
    $16::uuid[], $17::int4[], $18::text[], $19::timestamptz[])),
changed as (
  update medication_alert m set outcome = 'changed', decided = c.at
  from unnest($20::uuid[], $21::timestamptz[]) as c (id, at) where m.id = c.id and m.outcome is null),
signed as (
  insert into medication_signed (day, asked, role, orders, sittings)
  select * from unnest($22::date[], $23::text[], $24::text[], $25::int8[], $26::int8[])
  on conflict (day, asked, role) do update set orders = medication_signed.orders + excluded.orders, sittings = medication_signed.sittings + excluded.sittings)
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
      all.map(({ noted }) => noted.sitting ?? null),
      all.map(({ row }) => row.slot),
      all.map(({ row }) => (changedAt.has(row.id) ? 'changed' : null)),
      all.map(({ row }) => changedAt.get(row.id) ?? null),
      [...changedAt.keys()],
      [...changedAt.values()],
      decisions.map(({ day }) => day),
      decisions.map(({ asked }) => asked),
      decisions.map(({ role }) => role),
      decisions.map(({ orders }) => orders),
      decisions.map(({ sittings }) => sittings),
    ],
  };
}
