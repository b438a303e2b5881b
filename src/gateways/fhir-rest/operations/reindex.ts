// POST [base]/$reindex: asks for the search index to be made anew and tells how far that is. Who may change search parameters
// may have it made; the work is a job (record/parameters/reindex-job.ts), done by whichever process is free.

import type { Json } from '../../../fhir/json.ts';
import { fail } from '../../../fhir/result.ts';
import type { Job, Jobs } from '../../../jobs/contract.ts';
import { decide } from '../../../policy/decide.ts';
import { type ReindexResult, reindexKind, reindexWish } from '../../../record/parameters/reindex-job.ts';
import type { FhirResponse } from '../contract.ts';
import { refusal } from '../outcome.ts';
import type { Operation } from './contract.ts';

export function reindexOperation(jobs: Jobs): Operation {
  return {
    name: 'reindex',
    definition: 'https://lamplight.dev/fhir/OperationDefinition/reindex',
    system: true,
    types: [],
    affectsState: true,
    parameters: ['type', 'parameter', 'all', 'job'],
    async answer(call) {
      const { caller } = call.request;
      const decision = decide(caller.person, caller.purpose, 'update', 'SearchParameter');
      if (!decision.allowed) {
        await call.context.record.refuse(caller, 'update', { type: 'SearchParameter', outcome: 403, query: '$reindex' });
        return refusal(fail('forbidden', decision.why).problem);
      }
      const known = call.text('job');
      if (known !== undefined) {
        const job = await jobs.get(known);
        if (job?.kind !== reindexKind)
          return refusal(fail('not-found', 'There is no such reindex: it may have been forgotten', 'job').problem);
        return answerOf(job, 200);
      }
      const types = call.all('type').flatMap((one) => (one.valueCode ?? one.valueString ?? '').split(','));
      const parameter = call.text('parameter');
      const asked: Json = {
        ...(types.length === 0 ? {} : { types }),
        ...(parameter === undefined ? {} : { parameter }),
        ...(call.text('all') === 'true' ? { all: true } : {}),
      };
      const wish = reindexWish(asked);
      if (!wish.ok) return refusal(wish.problem);
      return answerOf(await jobs.ask(reindexKind, asked, caller.person.id), 202);
    },
  };
}

function answerOf({ id, state, progress, result, problem }: Job, status: number): FhirResponse {
  const { stale, verified } = (result ?? {}) as Partial<ReindexResult>;
  const parameter = [
    { name: 'job', valueString: id },
    { name: 'state', valueCode: state },
    { name: 'done', valueInteger: progress.done },
    ...(progress.total === undefined ? [] : [{ name: 'total', valueInteger: progress.total }]),
    ...(stale === undefined ? [] : [{ name: 'stale', valueInteger: stale }]),
    ...(verified === undefined ? [] : [{ name: 'verified', valueBoolean: verified }]),
    ...(problem === undefined ? [] : [{ name: 'problem', valueString: problem.message }]),
  ];
  return { status, headers: {}, body: JSON.stringify({ resourceType: 'Parameters', parameter }) };
}
