// Forecasts of arrivals, beds and staff over HTTP. Whoever may search encounters may look; every look and every change of the plan leaves a row in the
// audit trail, refused ones too.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { asItIs } from '../../methods/beds/hospital-census.ts';
import { decide } from '../../policy/decide.ts';
import { decideForecastPlan } from '../../policy/forecasts.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import type { Tables } from '../../warehouse/contract.ts';
import { readBody } from '../http/body.ts';
import { refuse } from '../http/server.ts';
import { statusOf } from '../http/statuses.ts';
import type { Arrivals, BedsAhead, Beneath, Head, Past, PlanShown, Staffing, SurgeAhead, WhatIf } from './answers.ts';
import type { ArrivalsForecast, CensusForecast, Plan, Rules, StaffingKnowledge } from './contract.ts';
import { answered, type Known, openKnown } from './known.ts';
import { changePlan, readPlan } from './plan.ts';
import { readPlanWish } from './plan-wish.ts';
import { shownArrivals, shownBeds, shownStaffing, shownSurge } from './shown.ts';
import { staffingForecast } from './staffing.ts';
import { openReckoner } from './thread.ts';
import { type ForecastWish, readForecastWish, whatIfParameters } from './wish.ts';

export interface ForecastParts {
  tables: Tables;
  database: Database;
  record: Pick<RecordStore, 'note'>;
  knowledge: StaffingKnowledge;
  timeZone: string;
  now(): Date;
}

const bodyBytesMax = 256 * 1024;

interface Looked {
  known: Known;
  wish: ForecastWish;
  plan: Plan;
}

