// What devices and wearables say, as a format like the others: JSON in one of a few envelopes, told apart by what stands in it.
import { Decimal } from '../../fhir/decimal.ts';
import { type Json, readJsonNow, writeJson } from '../../fhir/json.ts';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { Format, LedgerRow, Translation, TranslationContext } from '../contract.ts';
import { atOnce } from '../steps.ts';
import { tellRecords } from './apple-records.ts';
import { tellEnvelope } from './envelope.ts';
import { tellGatt } from './gatt.ts';
import { isMembers, isThere, Leaves, type Place, wordOf } from './leaves.ts';
import { isOmhBody, tellOmh } from './omh.ts';
import { digestOf, Story } from './story.ts';

export interface DeviceMessage {
  raw: Uint8Array;
  json?: Json;
  fault?: Problem;
}

/** A payload deeper or larger than any device has reason to send is not looked into. */
const limits = { maxDepth: 16, maxValues: 25_000, maxEntryValues: 25_000 };

interface Kind {
  name: string;
  /** Whether the payload is of this kind. */
  is(at: (...steps: string[]) => Place): boolean;
  /** In steps of a value. */
  tell(story: Story): Generator<undefined, void>;
}

const kinds: readonly Kind[] = [
  { name: 'observations', is: (at) => isThere(at('values')) || isThere(at('series')) || isThere(at('waveforms')), tell: tellEnvelope },
  { name: 'gatt', is: (at) => isThere(at('gatt')), tell: tellGatt },
  { name: 'apple-health', is: (at) => isThere(at('records')), tell: tellRecords },
  { name: 'omh', is: (at) => (isThere(at('header')) && isThere(at('body'))) || isOmhBody(at), tell: tellOmh },
];

export function readDeviceMessage(raw: Uint8Array): DeviceMessage {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(raw);
  } catch {
    return { raw, fault: { kind: 'invalid', message: 'The payload is not UTF-8. Send it as JSON in UTF-8' } };
  }
  const json = readJsonNow(text, limits);
  if (!json.ok) return { raw, fault: { ...json.problem, message: `The payload is no JSON that is taken: ${json.problem.message}` } };
  return { raw, json: json.value };
}

export const writeDeviceMessage = (json: Json): Uint8Array => Buffer.from(writeJson(json));

/** All leaves of a payload, whatever becomes of them. */
export function leavesOf(raw: Uint8Array): { path: string; text: string }[] {
  const { json } = readDeviceMessage(raw);
  return json === undefined ? [] : new Leaves(json).ledger().map(({ path, text }) => ({ path, text }));
}

const kindOf = (leaves: Leaves): Kind | undefined => kinds.find(({ is }) => is((...steps) => leaves.at(leaves.root, ...steps)));

export interface DeviceAbout {
  sender: string;
  controlId: string;
  kind: string;
  keys: string[];
  lane: string;
  fault?: Problem;
}

/** Sender is the device itself, unless whoever hears it knows better (the topic of MQTT). */
export function aboutDevices(raw: Uint8Array): DeviceAbout {
  const message = readDeviceMessage(raw);
  const none = { sender: '', controlId: digestOf(raw), kind: '', keys: [], lane: '' };
  if (message.json === undefined) return { ...none, ...(message.fault === undefined ? {} : { fault: message.fault }) };
  const leaves = new Leaves(message.json, false);
  const kind = kindOf(leaves);
  if (kind === undefined) {
    const says =
      'The payload holds nothing that devices say here: values, series, gatt, a header with a body, or records (docs/devices.md)';
    return { ...none, fault: { kind: 'invalid', message: says, where: '/' } };
  }
  const word = (...steps: string[]): string | undefined => wordOf(leaves.at(leaves.root, ...steps));
  const device = word('device', 'id') ?? '';
  const patient = word('patient', 'value') ?? word('header', 'user_id') ?? '';
  return {
    sender: device,
    controlId: word('id') ?? word('header', 'id') ?? digestOf(raw),
    kind: kind.name,
    keys: [device, patient].filter((key) => key !== ''),
    lane: `${device} ${patient}`,
  };
}

const toFhir = (message: DeviceMessage, context: TranslationContext): Translation => atOnce(toFhirInSteps(message, context));

export function* toFhirInSteps(message: DeviceMessage, context: TranslationContext): Generator<undefined, Translation> {
  if (message.json === undefined) {
    const text = Buffer.from(message.raw).toString('latin1');
    const notes = message.fault === undefined ? [] : [message.fault];
    return { resources: [], ledger: text === '' ? [] : [{ path: '', text, state: 'kept' }], instructions: [], notes };
  }
  const leaves = new Leaves(message.json);
  yield;
  const story = new Story(leaves, context);
  const kind = kindOf(leaves);
  if (kind === undefined || !isMembers(leaves.root)) {
    story.note(leaves.root, 'The payload holds nothing that devices say here (docs/devices.md)');
    return story.end();
  }
  const at = (name: string): Place => leaves.at(leaves.root, name);
  leaves.structural(at('id'));
  story.patient(at('patient'));
  story.device(at('device'));
  story.clock(at('sent'), at('clock'));
  yield* kind.tell(story);
  yield;
  return story.end();
}

