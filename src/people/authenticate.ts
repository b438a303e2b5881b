// From a bearer token to the person who holds it. Asked at every request, so an answer is kept for up to a second: that is
// also the longest time for which a withdrawn token still works in another process.
import type { Database } from '../database/contract.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import type { Person } from '../policy/contract.ts';
import { attempt } from './attempt.ts';
import type { PeopleSettings } from './contract.ts';
import { type RightsRow, rightsOf } from './rights.ts';
import { tokenHash, tokenKind } from './token.ts';

const keptMs = 1_000;
const keptMax = 10_000;
/** The last use of a session is written down at most this often. */
const noteUseMs = 60_000;

/** What a token stands for until `until`. */
interface Held {
  person: Person;
  until: number;
}

const unknown = fail('forbidden', 'The token is unknown or was withdrawn. Sign in again.');
const expired = fail('forbidden', 'The token has expired. Sign in again.');

export interface Authenticator {
  authenticate(token: string, now: Date): Promise<Result<Person>>;
  /** Forgets one token, or all: after a change of rights in this process. */
  forget(token?: string): void;
}

export function authenticator(db: Database, settings: PeopleSettings): Authenticator {
  /** In the order of asking. The answer is a promise, so that requests that come at once ask once. */
  const kept = new Map<string, { askedAt: number; answer: Promise<Result<Held>> }>();

  const ask = (token: string, kind: 'session' | 'token', now: Date): Promise<Result<Held>> => {
    const askedAt = now.getTime();
    const before = kept.get(token);
    if (before !== undefined && askedAt >= before.askedAt && askedAt - before.askedAt < keptMs) return before.answer;

    const answer = attempt(() => (kind === 'session' ? heldBySession(db, settings, token, now) : heldByToken(db, token, now)));
    const entry = { askedAt, answer };
    kept.delete(token);
    kept.set(token, entry);
    if (kept.size > keptMax) for (const oldest of kept.keys()) if (kept.size > keptMax / 2) kept.delete(oldest);
    answer.then((result) => {
      // Only holders are kept: guesses would push them out.
      if (!result.ok && kept.get(token) === entry) kept.delete(token);
    });
    return answer;
  };

  return {
    async authenticate(token, now) {
      const kind = tokenKind(token);
      if (kind === undefined) return unknown;
      const held = await ask(token, kind, now);
      if (!held.ok) return held;
      return now.getTime() < held.value.until ? ok(held.value.person) : expired;
    },
    forget(token) {
      if (token === undefined) kept.clear();
      else kept.delete(token);
    },
  };
}

interface HolderRow extends RightsRow {
  id: string;
  name: string;
}

/** The rights are those of the account now, not those at sign-in. */
async function heldBySession(db: Database, settings: PeopleSettings, token: string, now: Date): Promise<Result<Held>> {
  const hash = tokenHash(token);
  const { rows } = await db.query<HolderRow & { created: Date; used: Date }>({
    name: 'session holder',
    text: `select account.id, name, role, organisations, patients, session.created, used
      from session join account on account.id = session.account where hash = $1 and not disabled`,
    values: [hash],
  });
  const row = rows[0];
  if (row === undefined) return unknown;
  const sessionEnd = row.created.getTime() + settings.sessionHours * 3_600_000;
  const idleMs = settings.idleMinutes * 60_000;
  if (now.getTime() >= Math.min(sessionEnd, row.used.getTime() + idleMs)) return expired;
  if (now.getTime() - row.used.getTime() >= Math.min(noteUseMs, idleMs / 2)) {
    await db.query({ name: 'session used', text: 'update session set used = $2 where hash = $1 and used < $2', values: [hash, now] });
  }
  return ok({ person: personOf(row), until: sessionEnd });
}

async function heldByToken(db: Database, token: string, now: Date): Promise<Result<Held>> {
  const { rows } = await db.query<HolderRow & { expires: Date }>({
    name: 'token holder',
    text: `select coalesce(client.id, token.id) as id, token.name, coalesce(client.role, token.role) as role, patients, expires,
        case when client.id is null then token.organisations else client.organisations end as organisations
      from access_token token left join client on client.id = token.client where hash = $1 and client.disabled is not true`,
    values: [tokenHash(token)],
  });
  const row = rows[0];
  if (row === undefined) return unknown;
  const until = row.expires.getTime();
  return now.getTime() < until ? ok({ person: personOf(row), until }) : expired;
}

/** Frozen, because many requests share it. */
function personOf(row: HolderRow): Person {
  const rights = rightsOf(row);
  Object.freeze(rights.organisations);
  Object.freeze(rights.patients);
  return Object.freeze({ id: row.id, name: row.name, ...rights });
}
