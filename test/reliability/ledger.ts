// What the clients sent and what they were told: the only memory that outlives a kill, held against the record afterwards.
import type { ResourceType } from '../../src/fhir/generated/types.ts';

/** One version that the server said it had stored. */
export interface Acknowledged {
  type: ResourceType;
  id: string;
  version: number;
  /** Unique text that this version's body carries; undefined: it is a deletion. */
  marker: string | undefined;
}

/** How many resources carry the marker if the write was done, and what the client was told about it. */
export interface Sent {
  resources: number;
  /** `unknown`: no answer, or one that says the server could not tell. */
  told: 'unknown' | 'done' | 'refused';
}

export class Ledger {
  readonly acknowledged: Acknowledged[] = [];
  /** By marker. */
  readonly sent = new Map<string, Sent>();
  /** Answers by status, and the requests that were cut off. */
  readonly answers = new Map<string, number>();
  #serial = 0;

  readonly #name: string;

  constructor(name: string) {
    this.#name = name;
  }

  /** Notes a write before it is sent. */
  send(resources: number): string {
    const marker = `m-${this.#name}-${++this.#serial}-x`;
    this.sent.set(marker, { resources, told: 'unknown' });
    return marker;
  }

  count(answer: string): void {
    this.answers.set(answer, (this.answers.get(answer) ?? 0) + 1);
  }
}
