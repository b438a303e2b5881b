// A resource as it stands while messages are laid over it: what the record held before, what it says by now, and when its elements
// were last spoken of. Most of what a message names it names in passing, so texts are read only where somebody looks at them.
import type { Resource } from '../fhir/generated/types.ts';
import { ofTheRecord, readJsonNow } from '../fhir/json.ts';
import { type Clock, readClock, writeClock } from './clock.ts';
import { isResource, saysTheSame } from './named.ts';

/** As the record keeps it. */
export interface Held {
  body: string;
  version: number;
}

/** As its clock is kept; the version counts how often it was written. */
export interface HeldClock {
  text: string;
  version: number;
}

interface From {
  version: number;
  /** Text while nobody has looked at it; null: it was not there. */
  before: string | Resource | null;
  clock: HeldClock | undefined;
}

export class Standing {
  readonly #from: From;
  /** A message said something of it, or something was done to it, since it was read. */
  readonly touched: boolean;
  /** undefined: as it stood before. */
  readonly #now: Resource | null | undefined;
  #clock: Clock | undefined;
  #changed: boolean | undefined;
  #newClockText: string | null | undefined;

  private constructor(from: From, touched: boolean, now: Resource | null | undefined, clock: Clock | undefined) {
    this.#from = from;
    this.touched = touched;
    this.#now = now;
    this.#clock = clock;
  }

  /** As it was read; no clock where no message has said anything of it. */
  static read(held: Held | undefined, clock: HeldClock | undefined): Standing {
    return new Standing({ version: held?.version ?? 0, before: held?.body ?? null, clock }, false, undefined, undefined);
  }

  /** What nobody has heard of. */
  static nothing(): Standing {
    return Standing.read(undefined, undefined);
  }

  /** What stands there by now. */
  saying(now: Resource | null, clock: Clock): Standing {
    return new Standing(this.#from, true, now, clock);
  }

  /** As it stands once all of this was written. */
  settled(): Standing {
    if (!this.touched) return this;
    const { version, clock } = this.#from;
    const text = this.newClockText;
    const settledClock = text === undefined ? clock : { text, version: (clock?.version ?? 0) + 1 };
    return new Standing(
      { version: this.isChanged ? version + 1 : version, before: this.now, clock: settledClock },
      false,
      undefined,
      this.#clock,
    );
  }

  /** In the record before all this; 0: it was not there. */
  get version(): number {
    return this.#from.version;
  }

  /** Of its clock before all this; 0: there was none. */
  get clockVersion(): number {
    return this.#from.clock?.version ?? 0;
  }

  /** Whether anything stands there by now. */
  get stands(): boolean {
    return (this.#now === undefined ? this.#from.before : this.#now) !== null;
  }

  /** As it stood before; null: it was not there. */
  get before(): Resource | null {
    const from = this.#from;
    if (typeof from.before === 'string') from.before = asStored(from.before);
    return from.before;
  }

  get now(): Resource | null {
    return this.#now === undefined ? this.before : this.#now;
  }

  /** Whether it says something else than the record holds, so that it is to be written. */
  get isChanged(): boolean {
    this.#changed ??= this.touched && this.now !== null && (this.before === null || !saysTheSame(this.before, this.now));
    return this.#changed;
  }

  get clock(): Clock {
    this.#clock ??= this.#from.clock === undefined ? {} : readClock(this.#from.clock.text);
    return this.#clock;
  }

  /** The clock as it is to be kept, where that is another than it was. */
  get newClockText(): string | undefined {
    if (!this.touched || this.now === null || this.#clock === undefined) return undefined;
    if (this.#newClockText === undefined) {
      const text = writeClock(this.#clock);
      // What a message made has one however little it said: by it is known that it is there.
      const { clock, before } = this.#from;
      this.#newClockText = text === (clock?.text ?? (before === null ? undefined : nobody)) ? null : text;
    }
    return this.#newClockText ?? undefined;
  }
}

const nobody = writeClock({});

/** What the record holds was checked when it was written. */
function asStored(body: string): Resource {
  const json = readJsonNow(body, ofTheRecord);
  if (!json.ok || !isResource(json.value)) throw new Error('the record holds text that is no resource');
  return json.value;
}
