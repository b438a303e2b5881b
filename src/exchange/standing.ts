// A resource as it stands while messages are laid over it: what the record held before, what it says by now, and when its elements
// were last spoken of. Most of what a message names it names in passing, so texts are read only where somebody looks at them.
import type { Resource } from '../fhir/generated/types.ts';
import { ofTheRecord, readJsonNow } from '../fhir/json.ts';
import { type Clock, readClock, writeClock } from './clock.ts';
import { isResource } from './named.ts';

/** As the record keeps it. */
export interface Held {
  body: string;
  version: number;
}

export class Standing {
  /** In the record before all this; 0: it was not there. */
  readonly version: number;
  /** A message said something of it, or something was done to it, since it was read. */
  readonly touched: boolean;
  readonly #clockText: string | undefined;
  readonly #body: string | undefined;
  #before: Resource | undefined;
  #now: Resource | null | undefined;
  #clock: Clock | undefined;

  private constructor(from: { version: number; body: string | undefined; clockText: string | undefined }, touched: boolean) {
    this.version = from.version;
    this.#body = from.body;
    this.#clockText = from.clockText;
    this.touched = touched;
  }

  /** As it was read; `clockText`: undefined where no message has said anything of it. */
  static read(held: Held | undefined, clockText: string | undefined): Standing {
    return new Standing({ version: held?.version ?? 0, body: held?.body, clockText }, false);
  }

  /** What nobody has heard of. */
  static nothing(): Standing {
    return Standing.read(undefined, undefined);
  }

  /** What stands there by now. */
  saying(now: Resource | null, clock: Clock): Standing {
    const next = new Standing({ version: this.version, body: this.#body, clockText: this.#clockText }, true);
    next.#before = this.#before;
    next.#now = now;
    next.#clock = clock;
    return next;
  }

  /** Whether anything stands there by now. */
  get stands(): boolean {
    return this.#now === undefined ? this.#body !== undefined : this.#now !== null;
  }

  /** As it stood before; null: it was not there. */
  get before(): Resource | null {
    if (this.#body === undefined) return null;
    this.#before ??= asStored(this.#body);
    return this.#before;
  }

  get now(): Resource | null {
    return this.#now === undefined ? this.before : this.#now;
  }

  get clock(): Clock {
    this.#clock ??= this.#clockText === undefined ? {} : readClock(this.#clockText);
    return this.#clock;
  }

  /** The clock as it is to be kept, where that is another than it was. */
  get newClockText(): string | undefined {
    if (!this.touched || this.#clock === undefined) return undefined;
    const text = writeClock(this.#clock);
    return text === (this.#clockText ?? nobody) ? undefined : text;
  }
}

const nobody = writeClock({});

/** What the record holds was checked when it was written. */
function asStored(body: string): Resource {
  const json = readJsonNow(body, ofTheRecord);
  if (!json.ok || !isResource(json.value)) throw new Error('the record holds text that is no resource');
  return json.value;
}
