// $meta, $meta-add and $meta-delete of a resource: http://hl7.org/fhir/R4/resource-operation-meta.html. What is added or taken
// away makes a version, like any change: a tag can decide who looks at a resource, so the history has to tell of it.
import type { Coding, Meta, Resource } from '../../../fhir/generated/types.ts';
import { type Json, readJson, writeJson } from '../../../fhir/json.ts';
import { fail } from '../../../fhir/result.ts';
import type { FhirResponse } from '../contract.ts';
import { incomingInSlices } from '../incoming.ts';
import { refusal } from '../outcome.ts';
import type { Operation, OperationCall } from './contract.ts';

type Change = (now: Meta, given: Meta) => Meta;

const isSame = (a: Coding, b: Coding): boolean => a.system === b.system && a.code === b.code;

/** Lists of codings and of profiles are sets: what is there already is not added again, what is not there is not missed. */
const add: Change = (now, given) => ({
  ...now,
  profile: [...new Set([...(now.profile ?? []), ...(given.profile ?? [])])],
  tag: joined(now.tag, given.tag),
  security: joined(now.security, given.security),
});
const remove: Change = (now, given) => ({
  ...now,
  profile: (now.profile ?? []).filter((one) => !(given.profile ?? []).includes(one)),
  tag: without(now.tag, given.tag),
  security: without(now.security, given.security),
});

const joined = (now: Coding[] = [], given: Coding[] = []): Coding[] => [
  ...now,
  ...given.filter((one) => !now.some((old) => isSame(old, one))),
];
const without = (now: Coding[] = [], given: Coding[] = []): Coding[] => now.filter((old) => !given.some((one) => isSame(old, one)));

/** FHIR has no empty lists. */
function tidied(meta: Meta): Meta {
  return Object.fromEntries(Object.entries(meta).filter(([, value]) => !Array.isArray(value) || value.length > 0)) as Meta;
}

const answerOf = (meta: object): FhirResponse => ({
  status: 200,
  headers: {},
  body: writeJson({ resourceType: 'Parameters', parameter: [{ name: 'return', valueMeta: meta as Json }] }),
});

async function read({ request, context, place }: OperationCall) {
  const stored = await context.record.read(request.caller, place.type!, place.id!);
  if (!stored.ok) return stored;
  const json = await readJson(stored.value.body);
  if (!json.ok) return json;
  return { ok: true as const, value: { version: stored.value.version, resource: json.value as object as Resource } };
}

const mostTries = 10;

function changing(name: 'meta-add' | 'meta-delete', change: Change): Operation {
  return {
    name,
    definition: `http://hl7.org/fhir/OperationDefinition/Resource-${name}`,
    instance: true,
    types: 'all',
    affectsState: true,
    parameters: ['meta'],
    async answer(call) {
      const given = call.all('meta')[0]?.valueMeta;
      if (given === undefined || call.all('meta').length !== 1)
        return refusal(
          fail('invalid', `$${name} takes one parameter meta with a valueMeta: its profile, tag and security`, 'meta').problem,
        );
      const { request, context, place } = call;
      for (let tries = 1; ; tries++) {
        const now = await read(call);
        if (!now.ok) return refusal(now.problem);
        const meta = tidied(change(now.value.resource.meta ?? {}, given));
        const resource = await incomingInSlices({ ...now.value.resource, meta } as object as Json, place.type!, request, context);
        if (!resource.ok) return refusal(resource.problem, 422);
        const done = await context.record.commit(request.caller, [
          { kind: 'update', resource: resource.value, ifVersion: now.value.version },
        ]);
        if (!done.ok && (done.problem.kind !== 'precondition' || tries >= mostTries)) return refusal(done.problem);
        if (!done.ok) continue;
        const { version, lastUpdated } = done.value[0]!.stored;
        return answerOf({ ...meta, versionId: String(version), lastUpdated: lastUpdated.toISOString() });
      }
    },
  };
}

export const meta: Operation = {
  name: 'meta',
  definition: 'http://hl7.org/fhir/OperationDefinition/Resource-meta',
  instance: true,
  types: 'all',
  affectsState: false,
  parameters: [],
  async answer(call) {
    const now = await read(call);
    return now.ok ? answerOf(now.value.resource.meta ?? {}) : refusal(now.problem);
  },
};

export const metaAdd = changing('meta-add', add);
export const metaDelete = changing('meta-delete', remove);
