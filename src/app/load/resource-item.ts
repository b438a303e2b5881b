// One resource as an item: its type and id are looked up, its text is left alone, so that every digit stays as written.
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Place, ResourceItem, UnreadableItem } from './contract.ts';

/** A reference that is a search (http://hl7.org/fhir/R4/http.html#trules): only a transaction resolves it. */
const conditionalReference = /"reference"\s*:\s*"[A-Z][A-Za-z]+\?/;
export const holdsConditionalReference = (text: string): boolean => conditionalReference.test(text);

/** Ids for what has none: from the content that it came in and its place there, so that a second load makes the same. */
export const madeId = (content: string, { line, entry }: Place): string => namedUuid('load', content, line ?? 0, entry ?? -1);

/** `text`: one JSON object, already known to be well-formed; `value`: what it holds. `content`: see madeId. */
export function resourceItem(text: string, value: object, unit: number, place: Place, content: string): ResourceItem | UnreadableItem {
  const type: unknown = Reflect.get(value, 'resourceType');
  const id: unknown = Reflect.get(value, 'id');
  const unreadable = (reason: string, resource?: string): UnreadableItem => ({ kind: 'unreadable', unit, place, reason, resource });
  if (typeof type !== 'string' || type === '') return unreadable('It has no "resourceType"');
  const named = type.slice(0, 60);
  if (!/^[A-Z][A-Za-z]+$/.test(type)) return unreadable(`${JSON.stringify(named)} is not a resource type`);
  if (id !== undefined && (typeof id !== 'string' || id === '')) return unreadable('Its "id" is not a text', named);
  const common = { kind: 'resource', unit, place, type, conditional: holdsConditionalReference(text) } as const;
  if (id !== undefined) return { ...common, id, made: false, text };
  const made = madeId(content, place);
  return { ...common, id: made, made: true, text: `{"id":"${made}",${text.slice(text.indexOf('{') + 1)}` };
}
