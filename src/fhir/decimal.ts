// A FHIR decimal whose digits matter: 1.10 is not 1.1 (http://hl7.org/fhir/R4/datatypes.html#decimal).

/** A number as it was written, used only where a JavaScript number would print other digits. */
export class Decimal {
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
}

/** The value as a JavaScript number, for computing. */
export const toNumber = (value: number | Decimal): number => (typeof value === 'number' ? value : Number(value.text));
