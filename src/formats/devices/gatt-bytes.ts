// Measurements of Bluetooth GATT characteristics, from their bytes (GATT Specification Supplement, by name of the characteristic). What
// ends too early is no measurement.
import type { Decimal } from '../../fhir/decimal.ts';
import { decimalOf, type MedFloat, readFloat, readSfloat } from './sfloat.ts';

export interface GattReading {
  /** IEEE 11073 code, or a word of the table of measurements. */
  code: string;
  value: MedFloat;
  /** UCUM */
  unit: string;
}

export interface GattMeasurement {
  /** The device's own clock, `2026-07-01T12:00:00`; absent where it does not say. */
  at?: string;
  readings: GattReading[];
  /** Readings that are components of one observation. */
  panel?: string;
  site?: string;
  notes: string[];
  /** Why this is nobody's measurement although it can be read. */
  refused?: string;
}

class Short extends Error {}

class Bytes {
  readonly #view: DataView;
  #at = 0;
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
  #take(size: number): number {
    const at = this.#at;
    this.#at += size;
    if (this.#at > this.#view.byteLength) throw new Short();
    return at;
  }
  get left(): number {
    return this.#view.byteLength - this.#at;
  }
  u8 = (): number => this.#view.getUint8(this.#take(1));
  u16 = (): number => this.#view.getUint16(this.#take(2), true);
  i16 = (): number => this.#view.getInt16(this.#take(2), true);
  u24 = (): number => this.u16() | (this.u8() << 16);
  sfloat = (shift = 0): MedFloat => readSfloat(this.u16(), shift);
  float = (): MedFloat => readFloat(this.#view.getUint32(this.#take(4), true));
  /** Date Time: year, month or day 0 is not known. */
  time(offsetMinutes = (): number => 0): string | undefined {
    const [year, month, day, hour, minute, second] = [this.u16(), this.u8(), this.u8(), this.u8(), this.u8(), this.u8()];
    const at = new Date(Date.UTC(year, month - 1, day, hour, minute + offsetMinutes(), second));
    const fits =
      year >= 1582 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60;
    return fits && !Number.isNaN(at.getTime()) ? at.toISOString().slice(0, 19) : undefined;
  }
}

const scaled = (units: number, step: number, exponent: number): MedFloat => ({ value: decimalOf(units * step, exponent) });
const words = (bits: number, table: readonly (string | undefined)[]): string[] =>
  table.flatMap((word, bit) => (word !== undefined && (bits & (1 << bit)) !== 0 ? [word] : []));
const timed = (at: string | undefined): { at?: string } => (at === undefined ? {} : { at });

/** Type of a glucose sample, in order from 1. */
const glucoseTypes = ['160184', '160188', '160192', '160196', '160200', '160204', '160020', '160020', '160212', '160208'];
const glucoseSites = ['Finger', 'Alternate site', 'Earlobe', 'Control solution'];
const glucoseStatus = [
  'battery low',
  'sensor malfunction',
  'sample too small',
  'strip inserted wrongly',
  'strip of the wrong type',
  'result above what the device can measure',
  'result below what the device can measure',
  'too warm to measure',
  'too cold to measure',
  'strip pulled out too early',
  'general fault',
  'fault of the device’s clock',
];

function glucose(bytes: Bytes): GattMeasurement {
  const flags = bytes.u8();
  bytes.u16();
  const at = bytes.time(() => ((flags & 1) === 0 ? 0 : bytes.i16()));
  const none = { ...timed(at), readings: [], notes: [] };
  if ((flags & 2) === 0) return { ...none, refused: 'The record has no concentration: the device measured nothing' };
  const moles = (flags & 4) !== 0;
  const value = bytes.sfloat(moles ? 3 : 5);
  const sample = bytes.u8();
  const [type, place] = [sample & 15, sample >> 4];
  const notes = (flags & 8) === 0 ? [] : words(bytes.u16(), glucoseStatus);
  if (type === 10 || place === 4) return { ...none, refused: 'This is a control solution, not a patient’s blood; it makes no observation' };
  const site = glucoseSites[place - 1];
  return {
    ...timed(at),
    readings: [{ code: glucoseTypes[type - 1] ?? '160020', value, unit: moles ? 'mmol/L' : 'mg/dL' }],
    ...(site === undefined ? {} : { site }),
    notes,
  };
}

const pressureStatus = [
  'body movement',
  'cuff too loose',
  'irregular pulse',
  'pulse above the range',
  'pulse below the range',
  'improper position',
];

function bloodPressure(bytes: Bytes): GattMeasurement {
  const flags = bytes.u8();
  const unit = (flags & 1) === 0 ? 'mm[Hg]' : 'kPa';
  const readings = ['150021', '150022', '150023'].map((code) => ({ code, value: bytes.sfloat(), unit }));
  const at = (flags & 2) === 0 ? undefined : bytes.time();
  if ((flags & 4) !== 0) readings.push({ code: '149546', value: bytes.sfloat(), unit: '/min' });
  const notes = (flags & 8) === 0 ? [] : userOf(bytes.u8());
  if ((flags & 16) !== 0) notes.push(...words(bytes.u16(), pressureStatus));
  return { ...timed(at), readings, panel: '150020', notes };
}

const userOf = (user: number): string[] => (user === 255 ? ['user of the device unknown'] : [`user ${user} of the device`]);

const oximeterStatus = [
  ...Array<undefined>(5).fill(undefined),
  'measurement under way',
  'early estimate',
  'validated',
  'fully qualified',
  'from the device’s storage',
  'for demonstration',
  'for testing',
  'calibration under way',
  'measurement unavailable',
  'questionable measurement',
  'invalid measurement',
];

function oximetry(
  bytes: Bytes,
  has: { time: number; skipped: number[]; status: number; sensor: number; amplitude: number },
): GattMeasurement {
  const flags = bytes.u8();
  const readings: GattReading[] = [
    { code: '150456', value: bytes.sfloat(), unit: '%' },
    { code: '149530', value: bytes.sfloat(), unit: '/min' },
  ];
  for (const fast of has.skipped) if ((flags & fast) !== 0) void [bytes.u16(), bytes.u16()];
  const at = (flags & has.time) === 0 ? undefined : bytes.time();
  const status = (flags & has.status) === 0 ? 0 : bytes.u16();
  if ((flags & has.sensor) !== 0) bytes.u24();
  if ((flags & has.amplitude) !== 0) readings.push({ code: '150488', value: bytes.sfloat(), unit: '%' });
  const notes = words(status, oximeterStatus);
  if ((status & 0xac00) !== 0)
    return { ...timed(at), readings: [], notes, refused: `The device says of this measurement: ${notes.join(', ')}` };
  return { ...timed(at), readings, notes };
}

function weight(bytes: Bytes): GattMeasurement {
  const flags = bytes.u8();
  const imperial = (flags & 1) !== 0;
  const raw = bytes.u16();
  const value: MedFloat = raw === 0xffff ? { absent: 'NaN' } : imperial ? scaled(raw, 1, -2) : scaled(raw, 5, -3);
  const readings: GattReading[] = [{ code: '188736', value, unit: imperial ? '[lb_av]' : 'kg' }];
  const at = (flags & 2) === 0 ? undefined : bytes.time();
  const notes = (flags & 4) === 0 ? [] : userOf(bytes.u8());
  if ((flags & 8) !== 0) {
    readings.push({ code: '188752', value: scaled(bytes.u16(), 1, -1), unit: 'kg/m2' });
    readings.push({ code: '188740', value: scaled(bytes.u16(), 1, imperial ? -1 : -3), unit: imperial ? '[in_i]' : 'm' });
  }
  return { ...timed(at), readings, notes };
}

/** Temperature Type, in order from 1: armpit, body, ear, finger, digestive tract, mouth, rectum, toe, eardrum. */
const temperatureTypes = ['188452', '150364', '188428', '188432', '188456', '188424', '188420', '188448', '150392'];

function temperature(bytes: Bytes): GattMeasurement {
  const flags = bytes.u8();
  const value = bytes.float();
  const at = (flags & 2) === 0 ? undefined : bytes.time();
  const type = (flags & 4) === 0 ? 0 : bytes.u8();
  return {
    ...timed(at),
    readings: [{ code: temperatureTypes[type - 1] ?? '150364', value, unit: (flags & 1) === 0 ? 'Cel' : '[degF]' }],
    notes: [],
  };
}

function heartRate(bytes: Bytes): GattMeasurement {
  const flags = bytes.u8();
  const rate: number | Decimal = (flags & 1) === 0 ? bytes.u8() : bytes.u16();
  const noContact = (flags & 6) === 4;
  if ((flags & 8) !== 0) bytes.u16();
  if (noContact) return { readings: [], notes: [], refused: 'The sensor had no contact with the skin' };
  return { readings: [{ code: '147842', value: { value: rate }, unit: '/min' }], notes: [] };
}

const characteristics: Readonly<Record<string, (bytes: Bytes) => GattMeasurement>> = {
  '2A18': glucose,
  '2A35': bloodPressure,
  '2A5E': (bytes) => oximetry(bytes, { time: 1, skipped: [], status: 2, sensor: 4, amplitude: 8 }),
  '2A5F': (bytes) => oximetry(bytes, { time: 0, skipped: [1, 2], status: 4, sensor: 8, amplitude: 16 }),
  '2A9D': weight,
  '2A1C': temperature,
  '2A37': heartRate,
};

export const gattNames = Object.keys(characteristics);

/** `2A18`, `0x2A18` or the full UUID. undefined: another characteristic; 'short': its bytes end too early. */
export function readGatt(characteristic: string, bytes: Uint8Array): GattMeasurement | 'short' | undefined {
  const name = characteristic
    .toUpperCase()
    .replace(/^0X/, '')
    .replace(/^0000(\w{4})-0000-1000-8000-00805F9B34FB$/, '$1');
  const read = Object.hasOwn(characteristics, name) ? characteristics[name] : undefined;
  if (read === undefined) return undefined;
  try {
    return read(new Bytes(bytes));
  } catch (error) {
    if (error instanceof Short) return 'short';
    throw error;
  }
}
