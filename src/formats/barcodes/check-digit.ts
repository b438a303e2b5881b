// The check digit of every GS1 key that has one: weights 3 and 1 from the right (GS1 General Specifications, section 7.9.1).

/** Of digits without their check digit. */
export function checkDigit(digits: string): number {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) sum += Number(digits[digits.length - 1 - i]) * (i % 2 === 0 ? 3 : 1);
  return (10 - (sum % 10)) % 10;
}

export const hasGoodCheck = (digits: string): boolean =>
  /^\d{2,}$/.test(digits) && checkDigit(digits.slice(0, -1)) === Number(digits.at(-1));

export const withCheck = (digits: string): string => `${digits}${checkDigit(digits)}`;
