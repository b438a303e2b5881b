// Changes of rules by the people of a site: asked for, signed, in force, ended. Every step is one transaction that tells all
// processes (listen/notify); one change of a rule is in force, one waits for signatures, the newer takes the older's place.
import { randomUUID } from 'node:crypto';
import type { Database, Session } from '../../database/contract.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Level, Tier } from '../../modules/medication-safety/knowledge/contract.ts';
import type { LocalRule, LocalRules } from '../../modules/medication-safety/local-rules.ts';
import { ruleKey } from '../../modules/medication-safety/local-rules.ts';
import type { Person } from '../../policy/contract.ts';
import type { Change } from './governance-answers.ts';
import { saysOf } from './governance-signatures.ts';
import type { What } from './governance-wish.ts';

export const rulesChannel = 'medication_rules';

export interface Asked {
  file: string;
  rule: string;
  version: string;
  what: What;
  tier?: Tier;
  level?: Level;
  why: string;
  replay?: string;
  evidence?: unknown;
  signaturesNeeded: number;
}

const tell: { text: string } = { text: `select pg_notify('${rulesChannel}', '')` };

/** In force at once where no signature is needed; otherwise it waits, in the place of one that waited before. */
export async function askChange(database: Database, asked: Asked, person: Person, now: Date): Promise<string> {
  const id = randomUUID();
  const at = now.toISOString();
  await database.transaction(async (session) => {
    await lockRule(session, asked);
    await session.query({
      text: `update medication_rule_change set state = 'superseded', ended = $3, ended_by = $4, ended_why = 'a newer change was asked for'
where file = $1 and rule = $2 and state = any ($5::text[])`,
      values: [asked.file, asked.rule, at, person.name, asked.signaturesNeeded === 0 ? ['waiting', 'in-force'] : ['waiting']],
    });
    await session.query({
      text: `insert into medication_rule_change (id, file, rule, version, what, tier, level, state, signatures_needed, account, name, role, why, at, replay, evidence, in_force)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)`,
      values: [
        id,
        asked.file,
        asked.rule,
        asked.version,
        asked.what,
        asked.tier ?? null,
        asked.level === undefined ? null : JSON.stringify(asked.level),
        asked.signaturesNeeded === 0 ? 'in-force' : 'waiting',
        asked.signaturesNeeded,
        person.id,
        person.name,
        person.role,
        asked.why,
        at,
        asked.replay ?? null,
        asked.evidence === undefined ? null : JSON.stringify(asked.evidence),
        asked.signaturesNeeded === 0 ? at : null,
      ],
    });
    await session.query(tell);
  });
  return id;
}

/** Two who act on one rule at the same moment come one after the other. */
const lockRule = (session: Session, { file, rule }: { file: string; rule: string }) =>
  session.query({ text: `select pg_advisory_xact_lock(hashtextextended($1, 810))`, values: [`${file}/${rule}`] });

interface Locked {
  id: string;
  file: string;
  rule: string;
  state: string;
  account: string;
  signatures_needed: number;
}

async function locked(session: Session, id: string): Promise<Locked | undefined> {
  const columns = 'id, file, rule, state, account, signatures_needed';
  const { rows } = await session.query<Locked>({ text: `select ${columns} from medication_rule_change where id = $1`, values: [id] });
  if (rows[0] === undefined) return undefined;
  await lockRule(session, rows[0]);
  const again = await session.query<Locked>({ text: `select ${columns} from medication_rule_change where id = $1`, values: [id] });
  return again.rows[0];
}

const noSuch = () => fail('not-found', 'There is no such change of a rule');

/** Signed by somebody else than who asked; with the last signature it is in force. */
export async function signChange(
  database: Database,
  id: string,
  { agrees, words }: { agrees: boolean; words: string },
  person: Person,
  now: Date,
): Promise<Result<void>> {
  const at = now.toISOString();
  return database.transaction(async (session): Promise<Result<void>> => {
    const change = await locked(session, id);
    if (change === undefined) return noSuch();
    if (change.state !== 'waiting') return fail('conflict', `The change waits for no signature: it is ${change.state}`);
    if (change.account === person.id) return fail('forbidden', 'Who asked for a change does not sign it: ask somebody else');
    const { rows: before } = await session.query<{ account: string }>({
      text: 'select account from medication_rule_signature where change = $1',
      values: [id],
    });
    if (before.some((each) => each.account === person.id)) return fail('conflict', 'You have signed it already: it needs somebody else');
    if (!agrees) {
      await end(session, id, 'refused', person, words, at);
      return ok(undefined);
    }
    await session.query({
      text: 'insert into medication_rule_signature (change, account, name, role, words, at) values ($1, $2, $3, $4, $5, $6)',
      values: [id, person.id, person.name, person.role, words, at],
    });
    if (before.length + 1 >= change.signatures_needed) {
      await session.query({
        text: `update medication_rule_change set state = 'superseded', ended = $3, ended_by = $4, ended_why = 'a newer change came in force'
where file = $1 and rule = $2 and state = 'in-force'`,
        values: [change.file, change.rule, at, person.name],
      });
      await session.query({ text: `update medication_rule_change set state = 'in-force', in_force = $2 where id = $1`, values: [id, at] });
    }
    await session.query(tell);
    return ok(undefined);
  });
}

