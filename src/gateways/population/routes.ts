// Registries and care gaps over HTTP. Every request leaves a row in the audit trail, with the patients of a list; what is asked of the tables and of the record leaves its own.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { outcomes } from '../../methods/care-gaps/contract.ts';
import { decidePopulation } from '../../policy/population.ts';
import type { Caller } from '../../record/contract.ts';
import { keyOfId } from '../../record/keys.ts';
import { refuse } from '../http/server.ts';
import { type Statuses, statusOf } from '../http/statuses.ts';
import type { OverviewShown, Patients } from './answers.ts';
import type { PopulationParts } from './contract.ts';
import { openInRecord } from './in-record.ts';
import { type ListWish, openPopulation, seesRows } from './population.ts';

/** Too costly is here what is asked, not what was sent. */
const statuses: Statuses = { 'too-costly': 422 };
const isPlain = (text: string): boolean => text.length <= 100 && !/[\p{Cc}\p{Surrogate}]/u.test(text);
const isId = (text: string): boolean => /^[A-Za-z0-9.-]{1,64}$/.test(text);

function readListWish(query: URLSearchParams): Result<ListWish & { gap: string }> {
  const of = (name: string): string => query.get(name) ?? '';
  const wish = { gap: of('gap'), outcome: of('outcome'), clinic: of('clinic'), practitioner: of('practitioner'), area: of('area') };
  const odd = Object.entries(wish).find(([, value]) => !isPlain(value));
  if (odd !== undefined) return fail('invalid', `${odd[0]} has at most 100 plain letters`, odd[0]);
  if (wish.gap === '') return fail('invalid', 'gap is the id of a gap of the registry', 'gap');
  if (wish.outcome !== '' && !outcomes.some((each) => each === wish.outcome))
    return fail('invalid', `outcome is one of ${outcomes.join(', ')}`, 'outcome');
  if (wish.practitioner !== '' && !isId(wish.practitioner))
    return fail('invalid', 'practitioner is the id of a Practitioner', 'practitioner');
  return ok(wish);
}

type Admit = (
  request: FastifyRequest,
  reply: FastifyReply,
  door: { trail: string; takes?: readonly string[] },
  work: (caller: Caller, query: URLSearchParams, name: string, show: (patients: readonly string[]) => void) => Promise<Result<object>>,
) => Promise<FastifyReply>;

/** Decides, does and notes. */
const admitTo =
  (record: Pick<PopulationParts['record'], 'note'>): Admit =>
  async (request, reply, { trail, takes = [] }, work) => {
    const caller = request.caller as Caller;
    let shown: string[] = [];
    const show = (patients: readonly string[]): void => {
      shown = [...new Set(patients.map(keyOfId))];
    };
    const query = new URL(request.raw.url ?? '', 'http://here').searchParams;
    const { name: named, id } = request.params as { name?: string; id?: string };
    const name = named ?? id ?? '';
    const decision = decidePopulation(caller.person);
    const unknown = [...query.keys()].find((each) => !takes.includes(each));
    const answer = !decision.allowed
      ? fail('forbidden', decision.why)
      : unknown !== undefined
        ? fail(
            'invalid',
            `There is no parameter ${JSON.stringify(unknown.slice(0, 40))}; known are: ${takes.join(', ') || 'none'}`,
            'query',
          )
        : await work(caller, query, name, show);
    const status = answer.ok ? 200 : statusOf(answer.problem, statuses);
    await record.note(caller, trail, {
      outcome: status,
      query: `${name} ${query.toString()}`.trim().slice(0, 500),
      ...(shown.length === 0 ? {} : { patients: shown }),
    });
    if (!answer.ok) return refuse(request, reply, answer.problem, status);
    return reply.code(status).header('cache-control', 'no-store').type('application/json').send(JSON.stringify(answer.value));
  };

/** One patient, read in the record: there is no need of tables. */
export function patientGapRoutes(app: FastifyInstance, parts: Omit<PopulationParts, 'tables' | 'areas'>): void {
  const admit = admitTo(parts.record);
  const inRecord = openInRecord(parts);
  app.get('/population/patient/:id', { config: { name: 'population-patient' } }, (request, reply) =>
    admit(request, reply, { trail: 'population-patient' }, async (caller, _, id) =>
      isId(id) ? inRecord.ofPatient(caller, id) : fail('not-found', 'There is no such Patient', 'patient'),
    ),
  );
}

export function populationRoutes(app: FastifyInstance, parts: PopulationParts): void {
  const admit = admitTo(parts.record);
  const population = openPopulation(parts);
  const inRecord = openInRecord(parts);

  app.get('/population/registries', { config: { name: 'population-registries' } }, (request, reply) =>
    admit(request, reply, { trail: 'population-look', takes: ['months'] }, async (caller, query): Promise<Result<OverviewShown>> => {
      const months = query.get('months') ?? '12';
      if (!/^(\d|1[0-2])$/.test(months)) return fail('invalid', 'months is a number from 0 to 12', 'months');
      const found = await population.overview(caller, Number(months));
      return found.ok ? ok({ ...found.value, rows: seesRows(caller), timeZone: parts.timeZone }) : found;
    }),
  );

  app.get('/population/registries/:name', { config: { name: 'population-registry' } }, (request, reply) =>
    admit(request, reply, { trail: 'population-look' }, (caller, _, name) => population.one(caller, name)),
  );

  app.get('/population/registries/:name/rates', { config: { name: 'population-rates' } }, (request, reply) =>
    admit(request, reply, { trail: 'population-look' }, (caller, _, name) => population.rates(caller, name)),
  );

  app.get('/population/registries/:name/patients', { config: { name: 'population-patients' } }, (request, reply) =>
    admit(
      request,
      reply,
      { trail: 'population-rows', takes: ['gap', 'outcome', 'clinic', 'practitioner', 'area'] },
      async (caller, query, name, show): Promise<Result<Patients>> => {
        const wish = readListWish(query);
        if (!wish.ok) return wish;
        const { gap: id, ...rest } = wish.value;
        const registry = population.registryOf(name);
        if (!registry.ok) return registry;
        const gap = population.gapOf(registry.value, id);
        if (!gap.ok) return gap;
        if (seesRows(caller)) {
          const list = await population.list(caller, name, id, rest);
          if (list.ok) show(list.value.rows.map(({ patient }) => patient));
          return list;
        }
        if (rest.practitioner === '')
          return fail(
            'forbidden',
            'Lists of everybody go with the right to export: name a practitioner, and the record shows their patients',
          );
        if (rest.clinic !== '' || rest.area !== '')
          return fail('invalid', 'Clinic and area narrow lists of everybody, which go with the right to export', 'clinic');
        return inRecord.ofPractitioner(caller, registry.value, gap.value, rest.practitioner, rest.outcome);
      },
    ),
  );
}
