// Requests to our own server: the cookie of the session goes along, refusals become one kind of error with words for the reader, and
// numbers keep the digits that were written (1.10 stays 1.10 where it is shown).

/** A refusal, or no answer: `status` 0. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly status: number;
  /** What was answered beside the words, where it is JSON. */
  readonly body: unknown;
  constructor(status: number, message: string, body?: unknown) {
    super(message);
    this.status = status;
    this.body = body;
  }
}

const written = new WeakMap<object, Record<string, string>>();

/** The digits of a number as the server wrote them: `digitsOf(quantity, 'value')`. */
export function digitsOf<T extends object>(holder: T, name: keyof T & string): string | undefined {
  const value = holder[name];
  return typeof value === 'number' ? (written.get(holder)?.[name] ?? String(value)) : undefined;
}

/** A number that is written otherwise once it is one: `1.10`, `1e3`, `-0`, seventeen digits. May find some in texts; misses none. */
const otherwise = /[:,[]\s*(?:-0[,}\]\s]|-?\d+\.\d*0[,}\]\s]|-?[\d.]+[eE]|-?0\.0{6}|-?[\d.]{16})/;

/** Reads JSON; where the browser can, digits that a number would lose are kept beside it. */
export function readJson(text: string): unknown {
  // Most pages hold no such number, and are read three times faster.
  if (!otherwise.test(text)) return JSON.parse(text);
  return JSON.parse(text, function (this: object, key: string, value: unknown, context?: { source?: string }) {
    const source = context?.source;
    if (typeof value === 'number' && source !== undefined && source !== String(value))
      written.set(this, { ...written.get(this), [key]: source });
    return value;
  });
}

/** Notes how a number was typed: 37.0 is sent as 37.0. */
export function keepDigits<T extends object>(holder: T, name: keyof T & string, text: string): T {
  written.set(holder, { ...written.get(holder), [name]: text });
  return holder;
}

const { rawJSON } = JSON as { rawJSON?(text: string): unknown };

/** JSON with the digits that were read or typed, where the browser can (https://github.com/tc39/proposal-json-parse-with-source). */
export function writeJson(value: unknown): string {
  return JSON.stringify(value, function (this: object, key: string, one: unknown) {
    if (typeof one !== 'number' || rawJSON === undefined) return one;
    const digits = written.get(this)?.[key];
    return digits !== undefined && /^-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?$/.test(digits) && Number(digits) === one ? rawJSON(digits) : one;
  });
}

export interface Ask {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  body?: unknown;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

/** Asks the server. Throws a Refusal; the answer's text is JSON or empty. */
export async function ask<T>(path: string, { method = 'GET', body, headers = {}, signal }: Ask = {}): Promise<T> {
  const response = await answer(path, {
    method,
    headers: {
      accept: path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json',
      ...(body === undefined ? {} : { 'content-type': path.startsWith('/fhir') ? 'application/fhir+json' : 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : writeJson(body) }),
    ...(signal === undefined ? {} : { signal }),
  });
  const text = await response.text();
  return (text === '' ? undefined : readJson(text)) as T;
}

/** As `ask`, for what is no JSON. */
export async function askText(path: string, accept: string, signal?: AbortSignal): Promise<string> {
  return (await answer(path, { headers: { accept }, ...(signal === undefined ? {} : { signal }) })).text();
}

async function answer(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new Refusal(0, 'The server does not answer. What you have typed is kept here; it is tried again as soon as it is back.');
  }
  if (response.ok) return response;
  const text = await response.text();
  const refusal = new Refusal(response.status, wordsOf(text, response.status), jsonOf(text));
  if (response.status === 401) window.dispatchEvent(new CustomEvent('lamplight:signed-out'));
  throw refusal;
}

function jsonOf(text: string): unknown {
  try {
    return readJson(text);
  } catch {
    return undefined;
  }
}

/** Words of an OperationOutcome or of problem details (RFC 9457). */
function wordsOf(text: string, status: number): string {
  try {
    const body = JSON.parse(text) as {
      issue?: { details?: { text?: string }; diagnostics?: string }[];
      detail?: string;
      title?: string;
      message?: string;
    };
    const issues = body.issue?.map(({ details, diagnostics }) => details?.text ?? diagnostics ?? '').filter((one) => one !== '');
    const words = issues?.join(' · ') ?? body.title ?? body.detail ?? body.message;
    if (words !== undefined && words !== '') return words;
  } catch {
    // No JSON: a proxy in between may answer with a page.
  }
  return `The server refused with status ${status}.`;
}
