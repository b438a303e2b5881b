// Clients: other programs with an account of their own. Their secret is 256 random bits made here, so it needs no slow hash.
import { randomUUID } from 'node:crypto';
import type { Database } from '../database/contract.ts';
import { DatabaseError } from '../database/failure.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { insertToken } from './access-tokens.ts';
import { nameFault, nameKey } from './account-name.ts';
import { attempt } from './attempt.ts';
import type { Client, Issued, PeopleSettings, Rights } from './contract.ts';
import { type RightsRow, rightsFault, rightsOf } from './rights.ts';
import { noteSignIn } from './sign-in.ts';
import { makeToken, sameHash, tokenHash } from './token.ts';

type ClientRow = Omit<RightsRow, 'patients'> & { id: string; name: string; disabled: boolean; created: Date };

const columns = 'id, name, role, organisations, disabled, created';

const clientOf = ({ id, name, disabled, created, ...rights }: ClientRow): Client => ({
  ...rightsOf({ ...rights, patients: null }),
  id,
  name,
  disabled,
  created,
});

export function createClient(db: Database, client: Rights & { name: string }, now: Date): Promise<Result<Client & { secret: string }>> {
  return attempt(async () => {
    const wrongName = nameFault(client.name);
    if (wrongName !== undefined) return fail('invalid', wrongName, 'name');
    if (client.role === 'patient' || client.patients !== undefined) return fail('invalid', 'A client cannot stand for a patient.', 'role');
    const wrongRights = rightsFault(client);
    if (wrongRights !== undefined) return fail('invalid', wrongRights.message, wrongRights.where);
    const secret = makeToken('secret');
    try {
      const { rows } = await db.query<ClientRow>({
        text: `insert into client (id, name, name_key, secret, role, organisations, created)
          values ($1, $2, $3, $4, $5, $6, $7) returning ${columns}`,
        values: [randomUUID(), client.name, nameKey(client.name), tokenHash(secret), client.role, client.organisations ?? null, now],
      });
      return ok({ ...clientOf(rows[0]!), secret });
    } catch (error) {
      if (error instanceof DatabaseError && error.constraint === 'client_name_key_key') {
        return fail('conflict', `There is already a client named ${client.name}.`, 'name');
      }
      throw error;
    }
  });
}

export function listClients(db: Database): Promise<Result<Client[]>> {
  return attempt(async () => {
    const { rows } = await db.query<ClientRow>({ text: `select ${columns} from client order by name_key` });
    return ok(rows.map(clientOf));
  });
}

export function disableClient(db: Database, name: string): Promise<Result<void>> {
  return attempt(async () => {
    const { rowCount } = await db.query({ text: 'update client set disabled = true where name_key = $1', values: [nameKey(name)] });
    return rowCount === 1 ? ok(undefined) : fail('not-found', `There is no client named ${name}.`);
  });
}

const nobodysSecret = tokenHash(makeToken('secret'));

export function clientCredentials(
  db: Database,
  settings: PeopleSettings,
  tried: { name: string; secret: string; from: string },
  now: Date,
): Promise<Result<Issued>> {
  return attempt(async () => {
    const { rows } = await db.query<ClientRow & { secret: Buffer }>({
      name: 'client by name',
      text: `select ${columns}, secret from client where name_key = $1`,
      values: [nameKey(tried.name).replaceAll('\0', ' ')],
    });
    const client = rows[0];
    const same = sameHash(client?.secret ?? nobodysSecret, tokenHash(tried.secret));
    const note = { at: now, account: client?.id ?? null, name: tried.name, from: tried.from };
    if (client === undefined || !same || client.disabled) {
      await noteSignIn(db, { ...note, outcome: 'client-refused' });
      return fail('forbidden', 'The client or its secret is wrong.');
    }
    return ok(
      await db.transaction(async (session) => {
        noteSignIn(session, { ...note, outcome: 'client' });
        const of = { ...rightsOf({ ...client, patients: null }), name: client.name, client: client.id };
        return insertToken(session, of, settings.tokenMinutes * 60_000, now);
      }),
    );
  });
}
