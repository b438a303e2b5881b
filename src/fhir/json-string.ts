// JSON strings (RFC 8259, section 7): values of any length in steps, names through a cache. NUL and surrogates that stand
// alone are refused: PostgreSQL cannot store the one, and the other is not Unicode.

/** Characters read in one step of a long string, well below a millisecond. */
const step = 64_000;
/** No FHIR element has a name as long. */
const maxName = 256;

const escapes = new Map<number, number>([
  [0x22, 0x22],
  [0x5c, 0x5c],
  [0x2f, 0x2f],
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);

const messages = {
  end: 'A string is not closed with a double quote',
  control: 'A control character in a string must be written as an escape such as \\n',
  nul: 'The character NUL (\\u0000) is not allowed in FHIR',
  escape: 'A backslash must be followed by one of " \\ / b f n r t or u and four hexadecimal digits',
  surrogate: 'Half of a surrogate pair stands alone, which is not a Unicode character',
  name: `A name has more than ${maxName} characters`,
};

/**
 * Names seen lately, by a hash of their length and three characters. A hit gives the engine's own copy of the name, which is
 * what makes setting a property fast. One cell holds one name, so hostile names can only push others out.
 */
const names: string[] = Array.from({ length: 2048 }, () => '');

export class StringReader {
  /** Place reached; after a refusal the place of the fault. */
  at = 0;
  value = '';
  message: string | undefined;

  #text: string;
  #start = 0;
  /** What is decoded so far, once there was an escape; the last part of it is in the buffer. */
  #decoded = '';
  #buffer: Uint16Array | undefined;
  #filled = 0;
  #escaped = false;

  constructor(text: string) {
    this.#text = text;
  }

  /** Begins a string whose first character (after the quote) is at `at`. */
  start(at: number): void {
    this.at = at;
    this.#start = at;
    this.#escaped = false;
    this.message = undefined;
  }

  /** Reads one step; false when the string goes on. After true, `value` or `message` holds the outcome. */
  read(): boolean {
    if (this.#escaped) return this.#decode();
    const text = this.#text;
    let at = this.at;
    const pause = at + step;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === 0x22) {
        this.value = text.slice(this.#start, at);
        this.at = at + 1;
        return true;
      }
      if (code === 0x5c) {
        this.at = at;
        this.#beginDecoding();
        return this.#decode();
      }
      // Written so that the end of the text (NaN) fails it.
      if (!(code >= 0x20)) return this.#refuse(at, Number.isNaN(code) ? messages.end : messages.control);
      if (code >= 0xd800 && code <= 0xdfff) {
        if (code >= 0xdc00 || !isLow(text.charCodeAt(++at))) return this.#refuse(at, messages.surrogate);
      }
      if (++at >= pause) {
        this.at = at;
        return false;
      }
    }
  }

  /** Reads the name that starts at `start`, in one go. */
  name(start: number): string {
    const text = this.#text;
    let at = start;
    let code = text.charCodeAt(at);
    // Plain ASCII letters and digits: every name of FHIR.
    const limit = start + maxName;
    while (((code > 0x5c && code < 0x7f) || (code > 0x22 && code < 0x5c)) && at <= limit) code = text.charCodeAt(++at);
    const length = at - start;
    if (code === 0x22 && length <= maxName) {
      this.message = undefined;
      this.at = at + 1;
      const cell =
        (length * 31 + text.charCodeAt(start) * 7 + text.charCodeAt(start + (length >> 1)) * 131 + text.charCodeAt(at - 1) * 37) & 2047;
      const seen = names[cell] as string;
      if (seen.length === length && text.startsWith(seen, start)) return seen;
      // As a property's name the engine copies it; a slice would keep the whole body in memory for as long as it is here.
      const name = Object.keys({ [text.slice(start, at)]: 0 })[0] as string;
      names[cell] = name;
      return name;
    }
    this.start(start);
    const whole = this.read();
    if (!whole || (this.message === undefined && this.value.length > maxName)) this.#refuse(start, messages.name);
    return this.value;
  }

  #beginDecoding(): void {
    this.#escaped = true;
    this.#buffer ??= new Uint16Array(8192);
    this.#decoded = this.#text.slice(this.#start, this.at);
    this.#filled = 0;
  }

  /** Goes on with a string that has escapes, through the buffer: a rope of single characters would cost 30 times the memory. */
  #decode(): boolean {
    const text = this.#text;
    const buffer = this.#buffer as Uint16Array;
    let at = this.at;
    const pause = at + step;
    while (at < pause) {
      let code = text.charCodeAt(at);
      if (code === 0x22) {
        this.#flush();
        this.value = this.#decoded;
        this.at = at + 1;
        return true;
      }
      const fault = at;
      if (code === 0x5c) {
        code = this.#escape(at + 1);
        if (code < 0) return this.#refuse(at, messages.escape);
        if (code === 0) return this.#refuse(at, messages.nul);
        at += text.charCodeAt(at + 1) === 0x75 ? 6 : 2;
      } else {
        if (!(code >= 0x20)) return this.#refuse(at, Number.isNaN(code) ? messages.end : messages.control);
        at++;
      }
      if (this.#filled > 8000) this.#flush();
      buffer[this.#filled++] = code;
      if (code < 0xd800 || code > 0xdfff) continue;
      // The other half may be written as itself or as an escape.
      let low = text.charCodeAt(at);
      const escaped = low === 0x5c;
      if (escaped) low = this.#escape(at + 1);
      if (code >= 0xdc00 || !isLow(low)) return this.#refuse(fault, messages.surrogate);
      buffer[this.#filled++] = low;
      at += escaped ? 6 : 1;
    }
    this.at = at;
    return false;
  }

  /** The code of the escape after a backslash, -1 where it is none. */
  #escape(at: number): number {
    const text = this.#text;
    const letter = text.charCodeAt(at);
    if (letter !== 0x75) return escapes.get(letter) ?? -1;
    let code = 0;
    for (let i = 1; i <= 4; i++) {
      const digit = hexDigit(text.charCodeAt(at + i));
      if (digit < 0) return -1;
      code = code * 16 + digit;
    }
    return code;
  }

  #flush(): void {
    this.#decoded += Reflect.apply(String.fromCharCode, undefined, (this.#buffer as Uint16Array).subarray(0, this.#filled));
    this.#filled = 0;
  }

  #refuse(at: number, message: string): true {
    this.at = at;
    this.message = message;
    this.value = '';
    return true;
  }
}

const isLow = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

function hexDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  const lower = code | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}
