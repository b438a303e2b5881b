// A FHIR decimal whose digits matter: 1.10 is not 1.1 (http://hl7.org/fhir/R4/datatypes.html#decimal).

/** Starts every string that stands for a decimal inside `writeJson`; a fresh one for each process, never shown to anyone. */
const secret = `decimal ${globalThis.crypto.randomUUID()} `;
const numberText = /^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?$/;

/** A number as it was written, used only where a JavaScript number would print other digits. */
export class Decimal {
  /** Set by `writeJson` while it runs; `marked` counts the decimals it met. */
  static marking = false;
  static marked = 0;
  static readonly markedPattern: RegExp = new RegExp(`"${secret}([-+.0-9eE]+)"`, 'g');

  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  /** Lets arithmetic and comparison work; may round beyond 15 to 17 digits. */
  valueOf(): number {
    return Number(this.text);
  }
  toString(): string {
    return this.text;
  }
  /** For `writeJson` a marked string, for any other `JSON.stringify` (a log line) the nearest number. */
  toJSON(): string | number {
    if (!Decimal.marking) return Number(this.text);
    if (!numberText.test(this.text)) throw new TypeError('a Decimal holds text that is not a JSON number');
    Decimal.marked++;
    return secret + this.text;
  }
}

/** The value as a JavaScript number, for computing. */
export const toNumber = (value: number | Decimal): number => (typeof value === 'number' ? value : Number(value.text));
