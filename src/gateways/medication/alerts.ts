// Every alert, shown or not, and what became of it, for the governance of rules. Written beside the answer, never in its way:
// what cannot be written is counted and said, and the answer goes out all the same.
import { randomUUID } from 'node:crypto';
import type { Database } from '../../database/contract.ts';
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
  /** Of one answer: what was shown under the ids given, and what was not shown. */
  note(
    asked: string,
    role: string,
    orders: number,
    answer: Answer,
    shown: readonly { uuid: string; card?: Card }[],
    at: Date,
  ): Promise<void>;
  /** How many of the decisions were about alerts that are known. */
  decide(decisions: readonly Decision[]): Promise<number>;
  /** Answers whose alerts could not be written since the start. */
  readonly lost: number;
}

export function openAlerts(database: Database): Alerts {
  let lost = 0;
  return {
    get lost() {
      return lost;
    },
    async note(asked, role, orders, answer, shown, at) {
      const rows = [
        ...shown.flatMap(({ uuid, card }) => (card === undefined ? [] : [{ id: uuid, card, seen: 'shown' }])),
        ...answer.unseen.map((card) => ({ id: randomUUID(), card, seen: card.because })),
      ];
      try {
        await database.query({
          name: 'medication-alerts',
          text: `with noted as (
  insert into medication_alert (id, at, asked, rule, file, version, category, tier, seen, role)
  select a.id, $1, $2, a.rule, a.file, a.version, a.category, a.tier, a.seen, $3
  from unnest($4::uuid[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[]) as a (id, rule, file, version, category, tier, seen))
insert into medication_checked (day, asked, orders, checks, could_not) values ($1::timestamptz::date, $2, $11::int8, 1, $12::int8)
on conflict (day, asked) do update set orders = medication_checked.orders + excluded.orders, checks = medication_checked.checks + 1, could_not = medication_checked.could_not + excluded.could_not`,
          values: [
            at.toISOString(),
            asked,
            role,
            rows.map((row) => row.id),
            rows.map((row) => row.card.rule.id),
            rows.map((row) => row.card.rule.file),
            rows.map((row) => row.card.rule.version),
            rows.map((row) => row.card.category),
            rows.map((row) => row.card.tier),
            rows.map((row) => row.seen),
            orders,
            answer.couldNot.length > 0 ? 1 : 0,
          ],
        });
      } catch {
        lost++;
      }
    },
    async decide(decisions) {
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
