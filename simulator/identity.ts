// Numbers by which the hospital knows people. A medical record number ends in a check digit, so that one that was misread
// or mistyped is noticed: ISO/IEC 7812-1 annex B (Luhn).

export const mrnSystem = 'http://lamplight.example/mrn';

/** The check digit of a string of digits. */
export function checkDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const doubled = i % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

/** Eight digits and more: seven that count patients from 1,000,000, then the check digit. */
export const mrnOf = (ordinal: number): string => {
  const digits = String(1_000_000 + ordinal * 37);
  return `${digits}${checkDigit(digits)}`;
};

export const isMrn = (mrn: string): boolean => /^\d{8,}$/.test(mrn) && checkDigit(mrn.slice(0, -1)) === Number(mrn.slice(-1));
