// SFLOAT and FLOAT of IEEE 11073-20601 (section 8.2; Bluetooth Core Specification Supplement "medfloat16", "medfloat32"): a decimal
// mantissa and a decimal exponent, so every value has exact digits, and five words that are no numbers.
import { Decimal } from '../../fhir/decimal.ts';

export type Absence = 'NaN' | 'NRes' | '+INF' | '-INF' | 'reserved';
export type MedFloat = { value: number | Decimal } | { absent: Absence };

const words16: Readonly<Record<number, Absence>> = { 2047: 'NaN', 2048: 'NRes', 2046: '+INF', 2050: '-INF', 2049: 'reserved' };
const words32: Readonly<Record<number, Absence>> = {
  8388607: 'NaN',
  8388608: 'NRes',
  8388606: '+INF',
  8388610: '-INF',
  8388609: 'reserved',
};

const signed = (bits: number, size: number): number => (bits >= 2 ** (size - 1) ? bits - 2 ** size : bits);

/** `shift`: powers of ten to another unit; kg/L is 10⁵ mg/dL. */
export function readSfloat(bits: number, shift = 0): MedFloat {
  const word = words16[bits & 0x0fff];
  // The words have exponent 0; with another one the standard leaves them open, and an open word is no number either.
  if (word !== undefined) return { absent: bits >> 12 === 0 ? word : 'reserved' };
  return { value: decimalOf(signed(bits & 0x0fff, 12), signed(bits >> 12, 4) + shift) };
}

export function readFloat(bits: number): MedFloat {
  const mantissa = bits & 0xffffff;
  const word = words32[mantissa];
  if (word !== undefined) return { absent: word };
  return { value: decimalOf(signed(mantissa, 24), signed(bits >>> 24, 8)) };
}

/** mantissa × 10^exponent, digit by digit: 9860 and -2 are 98.60. */
export function decimalOf(mantissa: number, exponent: number): number | Decimal {
  const digits = String(Math.abs(mantissa));
  const sign = mantissa < 0 ? '-' : '';
  let text: string;
  if (mantissa === 0 && exponent >= 0) text = '0';
  else if (exponent >= 0) text = sign + digits + '0'.repeat(exponent);
  else {
    const padded = digits.padStart(1 - exponent, '0');
    text = `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
  }
  return String(Number(text)) === text ? Number(text) : new Decimal(text);
}

/** Bits of a value; for simulators and tests. Mantissa -2045 to 2045, exponent -8 to 7. */
export const sfloatBits = (mantissa: number, exponent: number): number => ((exponent & 0xf) << 12) | (mantissa & 0xfff);
