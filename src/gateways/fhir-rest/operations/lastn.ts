// Observation/$lastn: http://hl7.org/fhir/R4/observation-operation-lastn.html. Everything but `max` is a search of Observation.
import { fail } from '../../../fhir/result.ts';
import { parametersOf } from '../../../fhir/search/parameters.ts';
import { parseQuery } from '../../../fhir/search/query.ts';
import { searchBundle } from '../bundles.ts';
import { refusal } from '../outcome.ts';
import type { Operation } from './contract.ts';

const codes = [...parametersOf('Observation').keys()];
/** R4: who it is about must be said. */
const about = ['patient', 'subject'];

export const lastn: Operation = {
  name: 'lastn',
  definition: 'http://hl7.org/fhir/OperationDefinition/Observation-lastn',
  type: true,
  types: ['Observation'],
  affectsState: false,
  parameters: ['max', ...codes],
  async answer(call) {
    const { request, context } = call;
    const max = call.text('max') ?? '1';
    if (!/^[1-9]\d{0,2}$/.test(max))
      return refusal(fail('invalid', 'max is a number of observations of each kind, 1 to 999', 'max').problem);
    const pairs = codes.flatMap((name) =>
      call.all(name).flatMap((one): [string, string][] => {
        const text =
          one.valueString ?? one.valueCode ?? one.valueUri ?? one.valueDate ?? one.valueDateTime ?? one.valueReference?.reference;
        return typeof text === 'string' ? [[name, text]] : [];
      }),
    );
    if (!pairs.some(([name]) => about.includes(name)))
      return refusal(fail('invalid', '$lastn is about somebody: give patient or subject', 'patient').problem);
    const query = parseQuery('Observation', pairs, { baseUrl: context.base });
    if (!query.ok) return refusal(query.problem);
    const page = await context.record.lastN(request.caller, query.value, Number(max));
    if (!page.ok) return refusal(page.problem);
    const understood: [string, string][] = [['max', max], ...pairs];
    const body = await searchBundle(page.value, { understood, ignored: [] }, 'Observation/$lastn', context);
    return body.ok ? { status: 200, headers: {}, body: body.value } : refusal(body.problem);
  },
};
