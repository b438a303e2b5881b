// Observation/$lastn (http://hl7.org/fhir/R4/observation-operation-lastn.html): of what a search finds the newest of each kind
// of observation, patient by patient. One kind: the same first coding, or the same text where there is no coding.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import type { Caller, Page } from '../contract.ts';
import { asFarAsItFits } from '../heavy.ts';
import { parameterKey } from '../keys.ts';
import { show } from './audited.ts';
import { chainTargets, mostTargets } from './chain-targets.ts';
import { Compiler } from './compiler.ts';
import { costOf, parametersMax } from './cost.ts';
import { withLists } from './lists.ts';
import { type HitRow, hitColumns, type Limits, type SearchRunner, searchNote, storedOf, whereOf } from './search.ts';
import { storedTerminology } from './stored-terminology.ts';
import { readTerms } from './terminology.ts';

/** In the order of kind and, within one, newest first. `cut`: there were more than one page may have. */
export async function lastN(runner: SearchRunner, caller: Caller, asked: Query, each: number, limits: Limits): Promise<Result<Page>> {
  const listed = await withLists(runner, caller, asked);
  if (!listed.ok) return listed;
  const query = listed.value;
  if (query.where.reduce((sum, clause) => sum + costOf(clause), 0) > parametersMax)
    return fail('too-costly', 'The operation compares too many values: split it');
  const terms = await readTerms(query.where, storedTerminology(runner, caller));
  if (!terms.ok) return terms;
  const known = await chainTargets(runner, caller, query.where, terms.value, limits.chainTargetsMax ?? mostTargets);
  const compiler = new Compiler(caller, 'placeholders', known);
  const { parameters } = compiler;
  const where = whereOf({ query }, compiler);
  const most = parameters.add(limits.countMax + 1, 'int8');
  const date = parameterKey(parametersOf('Observation').get('date')!);
  const hits = `
select * from (
  select ${hitColumns('r', most)}, k.kind, row_number() over (partition by r.pat, k.kind order by d.low desc nulls last, r.id) as place
  from resource r,
    lateral (select r.body::json -> 'code' as code) c,
    lateral (select coalesce((c.code #>> '{coding,0,system}') || '|', '') || coalesce(c.code #>> '{coding,0,code}', c.code ->> 'text', '') as kind) k
    left join lateral (select max(v.low) as low from range_value v where v.id = r.id and v.pat = r.pat and v.parameter = ${date}) d on true
  where ${where}
) h where h.place <= ${parameters.add(each, 'int8')} order by h.pat, h.kind, h.place limit ${most}`;
  const note = searchNote(caller, { ...query, understood: [['$lastn', String(each)], ...query.understood] });
  const rows = await show<HitRow & Record<string, unknown>>(runner, {
    hits,
    values: parameters.values,
    order: 'hit.pat, hit.kind, hit.place',
    note,
  });
  const shown = await asFarAsItFits(runner, rows.slice(0, limits.countMax));
  return ok({ matches: shown.map(storedOf), included: [], ...(rows.length > shown.length ? { cut: true } : {}) });
}