export function forecastRoutes(app: FastifyInstance, { tables, database, record, knowledge, timeZone, now }: ForecastParts): void {
  const reckoner = openReckoner();
  app.addHook('onClose', () => reckoner.close());
  const known = openKnown({ tables, timeZone, now });

  async function answer(request: FastifyRequest, reply: FastifyReply, trail: string | null, found: Result<object>): Promise<FastifyReply> {
    const outcome = found.ok ? 200 : statusOf(found.problem);
    // A change writes its row itself, in its transaction.
    if (trail !== null) await record.note(request.caller as Caller, trail, { outcome, query: request.url.slice(0, 300) });
    if (!found.ok) return refuse(request, reply, found.problem, outcome);
    return reply.header('cache-control', 'no-store').type('application/json').send(JSON.stringify(found.value));
  }

  const mayLook = ({ person, purpose }: Caller): Result<undefined> => {
    const decision = decide(person, purpose, 'search', 'Encounter');
    if (!decision.allowed) return fail('forbidden', decision.why);
    return decision.scope.patients === undefined
      ? ok(undefined)
      : fail('forbidden', `The role ${person.role} may not look at forecasts of the hospital`);
  };

  /** Policy, the address, what is known: then what is wanted of it. */
  function look<T extends Head>(path: string, takes: readonly string[], make: (looked: Looked) => Promise<Result<Beneath<T>>>): void {
    app.get(path, { config: { name: path.slice(1).replace('/', '-') } }, async (request, reply) => {
      const caller = request.caller as Caller;
      const found = async (): Promise<Result<object>> => {
        const allowed = mayLook(caller);
        if (!allowed.ok) return allowed;
        const plan = await readPlan(database);
        const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
        const wish = readForecastWish(query, takes, knowledge, plan.rules);
        if (!wish.ok) return wish;
        const facts = await known(caller);
        if (!facts.ok) return facts;
        const made = await make({ known: facts.value, wish: wish.value, plan });
        if (!made.ok) return made;
        const { asOf, position, notes } = facts.value;
        const head: Head = { asOf, position, timeZone, notes };
        return ok({ ...head, ...made.value });
      };
      return answer(request, reply, 'forecast-look', await found());
    });
  }

  const arrivalsOf = (of: Known, rules: Rules): Promise<Result<ArrivalsForecast | null>> => {
    const own = { surgeThreshold: rules.surgeThreshold, surgeChance: rules.surgeChance };
    return answered(of, `arrivals ${JSON.stringify(own)}`, () => reckoner.arrivals({ facts: of.facts, ahead: of.ahead, rules: own }));
  };
  const censusOf = (of: Known, overflowChance: number, whatIf = asItIs): Promise<Result<CensusForecast>> =>
    answered(of, `census ${overflowChance} ${JSON.stringify(whatIf)}`, () =>
      reckoner.census({ facts: of.facts, ahead: of.ahead, whatIf, overflowChance }),
    );

  look<Arrivals>('/forecasts/arrivals', ['threshold', 'chance'], async ({ known: of, wish }) => {
    const found = await arrivalsOf(of, wish.rules);
    return found.ok ? ok(shownArrivals(timeZone, of, found.value)) : found;
  });

  look<SurgeAhead>('/forecasts/surge', ['threshold', 'chance'], async ({ known: of, wish }) => {
    const found = await arrivalsOf(of, wish.rules);
    return found.ok ? ok(shownSurge(of, found.value)) : found;
  });

  look<BedsAhead>('/forecasts/census', ['overflow'], async ({ known: of, wish }) => {
    const found = await censusOf(of, wish.rules.overflowChance);
    return found.ok ? ok({ overflowChance: wish.rules.overflowChance, ...shownBeds(timeZone, found.value) }) : found;
  });

  look<Past>('/forecasts/past', ['overflow'], async ({ known: of, wish }) => {
    const { overflowChance } = wish.rules;
    const found = await answered(of, `past ${overflowChance}`, () => reckoner.past({ facts: of.facts, overflowChance }));
    return found.ok ? ok({ overflowChance, census: found.value }) : found;
  });

  look<WhatIf>('/forecasts/what-if', ['overflow', ...whatIfParameters], async ({ known: of, wish }) => {
    const place = wish.ward === undefined ? undefined : of.facts.wards.findIndex(({ id }) => id === wish.ward);
    if (place === -1) return fail('not-found', 'There is no such ward: the forecast of beds names them', 'ward');
    const { overflowChance } = wish.rules;
    const whatIf = { ...wish.whatIf, ...(place === undefined ? {} : { ward: place }) };
    const [base, changed] = [await censusOf(of, overflowChance), await censusOf(of, overflowChance, whatIf)];
    if (!base.ok) return base;
    if (!changed.ok) return changed;
    const asked = { arrivals: whatIf.arrivals, beds: whatIf.beds, stayDays: whatIf.stayDays, ward: wish.ward ?? null };
    return ok({ overflowChance, asked, asItIs: shownBeds(timeZone, base.value), whatIf: shownBeds(timeZone, changed.value) });
  });

  look<Staffing>('/forecasts/staffing', ['seen', 'within', 'minutes'], async ({ known: of, wish, plan }) => {
    const [arrivals, census] = [await arrivalsOf(of, wish.rules), await censusOf(of, wish.rules.overflowChance)];
    if (!arrivals.ok) return arrivals;
    if (!census.ok) return census;
    const staff = staffingForecast(arrivals.value, census.value, { now: of.facts.now, knowledge, rules: wish.rules, plan: plan.staff });
    const { seenPercent, seenWithinMinutes, minutesEach } = wish.rules;
    return ok({ target: { seenPercent, seenWithinMinutes, minutesEach }, ...shownStaffing(timeZone, staff) });
  });

  app.get('/forecasts/plan', { config: { name: 'forecasts-plan' } }, async (request, reply) => {
    const allowed = mayLook(request.caller as Caller);
    const mayChange = decideForecastPlan((request.caller as Caller).person).allowed;
    const found: Result<PlanShown> = allowed.ok ? ok({ ...(await readPlan(database)), mayChange, shifts: knowledge.shifts }) : allowed;
    return answer(request, reply, 'forecast-look', found);
  });

  app.put('/forecasts/plan', { config: { name: 'forecasts-plan-change' } }, async (request, reply) => {
    const caller = request.caller as Caller;
    const decision = decideForecastPlan(caller.person);
    const change = async (): Promise<Result<PlanShown>> => {
      if (!decision.allowed) return fail('forbidden', decision.why);
      const text = await readBody(request.raw, bodyBytesMax);
      if (!text.ok) return text;
      const shifts = knowledge.shifts.map(({ name }) => name);
      const wish = readPlanWish(text.value, shifts);
      if (!wish.ok) return wish;
      await changePlan(database, wish.value, caller, now());
      return ok({ ...(await readPlan(database)), mayChange: true, shifts: knowledge.shifts });
    };
    const found = await change();
    return answer(request, reply, found.ok ? null : 'forecast-plan', found);
  });
}
