// What is told of the whole record: counts for whoever may search, rows of persons for whoever may take them out, notes and plans for
// those who answer for them. Accounts that are bound to patients are told nothing.
import { type Cell, cellFor } from './matrix.ts';
import { type Asker, may } from './roles.ts';

const house = ['administrator', 'clinician', 'nurse', 'pharmacist', 'analyst', 'records-officer'];
const exporters = ['administrator', 'analyst'];
/** Other programs may take rows out too. */
const askers = [...exporters, 'system'];

const counts = [
  ['/surveillance/syndromes', ''],
  ['/surveillance/series', '?syndrome=fever'],
  ['/surveillance/alerts', ''],
  ['/surveillance/areas', '?syndrome=fever'],
  ['/surveillance/boundaries', ''],
  ['/surveillance/nowcast', '?syndrome=fever'],
  ['/surveillance/notes', ''],
  ['/outcomes/indicators', ''],
  ['/outcomes/signals', ''],
  ['/outcomes/data-quality', ''],
] as const;
const rows = [
  ['/surveillance/linelist', '?syndrome=fever'],
  ['/surveillance/suspected', ''],
] as const;
const forecasts = ['arrivals', 'surge', 'census', 'past', 'what-if', 'staffing', 'plan'];

export function* insightCells(one: Asker): Generator<Cell> {
  const cell = cellFor(one);
  const unbound = one.patients === undefined;
  const looks = house.includes(one.role) && unbound;
  const takes = exporters.includes(one.role) && unbound;
  for (const [route, query] of counts) yield cell('GET', route, `${route}${query}`, looks ? 200 : 403);
  // Allowed, and said that there is too little.
  yield cell('GET', '/surveillance/clusters', '/surveillance/clusters?syndrome=fever', looks ? 400 : 403);
  yield cell('GET', '/outcomes/expected', '/outcomes/expected', looks ? 400 : 403);
  for (const [route, query] of rows) yield cell('GET', route, `${route}${query}`, takes ? 200 : 403);
  // The months before, which cost half a second, are asked by one who sees everybody and one who sees one organisation.
  const months = process.env['LAMPLIGHT_RUNS'] !== undefined || one.name === 'administrator' || one.organisations !== undefined;
  yield cell('GET', '/population/registries', `/population/registries${months ? '' : '?months=0'}`, looks ? 200 : 403);
  const registry = '/population/registries/{name}';
  yield cell('GET', registry, '/population/registries/no-such-registry', looks ? 404 : 403);
  yield cell('GET', `${registry}/rates`, '/population/registries/no-such-registry/rates', looks ? 404 : 403);
  yield cell('GET', `${registry}/patients`, '/population/registries/no-such-registry/patients?gap=eye', looks ? 404 : 403);
  yield cell('GET', '/population/patient/{id}', '/population/patient/nobody-at-all', looks ? 404 : 403);
  const indicator = '/outcomes/indicators/{name}';
  yield cell('GET', indicator, '/outcomes/indicators/no-such-thing', looks ? 404 : 403);
  yield cell('GET', `${indicator}/funnel`, '/outcomes/indicators/no-such-thing/funnel', looks ? 404 : 403);
  yield cell('GET', `${indicator}/rows`, '/outcomes/indicators/falls-with-harm/rows?period=2026-03', takes ? 200 : 403);
  yield cell('GET', '/outcomes/data-quality/{check}/rows', '/outcomes/data-quality/no-such-check/rows', looks ? 404 : 403);
  const whole = unbound && one.organisations === undefined;
  const notes = looks && one.role !== 'records-officer' && whole;
  yield cell('POST', '/outcomes/notes', '/outcomes/notes', notes ? 400 : 403, {});
  yield cell('POST', '/outcomes/notes/{id}/end', '/outcomes/notes/01890000-0000-7000-8000-000000000001/end', notes ? 404 : 403, {});
  const says = ['administrator', 'clinician', 'analyst', 'records-officer'].includes(one.role) && unbound;
  yield cell('POST', '/surveillance/notes', '/surveillance/notes', says ? 400 : 403, {});
  const sends = exporters.includes(one.role) && whole;
  yield cell('POST', '/surveillance/suspected/send', '/surveillance/suspected/send', sends ? 400 : 403, {});
  const report = '/surveillance/suspected/report';
  const named = 'condition=measles&patient=nobody&encounter=none';
  yield cell('GET', report, `${report}?${named}`, sends ? 404 : 403);
  yield cell('POST', report, report, sends ? 400 : 403, {});
  const beds = may(one, 'r', 'Encounter') && unbound;
  for (const name of forecasts)
    yield cell('GET', `/forecasts/${name}`, `/forecasts/${name}${name === 'what-if' ? '?beds=-10' : ''}`, beds ? 200 : 403);
  const plans = ['administrator', 'clinician', 'nurse'].includes(one.role) && whole;
  yield cell('PUT', '/forecasts/plan', '/forecasts/plan', plans ? 400 : 403, { rules: { surgeChance: 30 } });
  const asks = askers.includes(one.role) && unbound;
  // The audit trail and the messages as tables.
  const journals = ['administrator', 'records-officer'].includes(one.role) && whole;
  yield cell('GET', '/analytics/tables', '/analytics/tables', asks || journals ? 200 : 403);
  for (const journal of ['audit', 'messages'])
    yield cell('POST', '/analytics/query', '/analytics/query', journals ? 200 : 403, { sql: `select count(*) from ${journal}` });
  const audit = { audit: { action: 'warehouse-query', outcome: asks ? 200 : 403 } };
  yield { ...cell('POST', '/analytics/query', '/analytics/query', asks ? 200 : 403, { sql: 'select count(*) from patients' }), ...audit };
  yield cell('DELETE', '/analytics/query/{id}', '/analytics/query/nobody-asked-this', 404);
}
