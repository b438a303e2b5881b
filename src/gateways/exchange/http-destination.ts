// Messages out by HTTP: POST, taken where the answer is 2xx. Redirects are not followed: a message of patients goes where the channel
// says and nowhere else.
import type { FormatName } from '../../exchange/contract.ts';
import type { Delivered, Destination } from '../../exchange/destination.ts';

export interface HttpDestinationSettings {
  url: string;
  headers: Readonly<Record<string, string>>;
  answerSeconds: number;
}

const types: Readonly<Record<FormatName, string>> = {
  hl7v2: 'x-application/hl7-v2+er7',
  ccda: 'application/xml',
  x12: 'application/edi-x12',
  devices: 'application/json',
  csv: 'text/csv',
  fhir: 'application/fhir+json',
};
/** Not the message's fault: signing in, patience. */
const notForGood = new Set([401, 403, 407, 408, 421, 423, 425, 429]);
const answerKept = 300;

export function httpDestination({ url, headers, answerSeconds }: HttpDestinationSettings): Destination {
  return {
    async deliver({ id, format, raw }): Promise<Delivered> {
      try {
        const answer = await fetch(url, {
          method: 'POST',
          // The same message again has the same key: receivers that keep to it take it once.
          headers: { 'content-type': types[format], 'idempotency-key': id, ...headers },
          body: new Uint8Array(raw),
          redirect: 'manual',
          signal: AbortSignal.timeout(answerSeconds * 1000),
        });
        const said = `${answer.status} ${await startOf(answer)}`.trim();
        if (answer.ok) return { kind: 'taken', said };
        // The other side as a whole cannot: it is left in peace for a while.
        if (answer.status >= 500) return { kind: 'unreachable', said };
        return { kind: 'refused', said, forGood: answer.status >= 400 && !notForGood.has(answer.status) };
      } catch (error) {
        return failureOf(error, answerSeconds);
      }
    },
    close: async () => {},
  };
}

async function startOf(answer: Response): Promise<string> {
  if (answer.body === null) return '';
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of answer.body) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > answerKept) break;
  }
  return text.slice(0, answerKept);
}

function failureOf(error: unknown, answerSeconds: number): Delivered {
  if (error instanceof Error && error.name === 'TimeoutError') return { kind: 'silent', said: `no answer within ${answerSeconds} s` };
  const cause = error instanceof Error ? error.cause : undefined;
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : 'no connection';
  const refused = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/.test(code);
  return { kind: refused ? 'unreachable' : 'silent', said: code };
}
