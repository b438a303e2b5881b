// A message on its way out again: as it came, but for the leaves whose elements say something else by now.
import type { Resource } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { LedgerRow, TranslationContext } from '../contract.ts';
import { isObject } from './map/place.ts';
import { tell } from './to-fhir.ts';
import { delimitersOf } from './tree/delimiters.ts';
import { Message, Segment } from './tree/message.ts';
import { readPlace } from './tree/place.ts';

/** The value at `name[0].given[1]`; undefined where there is none. */
export function valueAt(resource: unknown, path: string): unknown {
  let value = resource;
  for (const step of path.split('.')) {
    const found = /^(\w+)(?:\[(\d+)\])?$/.exec(step);
    if (found === null || !isObject(value)) return undefined;
    value = value[found[1] ?? ''];
    if (found[2] !== undefined) value = Array.isArray(value) ? value[Number(found[2])] : undefined;
  }
  return value;
}

/**
 * Writes into the message what the resources say otherwise than it does. Resources that are not given say what they said. Answers
 * the paths of the leaves that were changed.
 */
export function revise(message: Message, resources: readonly Resource[], context: TranslationContext): string[] {
  const { translation, segments } = tell(message, context);
  const before = new Map(translation.resources.map(({ resource }) => [`${resource.resourceType}/${resource.id ?? ''}`, resource]));
  const now = new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id ?? ''}`, resource]));
  const changes: [path: string, text: string][] = [];
  for (const segment of segments)
    for (const leaf of segment.leaves())
      for (const { element, write } of leaf.said) {
        const [name = '', path = ''] = element.split('#');
        const then = before.get(name);
        const current = now.get(name);
        if (then === undefined || current === undefined || path.includes('(')) continue;
        const [was, is] = [valueAt(then, path), valueAt(current, path)];
        if (was === is || String(was) === String(is)) continue;
        const text = is === undefined ? '' : write(is);
        // What would be written as it stands is left as it stands, with the escapes that it came with.
        if (text === undefined || text === leaf.text) continue;
        changes.push([leaf.path, text]);
        break;
      }
  for (const [path, text] of changes) message.set(path, text);
  return changes.map(([path]) => path);
}

/** The message of a ledger: every leaf at its place. What ended a segment, and empty fields at its end, are the original's alone. */
export function fromLedger(ledger: readonly LedgerRow[]): Result<Message> {
  const mark = ledger.find(({ path }) => path === 'MSH-1')?.text;
  const marks = ledger.find(({ path }) => path === 'MSH-2')?.text ?? '';
  if (mark === undefined) return fail('invalid', 'The ledger has no row MSH-1, so it is of no HL7 v2 message');
  const delimiters = delimitersOf(`MSH${mark}${marks}${mark}`);
  const message = new Message('', [], delimiters, { charset: 'utf-8', differs: false });
  const order = new Map<string, Segment>();
  const counts = new Map<string, number>();
  for (const { path, text } of ledger) {
    if (path === 'before') continue;
    const place = readPlace(path);
    const key = `${place.segment} ${place.occurrence}`;
    let segment = order.get(key);
    if (segment === undefined) {
      // A segment without a leaf has no row, and those behind it are counted with it.
      for (let missing = (counts.get(place.segment) ?? 0) + 1; missing < place.occurrence; missing++)
        message.segments.push(new Segment(place.segment, place.segment, '\r', delimiters));
      counts.set(place.segment, place.occurrence);
      segment = new Segment(place.segment, place.segment === 'MSH' ? `MSH${mark}` : place.segment, '\r', delimiters);
      order.set(key, segment);
      message.segments.push(segment);
    }
    if (path !== 'MSH-1') message.setRaw(path, text);
  }
  return ok(message);
}

export function restore(resources: readonly Resource[], ledger: readonly LedgerRow[], context: TranslationContext): Result<Message> {
  const message = fromLedger(ledger);
  if (message.ok) revise(message.value, resources, context);
  return message;
}
