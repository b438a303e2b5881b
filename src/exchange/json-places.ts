// Places of a device's payload as channels name them: JSON pointers (RFC 6901), in which `*` is every item of a list and every member.
import { Decimal } from '../fhir/decimal.ts';
import { type Json, writeJson } from '../fhir/json.ts';
import { readDeviceMessage, writeDeviceMessage } from '../formats/devices/devices.ts';
import type { Mended } from './channel.ts';
import type { OverrideFile } from './channel-file.ts';

type Members = { [name: string]: Json } | Json[];

const isMembers = (value: Json | undefined): value is Members => typeof value === 'object' && value !== null && !(value instanceof Decimal);
const stepsOf = (path: string): string[] =>
  path
    .split('/')
    .slice(1)
    .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));

/** What stands at a path: the list or object that holds it, and its name there. */
function* placesAt(root: Json, path: string): Generator<{ holder: Members; name: string }> {
  const steps = stepsOf(path);
  let holders: Json[] = [root];
  for (const [depth, step] of steps.entries()) {
    const next: Json[] = [];
    for (const holder of holders) {
      if (!isMembers(holder)) continue;
      for (const name of step === '*' ? Object.keys(holder) : Object.hasOwn(holder, step) ? [step] : []) {
        if (depth === steps.length - 1) yield { holder, name };
        else next.push(valueIn(holder, name));
      }
    }
    holders = next;
  }
}
const valueIn = (holder: Members, name: string): Json => (Array.isArray(holder) ? holder[Number(name)] : holder[name]) ?? null;
const textOf = (value: Json): string => (typeof value === 'string' ? value : writeJson(value));

function put(holder: Members, name: string, value: Json | undefined): void {
  if (Array.isArray(holder)) holder[Number(name)] = value ?? null;
  else if (value === undefined) delete holder[name];
  else Object.defineProperty(holder, name, { value, enumerable: true, configurable: true, writable: true });
}

/** Texts at a path; numbers as they were written. */
export function jsonTexts(raw: Uint8Array, path: string): string[] {
  const { json } = readDeviceMessage(raw);
  return json === undefined ? [] : [...placesAt(json, path)].map(({ holder, name }) => textOf(valueIn(holder, name)));
}

/** Values mapped, set and removed on a copy. The same bytes where nothing had to be. */
export function mendJson(raw: Uint8Array, overrides: readonly OverrideFile[]): Mended {
  const { json } = readDeviceMessage(raw);
  if (json === undefined) return { raw };
  let changed = false;
  for (const override of overrides) {
    if (!('path' in override)) continue;
    // A member that is not there can be set where what holds it is there.
    const places = [...('set' in override ? holdersAt(json, override.path) : placesAt(json, override.path))];
    for (const { holder, name } of places.reverse()) {
      const was = Object.hasOwn(holder, name) ? valueIn(holder, name) : undefined;
      const now =
        'remove' in override
          ? undefined
          : 'set' in override
            ? override.set
            : was === undefined
              ? undefined
              : meantBy(textOf(was), override);
      if ('map' in override && (now === undefined || was === undefined || now === textOf(was))) continue;
      if (now === was) continue;
      put(holder, name, now);
      changed = true;
    }
  }
  return changed ? { raw: writeDeviceMessage(json) } : { raw };
}

function* holdersAt(root: Json, path: string): Generator<{ holder: Members; name: string }> {
  const name = stepsOf(path).at(-1) ?? '';
  const above = path.slice(0, path.lastIndexOf('/'));
  if (name === '*') return yield* placesAt(root, path);
  if (above === '') return isMembers(root) && !Array.isArray(root) ? yield { holder: root, name } : undefined;
  for (const place of placesAt(root, above)) {
    const holder = valueIn(place.holder, place.name);
    if (isMembers(holder) && !Array.isArray(holder)) yield { holder, name };
  }
}

function meantBy(value: string, { map, otherwise }: { map: Record<string, string>; otherwise?: string | undefined }): string | undefined {
  return Object.hasOwn(map, value) ? map[value] : value === '' ? undefined : otherwise;
}
