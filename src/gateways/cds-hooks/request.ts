// A call of a CDS service (CDS Hooks 2.0, "Calling a CDS Service"): context and prefetch, held to what they must be.
import type { Resource } from '../../fhir/generated/types.ts';
import { readJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { type Draft, orderables } from '../medication/check-wish.ts';
import type { Hook, Service } from './services.ts';

export interface Call {
  hook: Hook;
  hookInstance: string;
  /** Id, without its type. */
  patient: string;
  drafts: Draft[];
  /** order-select: ids of the drafts that are being chosen; the rest stands beside them. */
  selections?: string[];
  prefetched: Resource[];
  /** Keys of the prefetch that came, even if as nothing: what was asked and is empty. */
  answered: Set<string>;
  /** Keys of which the first page came and says that there are more, with the types on it. */
  cut: Map<string, Resource['resourceType'][]>;
}

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const idOf = (reference: unknown): string | undefined =>
  typeof reference === 'string'
    ? /^(?:[A-Za-z]+\/)?([A-Za-z0-9.-]{1,200})$/.exec(reference.split('/').slice(-2).join('/'))?.[1]
    : undefined;
const resourcesMax = 5000;

/** Names of hooks before CDS Hooks 1.1: order-select and order-sign took the place of medication-prescribe. */
const earlierHooks: Partial<Record<Hook, string[]>> = {
  'order-select': ['medication-prescribe'],
  'order-sign': ['medication-prescribe', 'order-review'],
};

export async function readCall(text: string, service: Service): Promise<Result<Call>> {
  const read = await readJson(text);
  if (!read.ok) return read;
  const body: unknown = read.value;
  if (!isObject(body)) return fail('invalid', 'A call of a CDS service is a JSON object with hook, hookInstance and context');
  if (body['hook'] !== service.hook && !(earlierHooks[service.hook] ?? []).some((hook) => hook === body['hook']))
    return fail('invalid', `${service.id} serves the hook ${service.hook}, not ${JSON.stringify(body['hook'])?.slice(0, 60)}`, 'hook');
  const { hookInstance, context, prefetch } = body;
  if (typeof hookInstance !== 'string' || hookInstance.length > 200) return fail('invalid', 'hookInstance is a UUID', 'hookInstance');
  if (!isObject(context)) return fail('invalid', 'context is an object', 'context');
  const patient = idOf(context['patientId']);
  if (patient === undefined) return fail('invalid', 'context.patientId is the id of a Patient', 'context.patientId');
  const call: Call = { hook: service.hook, hookInstance, patient, drafts: [], prefetched: [], answered: new Set(), cut: new Map() };
  if (service.hook === 'order-sign' || service.hook === 'order-select') {
    const drafts = context['draftOrders'] ?? context['medications']; // "medications": CDS Hooks 1.0, medication-prescribe
    const all = resourcesIn(drafts);
    if (drafts === undefined || all === undefined)
      return fail('invalid', 'context.draftOrders is a Bundle of the orders', 'context.draftOrders');
    call.drafts = all.filter((each): each is Draft & Resource => orderables.has(each.resourceType));
    if (Array.isArray(context['selections']))
      call.selections = context['selections']
        .filter((each): each is string => typeof each === 'string')
        .map((each) => each.split('/').slice(-2).join('/'));
  }
  if (prefetch !== undefined && !isObject(prefetch)) return fail('invalid', 'prefetch is an object', 'prefetch');
  for (const [key, value] of [...Object.entries(prefetch ?? {}), ...strays(body, context)]) {
    const found = resourcesIn(value);
    // null: the client asked and there is nothing (CDS Hooks 2.0, Prefetch); what could not be asked does not come at all.
    if (value === null) {
      call.answered.add(key);
      continue;
    }
    if (found === undefined) return fail('invalid', `prefetch.${key.slice(0, 40)} is a FHIR resource`, `prefetch.${key.slice(0, 40)}`);
    call.answered.add(key);
    if (isFirstPage(value)) call.cut.set(key, [...new Set(found.map(({ resourceType }) => resourceType))]);
    call.prefetched.push(...found);
    if (call.prefetched.length > resourcesMax) return fail('too-costly', `prefetch holds more than ${resourcesMax} resources`, 'prefetch');
  }
  return ok(call);
}

/**
 * Prefetch where clients have put it by mistake: in the context (as drafts of 1.0 showed it), or beside `prefetch` instead of
 * in it. A fact about the patient that came is not passed over for its place.
 */
function strays(body: Json, context: Json): [string, unknown][] {
  const inContext = isObject(context['prefetch']) ? Object.entries(context['prefetch']) : [];
  const beside = [body, context].flatMap((place) =>
    Object.entries(place).filter(([key]) => !['prefetch', 'context', 'draftOrders', 'medications', 'extension'].includes(key)),
  );
  return [...inContext, ...beside].filter(
    ([, value]) => resourcesIn(value) !== undefined && !(Array.isArray(value) && value.every((each) => !isObject(each))),
  );
}

/** A searchset whose next page was not fetched. */
const isFirstPage = (value: unknown): boolean =>
  isObject(value) && Array.isArray(value['link']) && value['link'].some((each: unknown) => isObject(each) && each['relation'] === 'next');

/** A resource as a list of it, a Bundle as its entries, an entry as its resource. undefined: no resource. */
function resourcesIn(value: unknown): Resource[] | undefined {
  if (Array.isArray(value)) return value.flatMap((each) => resourcesIn(each) ?? []);
  if (isObject(value) && value['resourceType'] === undefined && isObject(value['resource'])) return resourcesIn(value['resource']);
  if (!isObject(value) || typeof value['resourceType'] !== 'string') return undefined;
  if (value['resourceType'] !== 'Bundle') return [value as unknown as Resource];
  const { entry } = value;
  return Array.isArray(entry)
    ? entry.flatMap((each: unknown) => (isObject(each) ? (resourcesIn(each['resource'] ?? each) ?? []) : []))
    : [];
}
