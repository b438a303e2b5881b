// What an attack is: something sent from outside, and the answers that are right. The list of them serves the journey
// (test/hostile.test.ts) and the measurement of the event loop (bench/stall/run.ts).
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';

/** The server under attack, with one good patient in it. */
export interface Target {
  port: number;
  /** Bearer token of an administrator. */
  token: string;
  /** Id of a Patient that is there. */
  patient: string;
}

export interface Seen {
  /** 0 where the connection ended without an answer. */
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Attack {
  name: string;
  /** Statuses that are right. */
  status: number[];
  run(target: Target): Promise<Seen>;
  /** Refused below our own code, by the parser of Node or of addresses, whose words are not ours. */
  wordless?: boolean;
  /** Costs the server enough to be worth a measurement. */
  heavy?: true;
}

export interface Ask {
  method?: string;
  /** Sent as it is: nothing is tidied. */
  path: string;
  headers?: Record<string, string | string[]>;
  /** Bytes with their length; pieces are sent in chunks unless the headers name a length. */
  body?: string | Uint8Array | Iterable<Uint8Array>;
}

/** How long an answer may take; beyond that an attack has failed, whatever comes. */
const patienceMs = 40_000;

/** One request on a connection of its own. The answer counts also where it comes before the body has gone out. */
export function ask({ port, token }: Target, { method = 'GET', path, headers = {}, body }: Ask): Promise<Seen> {
  const whole = typeof body === 'string' ? Buffer.from(body) : body;
  const length: Record<string, string> = whole instanceof Uint8Array ? { 'content-length': String(whole.length) } : {};
  const type: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/fhir+json' };
  return new Promise((resolve, reject) => {
    const sent = httpRequest({
      port,
      host: '127.0.0.1',
      method,
      path,
      agent: false,
      headers: { authorization: `Bearer ${token}`, ...type, ...length, ...headers },
    });
    let answered = false;
    const late = setTimeout(() => sent.destroy(new Error(`no answer within ${patienceMs} ms`)), patienceMs);
    sent.on('response', (response) => {
      answered = true;
      const pieces: Buffer[] = [];
      const done = (): void => {
        clearTimeout(late);
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(pieces).toString('utf8') });
      };
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () => {
        done();
        sent.destroy();
      });
      response.on('error', done);
    });
    // A connection that is closed on a body that is not wanted breaks the sending; the answer is what counts.
    sent.on('error', (error: NodeJS.ErrnoException) => {
      if (answered) return;
      clearTimeout(late);
      if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve({ status: 0, headers: {}, text: '' });
      else reject(error);
    });
    if (whole === undefined || whole instanceof Uint8Array) sent.end(whole);
    else
      Readable.from(whole, { objectMode: false, highWaterMark: 1024 * 1024 })
        .on('error', () => {})
        .pipe(sent);
  });
}

/** A POST of this body to the address below /fhir. */
export const posting =
  (path: string, body: () => string | Uint8Array | Iterable<Uint8Array>, headers: Ask['headers'] = {}) =>
  (target: Target): Promise<Seen> =>
    ask(target, { method: 'POST', path: `/fhir${path}`, headers, body: body() });

/** The same piece again and again, between a beginning and an end. */
export function* repeated(begin: string, piece: string, times: number, end: string): Generator<Uint8Array> {
  const perChunk = Math.max(1, Math.floor(65_536 / piece.length));
  const chunk = Buffer.from(piece.repeat(perChunk));
  yield Buffer.from(begin);
  for (let left = times; left > 0; left -= perChunk) yield left >= perChunk ? chunk : Buffer.from(piece.repeat(left));
  yield Buffer.from(end);
}

export const megabyte = 1024 * 1024;
