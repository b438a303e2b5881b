// Rows that a search needs beside its matches: what is included, value sets, code systems. Audited like every access.
import type { ResourceType } from '../../fhir/generated/types.ts';
import { auditRow } from '../audit.ts';
import type { Caller, Stored } from '../contract.ts';
import { asFarAsItFits } from '../heavy.ts';
import { show } from './audited.ts';
import type { Compiler } from './compiler.ts';
import type { Runner } from './lanes.ts';
import { type HitRow, hitColumns, storedOf } from './search.ts';

/** `where`: SQL on the alias `r`, made with `compiler`, with the caller's scope in it; `first`: which come first. `cut`: they weighed too much together. */
export async function fetchRows(
  runner: Runner,
  caller: Caller,
  compiler: Compiler,
  action: 'include' | 'search',
  type: ResourceType,
  where: string,
  most: number,
  first: 'id' | 'newest' = 'id',
): Promise<{ found: Stored[]; cut: boolean }> {
  const order = first === 'id' ? 'id' : 'at desc, id';
  const limit = compiler.parameters.add(most, 'int8');
  const hits = `select ${hitColumns('r', limit)} from resource r where ${where} and not r.deleted order by ${order} limit ${limit}`;
  const audit = auditRow(caller, new Date(), action, { type, outcome: 200 });
  const rows = await show<HitRow>(runner, { hits, values: compiler.parameters.values, order, note: audit, prepared: true });
  const whole = await asFarAsItFits(runner, rows);
  return { found: whole.map(storedOf), cut: whole.length < rows.length };
}
