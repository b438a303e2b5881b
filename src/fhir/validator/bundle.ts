// Rules of a Bundle (http://hl7.org/fhir/R4/bundle.html#invs, #bundle-unique): bdl-1 to bdl-12, addresses that agree with ids,
// references that lead to an entry. In code, so that the entry at fault is named, and 10,000 entries cost 10,000 steps.
import type { Json } from '../json.ts';
import { BundleIndex, entriesOf } from './bundle-index.ts';
import { isMembers, type Members } from './definition.ts';
import type { Steps, Walk } from './walk.ts';

const has = (value: Members, name: string): boolean => value[name] !== undefined;
const bdl = (walk: Walk, key: string, message: string, name: string, position = -1): void =>
  walk.report.add('error', 'bundle', `${message} (${key})`, { name, position, source: key });

const requests = new Set<Json | undefined>(['batch', 'transaction', 'history']);
const responses = new Set<Json | undefined>(['batch-response', 'transaction-response', 'history']);
const firsts: Readonly<Record<string, [key: string, type: string]>> = {
  document: ['bdl-11', 'Composition'],
  message: ['bdl-12', 'MessageHeader'],
};

/** Invariants that this file checks: not evaluated as well. */
export const bundleKeys: ReadonlySet<string> = new Set(['1', '2', '3', '4', '5', '7', '8', '9', '10', '11', '12'].map((n) => `bdl-${n}`));

/** The rules of the Bundle as a whole; the walk stands at it. */
export function* checkBundle(walk: Walk, bundle: Members): Steps {
  const { type } = bundle;
  const entries = Array.isArray(bundle['entry']) ? bundle['entry'] : [];
  if (has(bundle, 'total') && type !== 'searchset' && type !== 'history')
    bdl(walk, 'bdl-1', 'Remove total: only a searchset or a history has one', 'total');
  if (type === 'document') {
    const { identifier } = bundle;
    if (!isMembers(identifier) || !has(identifier, 'system') || !has(identifier, 'value')) {
      bdl(walk, 'bdl-9', 'Give the document an identifier with system and value', 'identifier');
    }
    if (!has(bundle, 'timestamp')) bdl(walk, 'bdl-10', 'Give the document a timestamp', 'timestamp');
  }
  const first = typeof type === 'string' ? firsts[type] : undefined;
  if (first && resourceTypeOf(entries[0]) !== first[1])
    bdl(walk, first[0], `Put the ${first[1]} first: a ${type} begins with it`, 'entry', entries.length > 0 ? 0 : -1);
  if (type === 'document') yield* checkGraph(walk, bundle);
}

/** fullUrl and version of the entries so far, with their positions. */
export type SeenEntries = Map<string, number>;

const resourceTypeOf = (entry: Json | undefined): Json | undefined =>
  isMembers(entry) && isMembers(entry['resource']) ? entry['resource']['resourceType'] : undefined;

/** The rules of one entry; the walk stands at the Bundle. */
export function checkEntry(walk: Walk, type: Json | undefined, entry: Members, i: number, seen: SeenEntries): void {
  if (has(entry, 'search') && type !== 'searchset') bdl(walk, 'bdl-2', 'Remove search: only entries of a searchset have it', 'entry', i);
  if (has(entry, 'request') !== requests.has(type)) {
    bdl(
      walk,
      'bdl-3',
      requests.has(type)
        ? `Give the entry a request: each entry of a ${type} has one`
        : 'Remove the request: only entries of a batch, transaction or history have it',
      'entry',
      i,
    );
  }
  if (has(entry, 'response') !== responses.has(type)) {
    bdl(
      walk,
      'bdl-4',
      responses.has(type)
        ? `Give the entry a response: each entry of a ${type} has one`
        : 'Remove the response: only entries of an answer or a history have it',
      'entry',
      i,
    );
  }
  const { resource, fullUrl } = entry;
  if (!has(entry, 'resource') && !has(entry, 'request') && !has(entry, 'response'))
    bdl(walk, 'bdl-5', 'Give the entry a resource, a request or a response', 'entry', i);
  if (typeof fullUrl !== 'string') return;
  walk.report.enter('entry', i, 'Bundle.entry');
  if (fullUrl.includes('/_history/')) bdl(walk, 'bdl-8', 'Leave the version out of fullUrl', 'fullUrl');
  else checkFullUrl(walk, fullUrl, isMembers(resource) ? resource : undefined);
  walk.report.leave();
  if (type === 'history') return;
  const meta = isMembers(resource) ? resource['meta'] : undefined;
  const version = isMembers(meta) && typeof meta['versionId'] === 'string' ? meta['versionId'] : '';
  const key = `${fullUrl} ${version}`;
  const before = seen.get(key);
  if (before === undefined) seen.set(key, i);
  else bdl(walk, 'bdl-7', `Keep the resource once: entry[${before}] has the same fullUrl and version`, 'entry', i);
}

/** "fullUrl SHALL NOT disagree with the id in the resource." */
function checkFullUrl(walk: Walk, fullUrl: string, resource: Members | undefined): void {
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:/.test(fullUrl)) {
    walk.report.add('error', 'bundle', 'Write fullUrl as an absolute address, such as https://…/Patient/1 or urn:uuid:…', {
      name: 'fullUrl',
    });
    return;
  }
  const id = resource?.['id'];
  if (typeof id !== 'string' || !/^https?:/.test(fullUrl)) return;
  if (fullUrl.slice(fullUrl.lastIndexOf('/') + 1) !== id) {
    walk.report.add('error', 'bundle', 'Let fullUrl end with the type and the id of the resource, or use a urn:uuid', { name: 'fullUrl' });
  }
}

/** A document holds what its Composition refers to (http://hl7.org/fhir/R4/documents.html#content). */
function* checkGraph(walk: Walk, bundle: Members): Steps {
  const entries = entriesOf(bundle);
  const [first] = entries;
  const index = walk.bundle ?? new BundleIndex(bundle);
  const reached = new Set<Members>();
  const waiting: { resource: Members; fullUrl: string | undefined }[] = [];
  const urlOf = new Map(entries.map((entry) => [entry['resource'], typeof entry['fullUrl'] === 'string' ? entry['fullUrl'] : undefined]));
  const composition = first?.['resource'];
  if (!isMembers(composition) || composition['resourceType'] !== 'Composition') return;
  reached.add(composition);
  waiting.push({ resource: composition, fullUrl: urlOf.get(composition) });
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (walk.isTired) yield* walk.rest();
    for (const reference of referencesIn(next.resource)) {
      walk.element();
      const found = index.find(reference, next.fullUrl);
      if (found && !reached.has(found)) {
        reached.add(found);
        waiting.push({ resource: found, fullUrl: urlOf.get(found) });
      }
      if (!found && next.resource === composition && !reference.startsWith('#')) {
        walk.report.add('warning', 'bundle', 'Add what the Composition refers to as entries of the document: it holds all of them', {
          name: 'entry',
          position: 0,
        });
      }
    }
  }
}

function* referencesIn(value: Json): Generator<string> {
  const waiting: Json[] = [value];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isMembers(next) && typeof next['reference'] === 'string') yield next['reference'];
    for (const inside of Array.isArray(next) ? next : isMembers(next) ? Object.values(next) : []) {
      if (typeof inside === 'object' && inside !== null) waiting.push(inside);
    }
  }
}
