// The cells of operations on a chart: $everything holds what the lists hold of that patient, $lastn what a search of Observation
// holds, $meta what a read shows. http://hl7.org/fhir/R4/operationslist.html
import type { Answer, Json } from '../calls.ts';
import { all, nowOf } from './canaries.ts';
import { visibleNow } from './lists.ts';
import type { Cell } from './matrix.ts';
import { absentOf, entriesOf } from './reads.ts';
import { type Asker, may, patients, sees, within } from './roles.ts';

const charts = (one: Asker, named: readonly string[]): string[] =>
  all()
    .filter((planted) => nowOf(planted).about.some((about) => named.includes(about)) && nowOf(planted).deleted !== true)
    .filter((planted) => sees(one, planted.type, nowOf(planted)))
    .map(({ type, id }) => `${type}/${id}`)
    .sort();

const modeOf = (entry: Json): string => String(entry['search']?.['mode']);

/** These and no other are matches, and nothing comes with them that is about a patient. */
const holdsMatches =
  (names: readonly string[]) =>
  ({ json }: Answer): string | undefined => {
    const entries = entriesOf(json);
    const found = entries
      .filter((entry) => modeOf(entry) === 'match')
      .map(({ resource }) => `${String(resource?.['resourceType'])}/${String(resource?.['id'])}`)
      .sort();
    if (found.join() === names.join()) return undefined;
    const more = found.filter((name) => !names.includes(name));
    const less = names.filter((name) => !found.includes(name));
    return `too much: ${more.slice(0, 5).join()}; too little: ${less.slice(0, 5).join()}; ${found.length} in place of ${names.length}`;
  };

export function* operationCells(one: Asker): Generator<Cell> {
  const cell = { asker: one, method: 'GET', status: 200, audit: { action: 'search', outcome: 200 } };
  for (const name of patients) {
    const planted = all().find(({ type, id }) => type === 'Patient' && id === name)!;
    const seen = sees(one, 'Patient', nowOf(planted));
    const route = 'GET /fhir/Patient/{id}/$everything';
    const path = `/fhir/Patient/${name}/$everything`;
    if (!seen) {
      const sameAs = { id: name, absent: absentOf(name) };
      yield { ...cell, route, path, status: 404, sameAs };
      yield { ...cell, route, path: `${path}?_count=1`, status: 404, sameAs };
      continue;
    }
    yield { ...cell, route, path, check: holdsMatches(charts(one, [name])) };
    const observed = charts(one, [name]).filter((each) => each.startsWith('Observation/'));
    yield { ...cell, route, path: `${path}?_type=Observation`, check: holdsMatches(observed) };
    const asked = { ...cell, route: 'POST /fhir/Patient/{id}/$everything', method: 'POST', path };
    yield {
      ...asked,
      body: { resourceType: 'Parameters', parameter: [{ name: '_type', valueCode: 'Observation' }] },
      check: holdsMatches(observed),
    };
  }
  const status = may(one, 'r', 'Patient') ? 200 : 403;
  yield {
    ...cell,
    route: 'GET /fhir/Patient/$everything',
    path: '/fhir/Patient/$everything?_type=Observation,Coverage,AuditEvent,Provenance',
    status,
  };
  for (const name of [...patients, 'stray', 'nobody-at-all']) {
    const visible = visibleNow(one, 'Observation');
    const check = ({ json }: Answer): string | undefined => {
      const wrong = entriesOf(json).find(({ resource }) => !visible.includes(`Observation/${String(resource?.['id'])}`));
      return wrong === undefined ? undefined : 'an Observation that may not be seen';
    };
    yield { ...cell, route: 'GET /fhir/Observation/$lastn', path: `/fhir/Observation/$lastn?patient=${name}&max=999`, check };
  }
  // A reindex tells nobody anything but how much there is; who may not change search parameters may not ask for it.
  const change = may(one, 'u', 'SearchParameter');
  const reindex = {
    asker: one,
    route: 'POST /fhir/$reindex',
    method: 'POST',
    path: '/fhir/$reindex',
    body: { resourceType: 'Parameters' },
  };
  yield { ...reindex, status: change ? 202 : 403, ...(change ? {} : { audit: { action: 'update', outcome: 403 } }) };
  for (const planted of all().filter(({ n }) => n % 7 === 0)) {
    const { type, id } = planted;
    const now = nowOf(planted);
    const reads = !may(one, 'r', type) ? 403 : !within(one, type, now.about) ? 404 : now.deleted === true ? 410 : 200;
    const outcome = reads === 404 ? 403 : reads;
    const path = `/fhir/${type}/${id}/$meta`;
    yield { ...cell, route: 'GET /fhir/{type}/{id}/$meta', path, status: reads, audit: { action: 'read', outcome } };
    // What may be seen and not changed is refused; what may not be seen is not there.
    if (may(one, 'u', type) && reads === 200) continue;
    const body = { resourceType: 'Parameters', parameter: [{ name: 'meta', valueMeta: { tag: [{ code: 'added' }] } }] };
    const added = { ...cell, route: 'POST /fhir/{type}/{id}/$meta-add', method: 'POST', body };
    const audit = reads === 200 ? { action: 'update', outcome: 403 } : { action: 'read', outcome };
    yield { ...added, path: `${path}-add`, status: reads === 200 ? 403 : reads, audit };
  }
}
