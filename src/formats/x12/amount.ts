// Exact arithmetic on amounts as X12 writes them: no cent is rounded.

/** A decimal as a whole number of its smallest places. */
export interface Amount {
  units: bigint;
  scale: number;
}

export const zero: Amount = { units: 0n, scale: 0 };

/** `-9.00`, `.5`, `43.`; an empty text is nothing, undefined where it is no number. */
export function amountOf(text: string): Amount | undefined {
  const match = /^([+-]?)(\d{0,18})(?:\.(\d{0,12}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const fraction = match[3] ?? '';
  const units = BigInt(`${match[2] ?? ''}${fraction}` || '0');
  return { units: match[1] === '-' ? -units : units, scale: fraction.length };
}

export function plus(a: Amount, b: Amount): Amount {
  const scale = Math.max(a.scale, b.scale);
  return { units: a.units * 10n ** BigInt(scale - a.scale) + b.units * 10n ** BigInt(scale - b.scale), scale };
}

export const minus = (a: Amount, b: Amount): Amount => plus(a, { units: -b.units, scale: b.scale });
export const isZero = ({ units }: Amount): boolean => units === 0n;

/** Digits with their decimal places. */
export function textOfAmount({ units, scale }: Amount): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  return `${units < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`}`;
}
