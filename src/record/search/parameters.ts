// Values of a statement under construction. What comes from outside only ever becomes a parameter: this is the one way in.

export class Parameters {
  readonly values: unknown[] = [];
  #first = 1;

  /** Leaves the first `count` placeholders to the caller. */
  reserve(count: number): void {
    this.#first = count + 1;
  }

  /** The placeholder of a new value, with its type so that PostgreSQL never guesses. */
  add(value: string | number | bigint | boolean | null, type: 'int2' | 'int4' | 'int8' | 'float8' | 'text' | 'uuid' | 'timestamptz' | 'bool'): string {
    this.values.push(typeof value === 'bigint' ? value.toString() : typeof value === 'number' ? number(value) : value);
    return `$${this.#first + this.values.length - 1}::${type}`;
  }

  /** A placeholder for an array. Elements are numbers or UUIDs, or text (which pg quotes). */
  list(values: readonly (string | bigint)[], type: 'int8' | 'uuid' | 'text' | 'int2'): string {
    this.values.push(type === 'text' ? values : `{${values.join(',')}}`);
    return `$${this.#first + this.values.length - 1}::${type}[]`;
  }
}

const number = (value: number): string => (value === Infinity ? 'Infinity' : value === -Infinity ? '-Infinity' : String(value));
