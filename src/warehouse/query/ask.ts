// One query of a person in a DuckDB that is opened for it and closed after it, in this process: for the command line.
import { tmpdir } from 'node:os';
import { ok, type Result } from '../../fhir/result.ts';
import type { Answer, AskLimits, Detail, Parameters } from '../contract.ts';
import type { Derived } from '../derived/contract.ts';
import type { Manifest } from '../store/manifest.ts';
import { defaultAskLimits } from './limits.ts';
import { planOf } from './plan.ts';
import { openRoom } from './room.ts';
import { run } from './run.ts';
import type { Seen } from './tables.ts';

export interface Asked {
  folder: string;
  manifest: Manifest;
  seen: readonly Seen[];
  derived?: readonly Derived[];
  /** Compartment keys whose rows may be seen, where some table is scoped. */
  visible?: readonly string[];
  detail: Detail;
  /** By name, for `$name` in the query. */
  parameters?: Parameters;
  limits?: AskLimits;
  signal?: AbortSignal;
  /** IANA name; default UTC. */
  timeZone?: string;
}

export async function ask(sql: string, asked: Asked): Promise<Result<Answer>> {
  const limits = asked.limits ?? defaultAskLimits;
  const room = await openRoom(planOf('', { ...asked, limits, timeZone: asked.timeZone ?? 'UTC' }), tmpdir());
  try {
    const { result } = await run(room, { sql, parameters: asked.parameters ?? {}, limits }, asked.signal);
    if (!result.ok) return result;
    if (result.value.kind !== 'rows') throw new Error('rows were asked for');
    return ok(JSON.parse(result.value.text) as Answer);
  } finally {
    room.close();
  }
}
