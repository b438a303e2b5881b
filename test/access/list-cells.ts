// The cells of lists: searches, histories and the feed of every type, compartments, reads in Bundles, and what is open to all.
import type { Answer } from '../calls.ts';
import { all, nowOf } from './canaries.ts';
import { visibleNow } from './lists.ts';
import type { Cell } from './matrix.ts';
import { entriesOf, matches, readsOf } from './reads.ts';
import { type Asker, may, patients, sees } from './roles.ts';
import { doors } from './tokens.ts';

export function listCells(one: Asker, type: string): Cell[] {
  const status = may(one, 'r', type) ? 200 : 403;
  const visible = visibleNow(one, type).length;
  const total =
    status === 200
      ? {
          check: ({ json }: Answer) =>
            Number(json?.['total']) === visible ? undefined : `${String(json?.['total'])} in place of ${visible}`,
        }
      : {};
  const cell = { asker: one, method: 'GET', status };
  const audit = (action: string): Pick<Cell, 'audit'> => ({ audit: { action, outcome: status } });
  return [
    { ...cell, ...audit('search'), ...total, route: 'GET /fhir/{type}', path: `/fhir/${type}?_summary=count` },
    { ...cell, ...audit('search'), route: 'GET /fhir/{type}', method: 'HEAD', path: `/fhir/${type}?_count=1` },
    { ...cell, ...audit('history'), route: 'GET /fhir/{type}/_history', path: `/fhir/${type}/_history?_count=5` },
    { ...cell, ...audit('history'), route: 'GET /feed', path: `/feed?after=0&types=${type}`, headers: { accept: 'application/json' } },
  ];
}

export function compartmentCells(one: Asker): Cell[] {
  return [...patients, 'nobody-at-all'].flatMap((name) => {
    const count = all().filter(
      (each) =>
        each.type === 'Observation' &&
        nowOf(each).deleted !== true &&
        nowOf(each).about[0] === name &&
        sees(one, 'Observation', nowOf(each)),
    ).length;
    const cell = { asker: one, status: 200, audit: { action: 'search', outcome: 200 }, check: matches(count) };
    const path = `/fhir/Patient/${name}/Observation`;
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const shut = (type: string): Cell => ({
      asker: one,
      route: 'GET /fhir/{compartment}/{id}/{type}',
      method: 'GET',
      path: `/fhir/Patient/${name}/${type}`,
      status: may(one, 'r', type) ? 200 : 403,
      audit: { action: 'search', outcome: may(one, 'r', type) ? 200 : 403 },
    });
    return [
      { ...cell, route: 'GET /fhir/{compartment}/{id}/{type}', method: 'GET', path: `${path}?_count=100&_include=*` },
      {
        ...cell,
        route: 'POST /fhir/{compartment}/{id}/{type}/_search',
        method: 'POST',
        path: `${path}/_search`,
        body: '_count=100',
        headers: form,
      },
      shut('AuditEvent'),
      shut('Provenance'),
      shut('Coverage'),
    ];
  });
}

/** What asks nothing of the record. */
export function openCells(one: Asker): Cell[] {
  const quiet = (route: string, path: string, status = 200, headers?: Record<string, string>): Cell => ({
    route,
    asker: one,
    method: route.split(' ')[0]!,
    path,
    status,
    headers,
  });
  return [
    ...Object.entries(doors).flatMap(([route, { path, open }]) => (open === 200 || open === 426 ? [quiet(route, path, open)] : [])),
    { ...quiet('GET /auth/me', '/auth/me'), check: ({ json }) => (String(json?.['role']) === one.role ? undefined : 'another role') },
    {
      ...quiet('GET /fhir/_history', '/fhir/_history?_count=1', 200, { 'x-purpose-of-use': 'ETREAT' }),
      audit: { action: 'history', outcome: 200 },
    },
  ];
}

/** Reads as entries of a batch or a transaction: each is answered as it would be alone. */
export function* bundledCells(one: Asker): Generator<Cell> {
  for (const type of ['batch', 'transaction']) {
    // A transaction reads one after the other, so it gets fewer.
    for (let at = 0; at < (type === 'batch' ? all().length : 60); at += 60) {
      const asked = all()
        .slice(at, at + 60)
        .flatMap((planted) => [...readsOf(planted, one)])
        .filter(({ method, headers, path }) => method === 'GET' && headers === undefined && !/_summary|_elements|_history\//.test(path));
      const entry = asked.map(({ path }) => ({ request: { method: 'GET', url: path.replace('/fhir/', '') } }));
      const expected = asked.map(({ status }) => String(status)).join();
      const check = ({ json }: Answer): string | undefined => {
        const answered = entriesOf(json)
          .map((each) => String(each['response']?.['status']))
          .join();
        return answered === expected ? undefined : `${answered} in place of ${expected}`;
      };
      const body = { resourceType: 'Bundle', type, entry };
      yield { route: 'POST /fhir', asker: one, method: 'POST', path: '/fhir', body, status: 200, check };
    }
  }
}
