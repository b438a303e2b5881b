// Another server's export, as its client: kick-off, waiting, the manifest, and its removal at the end
// (https://hl7.org/fhir/uv/bulkdata/STU2/export.html). What the other server says is not believed: where its answers point must be
// below the places that are allowed, and everything has a bound.
import { setTimeout as sleep } from 'node:timers/promises';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import type { ImportSource } from './contract.ts';
import type { ServerSignIn } from './from-server-sign-in.ts';

const filesMax = 20_000;
const manifestBytesMax = 32 * 1024 * 1024;
const answerSeconds = 120;
const pausesSeconds = [1, 2, 5, 10, 20, 30];
const pauseSecondsMax = 300;
/** Refusals in a row for now, or no answer at all, before it is left to the job to try again later. */
const patience = 20;

/** Whether data may come from this address: one of the prefixes, up to a slash. */
export const isAllowed = (url: string, allowed: readonly string[]): boolean =>
  URL.canParse(url) &&
  /^https?:$/.test(new URL(url).protocol) &&
  allowed.some((prefix) => new URL(url).href.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`));

export interface ExportFrom {
  /** Address of the other server's $export, with its parameters. */
  url: string;
  allowed: readonly string[];
  signIn: ServerSignIn;
  signal: AbortSignal;
}

/** The FHIR base of an address of $export; undefined where it is none. */
export function baseOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { origin, pathname } = new URL(url);
  const base = /^(.*?)(?:\/Patient|\/Group\/[A-Za-z0-9.-]{1,64})?\/\$export$/.exec(pathname.replaceAll('%24', '$'));
  return base === null ? undefined : `${origin}${base[1]}`;
}

export interface ExportWish {
  from: string;
  group?: string;
  types?: string;
  since?: string;
}

/** `lamplight import --from` as the address of the other server's $export. */
export function exportUrlOf({ from, group, types, since }: ExportWish): Result<string> {
  if (!URL.canParse(from) || !/^https?:$/.test(new URL(from).protocol))
    return fail('invalid', 'The other server is named by its FHIR base, such as https://other.example.org/fhir');
  const base = from.replace(/[?#].*$/, '').replace(/\/+$/, '');
  if (group !== undefined && !/^[A-Za-z0-9.-]{1,64}$/.test(group)) return fail('invalid', 'A Group is named by its id');
  const url = new URL(`${base}${group === undefined ? '' : `/Group/${group}`}/$export`);
  if (types !== undefined) url.searchParams.set('_type', types);
  if (since !== undefined) url.searchParams.set('_since', since);
  return ok(url.href);
}

/** A request that carries the sign-in; once more with a new one where the old one was not taken. */
export async function ask(from: ExportFrom, url: string, init: RequestInit = {}): Promise<Result<Response>> {
  if (!isAllowed(url, from.allowed))
    return fail(
      'forbidden',
      `The other server points to ${shown(url)}, from where nothing may be fetched: LAMPLIGHT_IMPORT_FROM names the places`,
    );
  for (let tries = 1; ; tries++) {
    // The token is for the server that gave it, not for a store of files elsewhere.
    const own = new URL(url).origin === new URL(from.url).origin;
    const authorization = own ? await from.signIn.authorization(baseOf(from.url) ?? '', tries > 1) : ok(undefined);
    if (!authorization.ok) return authorization;
    const headers = {
      ...(init.headers as Record<string, string>),
      ...(authorization.value === undefined ? {} : { authorization: authorization.value }),
    };
    const answer = await fetch(url, { ...init, headers, redirect: 'error' });
    if (answer.status !== 401 || tries > 1 || authorization.value === undefined) return ok(answer);
    await answer.body?.cancel();
  }
}

/** The address at which the export will be told to be ready. */
export async function kickOff(from: ExportFrom): Promise<Result<string>> {
  const answer = await patiently(from, from.url, { headers: { accept: 'application/fhir+json', prefer: 'respond-async' } });
  if (!answer.ok) return answer;
  const place = answer.value.headers.get('content-location') ?? '';
  if (answer.value.status !== 202) return { ok: false, problem: await refusalOf(answer.value, 'does not begin the export') };
  await answer.value.body?.cancel();
  const url = URL.canParse(place, from.url) ? new URL(place, from.url).href : '';
  return url === ''
    ? fail('invalid', 'The other server began an export and did not say where its answer will be (Content-Location)')
    : ok(url);
}

export interface Exported {
  sources: ImportSource[];
  /** As the other server says it: for the _since of the next time. */
  transactionTime?: string;
  /** Files of what it could not export. */
  errors: number;
}

/** Waits as the other server wishes, and reads the manifest. `waiting` hears its progress and may refuse to go on. */
export async function manifestOf(
  from: ExportFrom,
  status: string,
  waiting: (note: string) => Promise<Result<void>>,
): Promise<Result<Exported>> {
  for (let looks = 0; ; looks++) {
    const answer = await patiently(from, status, { headers: { accept: 'application/json' } });
    if (!answer.ok) return answer;
    if (answer.value.status === 202) {
      const progress = (answer.value.headers.get('x-progress') ?? 'working').replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 80);
      await answer.value.body?.cancel();
      const goOn = await waiting(`the other server: ${progress}`);
      if (!goOn.ok) return goOn;
      await rest(answer.value, looks, from.signal);
      continue;
    }
    if (answer.value.status !== 200) return { ok: false, problem: await refusalOf(answer.value, 'did not finish the export') };
    return readManifest(await textOf(answer.value, manifestBytesMax), from);
  }
}

/** The other server may forget it; nothing depends on that. */
export async function removeExport(from: ExportFrom, status: string): Promise<void> {
  const answer = await ask({ ...from }, status, { method: 'DELETE', signal: AbortSignal.timeout(answerSeconds * 1000) }).catch(
    () => undefined,
  );
  if (answer?.ok === true) await answer.value.body?.cancel();
}

/** Waits out 429 and 503 as they say. Throws where the server stays away: the job is tried again later. */
async function patiently(from: ExportFrom, url: string, init: RequestInit): Promise<Result<Response>> {
  for (let tries = 0; ; tries++) {
    const signal = AbortSignal.any([from.signal, AbortSignal.timeout(answerSeconds * 1000)]);
    const answer = await ask(from, url, { ...init, signal }).catch((error: unknown) => {
      if (from.signal.aborted || tries >= patience) throw error;
      return undefined;
    });
    if (answer !== undefined && (!answer.ok || (answer.value.status !== 429 && answer.value.status !== 503))) return answer;
    if (tries >= patience) return fail('busy', 'The other server has too much to do and stayed so: try again later');
    await answer?.value.body?.cancel();
    await rest(answer?.value, tries, from.signal);
  }
}

/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3); without it growing pauses. */
async function rest(answer: Response | undefined, looks: number, signal: AbortSignal): Promise<void> {
  const said = answer?.headers.get('retry-after') ?? '';
  const usual = pausesSeconds[Math.min(looks, pausesSeconds.length - 1)] ?? 30;
  const wished = /^\d{1,9}$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
  const seconds = said === '' || Number.isNaN(wished) ? usual : Math.min(Math.max(wished, 0.2), pauseSecondsMax);
  await sleep(seconds * 1000, undefined, { signal });
}

function readManifest(text: string | undefined, from: ExportFrom): Result<Exported> {
  const wrong = (message: string): Result<Exported> => fail('invalid', `The manifest of the other server ${message}`);
  let manifest: unknown;
  try {
    manifest = JSON.parse(text ?? '');
  } catch {
    return wrong(text === undefined ? 'is too long' : 'is no JSON');
  }
  if (typeof manifest !== 'object' || manifest === null) return wrong('is no JSON object');
  const { output = [], deleted = [], error = [], transactionTime } = manifest as Record<string, unknown>;
  if (!Array.isArray(output) || !Array.isArray(deleted) || !Array.isArray(error)) return wrong('names no files');
  if (output.length + deleted.length > filesMax) return wrong(`names more than ${filesMax} files`);
  const sources: ImportSource[] = [];
  for (const [files, gone] of [
    [output, false],
    [deleted, true],
  ] as const) {
    for (const file of files as unknown[]) {
      const { url, type } = (file ?? {}) as Record<string, unknown>;
      if (typeof url !== 'string' || !URL.canParse(url, from.url)) return wrong('names a file without its address');
      const absolute = new URL(url, from.url).href;
      if (!isAllowed(absolute, from.allowed))
        return fail(
          'forbidden',
          `The files of the other server lie at ${shown(new URL(absolute).origin)}: name that place in LAMPLIGHT_IMPORT_FROM if they are to be fetched`,
        );
      // Deletions are Bundles, of several types.
      sources.push(!gone && typeof type === 'string' && isResourceType(type) ? { url: absolute, type } : { url: absolute });
    }
  }
  return ok({
    sources,
    errors: error.length,
    ...(typeof transactionTime === 'string' ? { transactionTime: transactionTime.slice(0, 50) } : {}),
  });
}

/** What it answered, in its words as far as they are those of an OperationOutcome. */
async function refusalOf(answer: Response, what: string): Promise<Problem> {
  const said = await textOf(answer, 100_000).catch(() => undefined);
  let words = '';
  try {
    const outcome = JSON.parse(said ?? '') as { issue?: { diagnostics?: unknown; details?: { text?: unknown } }[] };
    words = String(outcome.issue?.[0]?.diagnostics ?? outcome.issue?.[0]?.details?.text ?? '');
  } catch {
    // Its status says enough.
  }
  const shownWords = words === '' ? '' : `: ${JSON.stringify(words.slice(0, 300))}`;
  const kind = answer.status === 401 || answer.status === 403 ? 'forbidden' : 'invalid';
  return fail(kind, `The other server ${what}: it answered ${answer.status}${shownWords}`).problem;
}

async function textOf(answer: Response, bytesMax: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.length;
    if (bytes > bytesMax) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

const shown = (url: string): string => JSON.stringify(url.slice(0, 200));
