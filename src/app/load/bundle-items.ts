// A Bundle as items. A transaction or batch says itself what is to be done and is sent whole; what another kind carries is
// written resource by resource. http://hl7.org/fhir/R4/bundle.html
import { type Json, writeJson } from '../../fhir/json.ts';
import { baseOf, relinked } from '../../gateways/fhir-rest/references.ts';
import type { BundleItem, Item, Place, ResourceItem, UnreadableItem } from './contract.ts';
import { holdsConditionalReference, madeId, resourceItem } from './resource-item.ts';

type Members = { [name: string]: Json };
export const isMembers = (value: Json | undefined): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && Object.getPrototypeOf(value) === Object.prototype;

/** Kinds that answer a request, or tell of the past: nothing in them is meant to be written. */
const notToBeLoaded = new Set(['history', 'transaction-response', 'batch-response']);

/** `unitOf`: the unit of an entry, where each is one of its own. */
export function bundleItems(bundle: Members, place: Place, content: string, unitOf: (entry: number) => number): Item[] {
  const { type } = bundle;
  const refuse = (reason: string): Item[] => [{ kind: 'unreadable', unit: unitOf(0), place, reason, resource: 'Bundle' }];
  if (typeof type !== 'string') return refuse('The Bundle has no "type"');
  if (notToBeLoaded.has(type)) return refuse(`A Bundle of type ${type} cannot be loaded: it tells what was, not what shall be`);
  const entries = bundle['entry'] ?? [];
  if (!Array.isArray(entries)) return refuse('Bundle.entry is no array');
  if (entries.length === 0) return [];
  if (type === 'transaction' || type === 'batch') return [whole({ ...bundle, entry: entries }, type, unitOf(0), place, content)];
  return collected(entries, place, content, unitOf);
}

/**
 * An entry that creates gets its id here, made from the content, and is sent as PUT that must meet nothing: the transaction
 * means the same, and sent twice (after a kill, or an answer that was lost) it is refused rather than done again.
 */
function whole(bundle: Members & { entry: Json[] }, type: BundleItem['type'], unit: number, place: Place, content: string): BundleItem {
  const keys: string[] = [];
  const madeEntries = new Set<number>();
  let made: string | undefined;
  const entry = bundle.entry.map((one, index) => {
    if (!isMembers(one) || !isMembers(one['request'])) return one;
    const { request, resource } = one;
    const { method, url } = request;
    if (method === 'PUT' && typeof url === 'string' && !url.includes('?')) keys.push(url);
    if (method !== 'POST' || request['ifNoneExist'] !== undefined || !isMembers(resource)) return one;
    if (typeof url !== 'string' || url !== resource['resourceType']) return one;
    const id = madeId(content, { ...place, entry: index });
    keys.push(`${url}/${id}`);
    madeEntries.add(index);
    made ??= `${url}/${id}`;
    return { ...one, resource: withId(resource, id), request: { ...request, method: 'PUT', url: `${url}/${id}`, ifNoneMatch: '*' } };
  });
  const text = writeJson({ ...bundle, entry });
  const conditional = holdsConditionalReference(text);
  return { kind: 'bundle', type, unit, place, text, resources: entry.length, keys, madeEntries, made, conditional };
}

/** `resourceType` stays first, as people expect it. */
function withId(resource: Members, id: string): Members {
  const { resourceType, ...rest } = resource;
  return { resourceType: resourceType!, ...rest, id };
}

/** Resources by themselves. They know each other by fullUrl: those links become the names under which they are written. */
function collected(entries: Json[], place: Place, content: string, unitOf: (entry: number) => number): Item[] {
  const names = new Map<string, string>();
  const found: { index: number; resource: Members; fullUrl?: string; at: Place }[] = [];
  const items: Item[] = [];
  entries.forEach((entry, index) => {
    const at = { ...place, entry: index };
    const resource = isMembers(entry) ? entry['resource'] : undefined;
    if (!isMembers(entry) || !isMembers(resource)) {
      items.push({ kind: 'unreadable', unit: unitOf(index), place: at, reason: 'The entry holds no resource' });
      return;
    }
    const search = entry['search'];
    if (isMembers(search) && search['mode'] === 'outcome') return;
    const fullUrl = typeof entry['fullUrl'] === 'string' ? entry['fullUrl'] : undefined;
    const id = typeof resource['id'] === 'string' ? resource['id'] : madeId(content, at);
    if (fullUrl !== undefined && typeof resource['resourceType'] === 'string') names.set(fullUrl, `${resource['resourceType']}/${id}`);
    found.push({ index, resource, fullUrl, at });
  });
  for (const { index, resource, fullUrl, at } of found) items.push(linked(resource, fullUrl, names, unitOf(index), at, content));
  return items;
}

function linked(
  resource: Members,
  fullUrl: string | undefined,
  names: ReadonlyMap<string, string>,
  unit: number,
  place: Place,
  content: string,
): ResourceItem | UnreadableItem {
  const links = { names, conditional: new Map<string, string>(), base: baseOf(fullUrl), own: undefined };
  const value = relinked(resource, links, []);
  return resourceItem(writeJson(value), isMembers(value) ? value : {}, unit, place, content);
}
