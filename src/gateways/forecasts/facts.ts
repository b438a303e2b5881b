// What forecasts rest on, asked of the tables: arrivals at the emergency department by hour, stays by ward, beds. Counts and no rows of persons leave
// the tables; hours are those of the site's wall clock.
import { ok, type Result } from '../../fhir/result.ts';
import type { HospitalFacts, WardPlace } from '../../methods/beds/contract.ts';
import type { Caller } from '../../record/contract.ts';
import type { Answer, AnswerCell, Parameters, Tables } from '../../warehouse/contract.ts';

/** As far back as forecasts look: a year to see its season twice at the edges, and stays of as long. */
export const daysBack = 760;
/** Rows of counts: 760 days of hours, 760 days of stays of a hospital with 250 admissions and attendances a day and more. */
const rowsMost = 600_000;

const notPlanned = `status not in ('planned', 'cancelled', 'entered-in-error')`;

export const arrivalsSql = `select epoch_ms(date_trunc('hour', timezone($zone, start))) // 3600000 as hour, count(*) as arrivals
from encounters
where class = 'EMER' and ${notPlanned} and start >= $from::timestamptz and start < $now::timestamptz
group by 1 order by 1`;

/**
 * A place is of the ward that it is, or that it, or the room of it, is a part of. Messages name wards and beds by words alone, which makes
 * places of their own without an organisation: those are the ward of that name, where one hospital has it.
 */
const placesSql = `select l.id, coalesce(same.id, l.ward) as ward, l.name, l.physical_type, l.operational_status, l.status
  from (
    select l.id, case when l.physical_type = 'wa' then l.id when p.physical_type = 'wa' then p.id
        when g.physical_type = 'wa' then g.id else coalesce(g.id, p.id, l.id) end as ward, l.name, l.physical_type, l.operational_status, l.status
      from locations l left join locations p on p.id = l.part_of_id left join locations g on g.id = p.part_of_id
  ) l
  left join locations w on w.id = l.ward and w.organization_id is null
  left join (
    select name, min(id) as id from locations where organization_id is not null and name is not null group by 1 having count(*) = 1
  ) same on same.name = w.name`;

export const wardsSql = `with places as (${placesSql})
select w.id, coalesce(w.name, 'Ward without a name') as name,
  count(distinct coalesce(p.name, p.id)) filter (p.physical_type = 'bd' and coalesce(p.operational_status, '') <> 'C' and coalesce(p.status, 'active') = 'active') as beds
from places p join locations w on w.id = p.ward
group by 1, 2 order by 2, 1`;

/** Stays in places, a stay in two wards being two; kind 0: emergency department, 1: through it (seen there in the day before), 2: otherwise. */
export const staysSql = `with places as (${placesSql}),
own as (
  select e.id, e.patient_id, e.class, e.status, el.place, el.location_id,
    coalesce(el.start, e.start) as begun, coalesce(el."end", e."end") as ended
  from encounters e join encounter_locations el on el.encounter_id = e.id
  where e.class in ('EMER', 'IMP', 'ACUTE', 'NONAC', 'OBSENC', 'SS') and e.${notPlanned}
    and coalesce(el.status, 'active') not in ('planned', 'reserved')
),
through as (
  select distinct o.id from own o join encounters v on v.patient_id = o.patient_id and v.class = 'EMER'
  where o.class <> 'EMER' and v."end" >= o.begun - interval 24 hour and v."end" <= o.begun + interval 6 hour
)
select p.ward, case when o.class = 'EMER' then 0 when o.place = 0 and t.id is not null then 1 else 2 end as kind,
  round(epoch(timezone($zone, o.begun)) / 3600.0, 2) as begun, round(epoch(timezone($zone, o.ended)) / 3600.0, 2) as ended, count(*) as stays
from own o join places p on p.id = o.location_id left join through t on t.id = o.id
where o.begun >= $from::timestamptz and o.begun < $now::timestamptz and (o.ended is null or o.ended > o.begun)
  and (o.ended is not null or o.status not in ('finished', 'unknown'))
group by 1, 2, 3, 4 order by 1, 2, 3, 4`;

const text = (cell: AnswerCell | undefined): string => (typeof cell === 'string' ? cell : '');
const number = (cell: AnswerCell | undefined): number =>
  typeof cell === 'number' ? cell : typeof cell === 'string' ? Number(cell) : Number.NaN;

/** `now`: hours of the wall clock. Wards are those in which somebody stayed, or that have beds. */
export function factsOf(now: number, of: { arrivals: Answer; wards: Answer; stays: Answer }): HospitalFacts {
  const used = new Set(of.stays.rows.map((row) => text(row[0])));
  const wards: WardPlace[] = of.wards.rows
    .map((row) => ({ id: text(row[0]), name: text(row[1]), beds: number(row[2]) }))
    .filter(({ id }) => used.has(id));
  const place = new Map(wards.map(({ id }, at) => [id, at]));
  const stays = of.stays.rows;
  return {
    now,
    wards,
    stays: {
      ward: Uint16Array.from(stays, (row) => place.get(text(row[0])) ?? 0),
      kind: Uint8Array.from(stays, (row) => number(row[1])),
      start: Float64Array.from(stays, (row) => number(row[2])),
      // Who leaves later than now is still there.
      end: Float64Array.from(stays, (row) => (row[3] === null || number(row[3]) > now ? Number.NaN : number(row[3]))),
      count: Uint32Array.from(stays, (row) => number(row[4])),
    },
    arrivals: {
      hour: Float64Array.from(of.arrivals.rows, (row) => number(row[0])),
      count: Uint32Array.from(of.arrivals.rows, (row) => number(row[1])),
    },
  };
}

/** Asked under one name in the audit trail. `wall`: what the site's clock shows at `now`, in hours. */
export async function readFacts(tables: Tables, caller: Caller, zone: string, now: Date, wall: number): Promise<Result<HospitalFacts>> {
  const from = new Date(now.getTime() - daysBack * 86_400_000).toISOString();
  const ask = (sql: string, parameters: Parameters): Promise<Result<Answer>> =>
    tables.ask(caller, sql, { detail: 'identified', parameters, limits: { rows: rowsMost }, summary: 'forecasts' });
  const when = { zone, from, now: now.toISOString() };
  const [arrivals, wards, stays] = [await ask(arrivalsSql, when), await ask(wardsSql, {}), await ask(staysSql, when)];
  if (!arrivals.ok) return arrivals;
  if (!wards.ok) return wards;
  return stays.ok ? ok(factsOf(wall, { arrivals: arrivals.value, wards: wards.value, stays: stays.value })) : stays;
}
