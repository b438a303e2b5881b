// Resources from files into the tables: large code systems concept by concept as other releases are, all else as resources of one package
// that becomes visible at once.
import type { Database } from '../../database/contract.ts';
import type { CodeSystem, CodeSystemConcept } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { asResource } from '../../fhir/structure/validate.ts';
import { resourceSystem } from '../../fhir/terminology/resource-system.ts';
import type { Said } from '../contract.ts';
import type { FhirPackage, TerminologyResource } from './fhir-content.ts';
import type { Batch, ReleasePlan } from './plan.ts';
import type { OpenRelease } from './release-file.ts';

/** A code system with more concepts is kept concept by concept. */
export const smallMax = 2_000;
const rowsAtOnce = 200;

export interface FhirParts {
  /** Loads a large code system as a release of its own. */
  load(plan: ReleasePlan, fingerprint: string): Promise<Result<{ concepts: number }>>;
  note(text: string): void;
  count(concepts: number): void;
  signal?: AbortSignal;
}

interface Row {
  type: string;
  url: string;
  version: string;
  refers: string[];
  body: string;
}

export async function loadFhir(
  database: Database,
  content: FhirPackage,
  { fingerprint }: OpenRelease,
  wish: { version?: string; use: boolean; now: Date },
  parts: FhirParts,
): Promise<Result<{ system: string; version: string; concepts: number; already?: boolean }>> {
  const { name: system } = content;
  const version = wish.version ?? content.version ?? wish.now.toISOString().slice(0, 10);
  const { rows: there } = await database.query<{ fingerprint: string }>({
    text: `select fingerprint from terminology_release where system = $1 and version = $2 and state = 'ready'`,
    values: [system, version],
  });
  if (there[0]?.fingerprint === fingerprint) return ok({ system, version, concepts: 0, already: true });
  const id = await begin(database, system, version, fingerprint, wish.now);
  let rows: Row[] = [];
  let concepts = 0;
  let resources = 0;
  let large: { system: string; version: string } | undefined;
  for await (const { text: _, ...plain } of content.resources()) {
    // The narrative is for people who read the resource itself; the longest ones are longer than a record takes.
    const resource = plain as TerminologyResource;
    if (parts.signal?.aborted) return fail('busy', 'The load was stopped: give the same command again to go on');
    if (resource.url === undefined) {
      parts.note(`a ${resource.resourceType} without url is passed over`);
      continue;
    }
    const wrong = asResource(resource, resource.resourceType);
    if (!wrong.ok) {
      // One wrong value set of a package of thousands must not keep the others out, nor be met first when it is asked for.
      parts.note(`the ${resource.resourceType} ${resource.url} is passed over: ${wrong.problem.where ?? ''} ${wrong.problem.message}`);
      continue;
    }
    const count = resource.resourceType === 'CodeSystem' ? countOf(resource.concept) : 1;
    concepts += count;
    if (resource.resourceType === 'CodeSystem' && count > smallMax && resource.content !== 'supplement') {
      const plan = planOf(resource, version);
      const done = await parts.load(plan, `${fingerprint} ${resource.url}`);
      if (!done.ok) return done;
      large = plan;
      continue;
    }
    resources += 1;
    parts.count(count);
    rows.push(rowOf(resource));
    if (rows.length < rowsAtOnce) continue;
    await write(database, id, rows);
    rows = [];
  }
  await write(database, id, rows);
  if (resources === 0) {
    await database.query({ text: `update terminology_release set state = 'removing' where id = $1`, values: [id] });
    return large === undefined
      ? fail('invalid', 'The file holds no CodeSystem, ValueSet or ConceptMap')
      : ok({ system: large.system, version: large.version, concepts });
  }
  await publish(database, id, system, version, resources, wish.use, wish.now);
  return ok({ system, version, concepts });
}

/** Begun anew each time: what a killed load left is put away. */
async function begin(database: Database, system: string, version: string, fingerprint: string, at: Date): Promise<number> {
  await database.query({
    text: `update terminology_release set state = 'removing' where system = $1 and version = $2 and state = 'loading'`,
    values: [system, version],
  });
  const { rows } = await database.query<{ id: number }>({
    text: `insert into terminology_release (system, version, kind, state, fingerprint, about, checkpoint, begun)
      values ($1, $2, 'package', 'loading', $3, $4, '', $5) returning id`,
    values: [
      system,
      version,
      fingerprint,
      JSON.stringify({ name: system, caseSensitive: true, content: 'complete', hierarchyMeaning: 'is-a', properties: [] }),
      at,
    ],
  });
  return rows[0]!.id;
}

