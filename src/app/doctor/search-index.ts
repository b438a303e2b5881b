// Whether every resource is indexed by the search parameters of this program and of the site.
import { compile } from '../../fhir/fhirpath/compile.ts';
import { resourceTypes } from '../../fhir/generated/types.ts';
import { typeNumber, typeOfNumber } from '../../record/keys.ts';
import { fingerprintOf } from '../../record/parameters/fingerprint.ts';
import { ParameterRegistry } from '../../record/parameters/registry.ts';
import { migrations } from '../database.ts';
import { migrationState } from '../migration-state.ts';
import { type Check, doubtful, fine } from './contract.ts';

export const searchIndex: Check = {
  name: 'search',
  async look({ database }) {
    if (database === undefined || (await migrationState(database, migrations)).missing.length > 0) return [];
    await new ParameterRegistry(database, compile).refresh();
    const { rows } = await database.query<{ type: number; stale: bigint }>({
      text: `select d.type, count(*) as stale from (select type, indexed from directory union all select type, indexed from contained) d join unnest($1::int2[], $2::int8[]) as f(type, fingerprint) on f.type = d.type
where d.indexed is distinct from f.fingerprint group by d.type order by count(*) desc`,
      values: [`{${resourceTypes.map(typeNumber).join(',')}}`, `{${resourceTypes.map(fingerprintOf).join(',')}}`],
    });
    if (rows.length === 0) return [fine('every resource is indexed by the search parameters in force')];
    const count = rows.reduce((sum, { stale }) => sum + Number(stale), 0);
    const named = rows.slice(0, 5).map(({ type, stale }) => `${typeOfNumber(type)} ${stale}`);
    const more = rows.length > named.length ? ` and ${rows.length - named.length} more types` : '';
    return [
      doubtful(
        `reindex needed: ${count} resources are indexed by other search parameters than those in force (${named.join(', ')}${more})`,
        'run "lamplight reindex"; until then a search may miss them',
      ),
    ];
  },
};
