// A JSON number (RFC 8259, section 6): a JavaScript number where that prints the same digits, a Decimal otherwise.
import { Decimal } from './decimal.ts';

export interface ReadNumber {
  end: number;
  value: number | Decimal | undefined;
  message: string;
}

/** No measurement has more characters; keeps hostile digits short. */
const maxLength = 128;
const powers = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
/** The one answer, reused: numbers are frequent and the reader takes the answer apart at once. */
const read: ReadNumber = { end: 0, value: undefined, message: '' };

const isDigit = (code: number): boolean => code >= 0x30 && code <= 0x39;

/** Reads the number that starts at `at`. The answer is only valid until the next call. */
export function readNumber(text: string, at: number): ReadNumber {
  const start = at;
  let code = text.charCodeAt(at);
  const limit = start + maxLength;
  const negative = code === 0x2d;
  if (negative) code = text.charCodeAt(++at);
  if (!isDigit(code)) return refused(at, 'Expected a digit after "-"');

  const whole = at;
  let mantissa = 0;
  do {
    mantissa = mantissa * 10 + (code - 0x30);
    code = text.charCodeAt(++at);
  } while (isDigit(code) && at <= limit);
  if (at - whole > 1 && text.charCodeAt(whole) === 0x30) return refused(whole, 'A number must not start with 0 and further digits');
  let digits = at - whole;

  let decimals = 0;
  let canonical = true;
  if (code === 0x2e) {
    const point = at;
    code = text.charCodeAt(++at);
    if (!isDigit(code)) return refused(at, 'Expected a digit after the decimal point');
    do {
      mantissa = mantissa * 10 + (code - 0x30);
      code = text.charCodeAt(++at);
    } while (isDigit(code) && at <= limit);
    decimals = at - point - 1;
    digits += decimals;
    canonical = text.charCodeAt(at - 1) !== 0x30;
  }
  if (code === 0x65 || code === 0x45) {
    canonical = false;
    code = text.charCodeAt(++at);
    if (code === 0x2b || code === 0x2d) code = text.charCodeAt(++at);
    if (!isDigit(code)) return refused(at, 'Expected a digit in the exponent');
    do code = text.charCodeAt(++at);
    while (isDigit(code) && at <= limit);
  }

  if (at > limit) return refused(start, `A number has more than ${maxLength} characters`);
  read.end = at;
  // Up to 15 digits pass through a double unchanged, and both operands of the division are exact, so it rounds as the engine
  // does. Below 0.000001 JavaScript prints an exponent; zero may have a sign. Those take the slow way.
  if (canonical && digits <= 15 && (mantissa >= powers[Math.max(0, decimals - 6)]! || (digits === 1 && !negative))) {
    const value = decimals === 0 ? mantissa : mantissa / powers[decimals]!;
    read.value = negative ? -value : value;
    return read;
  }
  const digitsAsWritten = text.slice(start, at);
  const value = Number(digitsAsWritten);
  if (!Number.isFinite(value) || (value === 0 && mantissa !== 0))
    return refused(start, 'A number is too large or too small to compute with');
  read.value = String(value) === digitsAsWritten ? value : new Decimal(digitsAsWritten);
  return read;
}

function refused(at: number, message: string): ReadNumber {
  read.end = at;
  read.value = undefined;
  read.message = message;
  return read;
}
