// The cells of one resource: every way to read it, its versions and its history. http://hl7.org/fhir/R4/http.html#read
import type { Answer } from '../calls.ts';
import { nowOf, type Planted, versionOf } from './canaries.ts';
import type { Cell } from './matrix.ts';
import { type Asker, may, sees, within } from './roles.ts';

export const absentOf = (id: string): string => 'absent-and-never-there'.padEnd(id.length, '0').slice(0, id.length);

/** The body of a search holds as many matches as there should be. */
export const holds =
  (count: number) =>
  ({ json }: Answer): string | undefined => {
    const found = entriesOf(json).length;
    const total = json?.['total'];
    if (found !== count) return `${found} entries in place of ${count}`;
    return total === undefined || Number(total) === count ? undefined : `a total of ${String(total)} in place of ${count}`;
  };
export const entriesOf = (json: Answer['json']): NonNullable<Answer['json']>[] => Object.values(json?.['entry'] ?? []);

const totals =
  (count: number) =>
  ({ json }: Answer): string | undefined =>
    Number(json?.['total']) === count ? undefined : `a total of ${String(json?.['total'])} in place of ${count}`;

const noBody = ({ text }: Answer): string | undefined => (text === '' ? undefined : 'a body where there is none');

/**
 * The same read said otherwise (HEAD, a summary, elements, on conditions) is asked of every third resource, of another third by each asker:
 * all of them with `LAMPLIGHT_RUNS`, which takes half a minute more.
 */
const isAskedOtherwise = ({ n }: Planted, { name }: Asker): boolean =>
  process.env['LAMPLIGHT_RUNS'] !== undefined || (n + name.length) % 3 === 0;

export function* readsOf(one: Planted, asker: Asker): Generator<Cell> {
  const { type, id, versions } = one;
  const now = nowOf(one);
  const may_ = may(asker, 'r', type);
  const seen = within(asker, type, now.about);
  const status = !may_ ? 403 : !seen ? 404 : now.deleted === true ? 410 : 200;
  // The trail says that it was refused where the asker is told that there is nothing.
  const outcome = status === 404 ? 403 : status;
  const path = `/fhir/${type}/${id}`;
  const sameAs = status === 404 ? { sameAs: { id, absent: absentOf(id) } } : {};
  const read = { route: 'GET /fhir/{type}/{id}', asker, path, method: 'GET', status, audit: { action: 'read', outcome }, ...sameAs };
  yield read;
  if (isAskedOtherwise(one, asker)) {
    yield { ...read, method: 'HEAD', check: noBody };
    yield { ...read, path: `${path}?_summary=true` };
    yield { ...read, path: `${path}?_elements=id` };
    const unchanged = status === 200 ? 304 : status;
    yield { ...read, headers: { 'if-none-match': `W/"${versions.length}"` }, status: unchanged };
    yield { ...read, headers: { 'if-none-match': '*' }, status: unchanged };
    yield { ...read, headers: { 'if-modified-since': new Date(Date.now() + 3600_000).toUTCString() }, status: unchanged };
  }

  for (let v = 1; v <= versions.length + 1; v++) {
    const version = versions[v - 1];
    const vseen = version !== undefined && within(asker, type, version.about);
    const vstatus = !may_ ? 403 : !vseen ? 404 : version.deleted === true ? 410 : 200;
    const voutcome = vstatus === 404 && version !== undefined ? 403 : vstatus;
    const vread = { ...read, route: 'GET /fhir/{type}/{id}/_history/{version}', path: `${path}/_history/${v}` };
    const again = vstatus === 404 ? { sameAs: { id, absent: absentOf(id) } } : { sameAs: undefined };
    yield { ...vread, ...again, status: vstatus, audit: { action: 'vread', outcome: voutcome } };
    if (v === 1)
      yield {
        ...vread,
        ...again,
        headers: { 'if-none-match': `W/"${v}"` },
        status: vstatus === 200 ? 304 : vstatus,
        audit: { action: 'vread', outcome: voutcome },
      };
  }

  const readable = versions.filter((version) => sees(asker, type, version));
  const hstatus = !may_ ? 403 : readable.length === 0 ? 404 : 200;
  yield {
    ...read,
    route: 'GET /fhir/{type}/{id}/_history',
    path: `${path}/_history`,
    status: hstatus,
    audit: { action: 'history', outcome: hstatus },
    ...(hstatus === 404 ? { sameAs: { id, absent: absentOf(id) } } : { sameAs: undefined }),
    ...(hstatus === 200 ? { check: holds(readable.length) } : {}),
  };

  const sstatus = may_ ? 200 : 403;
  const found = may_ && seen && now.deleted !== true ? 1 : 0;
  const search = { ...read, sameAs: undefined, status: sstatus, audit: { action: 'search', outcome: sstatus } };
  const counted = sstatus === 200 ? { check: holds(found) } : {};
  const tag = `_tag=${encodeURIComponent('http://canary.example/tags')}%7CCANARY${one.n}V${versions.length}G`;
  yield { ...search, ...counted, route: 'GET /fhir/{type}', path: `/fhir/${type}?_id=${id}&_total=accurate` };
  yield {
    ...search,
    route: 'GET /fhir/{type}',
    path: `/fhir/${type}?${tag}&_summary=count`,
    ...(sstatus === 200 ? { check: totals(found) } : {}),
  };
  yield {
    ...search,
    ...counted,
    route: 'POST /fhir/{type}/_search',
    method: 'POST',
    path: `/fhir/${type}/_search`,
    body: `${tag}&_include=*`,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    ...(sstatus === 200 ? { check: matches(found) } : {}),
  };
}

/**
 * Writes to what the asker may not see, in such a way that they can only be refused: the answer must not tell whether it is there.
 */
export function* probesOf(one: Planted, asker: Asker): Generator<Cell> {
  const { type, id } = one;
  const now = nowOf(one);
  if (within(asker, type, now.about)) return;
  const probe = { route: 'DELETE /fhir/{type}/{id}', asker, path: `/fhir/${type}/${id}`, sameAs: { id, absent: absentOf(id) } };
  const remove = may(asker, 'd', type) ? 404 : 403;
  const patched = may(asker, 'r', type) ? 404 : 403;
  const patchType = { 'content-type': 'application/json-patch+json' };
  yield { ...probe, method: 'DELETE', status: remove, audit: { action: 'delete', outcome: 403 } };
  yield {
    ...probe,
    method: 'DELETE',
    headers: { 'if-match': 'W/"1"' },
    status: remove === 404 ? 412 : 403,
    audit: { action: 'delete', outcome: 403 },
  };
  yield {
    ...probe,
    route: 'PATCH /fhir/{type}/{id}',
    method: 'PATCH',
    headers: patchType,
    body: [],
    status: patched,
    audit: { action: 'read', outcome: 403 },
  };
  const body = versionOf(one, one.versions.length);
  const put = { ...probe, route: 'PUT /fhir/{type}/{id}', method: 'PUT', body, status: 403 };
  if (now.about.length > 0) yield { ...put, headers: { 'if-match': 'W/"1"' } };
  if (!may(asker, 'c', type)) yield put;
}

/** Matches alone: what is included may be more. */
export const matches =
  (count: number) =>
  ({ json }: Answer): string | undefined => {
    const found = entriesOf(json).filter((entry) => String(entry['search']?.['mode']) === 'match').length;
    return found === count ? undefined : `${found} matches in place of ${count}`;
  };
