// Where the record asks policy: whether a write may touch the compartments that it names. Reads ask through the SQL
// predicate of policy/row-predicate.ts; both come from the same Decision.
import type { Session } from '../database/contract.ts';
import type { ResourceType } from '../fhir/generated/types.ts';
import { fail, type Problem } from '../fhir/result.ts';
import type { Action, Scope } from '../policy/contract.ts';
import { decide } from '../policy/decide.ts';
import { isShared } from '../policy/resource-classes.ts';
import { sees } from '../policy/row-predicate.ts';
import type { Held, PlannedWrite, Unit } from './commit.ts';
import type { Caller } from './contract.ts';
import { keyOfId } from './keys.ts';

/** The compartments of a row that stands in the record. */
export interface HeldRow {
  pat: string;
  also: string[] | null;
  org: string | null;
}

export interface Barred {
  problem: Problem;
  /** What stands there is none of the caller's business: it is answered as if nothing did. */
  unseen: boolean;
}

export interface ScopeCheck {
  refuses(caller: Caller, write: PlannedWrite, now: Held | undefined): Barred | undefined;
}

export function actionOf(write: PlannedWrite, now: Held | undefined): Action {
  if (now === undefined && write.imported !== undefined && write.imported !== false) return 'import';
  if (write.kind === 'delete') return 'delete';
  return now === undefined || now.deleted ? 'create' : 'update';
}

const bounded = (scope: Scope): boolean => scope.organisations !== undefined || scope.patients !== undefined;

/** Loads what the units' scopes need to know of the compartments that they write into. */
export async function checkScope(session: Session, units: Unit[], held: Map<string, Held>): Promise<ScopeCheck> {
  const orgs = new Map<string, string | null>();
  for (const row of held.values()) orgs.set(row.pat, row.org);
  const missing = new Set<string>();
  for (const { caller, writes } of units) {
    if (caller.person.organisations === undefined) continue;
    for (const write of writes)
      if (write.kind === 'put') for (const pat of [write.row.pat, ...(write.row.also ?? [])]) if (!orgs.has(pat)) missing.add(pat);
  }
  if (missing.size > 0) {
    const { rows } = await session.query<{ pat: string; org: string | null }>({
      name: 'compartments',
      text: 'select pat, org from compartment where pat = any($1::uuid[])',
      values: [`{${[...missing].join(',')}}`],
    });
    for (const row of rows) orgs.set(row.pat, row.org);
  }
  return { refuses: (caller, write, now) => refusal(caller, write, now, orgs) };
}

/** Whether something exists is itself protected: what is out of scope is decided, and worded, as if it were not there. */
function refusal(caller: Caller, write: PlannedWrite, now: Held | undefined, orgs: Map<string, string | null>): Barred | undefined {
  const type: ResourceType = write.kind === 'put' ? write.row.type : write.type;
  const shared = isShared(type);
  const { organisations, patients } = caller.person;
  const unseen = now !== undefined && !sees({ organisations, patients }, { ...now, shared }, keyOfId);
  const barred = (why: string): Barred => ({ problem: fail('forbidden', why).problem, unseen });
  const decision = decide(caller.person, caller.purpose, actionOf(write, unseen ? undefined : now), type);
  if (!decision.allowed) return { ...barred(decision.why), unseen: false };
  if (!bounded(decision.scope)) return undefined;
  if (write.kind === 'put' && !shared && !into(caller, decision.scope, write.row, orgs))
    return { ...barred(`This account may not write into that patient's record`), unseen: false };
  return unseen ? barred(`This account may not write ${type}/${nameOf(write)}`) : undefined;
}

/** Whether the scope covers every compartment that the new version is in; one that nobody holds yet is opened by the writer's organisation. */
function into(
  caller: Caller,
  scope: Scope,
  row: { pat: string; also: string[] | null; org: string | null },
  orgs: Map<string, string | null>,
): boolean {
  const own = caller.person.organisations?.map(keyOfId) ?? [];
  if (row.org !== null && scope.organisations !== undefined && !own.includes(row.org)) return false;
  return [row.pat, ...(row.also ?? [])].every((pat) => {
    const org = orgs.has(pat) ? (orgs.get(pat) ?? null) : (own[0] ?? null);
    return sees(scope, { pat, also: null, org, shared: false }, keyOfId);
  });
}

const nameOf = (write: PlannedWrite): string => (write.kind === 'put' ? write.row.id : write.id);
