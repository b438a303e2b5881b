// What a backup is told of the record, and what is told of a backup: where the feed stands, and who made it.
import { randomUUID } from 'node:crypto';
import type { BackupAbout } from '../../database/backup/contract.ts';
import type { Session } from '../../database/contract.ts';
import { version } from '../../gateways/version.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import { auditInsert, auditRow } from '../../record/audit.ts';

export const about: BackupAbout = {
  lamplight: version,
  position: { text: 'select coalesce(max(position), 0)::int8 as position from change' },
};

/** Into the audit trail, as administration of the system from the command line: no patient is named, all are concerned. */
export async function auditWhole(session: Session, action: 'backup' | 'restore', who: string, what: string): Promise<void> {
  const caller = {
    person: { id: namedUuid('account', 'command line'), name: who, role: 'administrator' as const },
    purpose: 'HSYSADMIN' as const,
    from: 'lamplight',
    request: randomUUID(),
  };
  await session.query(auditInsert([auditRow(caller, new Date(), action, { outcome: 200, query: what })]));
}

/** In the form of Problem (fhir/result.ts), as jobs keep it. */
const cutOff = JSON.stringify({
  kind: 'gone',
  message: 'The database was restored from a backup that was made while this was under way: ask for it again.',
});

/** More changes than are made between a backup and its restore; positions stay below what JavaScript counts exactly. */
const leap = 10_000_000_000;

/** Numbers of transactions are those of the server that was left: the rows count as written before there were any. Touches no row. */
const writtenBefore = (table: string, index: string): { table: string; text: string } => ({
  table,
  text: `
do $$ begin
  if exists (select from pg_attribute where attrelid = '${table}'::regclass and attname = 'written_by' and not attisdropped) then
    alter table ${table} drop column written_by;
    alter table ${table} add column written_by int8 not null default 0;
    alter table ${table} alter column written_by set default pg_current_xact_id()::text::int8;
    ${index}
  end if;
end $$`,
});
const inBlocks = 'using brin (written_by) with (pages_per_range = 32, autosummarize = on)';

/**
 * What was given out before the backup must open nothing after it: a session that was ended since, or a token that was revoked
 * since, would be valid again. Accounts, clients and their secrets stay: they sign in anew. Work that was under way is not taken
 * up: its files, and whoever waited for it, belong to the time before. And a position that was given out since must never come
 * to mean another change: whoever follows from outside and had read on would pass over the new one.
 */
export const afterRestore: { table: string; text: string }[] = [
  { table: 'session', text: 'delete from session' },
  { table: 'access_token', text: 'delete from access_token' },
  { table: 'change', text: `select setval('change_position', (select last_value from change_position) + ${leap})` },
  {
    table: 'job',
    text: `update job set state = 'failed', problem = '${cutOff}', ended = now(), holder = null, lease = null where state in ('waiting', 'running')`,
  },
  writtenBefore('audit', `create index audit_written_by on audit ${inBlocks};`),
  writtenBefore('message', `create index message_written_by on message ${inBlocks};`),
  writtenBefore('message_result', 'create index message_result_written_by on message_result (written_by);'),
  writtenBefore('message_work', ''),
  // Tables are made anew, and know of nothing that was given up before.
  { table: 'message_pruned', text: 'delete from message_pruned' },
];
