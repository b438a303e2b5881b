// A FHIR server over HTTP: connections kept open, one answer a request, failures of the network as values.

import { createWriteStream, readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { rootCertificates } from 'node:tls';
import { fail, ok, type Problem, type Result } from '../../fhir/result.ts';
import type { ShownPage } from '../../gateways/audit/page.ts';
import type { ShownLine } from '../../gateways/bulk/take-lines.ts';
import { outcomeText } from '../load/outcome-text.ts';
import type { Answer, Destination, ExportDone, FeedPage, FeedWish } from './contract.ts';
import { exportTarget } from './export.ts';

export interface HttpPlace {
  /** See Destination. */
  key: string;
  journal: string;
  /** FHIR base without a slash at the end. */
  base: string;
  token?: string;
  /** A fresh token where the old one has expired. */
  renew?: () => Promise<Result<string>>;
  /** Certificate of our own server: it is believed whatever name it carries. */
  certificateFile?: string;
}

/** A stream that was broken off is sought again after this pause, and given up when there was none for so long. */
const followPauseMs = 1_000;
const followPatienceMs = 60_000;

/** A transaction of 30 MB may take a while; silence for longer than this is a fault. */
const silenceMs = 300_000;

interface Outgoing {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

/** `http://host` → `http://host/fhir`; refuses what is no address of a server. */
export function fhirBase(text: string): Result<string> {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return fail('invalid', `${JSON.stringify(text.slice(0, 100))} is no address: give one such as http://127.0.0.1:8080/fhir`);
  if (url.username !== '' || url.password !== '') return fail('invalid', 'The address must not hold a password: use LAMPLIGHT_TOKEN');
  const path = url.pathname.replace(/\/+$/, '');
  return ok(`${url.origin}${path === '' ? '/fhir' : path}`);
}

export function httpDestination(place: HttpPlace): Destination & { close(): void } {
  const secure = place.base.startsWith('https:');
  const agent = secure ? new https.Agent({ keepAlive: true, ...trust(place.certificateFile) }) : new http.Agent({ keepAlive: true });
  let token = place.token;

  function send(out: Outgoing): Promise<http.IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = (secure ? https : http).request(out.url, {
        method: out.method,
        agent,
        headers: out.headers,
        signal: out.signal,
        timeout: silenceMs,
      });
      request.on('timeout', () => request.destroy(new Error('no answer for five minutes')));
      request.on('error', reject);
      request.on('response', resolve);
      request.end(out.body);
    });
  }

  /** With the token; a refused one is renewed once where that is possible. */
  async function signedIn(out: Outgoing): Promise<http.IncomingMessage> {
    const authorised = (): Outgoing => ({
      ...out,
      headers: { ...out.headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    });
    const response = await send(authorised());
    if (response.statusCode !== 401 || place.renew === undefined) return response;
    const fresh = await place.renew();
    if (!fresh.ok) return response;
    response.resume();
    token = fresh.value;
    return send(authorised());
  }

  async function ask(out: Outgoing): Promise<Result<Answer>> {
    try {
      const response = await signedIn(out);
      return ok({ status: response.statusCode ?? 0, headers: headersOf(response), body: await bodyOf(response) });
    } catch (error) {
      return unreachable(place.base, error);
    }
  }

  /** The files as the manifest names them; they are removed from the server when all are here. */
  async function fetchFiles(manifest: Manifest, folder: string, hear: (note: string) => void, status: string): Promise<Result<ExportDone>> {
    const done: ExportDone = { transactionTime: manifest.transactionTime, files: [] };
    const listed = [
      ...manifest.output.map((one) => ({ ...one, deleted: false })),
      ...(manifest.deleted ?? []).map((one) => ({ ...one, deleted: true })),
    ];
    for (const { url, type, count, deleted } of listed) {
      const file = new URL(url).pathname.split('/').at(-1) ?? '';
      if (!/^[\w.-]{1,100}$/.test(file)) return fail('unsupported', `The server named a file ${JSON.stringify(file.slice(0, 60))}`);
      try {
        const response = await signedIn({ method: 'GET', url, headers: { accept: 'application/fhir+ndjson' } });
        if (response.statusCode !== 200) return fail('not-found', `The file ${file} could not be fetched: ${response.statusCode}`);
        await pipeline(response, createWriteStream(join(folder, file), { mode: 0o600 }));
      } catch (error) {
        return unreachable(place.base, error);
      }
      done.files.push({ file, type, count: count ?? 0, deleted });
      hear(`fetched ${file}`);
    }
    await ask({ method: 'DELETE', url: status, headers: {} });
    return ok(done);
  }

  const root = place.base.replace(/\/fhir$/, '');
  const feedUrl = ({ after, types, limit }: FeedWish): string => {
    const query = new URLSearchParams({ after, count: String(limit), ...(types === undefined ? {} : { types }) });
    return `${root}/feed?${query}`;
  };

  return {
    name: place.base,
    key: place.key,
    journal: place.journal,
    close: () => agent.destroy(),

    fhir: ({ method, target, body, headers }) =>
      ask({
        method,
        url: target === '' ? place.base : `${place.base}/${target}`,
        body,
        headers: {
          accept: 'application/fhir+json',
          ...headers,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/fhir+json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)) }),
        },
      }),

    async feed(wish) {
      const answer = await ask({ method: 'GET', url: feedUrl(wish), headers: { accept: 'application/json' } });
      return answer.ok ? pageOf(answer.value) : answer;
    },

    async audit(query) {
      const answer = await ask({ method: 'GET', url: `${root}/audit?${query}`, headers: { accept: 'application/json' } });
      return answer.ok ? trailOf(answer.value) : answer;
    },

    async exportTo(wish, folder, hear) {
      const begun = await ask({
        method: 'GET',
        url: `${place.base}/${exportTarget(wish)}`,
        headers: { prefer: 'respond-async', accept: 'application/fhir+json' },
      });
      if (!begun.ok) return begun;
      const status = begun.value.headers['content-location'];
      if (begun.value.status !== 202 || status === undefined) return refusedBulk('The export', begun.value);
      for (;;) {
        const answer = await ask({ method: 'GET', url: status, headers: {} });
        if (!answer.ok) return answer;
        if (answer.value.status === 200) return fetchFiles(JSON.parse(answer.value.body) as Manifest, folder, hear, status);
        if (answer.value.status !== 202) return refusedBulk('The export', answer.value);
        hear(answer.value.headers['x-progress'] ?? '');
        await sleep(500);
      }
    },

    async takeLines(lines, first, keepVersions) {
      const url = `${root}/bulk/lines?first=${first}&keepVersions=${keepVersions}`;
      const answer = await ask({ method: 'POST', url, headers: { 'content-type': 'application/fhir+ndjson' }, body: lines.join('\n') });
      if (!answer.ok) return answer;
      return answer.value.status === 200 ? ok(JSON.parse(answer.value.body) as ShownLine[]) : refusedBulk('The import', answer.value);
    },

    /** A stream that breaks, or that the server ends, is taken up again behind the last event. */
    async follow(wish, hear, signal) {
      const start = wish.after === 'now' ? await this.feed({ ...wish, limit: 1 }) : undefined;
      if (start?.ok === false) return start;
      let after = start?.value.next ?? wish.after;
      let silentSince = performance.now();
      while (!signal.aborted) {
        try {
          const response = await signedIn({
            method: 'GET',
            url: feedUrl({ ...wish, after }),
            headers: { accept: 'text/event-stream' },
            signal,
          });
          if (response.statusCode !== 200)
            return refusedFeed({ status: response.statusCode ?? 0, headers: {}, body: await bodyOf(response) });
          for await (const event of events(response)) {
            silentSince = performance.now();
            if (event.name === 'change') await hear(event.data);
            after = event.id ?? after;
          }
        } catch (error) {
          if (!signal.aborted && performance.now() - silentSince > followPatienceMs) return unreachable(place.base, error);
        }
        await sleep(followPauseMs, undefined, { signal }).catch(() => {});
      }
      return ok(undefined);
    },
  };
}

