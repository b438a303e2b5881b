// What the tables of a query are: views that are installed, and SQLViews of the record or of the request, each with tables of its own.
// They form one SELECT (sql-composed.ts), so that policy, bounds and audit trail are those of any question to the tables.
import { readJsonNow } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { parseQuery } from '../../fhir/search/query.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import { identifier } from '../../warehouse/view/sql-text.ts';
import { byCanonical } from './asked.ts';
import type { Installed } from './contract.ts';
import type { Given } from './parameters.ts';
import { composed, type Labelled, prepared } from './sql-composed.ts';
import { readSqlLibrary, type SqlLibrary } from './sql-library.ts';

export interface Around {
  caller: Caller;
  record: Pick<RecordStore, 'read' | 'search'>;
  views: ReadonlyMap<string, Installed>;
  /** Names of the tables that the caller may ask, in lower case. */
  tables: ReadonlySet<string>;
}

export interface Statement {
  sql: string;
  /** Of the query itself. */
  used: string[];
}

const deepest = 8;
const mostLibraries = 50;

/** SQLViews that came with the request. */
interface Supplied extends SqlLibrary {
  url: string;
}

export async function statementOf(around: Around, library: SqlLibrary, sources: readonly Given[]): Promise<Result<Statement>> {
  const supplied: Supplied[] = [];
  for (const { resource } of sources) {
    const read = readSqlLibrary(resource);
    // It would be a table of its own for one request, with rows that no policy of a table has decided.
    if (!read.ok)
      return fail(
        'unsupported',
        `A table that is sent along is a SQLView here, over views that are installed: ${read.problem.message}`,
        'tableSource',
      );
    const { url, kind } = read.value;
    if (url === undefined || kind !== 'sql-view')
      return fail('invalid', 'A SQLView that is sent along has a url, and the type sql-view', 'tableSource');
    if (supplied.some((one) => one.url === url))
      return fail('invalid', `Two SQLViews are sent along as ${url.slice(0, 200)}`, 'tableSource');
    supplied.push({ ...read.value, url });
  }
  const reached = new Set<Supplied>();
  let left = mostLibraries;

  const selectOf = async (one: SqlLibrary, above: readonly string[]): Promise<Result<Statement>> => {
    if (above.length > deepest || left-- <= 0)
      return fail('too-costly', `SQLViews stand on one another at most ${deepest} deep, ${mostLibraries} in all`);
    const ready = prepared(one.sql, new Map(one.parameters.map(({ name, type }) => [name, type])));
    if (!ready.ok) return ready;
    const tables: Labelled[] = [];
    for (const { label, canonical } of one.tables) {
      const sql = await tableOf(label, canonical, above);
      if (!sql.ok) return sql;
      if (sql.value !== undefined) tables.push({ label, sql: sql.value });
    }
    return ok({ sql: composed(ready.value, tables), used: ready.value.used });
  };

  /** Undefined: the table has that name anyway. */
  const tableOf = async (label: string, canonical: string, above: readonly string[]): Promise<Result<string | undefined>> => {
    if (above.includes(canonical)) return fail('invalid', `${canonical.slice(0, 200)} stands on itself`, 'Library.relatedArtifact');
    const [url, version] = canonical.split('|', 2);
    const sent = supplied.find((one) => one.url === url && (version === undefined || version === one.version));
    if (sent !== undefined) reached.add(sent);
    const view = sent === undefined ? byCanonical(around.views, canonical) : undefined;
    const name = view?.ok === true ? view.value.name : undefined;
    if (name?.toLowerCase() === label.toLowerCase()) return ok(undefined);
    // Otherwise what stands below would see this one in the place of the table.
    if (around.tables.has(label.toLowerCase()))
      return fail('invalid', `The label ${label} is that of another table here: call it something else`, 'Library.relatedArtifact.label');
    if (name !== undefined) return ok(`select * from ${identifier(name)}`);
    const found = sent === undefined ? await byUrl(around, canonical) : ok(sent);
    if (!found.ok) return found;
    if (found.value.kind !== 'sql-view')
      return fail('invalid', `${canonical.slice(0, 200)} is no SQLView and no view`, 'Library.relatedArtifact');
    const select = await selectOf(found.value, [...above, canonical]);
    return select.ok ? ok(select.value.sql) : select;
  };

  const statement = await selectOf(library, []);
  const unmatched = supplied.find((one) => !reached.has(one));
  if (statement.ok && unmatched !== undefined)
    return fail('invalid', `The query depends on no ${unmatched.url.slice(0, 200)}, which is sent along`, 'tableSource');
  return statement;
}

/** Of the record, by its canonical URL or as `Library/id`; of several without a version that was asked for the newest. */
export async function byUrl({ caller, record }: Around, canonical: string): Promise<Result<SqlLibrary>> {
  const id = /^Library\/([A-Za-z0-9.-]{1,64})$/.exec(canonical)?.[1];
  if (id !== undefined) {
    const stored = await record.read(caller, 'Library', id);
    return stored.ok ? libraryIn(stored.value.body) : stored;
  }
  const [url = '', version] = canonical.split('|', 2);
  const asked: [string, string][] = [
    ['url', url.replaceAll(/[\\,$|]/g, '\\$&')],
    ...(version === undefined ? [] : [['version', version.replaceAll(/[\\,$|]/g, '\\$&')] as [string, string]]),
    ['_sort', '-_lastUpdated'],
    ['_count', '1'],
  ];
  const query = parseQuery('Library', asked);
  if (!query.ok) return query;
  const page = await record.search(caller, query.value);
  if (!page.ok) return page;
  const [first] = page.value.matches;
  return first === undefined
    ? fail('not-found', `There is no view and no Library ${JSON.stringify(canonical.slice(0, 200))} here`, 'Library.relatedArtifact')
    : libraryIn(first.body);
}

function libraryIn(body: string): Result<SqlLibrary> {
  const json = readJsonNow(body);
  return json.ok ? readSqlLibrary(json.value) : json;
}
