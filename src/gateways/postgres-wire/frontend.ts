// What a client says, out of a stream of bytes (https://www.postgresql.org/docs/current/protocol-message-formats.html). Whatever
// arrives, in whatever pieces: a message that is too long, or does not hold what its length promises, is malformed and nothing else.

export type Startup =
  | { kind: 'tls' }
  | { kind: 'gss' }
  | { kind: 'cancel'; process: number; secret: number }
  | { kind: 'startup'; minor: number; parameters: ReadonlyMap<string, string> };

export type Message =
  | { kind: 'query'; sql: string }
  | { kind: 'parse'; name: string; sql: string; types: number[] }
  | { kind: 'bind'; portal: string; statement: string; forms: number[]; values: (Buffer | null)[]; answers: number[] }
  | { kind: 'describe' | 'close'; what: 'statement' | 'portal'; name: string }
  | { kind: 'execute'; portal: string; rows: number }
  | { kind: 'password'; text: string }
  | { kind: 'sync' | 'flush' | 'terminate' | 'copy' };

/** The client has not spoken the protocol: there is no going on with it. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** Bytes as they come in, and messages of known length out of them. */
export class Inbox {
  #chunks: Buffer[] = [];
  #size = 0;

  /** Bytes that are not taken yet. */
  get size(): number {
    return this.#size;
  }

  push(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    // A byte at a time must not cost a buffer each.
    if (this.#chunks.length > 1_000) this.#chunks = [Buffer.concat(this.#chunks)];
  }

  /** The next bytes, which stay. */
  peek(length: number): Buffer | undefined {
    if (this.#size < length) return undefined;
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= length) return first.subarray(0, length);
    // Once for each message at most: afterwards they are one piece.
    const whole = Buffer.concat(this.#chunks);
    this.#chunks = [whole];
    return whole.subarray(0, length);
  }

  take(length: number): Buffer | undefined {
    const found = this.peek(length);
    if (found === undefined) return undefined;
    const [first, ...others] = this.#chunks;
    this.#chunks = first!.length === length ? others : [first!.subarray(length), ...others];
    this.#size -= length;
    return found;
  }
}

const codes = { tls: 80877103, gss: 80877104, cancel: 80877102 };
/** As PostgreSQL's own bound. */
const startupBytesMax = 10_000;

/** The first words, which have no type; undefined while they are not all there. */
export function readStartup(inbox: Inbox): Startup | undefined {
  const head = inbox.peek(4);
  if (head === undefined) return undefined;
  const length = head.readInt32BE(0);
  if (length < 8 || length > startupBytesMax) throw new Malformed('invalid length of startup packet');
  const body = inbox.take(length);
  if (body === undefined) return undefined;
  const fields = new Fields(body, 4);
  const code = fields.int32();
  if (code === codes.tls || code === codes.gss) return { kind: code === codes.tls ? 'tls' : 'gss' };
  if (code === codes.cancel) return { kind: 'cancel', process: fields.int32(), secret: fields.int32() };
  if (code >> 16 !== 3) throw new Malformed(`unsupported frontend protocol ${code >>> 16}.${code & 0xffff}: this server speaks 3.0`);
  const parameters = new Map<string, string>();
  for (let name = fields.text(); name !== ''; name = fields.text()) parameters.set(name, fields.text());
  return { kind: 'startup', minor: code & 0xffff, parameters };
}

const readers: Readonly<Record<string, (fields: Fields) => Message>> = {
  Q: (fields) => ({ kind: 'query', sql: fields.text() }),
  P: (fields) => ({ kind: 'parse', name: fields.text(), sql: fields.text(), types: fields.list(() => fields.int32() >>> 0) }),
  B: (fields) => ({
    kind: 'bind',
    portal: fields.text(),
    statement: fields.text(),
    forms: fields.list(() => fields.int16()),
    values: fields.list(() => fields.value()),
    answers: fields.list(() => fields.int16()),
  }),
  D: (fields) => ({ kind: 'describe', ...fields.named() }),
  C: (fields) => ({ kind: 'close', ...fields.named() }),
  E: (fields) => ({ kind: 'execute', portal: fields.text(), rows: fields.int32() }),
  p: (fields) => ({ kind: 'password', text: fields.text() }),
  S: () => ({ kind: 'sync' }),
  H: () => ({ kind: 'flush' }),
  X: () => ({ kind: 'terminate' }),
  // Of a COPY that was refused: said to nobody.
  d: () => ({ kind: 'copy' }),
  c: () => ({ kind: 'copy' }),
  f: () => ({ kind: 'copy' }),
};

/** undefined while it is not all there. */
export function readMessage(inbox: Inbox, bytesMax: number): Message | undefined {
  const head = inbox.peek(5);
  if (head === undefined) return undefined;
  const type = String.fromCharCode(head[0]!);
  const length = head.readInt32BE(1);
  const read = Object.hasOwn(readers, type) ? readers[type] : undefined;
  if (read === undefined) throw new Malformed(`invalid frontend message type ${head[0]}`);
  if (length < 4 || length > bytesMax) throw new Malformed(`invalid message length: at most ${bytesMax} bytes are taken`);
  const body = inbox.take(length + 1);
  return body === undefined ? undefined : read(new Fields(body, 5));
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class Fields {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }

  #skip(length: number): number {
    const at = this.#at;
    if (length < 0 || at + length > this.#bytes.length) throw new Malformed('insufficient data left in message');
    this.#at += length;
    return at;
  }

  int16(): number {
    return this.#bytes.readInt16BE(this.#skip(2));
  }

  int32(): number {
    return this.#bytes.readInt32BE(this.#skip(4));
  }

  text(): string {
    const end = this.#bytes.indexOf(0, this.#at);
    if (end < 0) throw new Malformed('invalid string in message');
    const at = this.#skip(end - this.#at + 1);
    try {
      return utf8.decode(this.#bytes.subarray(at, end));
    } catch {
      throw new Malformed('invalid byte sequence for encoding "UTF8"');
    }
  }

  value(): Buffer | null {
    const length = this.int32();
    if (length === -1) return null;
    const at = this.#skip(length);
    return this.#bytes.subarray(at, at + length);
  }

  /** A count of two bytes and so many of them. */
  list<T>(one: () => T): T[] {
    const count = this.int16() & 0xffff;
    const found: T[] = [];
    for (let at = 0; at < count; at++) found.push(one());
    return found;
  }

  named(): { what: 'statement' | 'portal'; name: string } {
    const what = this.#bytes[this.#skip(1)];
    if (what !== 0x53 && what !== 0x50) throw new Malformed('invalid message subtype');
    return { what: what === 0x53 ? 'statement' : 'portal', name: this.text() };
  }
}
