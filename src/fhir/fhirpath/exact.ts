// Decimals that add up: 0.1 + 0.2 = 0.3 (http://hl7.org/fhirpath/N1/#decimal asks for 28 digits, 8 of them after the point).
// A whole number of units and the count of digits after the point.
import { Decimal } from '../decimal.ts';

/** Digits after the point that a quotient or a root is carried to. */
const quotientScale = 16;
const mostScale = 40;
const mostUnits = 10n ** 80n;
const powers = Array.from({ length: mostScale * 2 + 1 }, (_, scale) => 10n ** BigInt(scale));
const power = (scale: number): bigint => powers[scale] ?? 10n ** BigInt(scale);
const form = /^([+-]?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]{1,4}))?$/;

export class Exact {
  readonly units: bigint;
  readonly scale: number;
  constructor(units: bigint, scale: number) {
    this.units = units;
    this.scale = scale;
  }

  static of(integer: number): Exact {
    return new Exact(BigInt(integer), 0);
  }

  /** undefined where the text is no number, or one too large to compute with. */
  static read(text: string): Exact | undefined {
    const match = form.exec(text);
    if (!match) return undefined;
    const [, sign, whole = '', decimals = '', exponent = '0'] = match;
    const scale = decimals.length - Number(exponent);
    if (scale > 400 || scale < -80 || whole.length + decimals.length > 200) return undefined;
    const digits = BigInt(`${sign === '-' ? '-' : ''}${whole}${decimals}`);
    return scale < 0 ? bounded(digits * power(-scale), 0) : bounded(digits, scale);
  }

  static near(value: number): Exact | undefined {
    return Number.isFinite(value) ? Exact.read(String(value)) : undefined;
  }

  /** A JSON number, an integer or a decimal that keeps its digits. */
  toJson(): number | Decimal {
    const text = this.toString();
    const value = Number(text);
    return String(value) === text ? value : new Decimal(text);
  }

  toString(): string {
    const negative = this.units < 0n;
    const digits = (negative ? -this.units : this.units).toString().padStart(this.scale + 1, '0');
    const whole = digits.slice(0, digits.length - this.scale);
    return `${negative ? '-' : ''}${whole}${this.scale > 0 ? `.${digits.slice(-this.scale)}` : ''}`;
  }

  toNumber(): number {
    return Number(this.toString());
  }

  /** The same amount without zeros at the end. */
  trimmed(): Exact {
    let { units, scale } = this;
    while (scale > 0 && units % 10n === 0n) {
      units /= 10n;
      scale--;
    }
    return scale === this.scale ? this : new Exact(units, scale);
  }

  /** Below, equal to or above the other: negative, 0, positive. */
  compare(other: Exact): number {
    const scale = Math.max(this.scale, other.scale);
    const difference = this.at(scale) - other.at(scale);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** Units at another scale: cut off towards zero where it is smaller. */
  at(scale: number): bigint {
    return scale >= this.scale ? this.units * power(scale - this.scale) : this.units / power(this.scale - scale);
  }

  plus(other: Exact): Exact | undefined {
    const scale = Math.max(this.scale, other.scale);
    return bounded(this.at(scale) + other.at(scale), scale);
  }

  minus(other: Exact): Exact | undefined {
    return this.plus(other.negated());
  }

  negated(): Exact {
    return new Exact(-this.units, this.scale);
  }

  times(other: Exact): Exact | undefined {
    return bounded(this.units * other.units, this.scale + other.scale);
  }

  /** undefined for a division by zero. */
  dividedBy(other: Exact): Exact | undefined {
    if (other.units === 0n) return undefined;
    const scale = quotientScale + 1;
    const units = (this.units * power(scale + other.scale)) / (other.units * power(this.scale));
    return new Exact(units, scale).rounded(quotientScale).trimmed();
  }

  /** Half away from zero. */
  rounded(scale: number): Exact {
    if (scale >= this.scale) return this;
    const step = power(this.scale - scale);
    const half = step / 2n;
    return new Exact((this.units + (this.units < 0n ? -half : half)) / step, scale);
  }

  truncated(): bigint {
    return this.units / power(this.scale);
  }

  floor(scale = 0): Exact {
    const cut = new Exact(this.at(scale), scale);
    return cut.compare(this) > 0 ? new Exact(cut.units - 1n, scale) : cut;
  }

  ceiling(scale = 0): Exact {
    return this.negated().floor(scale).negated();
  }
}

function bounded(units: bigint, scale: number): Exact | undefined {
  if (units > mostUnits || units < -mostUnits) {
    if (scale <= mostScale) return undefined;
  }
  const made = scale > mostScale ? new Exact(units, scale).rounded(mostScale) : new Exact(units, scale);
  return made.units > mostUnits || made.units < -mostUnits ? undefined : made;
}
