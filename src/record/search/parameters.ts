// Values of a statement under construction. What comes from outside only ever becomes a parameter: this is the one way in.
// A value stands either behind a placeholder of its own ($3), or in a column of `q`, the rows of parameters of a statement
// that answers several searches of one shape at once (q.p3).

import { idPattern } from '../../fhir/search/references.ts';

type Scalar = 'int2' | 'int4' | 'int8' | 'float8' | 'text' | 'uuid' | 'timestamptz' | 'bool';

export class Parameters {
  readonly values: string[] = [];
  readonly types: string[] = [];
  #first = 1;
  readonly #rows: boolean;

  constructor(as: 'placeholders' | 'rows' = 'placeholders') {
    this.#rows = as === 'rows';
  }

  /** Leaves the first `count` placeholders to the caller. */
  reserve(count: number): void {
    this.#first = count + 1;
  }

  /** What stands in the text for a new value, with its type so that PostgreSQL never guesses. */
  add(value: string | number | bigint | boolean, type: Scalar): string {
    return this.#put(String(value), type);
  }

  /** The same for an array of numbers or UUIDs. */
  list(values: readonly (string | bigint | number)[], type: 'int8' | 'uuid' | 'int2'): string {
    return this.#put(`{${values.join(',')}}`, `${type}[]`);
  }

  /** The same for ids, which have no sign that an array would read otherwise. */
  ids(values: readonly string[]): string {
    return this.#put(`{${values.filter((value) => idPattern.test(value)).join(',')}}`, 'text[]');
  }

  #put(value: string, type: string): string {
    const at = this.values.push(value);
    this.types.push(type);
    return this.#rows ? `q.p${at}` : `$${this.#first + at - 1}::${type}`;
  }
}
