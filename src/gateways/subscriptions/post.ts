// One request to a receiver: no redirect is followed, no address is used that notifications may not go to (the look-up of the name is
// checked, not only the name), the answer is not read beyond its head, and all of it ends within a time.

import { lookup } from 'node:dns';
import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isRefused } from './endpoint.ts';

export interface Sending {
  url: string;
  method: 'POST' | 'PUT';
  headers: Readonly<Record<string, string>>;
  body: string;
  timeoutMs: number;
}

export interface Post {
  /** The status that was answered, or what stood in the way, in words without the address. */
  send(sending: Sending): Promise<Result<number>>;
  close(): void;
}

const checkedLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    const wrong = error ?? (found.some(({ address }) => isRefused(address)) ? new Refused() : undefined);
    const [first] = found ?? [];
    if (wrong !== undefined && wrong !== null) return done(wrong, '', 4);
    if (first === undefined) return done(new Refused(), '', 4);
    if (options.all === true) return done(null, found);
    done(null, first.address, first.family);
  });
};

class Refused extends Error {
  readonly code = 'REFUSED';
}

const words: Readonly<Record<string, string>> = {
  REFUSED: 'its name leads to an address to which notifications may not go',
  ECONNREFUSED: 'it refuses the connection',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name could not be looked up',
  ETIMEDOUT: 'it cannot be reached',
  EHOSTUNREACH: 'it cannot be reached',
  ENETUNREACH: 'it cannot be reached',
  ECONNRESET: 'it broke the connection',
  EPIPE: 'it broke the connection',
};

export function openPost(): Post {
  const limits = { keepAlive: true, maxSockets: 4, timeout: 60_000 };
  const http = new HttpAgent(limits);
  const https = new HttpsAgent(limits);
  return {
    send({ url, method, headers, body, timeoutMs }) {
      const target = new URL(url);
      const host = target.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && isRefused(host)) return Promise.resolve(fail('forbidden', words['REFUSED'] ?? ''));
      const secure = target.protocol === 'https:';
      return new Promise((resolve) => {
        const ended = AbortSignal.timeout(timeoutMs);
        const request = (secure ? httpsRequest : httpRequest)(
          target,
          {
            method,
            agent: secure ? https : http,
            lookup: checkedLookup,
            headers: { ...headers, 'content-length': Buffer.byteLength(body) },
            signal: ended,
          },
          (response) => {
            resolve(ok(response.statusCode ?? 0));
            // A short answer is read so that the connection serves again; a long one costs the receiver its connection.
            let bytes = 0;
            response.on('data', (chunk: Buffer) => {
              bytes += chunk.length;
              if (bytes > 64 * 1024) response.destroy();
            });
            response.on('error', () => {});
          },
        );
        request.on('error', (error: NodeJS.ErrnoException) => {
          if (ended.aborted) return resolve(fail('busy', `it did not answer within ${Math.round(timeoutMs / 1000)} s`));
          const code = error.code ?? '';
          resolve(
            fail(
              'busy',
              Object.hasOwn(words, code)
                ? words[code]!
                : /CERT|TLS|SSL|ALT_?NAME/i.test(code)
                  ? 'its certificate is not trusted'
                  : `no connection (${code.slice(0, 40)})`,
            ),
          );
        });
        request.end(body);
      });
    },
    close() {
      http.destroy();
      https.destroy();
    },
  };
}
