// $closure (http://hl7.org/fhir/R4/conceptmap-operation-closure.html): a client names the codes that it holds and hears which of them
// are kinds of which others. Kept is only what was named; what follows from it is worked out from the code systems each time.
import type { Database, Session } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { ClosureAnswer, Coding } from '../fhir/terminology/contract.ts';
import { locate } from '../fhir/terminology/lookup.ts';
import type { TerminologySource } from '../fhir/terminology/source.ts';

interface Table {
  account: string;
  name: string;
}

interface Member extends Coding {
  system: string;
  /** Of the table when it came in. */
  since: number;
}

const membersMax = 10_000;
const codingsMax = 1_000;
const tablesMax = 100;

/**
 * Without codings and without `after` the table begins anew. With codings: what became known through them. With `after`: all that
 * became known behind that version. Codes that are not known are refused and nothing is kept of the call.
 */
export async function closureTable(
  database: Database,
  source: TerminologySource,
  table: Table,
  codings: readonly Coding[],
  after: number | undefined,
  at: Date,
): Promise<Result<ClosureAnswer>> {
  if (codings.length > codingsMax) return fail('too-costly', `One call may name ${codingsMax} codes`, 'concept');
  if (codings.length > 0 && after !== undefined)
    return fail('invalid', 'Give concepts, or the version after which to replay: not both', 'version');
  for (const coding of codings) {
    const place = await locate(source, coding);
    if (!place.ok) return place;
  }
  if (codings.length === 0 && after === undefined) return begin(database, table, at);
  const kept = await keep(database, table, codings, at);
  if (!kept.ok) return kept;
  // Outside the transaction: the code systems are read over other connections, for which nobody may wait while holding one.
  const { version, before, members } = kept.value;
  return ok({ version, entries: await relations(source, members, after ?? before) });
}

/** Writes down what is new. `before`: version of the table until now. */
async function keep(
  database: Database,
  table: Table,
  codings: readonly Coding[],
  at: Date,
): Promise<Result<{ version: number; before: number; members: Member[] }>> {
  const { account, name } = table;
  return database.transaction(async (session): Promise<Result<{ version: number; before: number; members: Member[] }>> => {
    const { rows } = await session.query<{ version: number }>({
      text: 'select version from terminology_closure_table where account = $1 and name = $2 for update',
      values: [account, name],
    });
    const [found] = rows;
    if (found === undefined)
      return fail('not-found', `There is no closure table ${name}: begin it with a call that names no concept`, 'name');
    const members = await membersOf(session, table);
    const there = new Set(members.map(({ system, code }) => `${system}|${code}`));
    const fresh = [...new Map(codings.map((one) => [`${one.system}|${one.code}`, one])).values()].filter(
      (one) => !there.has(`${one.system}|${one.code}`),
    );
    if (members.length + fresh.length > membersMax) return fail('too-costly', `A closure table holds ${membersMax} codes`, 'concept');
    const version = found.version + (fresh.length > 0 ? 1 : 0);
    await add(session, table, fresh, version, at);
    const all = [...members, ...fresh.map((one): Member => ({ ...one, system: one.system ?? '', since: version }))];
    return ok({ version, before: found.version, members: all });
  });
}

async function begin(database: Database, { account, name }: Table, at: Date): Promise<Result<ClosureAnswer>> {
  return database.transaction(async (session): Promise<Result<ClosureAnswer>> => {
    const { rows } = await session.query<{ others: number }>({
      text: 'select count(*)::int as others from terminology_closure_table where account = $1 and name <> $2',
      values: [account, name],
    });
    if (rows[0]!.others >= tablesMax) return fail('too-costly', `An account may have ${tablesMax} closure tables`, 'name');
    await session.query({ text: 'delete from terminology_closure_member where account = $1 and name = $2', values: [account, name] });
    await session.query({
      text: `insert into terminology_closure_table (account, name, version, used) values ($1, $2, 1, $3)
        on conflict (account, name) do update set version = terminology_closure_table.version + 1, used = excluded.used`,
      values: [account, name, at],
    });
    const made = await session.query<{ version: number }>({
      text: 'select version from terminology_closure_table where account = $1 and name = $2',
      values: [account, name],
    });
    return ok({ version: made.rows[0]!.version, entries: [] });
  });
}

async function membersOf(session: Session, { account, name }: Table): Promise<Member[]> {
  const { rows } = await session.query<{ system: string; code: string; display: string | null; version: number }>({
    text: 'select system, code, display, version from terminology_closure_member where account = $1 and name = $2 order by version, system, code',
    values: [account, name],
  });
  return rows.map(({ system, code, display, version }) => ({ system, code, since: version, ...(display === null ? {} : { display }) }));
}

async function add(session: Session, { account, name }: Table, fresh: readonly Coding[], version: number, at: Date): Promise<void> {
  await session.query({
    text: 'update terminology_closure_table set version = $3, used = $4 where account = $1 and name = $2',
    values: [account, name, version, at],
  });
  await session.query({
    text: `insert into terminology_closure_member (account, name, system, code, display, version)
      select $1, $2, s, c, d, $3 from unnest($4::text[], $5::text[], $6::text[]) as t (s, c, d)`,
    values: [
      account,
      name,
      version,
      fresh.map(({ system }) => system ?? ''),
      fresh.map(({ code }) => code),
      fresh.map(({ display }) => display ?? null),
    ],
  });
}

/** Pairs of which one came behind a version. */
async function relations(source: TerminologySource, members: readonly Member[], after: number): Promise<ClosureAnswer['entries']> {
  const entries: ClosureAnswer['entries'] = [];
  for (const system of new Set(members.map((one) => one.system))) {
    const of = await source.system(system);
    if (of === undefined) continue;
    const some = members.filter((one) => one.system === system);
    const numbers = await of.find(some.map(({ code }) => code));
    const byNumber = new Map(numbers.flatMap((number, i) => (number === undefined ? [] : [[number, some[i]!] as const])));
    for (const [number, member] of byNumber) {
      // Old ones among themselves are known already: of those only what is above them and new matters.
      const above = await of.above(number);
      for (const [other, target] of byNumber)
        if (other !== number && (member.since > after || target.since > after) && above.has(other))
          entries.push({ source: plain(member), target: plain(target) });
      await source.rest();
    }
  }
  return entries;
}

const plain = ({ system, code, display }: Member): Coding => ({ system, code, ...(display === undefined ? {} : { display }) });
