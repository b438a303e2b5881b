// What every answer with a resource has in common: ETag, Last-Modified, Location, and Prefer: return.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Stored, Written } from '../../record/contract.ts';
import type { FhirContext, FhirRequest, FhirResponse } from './contract.ts';
import { outcome } from './outcome.ts';

export const versionHeaders = (stored: Stored): Record<string, string> => ({
  etag: `W/"${stored.version}"`,
  'last-modified': stored.lastUpdated.toUTCString(),
});

export const locationOf = (stored: Stored, { base }: FhirContext): string =>
  `${base}/${stored.type}/${stored.id}/_history/${stored.version}`;

/** Value of one preference of the Prefer header (RFC 7240): `return=minimal; handling=strict`. */
export function preference(request: FhirRequest, name: string): string | undefined {
  for (const part of (request.headers.prefer ?? '').split(/[,;]/)) {
    const [key, value] = part.trim().split('=');
    if (key?.toLowerCase() === name) return value?.replaceAll('"', '').toLowerCase();
  }
  return undefined;
}

/** The answer to a write: 201 with Location for what is new, 200 otherwise; what it carries is for Prefer to say. */
export function written({ outcome: done, stored }: Written, request: FhirRequest, context: FhirContext): FhirResponse {
  const created = done === 'created';
  const headers = { ...versionHeaders(stored), ...(created ? { location: locationOf(stored, context) } : {}) };
  const wish = preference(request, 'return');
  const response: FhirResponse = { status: created ? 201 : 200, headers, lastUpdated: stored.lastUpdated };
  // A preference that is not known is passed over (RFC 7240, section 2).
  if (wish === 'operationoutcome') {
    response.body = outcome(
      'information',
      'informational',
      `${stored.type}/${stored.id} ${done === 'unchanged' ? 'is the same' : `was ${done}`} as version ${stored.version}`,
      request.warnings,
    );
  } else if (wish !== 'minimal') response.body = stored.body;
  return response;
}

/** Version number of an If-Match header: `W/"3"`; a plain number in quotes is taken too. */
export function ifMatch(request: FhirRequest): Result<number | undefined> {
  const text = request.headers['if-match'];
  if (text === undefined) return ok(undefined);
  const version = /^\s*(?:W\/)?"?([1-9]\d{0,8})"?\s*$/.exec(text);
  return version === null
    ? fail('invalid', `If-Match must hold one version as W/"3", not ${JSON.stringify(text.slice(0, 50))}`, 'If-Match')
    : ok(Number(version[1]));
}

/** Of a PUT: whether it is meant only for a resource that is not there yet. */
export function ifNoneMatch(request: FhirRequest): Result<boolean> {
  const text = request.headers['if-none-match']?.trim();
  if (text === undefined || text === '*') return ok(text === '*');
  return fail(
    'invalid',
    `If-None-Match of an update is * (only if there is none yet), not ${JSON.stringify(text.slice(0, 50))}`,
    'If-None-Match',
  );
}

/** Whether If-None-Match or If-Modified-Since say that the client's copy is still good (RFC 9110, section 13). */
export function notModified(stored: Stored, request: FhirRequest): boolean {
  const none = request.headers['if-none-match'];
  if (none !== undefined)
    return none.trim() === '*' || none.split(',').some((tag) => tag.trim().replace(/^W\//, '') === `"${stored.version}"`);
  const since = Date.parse(request.headers['if-modified-since'] ?? '');
  // HTTP dates have whole seconds.
  return !Number.isNaN(since) && Math.floor(stored.lastUpdated.getTime() / 1000) * 1000 <= since;
}
