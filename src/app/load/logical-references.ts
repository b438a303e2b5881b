// A reference that is a search and finds nothing becomes a logical reference: what it asked for (type, identifier) is kept
// in the elements that FHIR has for exactly that. http://hl7.org/fhir/R4/references.html#logical
// Why, and when not: docs/decisions/0002-what-a-load-does-to-files.md
import { type Json, readJson, writeJson } from '../../fhir/json.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { readPairs } from '../../gateways/fhir-rest/pairs.ts';
import type { Answer, Ask } from '../destination/contract.ts';
import { isMembers } from './bundle-items.ts';
import { parsed } from './outcome-text.ts';

type Members = { [name: string]: Json };
interface Sought {
  type: string;
  system?: string;
  value: string;
}

export interface Kept {
  text: string;
  /** References that became logical ones. */
  count: number;
}

const limits = { maxValues: 40_000_000, maxEntries: 2_000_000, maxEntryValues: 1_000_000 };
const remembered = 50_000;

/** For the last try of an item, after all others are in the record. `ask` is patient. */
export function logicalReferences(ask: (one: Ask) => Promise<Result<Answer>>): (text: string) => Promise<Result<Kept>> {
  const missing = new Map<string, boolean>();

  async function isMissing(reference: string): Promise<Result<boolean>> {
    const before = missing.get(reference);
    if (before !== undefined) return ok(before);
    const answer = await ask({ method: 'GET', target: `${encodedQuery(reference)}&_count=1&_elements=id` });
    if (!answer.ok) return answer;
    const bundle = answer.value.status === 200 ? parsed(answer.value.body) : undefined;
    const entry: unknown = typeof bundle === 'object' && bundle !== null ? Reflect.get(bundle, 'entry') : undefined;
    const found = bundle !== undefined && (entry === undefined || (Array.isArray(entry) && entry.length === 0));
    if (missing.size >= remembered) missing.clear();
    missing.set(reference, found);
    return ok(found);
  }

  return async (text) => {
    const read = await readJson(text, limits);
    if (!read.ok) return ok({ text, count: 0 });
    const places: Members[] = [];
    collect(read.value, places);
    const own = ownIdentifiers(read.value);
    let count = 0;
    let changed = false;
    for (const place of places) {
      const sought = soughtBy(String(place['reference']));
      if (sought === undefined) continue;
      const inside = own.get(nameOf(sought));
      if (inside !== undefined) {
        place['reference'] = inside;
        changed = true;
        continue;
      }
      const gone = await isMissing(String(place['reference']));
      if (!gone.ok) return gone;
      if (!gone.value || place['identifier'] !== undefined) continue;
      delete place['reference'];
      place['type'] ??= sought.type;
      place['identifier'] = { ...(sought.system === undefined ? {} : { system: sought.system }), value: sought.value };
      count += 1;
    }
    return ok(changed || count > 0 ? { text: writeJson(read.value), count } : { text, count });
  };
}

/** `Practitioner?identifier=system|value` and nothing else: the one search that a logical reference can stand for. */
function soughtBy(reference: string): Sought | undefined {
  const [, type, query] = /^([A-Z][A-Za-z]+)\?(.*)$/s.exec(reference) ?? [];
  if (type === undefined || query === undefined) return undefined;
  const pairs = readPairs(query);
  const [name, token] = (pairs.ok && pairs.value.length === 1 ? pairs.value[0] : undefined) ?? [];
  // A comma would be a choice, a backslash an escape: no single identifier.
  if (name !== 'identifier' || token === undefined || /[,\\]/.test(token)) return undefined;
  const bar = token.indexOf('|');
  if (bar < 0) return token === '' ? undefined : { type, value: token };
  const value = token.slice(bar + 1);
  return value === '' ? undefined : { type, ...(bar === 0 ? {} : { system: token.slice(0, bar) }), value };
}

const nameOf = ({ type, system, value }: Sought): string => `${type} ${system ?? ''}|${value}`;

/** A Bundle may bring the target itself: identifier of an entry → its fullUrl. */
function ownIdentifiers(bundle: Json): Map<string, string> {
  const own = new Map<string, string>();
  const entries = isMembers(bundle) && Array.isArray(bundle['entry']) ? bundle['entry'] : [];
  for (const entry of entries) {
    const resource = isMembers(entry) ? entry['resource'] : undefined;
    if (!isMembers(entry) || !isMembers(resource) || typeof entry['fullUrl'] !== 'string') continue;
    const identifiers = Array.isArray(resource['identifier']) ? resource['identifier'] : [];
    for (const identifier of identifiers) {
      if (!isMembers(identifier) || typeof identifier['value'] !== 'string') continue;
      const system = typeof identifier['system'] === 'string' ? identifier['system'] : undefined;
      own.set(nameOf({ type: String(resource['resourceType']), system, value: identifier['value'] }), entry['fullUrl']);
    }
  }
  return own;
}

/** All References whose `reference` is a search. */
function collect(value: Json, places: Members[]): void {
  if (Array.isArray(value)) {
    for (const one of value) collect(one, places);
  } else if (isMembers(value)) {
    if (typeof value['reference'] === 'string' && /^[A-Z][A-Za-z]+\?/.test(value['reference'])) places.push(value);
    for (const name of Object.keys(value)) collect(value[name]!, places);
  }
}

function encodedQuery(reference: string): string {
  const at = reference.indexOf('?');
  const pairs = readPairs(reference.slice(at + 1));
  const query = (pairs.ok ? pairs.value : []).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  return `${reference.slice(0, at)}?${query.join('&')}`;
}