/** Rebuilds the payload from its ledger, as it was received; what the record says otherwise now is written over it. */
function restore(
  resources: Parameters<Format<DeviceMessage>['restore']>[0],
  ledger: readonly LedgerRow[],
  context: TranslationContext,
): Result<DeviceMessage> {
  const before = rebuilt(ledger);
  if (!before.ok) return before;
  const said = toFhir(before.value, context);
  const were = new Map(said.resources.map(({ resource }) => [`${resource.resourceType}/${resource.id}`, resource]));
  const are = new Map(resources.map((resource) => [`${resource.resourceType}/${resource.id}`, resource]));
  const changed: LedgerRow[] = [];
  const wanted: [element: string, now: unknown][] = [];
  const rows = ledger.map((row): LedgerRow => {
    if (row.state !== 'mapped') return row;
    for (const element of row.elements) {
      const [name = '', path = ''] = element.split('#');
      const [was, now] = [valueAt(were.get(name), path), valueAt(are.get(name), path)];
      if (now === undefined || writeJson(was) === writeJson(now)) continue;
      const text = writtenAnew(row.text, was, now);
      if (text === undefined) return row;
      wanted.push([element, now]);
      changed.push(row);
      return { ...row, text };
    }
    return row;
  });
  if (changed.length === 0) return before;
  const after = rebuilt(rows);
  if (!after.ok) return after;
  const again = new Map(
    toFhir(after.value, context).resources.map(({ resource }) => [`${resource.resourceType}/${resource.id}`, resource]),
  );
  for (const [element, now] of wanted) {
    const [name = '', path = ''] = element.split('#');
    // Where the moment itself was changed the id is another one: what was written is then looked for nowhere.
    if (again.has(name) && writeJson(valueAt(again.get(name), path)) !== writeJson(now))
      return fail('unsupported', `${path} says what this payload has no words for; send the resource as FHIR instead`, path);
  }
  return after;
}

function writtenAnew(text: string, was: unknown, now: unknown): string | undefined {
  const isNumber = (value: unknown): boolean => typeof value === 'number' || value instanceof Decimal;
  if (isNumber(now) && /^-?\d/.test(text)) return writeJson(now);
  if (typeof now !== 'string' || typeof was !== 'string' || !text.startsWith('"')) return undefined;
  const own: unknown = JSON.parse(text);
  const shift = Date.parse(String(own)) - Date.parse(was);
  if (own !== was && !Number.isNaN(shift)) return JSON.stringify(new Date(Date.parse(now) + shift).toISOString());
  return JSON.stringify(now);
}

function valueAt(resource: unknown, path: string): unknown {
  let value = resource;
  for (const step of path.split(/[.[\]]+/)) {
    if (step === '') continue;
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === step)?.[1];
  }
  return value;
}

function rebuilt(ledger: readonly LedgerRow[]): Result<DeviceMessage> {
  const [only] = ledger;
  if (only?.path === '') return ok(readDeviceMessage(Buffer.from(only.text, 'latin1')));
  const root: { [name: string]: Json } = {};
  for (const { path, text } of ledger) {
    const steps = path
      .split('/')
      .slice(1)
      .map((step) => step.replaceAll('~1', '/').replaceAll('~0', '~'));
    const value = readJsonNow(text, limits);
    if (!value.ok || steps.length === 0) return fail('invalid', 'The ledger is not one of a payload of a device', path);
    let at = root;
    for (const step of steps.slice(0, -1)) at = (Object.hasOwn(at, step) ? at[step] : put(at, step, Object.create(null))) as typeof at;
    put(at, steps.at(-1) ?? '', value.value);
  }
  return ok(readDeviceMessage(Buffer.from(writeJson(listed(root)))));
}

function put(at: { [name: string]: Json }, name: string, value: Json): Json {
  Object.defineProperty(at, name, { value, enumerable: true, configurable: true, writable: true });
  return value;
}

/** Objects whose names are 0, 1, 2 … are the lists that they were. */
function listed(value: Json): Json {
  if (typeof value !== 'object' || value === null || value instanceof Decimal || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  if (entries.length > 0 && entries.every(([name], index) => name === String(index))) return entries.map(([, one]) => listed(one));
  return Object.fromEntries(entries.map(([name, one]) => [name, listed(one)]));
}

export const devices: Format<DeviceMessage> = {
  name: 'devices',
  read: readDeviceMessage,
  write: ({ raw }) => raw,
  toFhir,
  restore,
};
