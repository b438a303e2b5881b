// The plan of a site: read with every forecast of staff, changed in one transaction with its row in the audit trail.
import type { Database } from '../../database/contract.ts';
import { auditInsert, auditRow } from '../../record/audit.ts';
import type { Caller } from '../../record/contract.ts';
import type { Plan, StaffRole } from './contract.ts';
import type { PlanWish } from './plan-wish.ts';

export async function readPlan(database: Database): Promise<Plan> {
  const [staff, rules] = await Promise.all([
    database.query<{ ward: string; shift: string; role: string; planned: number; per: number | null; name: string; at: Date }>({
      text: 'select ward, shift, role, planned, patients_per_nurse as per, name, at from forecast_plan order by ward, shift, role',
    }),
    database.query<{ rule: string; value: number }>({ text: 'select rule, value from forecast_rule' }),
  ]);
  return {
    staff: staff.rows.map(({ ward, shift, role, planned, per, name, at }) => ({
      ward,
      shift,
      role: role as StaffRole,
      planned,
      patientsPerNurse: per,
      by: name,
      at: new Date(at).toISOString(),
    })),
    rules: Object.fromEntries(rules.rows.map(({ rule, value }) => [rule, value])),
  };
}

/** All of a wish or nothing of it. */
export async function changePlan(database: Database, wish: PlanWish, caller: Caller, now: Date): Promise<void> {
  const at = now.toISOString();
  const { id, name } = caller.person;
  await database.transaction(async (session) => {
    for (const { ward, shift, role, planned, patientsPerNurse } of wish.staff) {
      if (planned === null)
        await session.query({
          text: 'delete from forecast_plan where ward = $1 and shift = $2 and role = $3',
          values: [ward, shift, role],
        });
      else
        await session.query({
          text: `insert into forecast_plan (ward, shift, role, planned, patients_per_nurse, account, name, at) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (ward, shift, role) do update set planned = excluded.planned, patients_per_nurse = excluded.patients_per_nurse, account = excluded.account, name = excluded.name, at = excluded.at`,
          values: [ward, shift, role, planned, patientsPerNurse, id, name, at],
        });
    }
    for (const [rule, value] of Object.entries(wish.rules)) {
      if (value === null) await session.query({ text: 'delete from forecast_rule where rule = $1', values: [rule] });
      else
        await session.query({
          text: `insert into forecast_rule (rule, value, account, name, at) values ($1, $2, $3, $4, $5)
on conflict (rule) do update set value = excluded.value, account = excluded.account, name = excluded.name, at = excluded.at`,
          values: [rule, value, id, name, at],
        });
    }
    await session.query(auditInsert([auditRow(caller, now, 'forecast-plan', { outcome: 200, query: JSON.stringify(wish) })]));
  });
}
