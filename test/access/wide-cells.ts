// The cells of searches over several types, at the base and in a compartment: what they hold is what the searches of each type hold,
// and a type that is closed to the asker is left out, or refused where it is named. http://hl7.org/fhir/R4/http.html#search
import type { Answer } from '../calls.ts';
import { all, nowOf, type Planted } from './canaries.ts';
import type { Cell } from './matrix.ts';
import { absentOf, entriesOf } from './reads.ts';
import { type Asker, may, patients, sees } from './roles.ts';

/** Types of the matrix that R4 does not put into the compartment of a Patient, whoever they are about. */
const outside = ['Device', 'Task'];

/** `Type/id` of what there is and may be seen. */
const seen = (one: Asker, of: (planted: Planted) => boolean): string[] =>
  all()
    .filter((planted) => of(planted) && nowOf(planted).deleted !== true && sees(one, planted.type, nowOf(planted)))
    .map(({ type, id }) => `${type}/${id}`)
    .sort();

export const seenAtAll = (one: Asker): string[] => seen(one, () => true);
export const seenOf = (one: Asker, types: readonly string[]): string[] => seen(one, ({ type }) => types.includes(type));
export const seenIn = (one: Asker, patient: string, types?: readonly string[]): string[] =>
  seen(
    one,
    (planted) => nowOf(planted).about.includes(patient) && !outside.includes(planted.type) && (types?.includes(planted.type) ?? true),
  );

const plantedTypes = (): string[] => [...new Set(all().map(({ type }) => type))];
export const openTypes = (one: Asker): string[] => plantedTypes().filter((type) => may(one, 'r', type));

/** These and no other; a total says how many. */
const exactly =
  (names: readonly string[]) =>
  ({ json }: Answer): string | undefined => {
    const found = entriesOf(json)
      .map(({ resource }) => `${String(resource?.['resourceType'])}/${String(resource?.['id'])}`)
      .sort();
    if (found.join() !== names.join()) {
      const more = found.filter((name) => !names.includes(name));
      const less = names.filter((name) => !found.includes(name));
      return `too much: ${more.slice(0, 5).join()}; too little: ${less.slice(0, 5).join()}; ${found.length} in place of ${names.length}`;
    }
    return totalOf(names.length)({ json } as Answer, true);
  };

const totalOf =
  (count: number) =>
  ({ json }: Pick<Answer, 'json'>, absentToo = false): string | undefined => {
    const total = json?.['total'];
    if (total === undefined && absentToo) return undefined;
    return Number(total) === count ? undefined : `a total of ${String(total)} in place of ${count}`;
  };

const form = { 'content-type': 'application/x-www-form-urlencoded' };

export function* wideCells(one: Asker): Generator<Cell> {
  const open = openTypes(one);
  const named = `_type=${open.join()}`;
  const few = open.filter((type) => ['Patient', 'Observation', 'Provenance', 'Organization'].includes(type));
  const asked = (query: string, names: string[]): Cell => ({
    route: 'GET /fhir',
    asker: one,
    method: 'GET',
    path: `/fhir?${query}`,
    status: 200,
    audit: { action: 'search', outcome: 200, query },
    check: query.includes('_summary=count') ? totalOf(names.length) : exactly(names),
  });
  const posted = (cell: Cell): Cell => {
    const [path = '', body = ''] = cell.path.split('?');
    return { ...cell, route: 'POST /fhir/_search', method: 'POST', path: `${path}/_search`, body, headers: form };
  };
  const everything = seenAtAll(one);
  yield asked('_summary=count', everything);
  yield asked('_count=1000', everything);
  yield asked('_count=1000&_total=accurate&_sort=-_lastUpdated&_elements=id', everything);
  yield asked(`${named}&_summary=count`, everything);
  yield asked(`_type=${few.join()}&_total=accurate&_sort=_lastUpdated,-_id&_count=1000`, seenOf(one, few));
  yield asked(`_type=${few.join()}&_id=${all()[0]!.id},own,far,stray`, seenById(one, few, [all()[0]!.id, 'own', 'far', 'stray']));
  yield posted(asked('_summary=count', everything));
  yield posted(asked(`_type=${few.join()}&_count=1000`, seenOf(one, few)));
  yield { ...asked('_type=Patient&_count=1', []), method: 'HEAD', check: undefined };
  for (const type of ['AuditEvent', 'Provenance', 'Coverage', 'Subscription', 'MessageHeader', 'Task', 'Observation']) {
    const status = may(one, 'r', type) ? 200 : 403;
    const query = `_type=Patient,${type}&_count=1000`;
    const { audit, check, ...cell } = asked(query, seenOf(one, ['Patient', type]));
    const shut = status === 200 ? { audit, check } : { audit: { action: 'search', outcome: 403 } };
    yield { ...cell, ...shut, status };
    yield { ...posted(cell), ...shut, status };
  }
  const body = { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: `?${named}&_summary=count` } }] };
  const inside = ({ json }: Answer): string | undefined => totalOf(everything.length)({ json: entriesOf(json)[0]?.['resource'] });
  yield { route: 'POST /fhir', asker: one, method: 'POST', path: '/fhir', body, status: 200, check: inside };
}

const seenById = (one: Asker, types: readonly string[], ids: readonly string[]): string[] =>
  seen(one, ({ type, id }) => types.includes(type) && ids.includes(id));

/** Everything in the chart of each, and of a patient who is not there: to be seen are also things about two. */
export function* wideCompartmentCells(one: Asker): Generator<Cell> {
  for (const name of [...patients, 'stray', 'nobody-at-all']) {
    const names = seenIn(one, name);
    const cell = (query: string, found: string[]): Cell => ({
      route: 'GET /fhir/{compartment}/{id}/*',
      asker: one,
      method: 'GET',
      path: `/fhir/Patient/${name}/*?${query}`,
      status: 200,
      audit: { action: 'search', outcome: 200, query: `compartment=Patient/${name}&${query}` },
      check: query.includes('_summary=count') ? totalOf(found.length) : exactly(found),
    });
    const all_ = cell('_count=1000&_total=accurate', names);
    yield all_;
    yield { ...all_, method: 'HEAD', check: undefined };
    yield cell('_summary=count', names);
    yield cell('_count=1000&_sort=-_lastUpdated', names);
    yield cell('_type=Patient,Observation&_count=1000&_elements=id', seenIn(one, name, ['Patient', 'Observation']));
    yield {
      ...all_,
      route: 'POST /fhir/{compartment}/{id}/{type}/_search',
      method: 'POST',
      path: `/fhir/Patient/${name}/*/_search`,
      body: '_count=1000&_total=accurate',
      headers: form,
    };
    // Nothing of it may be seen: it is as if nobody had that id.
    if (names.length === 0) yield { ...all_, sameAs: { id: name, absent: absentOf(name) } };
    const status = may(one, 'r', 'AuditEvent') ? 200 : 403;
    yield {
      ...cell('_type=Observation,AuditEvent&_count=1000', seenIn(one, name, ['Observation', 'AuditEvent'])),
      status,
      ...(status === 403 ? { audit: { action: 'search', outcome: 403 }, check: undefined } : {}),
    };
  }
}