/** Takes back what waits or is in force: the rule is as its file has it again. */
export async function endChange(database: Database, id: string, why: string, person: Person, now: Date): Promise<Result<void>> {
  return database.transaction(async (session): Promise<Result<void>> => {
    const change = await locked(session, id);
    if (change === undefined) return noSuch();
    if (change.state !== 'waiting' && change.state !== 'in-force') return fail('conflict', `The change has ended: it is ${change.state}`);
    await end(session, id, 'revoked', person, why, now.toISOString());
    return ok(undefined);
  });
}

async function end(session: Session, id: string, state: 'refused' | 'revoked', person: Person, why: string, at: string): Promise<void> {
  await session.query({
    text: 'update medication_rule_change set state = $2, ended = $3, ended_by = $4, ended_why = $5 where id = $1',
    values: [id, state, at, person.name, why],
  });
  await session.query(tell);
}

interface ChangeRow {
  id: string;
  file: string;
  rule: string;
  version: string;
  what: What;
  tier: Tier | null;
  level: Level | null;
  state: Change['state'];
  signatures_needed: number;
  name: string;
  role: string;
  why: string;
  at: Date;
  replay: string | null;
  evidence: unknown;
  in_force: Date | null;
  ended: Date | null;
  ended_by: string | null;
  ended_why: string | null;
  signatures: { name: string; role: string; words: string; at: string }[] | null;
}

/** Newest first; of one rule, or of all. */
export async function listChanges(database: Session, of?: { file: string; rule: string }): Promise<Change[]> {
  const { rows } = await database.query<ChangeRow>({
    text: `select c.*, (select json_agg(json_build_object('name', s.name, 'role', s.role, 'words', s.words, 'at', s.at) order by s.at)
  from medication_rule_signature s where s.change = c.id) as signatures
from medication_rule_change c where $1::text is null or (file = $1 and rule = $2) order by at desc limit 500`,
    values: [of?.file ?? null, of?.rule ?? null],
  });
  return rows.map(changeOf);
}

const changeOf = (row: ChangeRow): Change => ({
  id: row.id,
  file: row.file,
  rule: row.rule,
  version: row.version,
  what: row.what,
  ...(row.tier === null ? {} : { tier: row.tier }),
  ...(row.level === null ? {} : { level: row.level }),
  state: row.state,
  signaturesNeeded: row.signatures_needed,
  by: { name: row.name, role: row.role },
  why: row.why,
  at: row.at.toISOString(),
  ...(row.replay === null ? {} : { replay: row.replay }),
  ...(row.evidence === null ? {} : { evidence: row.evidence }),
  ...(row.in_force === null ? {} : { inForce: row.in_force.toISOString() }),
  ...(row.ended === null ? {} : { ended: { at: row.ended.toISOString(), by: row.ended_by ?? '', why: row.ended_why ?? '' } }),
  signatures: row.signatures ?? [],
});

export async function changesInForce(database: Session): Promise<LocalRules> {
  const { rows } = await database.query<Pick<ChangeRow, 'id' | 'file' | 'rule' | 'what' | 'tier' | 'level' | 'in_force'>>({
    name: 'medication-rules-in-force',
    text: `select id, file, rule, what, tier, level, in_force from medication_rule_change where state = 'in-force'`,
  });
  return new Map(rows.map((row) => [ruleKey({ file: row.file, id: row.rule }), localOf(row)]));
}

export function localOf(row: { id: string; what: What; tier: Tier | null; level: Level | null; in_force: Date | null }): LocalRule {
  const { id, what, tier, level } = row;
  const head = { change: id, says: saysOf(what, tier ?? undefined, (row.in_force ?? new Date(0)).toISOString().slice(0, 10)) };
  if (what === 'at-most') return { ...head, atMost: tier ?? 'aside' };
  if (what === 'at-least') return { ...head, atLeast: tier ?? 'interrupt' };
  if (what === 'level') return { ...head, levels: level === null ? [] : [level] };
  return { ...head, status: what };
}
