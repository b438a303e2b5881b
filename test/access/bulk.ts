// Bulk exports as each asker gets them: the files hold what the lists hold, no file and no manifest is anybody else's, and who may not
// export is refused. https://hl7.org/fhir/uv/bulkdata/STU2/export.html
import type { Answer, Json, Stand } from '../calls.ts';
import { all } from './canaries.ts';
import { leaked } from './leaks.ts';
import { visibleNow } from './lists.ts';
import { type Cell, maySee } from './matrix.ts';
import { type Asker, everyone, mayExport, mayPut, patients } from './roles.ts';

const headers = { prefer: 'respond-async' };

/** What was wrong with the exports of one asker. */
export async function exportsOf(
  { call }: Pick<Stand, 'call'>,
  tokens: ReadonlyMap<string, string>,
  routes: Set<string>,
  one: Asker,
): Promise<string[]> {
  for (const route of ['GET /bulk/{job}', 'DELETE /bulk/{job}', 'GET /bulk/{job}/{attempt}/{file}']) routes.add(route);
  const token = tokens.get(one.name)!;
  const stranger = tokens.get(everyone.find((other) => other.name !== one.name && other.role !== 'administrator')!.name)!;
  const wrong: string[] = [];
  const look = ({ text }: Answer, what: string): void => {
    for (const word of leaked(text, '', maySee(one))) wrong.push(`${what}: LEAK of ${word}`);
  };
  const types = [...new Set(all().map(({ type }) => type))].filter((type) => mayExport(one, type));
  const wishes: [path: string, expected: string[]][] = [
    ['/fhir/$export', types.flatMap((type) => visibleNow(one, type).map((id) => nameOf(type, id)))],
    ['/fhir/$export?_type=Observation&_typeFilter=Observation%3Fstatus%3Dfinal,preliminary,amended,registered', []],
    ...patients.map((name): [string, string[]] => [
      `/fhir/$export?_type=Observation&_typeFilter=Observation%3Fsubject%3DPatient/${name}`,
      [],
    ]),
  ];
  for (const [path, expected] of wishes) {
    const begun = await call('GET', path, { headers, token });
    if (begun.status !== (types.length > 0 ? 202 : 403)) wrong.push(`${path}: ${begun.status} ${begun.text.slice(0, 200)}`);
    look(begun, path);
    if (begun.status !== 202) continue;
    const status = new URL(begun.headers.get('content-location') ?? '').pathname;
    let answer = await call('GET', status, { token });
    while (answer.status === 202) {
      await new Promise((resolve) => setTimeout(resolve, 30));
      answer = await call('GET', status, { token });
    }
    if (answer.status !== 200) wrong.push(`${path}: ended with ${answer.status} ${answer.text.slice(0, 200)}`);
    look(answer, path);
    const found: string[] = [];
    for (const file of (answer.json?.['output'] ?? []) as unknown as { url: string }[]) {
      const place = new URL(file.url).pathname;
      const content = await call('GET', place, { token });
      look(content, place);
      for (const line of content.text.split('\n').filter((text) => text !== '')) {
        const { resourceType, id } = JSON.parse(line) as Json & { resourceType: string; id: string };
        found.push(nameOf(resourceType, id));
      }
      if ((await call('GET', place, { token: stranger })).status !== 404) wrong.push(`${place} is open to others`);
    }
    if (expected.length > 0) {
      const planted = new Set(all().map(({ type, id }) => nameOf(type, id)));
      const difference = [...new Set([...found.filter((name) => planted.has(name)), ...expected])].filter(
        (name) => found.includes(name) !== expected.includes(name),
      );
      if (difference.length > 0)
        wrong.push(
          `${path}: ${difference
            .slice(0, 10)
            .map((name) => `${found.includes(name) ? 'too much' : 'missing'} ${name}`)
            .join(', ')} (${difference.length})`,
        );
    }
    if ((await call('GET', status, { token: stranger })).status !== 404) wrong.push(`${status} is open to others`);
    if ((await call('DELETE', status, { token: stranger })).status !== 404) wrong.push(`${status} can be deleted by others`);
    if ((await call('DELETE', status, { token })).status !== 202) wrong.push(`${status} cannot be deleted`);
  }
  return wrong;
}

const nameOf = (type: string, id: string): string => (id.includes('/') ? id : `${type}/${id}`);

/** Each line as a write of its own: onto every patient's chart, in one request. */
export function* lineCells(one: Asker): Generator<Cell> {
  for (const name of patients) {
    const id = `line-${one.name}-${name}`.slice(0, 64);
    const resource = { resourceType: 'Basic', id, code: { text: 'x' }, subject: { reference: `Patient/${name}` } };
    const allowed = mayPut(one, 'c', 'Basic', [name]);
    yield {
      route: 'POST /bulk/lines',
      asker: one,
      method: 'POST',
      path: '/bulk/lines',
      body: JSON.stringify(resource),
      status: 200,
      audit: { action: 'create', outcome: allowed ? 200 : 403 },
      check: ({ json }) => {
        const line = json?.[0];
        const done = line?.['outcome'] !== undefined;
        return done === allowed ? undefined : `${String(line?.['outcome'])} ${JSON.stringify(line?.['problem'] ?? '')}`;
      },
    };
  }
}
