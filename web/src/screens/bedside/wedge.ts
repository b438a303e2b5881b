// A barcode scanner that types (keyboard wedge): tells its fast characters, ended by Enter or Tab, from a person's. FNC1 (GS, ASCII 29)
// comes as that character, as Ctrl+], as Alt+029 on the numeric keypad or as F8, depending on how the scanner is set; as <GS>, {GS}
// or ^] it is left to the server (GS1 General Specifications 7.8.4; scanners' manuals on "function code emulation").

export interface Key {
  /** As KeyboardEvent has it. */
  key: string;
  ctrl?: boolean;
  alt?: boolean;
  /** Held down: a finger, never a scanner. */
  repeat?: boolean;
  atMs: number;
}

/** `mine`: may be of a scan, keep it from the page; `end`: a whole code; `not-mine`: let it go on. */
export type Heard = { is: 'mine' } | { is: 'end'; raw: string } | { is: 'not-mine' };

/** Between two characters of one scan. Fast typists need 80 ms and more; Bluetooth scanners up to 40. */
export const gapMsMax = 70;
const charactersMin = 4;
const charactersMax = 4096;
/** Without Enter behind it a code ends by a pause, and must be longer to count. */
const unendedMin = 8;
/** Enter and line feed that follow on the end of a code belong to it. */
const tailMs = 250;

export const groupSeparator = '\u001d';
const modifiers = new Set(['Shift', 'Control', 'Alt', 'AltGraph', 'CapsLock', 'Meta']);

export class WedgeReader {
  #text = '';
  #lastMs = Number.NEGATIVE_INFINITY;
  #endedMs = Number.NEGATIVE_INFINITY;
  /** Digits typed while Alt is down: `029`. */
  #alt = '';

  /** How many characters are held that may be of a scan. */
  get held(): number {
    return this.#text.length;
  }

  hear(one: Key): Heard {
    if (modifiers.has(one.key)) {
      this.#alt = '';
      return { is: 'not-mine' };
    }
    const fast = one.atMs - this.#lastMs <= gapMsMax;
    if (!fast) this.forget();
    const ends = one.key === 'Enter' || one.key === 'Tab' || (one.ctrl === true && ['j', 'm'].includes(one.key.toLowerCase()));
    if (ends) {
      if (this.#text.length >= charactersMin) return this.#end(one.atMs);
      return one.atMs - this.#endedMs <= tailMs ? { is: 'mine' } : { is: 'not-mine' };
    }
    const character = this.#characterOf(one);
    if (character === undefined || one.repeat === true || (character === ' ' && this.#text === '')) return { is: 'not-mine' };
    this.#lastMs = one.atMs;
    if (this.#text.length < charactersMax) this.#text += character;
    return { is: 'mine' };
  }

  /** Nothing came for longer than between two characters: a code without an end, or what a person typed, which is forgotten here. */
  pause(atMs: number): string | undefined {
    const whole = this.#text.length >= unendedMin ? this.#end(atMs) : undefined;
    this.forget();
    return whole?.is === 'end' ? whole.raw : undefined;
  }

  forget(): void {
    this.#text = '';
    this.#alt = '';
    this.#lastMs = Number.NEGATIVE_INFINITY;
  }

  #end(atMs: number): Heard {
    const raw = this.#text;
    this.forget();
    this.#endedMs = atMs;
    return { is: 'end', raw };
  }

  /** Undefined: no character of a code. Empty: part of one that is not complete. */
  #characterOf({ key, ctrl, alt }: Key): string | undefined {
    if (key === groupSeparator || key === 'F8' || (ctrl === true && key === ']')) return groupSeparator;
    if (alt === true && /^\d$/.test(key)) {
      this.#alt += key;
      return Number(this.#alt) === 29 ? groupSeparator : '';
    }
    return ctrl === true || alt === true || [...key].length !== 1 ? undefined : key;
  }
}
