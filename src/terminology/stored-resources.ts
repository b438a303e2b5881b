// Small code systems, value sets and maps of packages that were loaded (terminology_resource).
import type { Session } from '../database/contract.ts';
import type { CodeSystem, ConceptMap, ValueSet } from '../fhir/generated/types.ts';
import { partsOf } from '../fhir/terminology/source.ts';
import type { TerminologyResources } from './resources.ts';

export function storedResources(database: Session): TerminologyResources {
  const find = async (type: string, canonical: string): Promise<unknown> => {
    const { url, version } = partsOf(canonical);
    const { rows } = await database.query<{ body: string }>({
      name: 'terminology-resource',
      text: `select t.body from terminology_resource t join terminology_release r on r.id = t.release and r.state = 'ready'
        where t.url = $1 and t.type = $2 and ($3::text is null or t.version = $3) order by r.in_use desc, r.completed desc, t.version desc limit 1`,
      values: [url, type, version ?? null],
    });
    return rows[0] === undefined ? undefined : JSON.parse(rows[0].body);
  };
  return {
    codeSystem: async (canonical) => (await find('CodeSystem', canonical)) as CodeSystem | undefined,
    valueSet: async (canonical) => (await find('ValueSet', canonical)) as ValueSet | undefined,
    conceptMap: async (canonical) => (await find('ConceptMap', canonical)) as ConceptMap | undefined,
    async conceptMaps(of) {
      const { rows } = await database.query<{ body: string }>({
        text: `select t.body from terminology_resource t join terminology_release r on r.id = t.release and r.state = 'ready'
          where t.type = 'ConceptMap' and t.refers @> array[$1::text] order by t.url limit 50`,
        values: [of],
      });
      return rows.map(({ body }) => JSON.parse(body) as ConceptMap);
    },
    async systemOfValueSet(canonical) {
      const { rows } = await database.query<{ url: string }>({
        text: `select t.url from terminology_resource t join terminology_release r on r.id = t.release and r.state = 'ready'
          where t.type = 'CodeSystem' and t.refers @> array[$1::text] limit 1`,
        values: [canonical],
      });
      return rows[0]?.url;
    },
  };
}
