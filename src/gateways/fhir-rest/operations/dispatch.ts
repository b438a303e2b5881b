// From `$name` in an address to the operation that answers it (http://hl7.org/fhir/R4/operations.html#executing).

import { fail } from '../../../fhir/result.ts';
import { nearest } from '../../../fhir/structure/nearest.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { refusal } from '../outcome.ts';
import { callOf } from './call.ts';
import type { Operation, OperationPlace } from './contract.ts';

/** `named`: with its dollar, as it stood in the address. */
export async function operation(request: FhirRequest, context: FhirContext, named: string, place: OperationPlace): Promise<FhirResponse> {
  const name = named.slice(1);
  const offered = context.operations ?? [];
  const ofName = offered.filter((one) => one.name === name);
  const found = ofName.find((one) => isOffered(one, place));
  if (found === undefined) return refusal(unknown(name, ofName, offered), 404);
  if (request.method !== 'POST' && (request.method !== 'GET' || found.affectsState))
    return refusal(
      fail('unsupported', `${request.method} is not possible here: $${name} takes POST${found.affectsState ? '' : ' and GET'}`).problem,
      405,
    );
  const call = await callOf(request, context, found, place);
  return call.ok ? found.answer(call.value) : refusal(call.problem);
}

export function isOffered({ system, type, instance, types }: Operation, place: OperationPlace): boolean {
  if (place.type === undefined) return system === true;
  if (types !== 'all' && !types.includes(place.type)) return false;
  return (place.id === undefined ? type : instance) === true;
}

function unknown(name: string, ofName: readonly Operation[], offered: readonly Operation[]) {
  const shown = `$${name.slice(0, 50)}`;
  if (ofName.length > 0) return fail('unsupported', `The operation ${shown} is offered at ${ofName.map(places).join('; ')}`).problem;
  const near = nearest(
    name.slice(0, 50),
    offered.map((one) => one.name),
  );
  const hint = near === undefined ? '' : `: did you mean $${near}?`;
  return fail('unsupported', `The operation ${shown} is not offered here${hint} See the CapabilityStatement at /metadata`).problem;
}

function places({ name, system, type, instance, types }: Operation): string {
  const of = types === 'all' ? '[type]' : types.join('|');
  return [system === true ? `/$${name}` : '', type === true ? `/${of}/$${name}` : '', instance === true ? `/${of}/[id]/$${name}` : '']
    .filter((place) => place !== '')
    .join(', ');
}
