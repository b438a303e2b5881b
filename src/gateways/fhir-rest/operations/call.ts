// The parameters of an operation, however they were sent: a Parameters resource, a bare resource, or the query of the address
// (http://hl7.org/fhir/R4/operations.html#request).

import { Decimal } from '../../../fhir/decimal.ts';
import type { Parameters, ParametersParameter, Resource } from '../../../fhir/generated/types.ts';
import type { Json } from '../../../fhir/json.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { resourceInSteps } from '../../../fhir/structure/validate.ts';
import { inSlices } from '../../../record/slices.ts';
import type { FhirContext, FhirRequest } from '../contract.ts';
import type { Operation, OperationCall, OperationPlace } from './contract.ts';

/** Of every request, not of the operation, unless it gives them a meaning of its own. */
const ofAnswer = new Set(['_format', '_pretty', '_summary', '_elements']);

/** Refuses what is no Parameters resource and what the operation does not know, with the names that it knows. */
export async function callOf(
  request: FhirRequest,
  context: FhirContext,
  operation: Operation,
  place: OperationPlace,
): Promise<Result<OperationCall>> {
  const given: ParametersParameter[] = request.query
    .filter(([name]) => !ofAnswer.has(name) || operation.parameters.includes(name))
    .map(([name, value]) => ({ name, valueString: value }));
  if (request.body !== undefined) {
    const sent = await fromBody(request.body, operation);
    if (!sent.ok) return sent;
    given.push(...sent.value);
  }
  const unknown = given.find(({ name }) => !operation.parameters.includes(name));
  if (unknown !== undefined)
    return fail(
      'invalid',
      `$${operation.name} has no parameter ${JSON.stringify(unknown.name.slice(0, 50))}: it knows ${operation.parameters.join(', ') || 'none'}`,
      unknown.name.slice(0, 50),
    );
  const { repeated } = operation;
  const names = given.map(({ name }) => name);
  const twice = repeated && names.find((name, i) => !repeated.includes(name) && names.indexOf(name) < i);
  if (twice !== undefined) return fail('invalid', `$${operation.name} takes ${twice} once: with two of them one would be left out`, twice);
  const all = (name: string): ParametersParameter[] => given.filter((one) => one.name === name);
  return ok({
    request,
    context,
    place,
    parameters: { resourceType: 'Parameters', parameter: given },
    all,
    text: (name) =>
      all(name)
        .map(textOf)
        .find((text) => text !== undefined),
  });
}

/** What a resource that is no Parameters is the parameter of: every operation that takes one whole resource calls it so. */
const resourceNames = ['resource', 'valueSet', 'codeSystem', 'conceptMap'];

async function fromBody(body: Json, operation: Operation): Promise<Result<ParametersParameter[]>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || !('resourceType' in body))
    return fail('invalid', `Send the parameters of $${operation.name} as a Parameters resource`);
  if (body['resourceType'] === 'Parameters') {
    const parameters = await asParameters(body);
    return parameters.ok ? ok(parameters.value.parameter ?? []) : parameters;
  }
  const name = resourceNames.find((one) => operation.parameters.includes(one));
  if (name === undefined) return fail('invalid', `$${operation.name} takes no single resource: send a Parameters resource`, 'resourceType');
  // $validate is asked about resources that are wrong: what it is given is for the operation to check.
  return ok([{ name, resource: body as unknown as Resource }]);
}

/** A resource inside is for the operation to check, so the walk sees the Parameters without them. */
async function asParameters(body: { [name: string]: Json }): Promise<Result<Parameters>> {
  const outer = Array.isArray(body['parameter']) ? { ...body, parameter: body['parameter'].map(withoutResource) } : body;
  const checked = await inSlices(resourceInSteps(outer, 'Parameters'));
  return checked.ok ? ok(body as unknown as Parameters) : checked;
}

function withoutResource(parameter: Json): Json {
  if (typeof parameter !== 'object' || parameter === null || Array.isArray(parameter) || !('resource' in parameter)) return parameter;
  const { resource: _, ...rest } = parameter;
  return { ...rest, valueBoolean: true };
}

function textOf(parameter: ParametersParameter): string | undefined {
  for (const [name, value] of Object.entries(parameter)) {
    const primitive = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value instanceof Decimal;
    if (name.startsWith('value') && primitive) return String(value);
  }
  return undefined;
}
