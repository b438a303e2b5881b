// Bundles that the server makes: searchset, history, responses. Put together as text, so that stored bodies pass through
// without being read again and keep every digit.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import type { Page, Stored } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import type { FhirContext, FhirRequest, FhirResponse } from './contract.ts';
import { refusal } from './outcome.ts';
import { subsetOf, subsetWish } from './subset-of.ts';

const quote = JSON.stringify;
const encoded = (pairs: [string, string][]): string =>
  pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
const link = (relation: string, url: string): string => `{"relation":"${relation}","url":${quote(url)}}`;

function withQuery(url: string, pairs: [string, string][]): string {
  return pairs.length === 0 ? url : `${url}?${encoded(pairs)}`;
}

const head = (type: string, total: number | undefined, links: string[]): string =>
  `{"resourceType":"Bundle","type":"${type}"${total === undefined ? '' : `,"total":${total}`},"link":[${links.join(',')}]`;

const entries = (parts: string[]): string => (parts.length === 0 ? '}' : `,"entry":[${parts.join(',')}]}`);

/** `path`: what was searched, below the base. */
export async function searchBundle(
  page: Page,
  query: Pick<Query, 'understood' | 'ignored'>,
  path: string,
  { base }: FhirContext,
): Promise<Result<string>> {
  const asked = query.understood.filter(([name]) => name !== '_cursor');
  const url = path === '' ? base : `${base}/${path}`;
  const links = [link('self', withQuery(url, query.understood))];
  if (page.next !== undefined) links.push(link('next', withQuery(url, [...asked, ['_cursor', page.next]])));
  const parts: string[] = [];
  const wish = subsetWish(query.understood);
  const rest = slices();
  const put = async (all: Stored[], mode: 'match' | 'include'): Promise<Result<undefined>> => {
    for (const stored of all) {
      let { body } = stored;
      if (wish !== undefined) {
        const part = subsetOf(stored, wish);
        if (!part.ok) return part;
        body = part.value;
        const pause = rest();
        if (pause !== undefined) await pause;
      }
      parts.push(`{"fullUrl":${quote(`${base}/${addressOf(stored)}`)},"resource":${body},"search":{"mode":"${mode}"}}`);
    }
    return ok(undefined);
  };
  const matches = await put(page.matches, 'match');
  if (!matches.ok) return matches;
  const included = await put(page.included, 'include');
  if (!included.ok) return included;
  for (const warning of warnings(page, query)) parts.push(`{"resource":${warning},"search":{"mode":"outcome"}}`);
  return ok(head('searchset', page.total, links) + entries(parts));
}

/** A contained resource has none of its own (http://hl7.org/fhir/R4/search.html#contained): that of its container, and where in it. */
const addressOf = ({ type, id, container }: Stored): string =>
  container === undefined ? `${type}/${id}` : `${container.type}/${container.id}#${id}`;

function warnings(page: Page, query: Pick<Query, 'ignored'>): string[] {
  const words = query.ignored.map(
    (name) => `${name} was not understood and was passed over, because Prefer: handling=lenient asked for that`,
  );
  if (page.cut === true) words.push('There is more to include than one page may carry: ask for smaller pages with _count');
  if (words.length === 0) return [];
  return [
    quote({
      resourceType: 'OperationOutcome',
      issue: words.map((diagnostics) => ({ severity: 'warning', code: 'informational', diagnostics })),
    }),
  ];
}

const statuses = { create: '201', update: '200', delete: '204' } as const;
const methods = { create: 'PUT', update: 'PUT', delete: 'DELETE' } as const;

export function historyBundle(page: Page, request: FhirRequest, { base }: FhirContext): string {
  const url = `${base}/${request.path.map(encodeURIComponent).join('/')}`;
  const asked = request.query.filter(([name]) => name !== '_cursor');
  const links = [link('self', withQuery(url, request.query))];
  if (page.next !== undefined) links.push(link('next', withQuery(url, [...asked, ['_cursor', page.next]])));
  const parts = page.matches.map((stored) => historyEntry(stored, base));
  return head('history', undefined, links) + entries(parts);
}

function historyEntry(stored: Stored, base: string): string {
  const operation = stored.operation ?? 'update';
  const name = `${stored.type}/${stored.id}`;
  const resource = stored.deleted ? '' : `"resource":${stored.body},`;
  const response = `{"status":"${statuses[operation]}","etag":"W/\\"${stored.version}\\"","lastModified":"${stored.lastUpdated.toISOString()}"}`;
  return `{"fullUrl":${quote(`${base}/${name}`)},${resource}"request":{"method":"${methods[operation]}","url":${quote(name)}},"response":${response}}`;
}

/** One entry of a batch-response or transaction-response. The body of a refusal is its outcome; a read's is its resource. */
export function responseEntry(response: FhirResponse, withResource: boolean): string {
  const { etag, location } = response.headers;
  const parts = [`"status":"${response.status}"`];
  if (location !== undefined) parts.push(`"location":${quote(location)}`);
  if (etag !== undefined) parts.push(`"etag":${quote(etag)}`);
  if (response.lastUpdated !== undefined) parts.push(`"lastModified":"${response.lastUpdated.toISOString()}"`);
  const isOutcome = response.body?.startsWith('{"resourceType":"OperationOutcome"') === true;
  if (isOutcome) parts.push(`"outcome":${response.body}`);
  const resource = withResource && response.body !== undefined && !isOutcome ? `"resource":${response.body},` : '';
  return `{${resource}"response":{${parts.join(',')}}}`;
}

/** Characters of one answer: what a batch of searches brings together is bounded like anything else. */
const mostCharacters = 24_000_000;

/** The entries of a response in the order of the request. */
export class ResponseParts {
  readonly all: string[];
  #characters = 0;

  constructor(length: number) {
    this.all = Array.from({ length }, () => '');
  }

  put(index: number, part: string): void {
    this.all[index] = part;
    this.#characters += part.length;
  }

  /** Nothing more should be asked for. */
  get full(): boolean {
    return this.#characters > mostCharacters;
  }
}

/** The answer to an entry that was not carried out, because the answers before it fill the response. */
export const tooMuch = responseEntry(
  refusal(fail('too-costly', 'The answers to the other entries are too large together: send this entry in another batch').problem),
  false,
);

export const responseBundle = (type: 'batch-response' | 'transaction-response', parts: string[]): string =>
  `{"resourceType":"Bundle","type":"${type}"${entries(parts)}`;