async function publish(
  database: Database,
  id: number,
  system: string,
  version: string,
  size: number,
  use: boolean,
  at: Date,
): Promise<void> {
  await database.transaction(async (session) => {
    await session.query({
      text: `update terminology_release set state = 'removing', in_use = false where system = $1 and version = $2 and state = 'ready'`,
      values: [system, version],
    });
    if (use) await session.query({ text: 'update terminology_release set in_use = false where system = $1 and in_use', values: [system] });
    await session.query({
      text: `update terminology_release set state = 'ready', size = $2, completed = $3,
        in_use = $4 or not exists (select 1 from terminology_release where system = $5 and in_use) where id = $1`,
      values: [id, size, at, use, system],
    });
  });
}

async function write(database: Database, id: number, rows: readonly Row[]): Promise<void> {
  if (rows.length === 0) return;
  await database.query({
    text: `insert into terminology_resource (release, type, url, version, refers, body)
      select $1, t, u, v, array(select jsonb_array_elements_text(r::jsonb)), b from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[]) as x (t, u, v, r, b)
      on conflict (release, type, url, version) do update set body = excluded.body, refers = excluded.refers`,
    values: [
      id,
      rows.map(({ type }) => type),
      rows.map(({ url }) => url),
      rows.map(({ version }) => version),
      rows.map(({ refers }) => JSON.stringify(refers)),
      rows.map(({ body }) => body),
    ],
  });
}

function rowOf(resource: TerminologyResource): Row {
  const { resourceType: type, url = '', version = '' } = resource;
  return { type, url, version, refers: refersOf(resource), body: JSON.stringify(resource).toWellFormed() };
}

function refersOf(resource: TerminologyResource): string[] {
  if (resource.resourceType === 'CodeSystem') return resource.valueSet === undefined ? [] : [resource.valueSet];
  if (resource.resourceType === 'ValueSet') return [];
  const { sourceUri, sourceCanonical, targetUri, targetCanonical, group = [] } = resource;
  const all = [sourceUri, sourceCanonical, targetUri, targetCanonical, ...group.flatMap(({ source, target }) => [source, target])];
  return [...new Set(all.filter((one) => one !== undefined))];
}

/** Without recursion: a hierarchy may be as deep as it likes. */
function countOf(concepts: readonly CodeSystemConcept[] = []): number {
  let count = 0;
  const left = [...concepts];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    count += 1;
    for (const child of next.concept ?? []) left.push(child);
  }
  return count;
}

function planOf(resource: CodeSystem, version: string): ReleasePlan {
  const system = resourceSystem(resource, 'load');
  return {
    system: system.system,
    version: system.version ?? version,
    inFileOrder: true,
    about: {
      name: system.name,
      title: system.title,
      caseSensitive: system.caseSensitive,
      content: system.content,
      hierarchyMeaning: system.hierarchyMeaning,
      valueSet: system.valueSet,
      properties: [...system.properties],
    },
    passes: [
      {
        file: { name: resource.url ?? '', base: '', path: '', bytes: 0, open: () => (async function* () {})() },
        async *read(): AsyncGenerator<Batch> {
          for (let from = 0; from < system.size; from += rowsAtOnce) {
            const numbers = Array.from({ length: Math.min(rowsAtOnce, system.size - from) }, (_, i) => from + i);
            const said: Said[] = [];
            for (const one of await system.concepts(numbers)) {
              const { code } = one;
              said.push({
                code,
                says: 'concept',
                display: one.display,
                definition: one.definition,
                inactive: one.inactive,
                abstract: one.abstract,
              });
              for (const [rank, designation] of one.designations.entries()) said.push({ code, says: 'display', rank, designation });
              for (const { code: property, value } of one.properties)
                if (property !== 'parent' && property !== 'child')
                  said.push({ code, says: 'property', property, value: typeof value === 'object' ? value.code : value });
              for (const parent of one.parents) said.push({ code, says: 'parent', parent });
            }
            yield { line: from + numbers.length, said, bytes: 0 };
          }
        },
      },
    ],
  };
}
