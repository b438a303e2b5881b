// A partner's quirks, mended on a copy of the message before it is read or passed on: values that mean something else, fields that are
// wrong, what stands in a place of the partner's own (Z-segments). What was stored stays as it came.
import { type Message, readMessage } from '../formats/hl7v2/tree/message.ts';
import { readPlace } from '../formats/hl7v2/tree/place.ts';
import type { Mended } from './channel.ts';
import type { OverrideFile } from './channel-file.ts';
import { mendJson } from './json-places.ts';
import { placesOf } from './places.ts';

/** The same bytes where nothing had to be mended. */
export function mendBy(overrides: readonly OverrideFile[]): (raw: Uint8Array) => Mended {
  if (overrides.length === 0) return (raw) => ({ raw });
  if (overrides.some((override) => 'path' in override && override.path.startsWith('/'))) return (raw) => mendJson(raw, overrides);
  return (raw) => {
    const message = readMessage(raw);
    const copied = new Map<string, string>();
    let changed = false;
    for (const override of overrides) changed = carryOut(message, override, copied) || changed;
    return changed ? { raw: message.write(), copied } : { raw };
  };
}

/** A place with all its numbers, so that two names of one leaf are one. */
export function leafName(path: string): string {
  const { segment, occurrence, field, repetition, component, subcomponent } = readPlace(path);
  return `${segment}[${occurrence}]-${field}[${repetition}].${component}.${subcomponent}`;
}

function carryOut(message: Message, override: OverrideFile, copied: Map<string, string>): boolean {
  if ('copy' in override) return copy(message, override.copy.from, override.copy.to, copied);
  if ('identifier' in override) return addIdentifier(message, override.identifier, copied);
  let changed = false;
  for (const place of placesOf(message, override.path)) {
    if ('remove' in override) {
      changed = writeText(message, place, '') || changed;
      continue;
    }
    const value = message.get(place);
    const meant = 'set' in override ? override.set : meaningOf(value, override);
    if (meant === undefined || meant === value) continue;
    message.set(place, meant);
    changed = true;
  }
  return changed;
}

function meaningOf(value: string, { map, otherwise }: { map: Record<string, string>; otherwise?: string | undefined }): string | undefined {
  if (Object.hasOwn(map, value)) return map[value];
  return value === '' ? undefined : otherwise;
}

/** A place without a component is the whole field, or the whole repetition. */
const isWhole = (place: string): boolean => !place.includes('.');

function textAt(message: Message, place: string): string {
  if (!isWhole(place)) return message.raw(place);
  const { segment, occurrence, field, repetition } = readPlace(place);
  const text = message.segment(segment, occurrence)?.field(field) ?? '';
  const mark = message.delimiters.repetition;
  return mark === '' ? text : (text.split(mark)[repetition - 1] ?? '');
}

/** Raw text, delimiters and all. Whether anything changed. */
function writeText(message: Message, place: string, text: string): boolean {
  if (textAt(message, place) === text) return false;
  const { segment, occurrence, field, repetition } = readPlace(place);
  if (isWhole(place)) {
    const mark = message.delimiters.repetition;
    const found = message.segment(segment, occurrence);
    const parts = mark === '' ? [''] : (found?.field(field) ?? '').split(mark);
    while (parts.length < repetition) parts.push('');
    // The field is emptied of its parts first: a leaf is written into what stands there.
    parts[repetition - 1] = '';
    found?.setField(field, parts.join(mark));
  }
  message.setRaw(place, text);
  return true;
}

function copy(message: Message, from: string, to: string, copied: Map<string, string>): boolean {
  const text = isWhole(from) && isWhole(to) ? textAt(message, from) : message.raw(from);
  if (text === '') return false;
  copied.set(leafName(to), leafName(from));
  return writeText(message, to, text);
}

/** One more repetition of PID-3. */
function addIdentifier(
  message: Message,
  { from, authority, type }: { from: string; authority: string; type?: string | undefined },
  copied: Map<string, string>,
): boolean {
  const value = message.raw(from);
  const patient = message.segment('PID');
  if (value === '' || value === '""' || patient === undefined) return false;
  const before = patient.field(3);
  const { repetition } = message.delimiters;
  const next = before === '' || repetition === '' ? 1 : before.split(repetition).length + 1;
  const place = `PID-3[${next}].1`;
  message.setRaw(place, value);
  message.set(`PID-3[${next}].4`, authority);
  if (type !== undefined) message.set(`PID-3[${next}].5`, type);
  copied.set(leafName(place), leafName(from));
  return true;
}
