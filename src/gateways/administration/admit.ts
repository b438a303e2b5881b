// The door of what administers the program: asks policy, and leaves a row in the audit trail whichever way it goes.
import type { FastifyReply, FastifyRequest } from 'fastify';
import { writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type AdministrationAction, decideAdministration } from '../../policy/administration.ts';
import type { RecordStore } from '../../record/contract.ts';
import { refuse } from '../http/server.ts';
import { statusOf } from '../http/statuses.ts';

export interface Deed {
  request: FastifyRequest;
  reply: FastifyReply;
  action: AdministrationAction;
  /** Name of what is done in the audit trail: gateways/audit/words.ts tells it in words. */
  trail: string;
  /** What it is done to, in the trail; never a secret. */
  about?: string;
  /** Parameters of the address that it understands; others are refused, as everywhere. */
  takes?: readonly string[];
}

/** Does what is asked where it is allowed, notes it and answers with what `work` gives as JSON. */
export async function admit<T>(
  record: Pick<RecordStore, 'note'>,
  { request, reply, action, trail, about, takes = [] }: Deed,
  work: () => Promise<Result<T>>,
  answer: { status?: number; show(value: T): unknown },
): Promise<FastifyReply> {
  const caller = request.caller!;
  const decision = decideAdministration(caller.person, action);
  const asked = new URL(request.raw.url ?? '', 'http://here').searchParams;
  const unknown = [...asked.keys()].find((name) => !takes.includes(name));
  const done: Result<T> = !decision.allowed
    ? fail('forbidden', decision.why)
    : unknown === undefined
      ? await work()
      : fail(
          'invalid',
          `The parameter ${JSON.stringify(unknown.slice(0, 60))} is not understood here: ${takes.length === 0 ? 'send none' : `send ${takes.join(', ')}`}`,
        );
  const outcome = done.ok ? 200 : statusOf(done.problem);
  await record.note(caller, trail, { outcome, ...(about === undefined ? {} : { query: about }) });
  if (!done.ok) return refuse(request, reply, done.problem, outcome);
  return reply
    .code(answer.status ?? 200)
    .type('application/json')
    .send(writeJson(answer.show(done.value)));
}

/** For what cannot fail in a way that is expected. */
export const always = async <T>(work: Promise<T>): Promise<Result<T>> => ok(await work);