function trust(certificateFile: string | undefined): https.AgentOptions {
  if (certificateFile === undefined) return {};
  return { ca: [...rootCertificates, readFileSync(certificateFile, 'utf8')], checkServerIdentity: () => undefined };
}

const headersOf = (response: http.IncomingMessage): Answer['headers'] =>
  Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));

async function bodyOf(response: http.IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** A certificate does not mend itself; everything else of the network may. */
function unreachable(base: string, error: unknown): { ok: false; problem: Problem } {
  const code: unknown = error instanceof Error ? Reflect.get(error, 'code') : undefined;
  const why = typeof code === 'string' ? code : error instanceof Error ? error.message : String(error);
  return /CERT|ALTNAME|ISSUER|SIGNATURE/.test(why)
    ? fail('forbidden', `The certificate of ${base} is not trusted (${why}): name the file of its authority in NODE_EXTRA_CA_CERTS`)
    : fail('busy', `${base} cannot be reached: ${why}`);
}

function pageOf(answer: Answer): Result<FeedPage> {
  if (answer.status !== 200) return refusedFeed(answer);
  const page: unknown = JSON.parse(answer.body);
  if (typeof page !== 'object' || page === null || !('changes' in page) || !Array.isArray(page.changes) || !('next' in page))
    return fail('unsupported', 'The server answered something that is no page of changes');
  return ok({ changes: page.changes.map((change) => JSON.stringify(change)), next: String(page.next) });
}

function trailOf(answer: Answer): Result<ShownPage> {
  if (answer.status === 404) return fail('unsupported', 'This server shows no audit trail');
  const page: unknown = answer.headers['content-type']?.includes('json') === true ? JSON.parse(answer.body) : undefined;
  if (answer.status !== 200) {
    const title = typeof page === 'object' && page !== null && 'title' in page ? String(page.title) : answer.body.slice(0, 500);
    return fail(answer.status === 401 || answer.status === 403 ? 'forbidden' : 'invalid', `${answer.status} ${title}`);
  }
  if (typeof page !== 'object' || page === null || !('rows' in page) || !Array.isArray(page.rows))
    return fail('unsupported', 'The server answered something that is no page of the audit trail');
  return ok(page as ShownPage);
}

/** As a Bulk Data server writes it. */
interface Manifest {
  transactionTime: string;
  output: { type: string; url: string; count?: number }[];
  deleted?: { type: string; url: string; count?: number }[];
}

const refusedBulk = (what: string, answer: Answer): Result<never> =>
  fail(
    answer.status === 401 || answer.status === 403 ? 'forbidden' : answer.status === 429 || answer.status === 503 ? 'busy' : 'invalid',
    `${what} was refused: ${outcomeText(answer.body, answer.status)}`,
  );

const refusedFeed = (answer: Answer): Result<never> =>
  fail(
    answer.status === 401 || answer.status === 403 ? 'forbidden' : 'invalid',
    answer.status === 404
      ? 'This server has no feed of changes'
      : `The feed was refused with ${answer.status}: ${answer.body.slice(0, 500)}`,
  );

interface ServerEvent {
  name: string;
  data: string;
  id?: string;
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation, and ids without data. */
async function* events(response: http.IncomingMessage): AsyncGenerator<ServerEvent> {
  response.setEncoding('utf8');
  let rest = '';
  let event: ServerEvent = { name: 'message', data: '' };
  for await (const chunk of response as AsyncIterable<string>) {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const [, field, value] = /^(data|event|id): ?(.*)$/.exec(line) ?? [];
      if (field === 'data') event.data += (event.data === '' ? '' : '\n') + value;
      else if (field === 'event') event.name = value!;
      else if (field === 'id') event.id = value;
      if (line !== '') continue;
      yield event;
      event = { name: 'message', data: '' };
    }
  }
}
