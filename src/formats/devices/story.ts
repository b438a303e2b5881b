// What a payload tells, as it grows: patient, device, its clock, observations. Ids are named from who sends, device, patient, what was
// measured and the moment as the device's own clock said it, so that samples that come late, twice or out of order are the same ones.
import { createHash } from 'node:crypto';
import type { CodeableConcept, Device, Observation, Patient, Resource } from '../../fhir/generated/types.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Said, Translation, TranslationContext } from '../contract.ts';
import { isMembers, isThere, type Leaves, type Place, textOf, uriOf, wordOf } from './leaves.ts';
import { mdcSystem } from './nomenclature.ts';
import { readMoment, shifted } from './time.ts';

/** One message makes at most so many: its resources are laid into the record in one step. */
export const observationsMax = 1000;
const notesMax = 50;

/** When something was measured: as the device said it, and where. `part`: of the day, where only that is known. */
export type When = { at: string; place: Place; part?: string } | { start?: string; end?: string; places: Place[] };

export interface Measured {
  code: CodeableConcept;
  /** Names what was measured, within device, patient and moment. */
  key: string;
  when: When;
  vital: boolean;
  body: Partial<Observation>;
}

const vitalSigns: CodeableConcept[] = [
  { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/observation-category', code: 'vital-signs', display: 'Vital Signs' }] },
];
/** HL7 Personal Health Device implementation guide 1.0: the observation that says what the device's clock said at a known moment. */
const coincident = 'http://hl7.org/fhir/uv/phd/StructureDefinition/CoincidentTimeStampReference';
const eui64 = /^[0-9A-F]{2}(-[0-9A-F]{2}){7}$/;

export class Story {
  readonly leaves: Leaves;
  readonly context: TranslationContext;
  readonly notes: Translation['notes'] = [];
  readonly #resources = new Map<string, Said>();
  #observations = 0;
  #patient: { reference: string; key: string } | undefined;
  #device: { reference: string; id: string } | undefined;
  #clock: { reference: string; offsetMs: number } | undefined;
  #asOf: number | undefined;
  #newest: number | undefined;

  constructor(leaves: Leaves, context: TranslationContext) {
    this.leaves = leaves;
    this.context = context;
  }

  note(place: Place, message: string): void {
    this.leaves.why(place, message);
    if (this.notes.length < notesMax) this.notes.push({ kind: 'invalid', message, where: place.path === '' ? '/' : place.path });
  }

  moment(place: Place): string | undefined {
    const text = textOf(place);
    const read = readMoment(text, this.context.timeZone);
    if (read === undefined && isThere(place))
      this.note(place, 'This is no moment: write it as 2026-07-01T12:00:00Z, with an offset or in the zone of the channel');
    return read;
  }

  add(resource: Resource, how: Said['how'], keys?: string[]): void {
    const name = `${resource.resourceType}/${resource.id}`;
    this.#resources.set(name, { resource, how, byIdentifier: keys !== undefined, ...(keys === undefined ? {} : { keys }) });
  }

  /** `{ system?, value }`; a value without a system means somebody only within its sender. */
  patient(place: Place): void {
    if (!isThere(place)) return;
    const [system, value] = [this.leaves.at(place, 'system'), this.leaves.at(place, 'value')];
    const number = isMembers(place) ? wordOf(value) : undefined;
    if (number === undefined) return this.note(place, 'A patient is named by { "system": …, "value": … }; this one is not and is left out');
    // Without its system the number would be somebody else's.
    if (isThere(system) && uriOf(system) === undefined)
      return this.note(system, 'The system of the patient is no address (URI), so nobody can be named by it');
    this.patientNamed(uriOf(system), number, [value, system]);
  }

  patientNamed(system: string | undefined, value: string, [valueAt, systemAt]: readonly Place[]): void {
    const key = system === undefined ? `devices:${this.context.sender}|${value}` : `${system}|${value}`;
    const id = namedUuid('devices', 'Patient', key);
    const resource: Patient = { resourceType: 'Patient', id, identifier: [{ ...(system === undefined ? {} : { system }), value }] };
    this.add(resource, 'refer', [key]);
    if (valueAt !== undefined) this.leaves.said(valueAt, `Patient/${id}#identifier[0].value`);
    if (systemAt !== undefined) this.leaves.said(systemAt, `Patient/${id}#identifier[0].system`);
    this.#patient = { reference: `Patient/${id}`, key };
  }

  /** `{ id, system?, manufacturer?, model?, serial?, version?, type? }`; without it the sender itself is the device. */
  device(place: Place): void {
    const at = (name: string): Place => this.leaves.at(place, name);
    const own = wordOf(at('id')) ?? this.context.sender;
    const system = uriOf(at('system')) ?? (eui64.test(own) ? 'urn:oid:1.2.840.10004.1.1.1.0.0.1.0.0.1.2680' : undefined);
    const key = system === undefined ? `devices:${this.context.sender}|${own}` : `${system}|${own}`;
    const id = namedUuid('devices', 'Device', key);
    const said = (name: string, element: string): string | undefined => {
      const word = wordOf(at(name));
      if (word !== undefined) this.leaves.said(at(name), `Device/${id}#${element}`);
      return word;
    };
    said('id', 'identifier[0].value');
    if (uriOf(at('system')) !== undefined) said('system', 'identifier[0].system');
    const [manufacturer, modelNumber, serialNumber] = [
      said('manufacturer', 'manufacturer'),
      said('model', 'modelNumber'),
      said('serial', 'serialNumber'),
    ];
    const [version, type, name] = [
      said('version', 'version[0].value'),
      said('type', 'type.coding[0].code'),
      said('name', 'deviceName[0].name'),
    ];
    const resource: Device = {
      resourceType: 'Device',
      id,
      identifier: [{ ...(system === undefined ? {} : { system }), value: own }],
      ...(manufacturer === undefined ? {} : { manufacturer }),
      ...(modelNumber === undefined ? {} : { modelNumber }),
      ...(serialNumber === undefined ? {} : { serialNumber }),
      ...(version === undefined ? {} : { version: [{ value: version }] }),
      ...(name === undefined ? {} : { deviceName: [{ name, type: 'user-friendly-name' }] }),
      ...(type === undefined ? {} : { type: { coding: [{ system: mdcSystem, code: type }] } }),
    };
    const details = Object.keys(resource).length > 3;
    this.add(resource, details ? 'merge' : 'refer', [key]);
    this.#device = { reference: `Device/${id}`, id: key };
  }

  /**
   * `sent` is when the sender, whose clock is right, sent this; `clock` what the device's own clock said at that moment. Only both
   * together give an offset: when a message arrives says nothing, since it may have waited for a network for days.
   */
  clock(sent: Place, clock: Place): void {
    const sentAt = isThere(sent) ? this.moment(sent) : undefined;
    const read = isThere(clock) ? this.moment(clock) : undefined;
    if (sentAt !== undefined) this.#asOf = Date.parse(sentAt);
    if (sentAt === undefined || read === undefined || this.#device === undefined) {
      if (sentAt !== undefined) this.leaves.structural(sent);
      if (read !== undefined) this.note(clock, 'Without "sent" nobody knows when the device’s clock said this, so no time is corrected');
      return;
    }
    const id = namedUuid('devices', 'clock', this.context.sender, this.#device.id, Date.parse(sentAt), Date.parse(read));
    const resource: Observation = {
      resourceType: 'Observation',
      id,
      status: 'final',
      code: { coding: [{ system: mdcSystem, code: '67975', display: 'MDC_ATTR_TIME_ABS' }], text: 'Absolute time' },
      subject: { reference: this.#device.reference },
      effectiveDateTime: sentAt,
      valueDateTime: read,
    };
    this.add(resource, 'whole');
    this.leaves.said(sent, `Observation/${id}#effectiveDateTime`);
    this.leaves.said(clock, `Observation/${id}#valueDateTime`);
    this.#clock = { reference: `Observation/${id}`, offsetMs: Date.parse(sentAt) - Date.parse(read) };
  }

  /** Answers the name of the observation, `Observation/id`; undefined where the message holds too many. */
  observe({ code, key, when, vital, body }: Measured): string | undefined {
    if (++this.#observations > observationsMax) return undefined;
    const own = 'at' in when ? `${instantKey(when.at)}${when.part ?? ''}` : `${instantKey(when.start)}/${instantKey(when.end)}`;
    const id = namedUuid('devices', this.context.sender, this.#device?.id ?? '', this.#patient?.key ?? '', key, own);
    const name = `Observation/${id}`;
    const resource: Observation = {
      resourceType: 'Observation',
      id,
      ...(this.#clock === undefined ? {} : { extension: [{ url: coincident, valueReference: { reference: this.#clock.reference } }] }),
      status: 'final',
      ...(vital ? { category: vitalSigns } : {}),
      code,
      ...(this.#patient === undefined ? {} : { subject: { reference: this.#patient.reference } }),
      ...this.#effective(when, name),
      ...(this.#device === undefined ? {} : { device: { reference: this.#device.reference } }),
      ...body,
    };
    if (this.#clock !== undefined && body.extension !== undefined)
      resource.extension = [{ url: coincident, valueReference: { reference: this.#clock.reference } }, ...body.extension];
    this.add(resource, 'whole');
    return name;
  }

  #effective(when: When, name: string): Partial<Observation> {
    const offset = this.#clock?.offsetMs ?? 0;
    const right = (moment: string): string => {
      const at = moment.length === 10 ? moment : shifted(moment, offset);
      this.#newest = Math.max(this.#newest ?? Number.NEGATIVE_INFINITY, Date.parse(at));
      return at;
    };
    if ('at' in when) {
      this.leaves.said(when.place, `${name}#effectiveDateTime`);
      return { effectiveDateTime: right(when.at) };
    }
    for (const place of when.places) this.leaves.said(place, `${name}#effectivePeriod`);
    if (when.start === undefined && when.end === undefined) return {};
    return {
      effectivePeriod: {
        ...(when.start === undefined ? {} : { start: right(when.start) }),
        ...(when.end === undefined ? {} : { end: right(when.end) }),
      },
    };
  }

  end(): Translation {
    if (this.#observations > 0 && this.#patient === undefined)
      this.note({ path: '/patient', value: undefined }, 'The message names no patient: its observations belong to nobody yet');
    if (this.#observations > observationsMax)
      this.note(this.leaves.root, `A message may hold ${observationsMax} observations; those after them were left out. Send smaller ones`);
    const asOf = this.#asOf ?? this.#newest;
    return {
      resources: [...this.#resources.values()],
      ledger: this.leaves.ledger(),
      instructions: [],
      notes: this.notes,
      ...(asOf === undefined ? {} : { asOf: new Date(asOf) }),
    };
  }
}

const instantKey = (moment: string | undefined): number | string => (moment === undefined ? '' : Date.parse(moment));

/** Stands for the message where it has no id of its own: the same bytes are the same message. */
export const digestOf = (raw: Uint8Array): string => createHash('sha256').update(raw).digest('hex').slice(0, 32);
