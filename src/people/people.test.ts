import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Database } from '../database/contract.ts';
import { migrate } from '../database/migrate.ts';
import { type TestDatabase, testDatabase } from '../database/testing.ts';
import type { Result } from '../fhir/result.ts';
import type { People } from './contract.ts';
import { openPeople } from './people.ts';
import { peopleMigrations } from './schema.ts';

let bench: TestDatabase;
let people: People;
/** Statements sent by `people`, to count them. */
let asked: string[];
beforeAll(async () => {
  bench = await testDatabase();
  await migrate(bench.db, peopleMigrations);
});
afterAll(() => bench.drop());
beforeEach(async () => {
  await bench.db.query({ text: 'truncate account, session, client, access_token, sign_in_guard, sign_in cascade' });
  asked = [];
  const counting: Database = {
    ...bench.db,
    query: (statement) => {
      asked.push(statement.name ?? statement.text);
      return bench.db.query(statement);
    },
  };
  people = openPeople(counting);
});

const start = new Date('2026-11-22T08:00:00Z');
const minute = 60_000;
const hour = 60 * minute;
const later = (ms: number) => new Date(start.getTime() + ms);
const password = 'gravel-tuna-lantern';

const value = <T>(result: Result<T>): T => {
  if (result.ok) return result.value;
  throw new Error(result.problem.message);
};
const problem = (result: Result<unknown>) => {
  if (result.ok) throw new Error('a problem was expected');
  return result.problem;
};
const ada = async () =>
  value(
    await people.createAccount(
      { name: 'Ada', password, role: 'clinician', organisations: ['north'], practitioner: 'Practitioner/ada' },
      start,
    ),
  );
const enter = (tried: Partial<{ name: string; password: string; from: string }> = {}, now = start) =>
  people.signIn({ name: 'ada', password, from: '10.0.0.7', ...tried }, now);
const trail = async () =>
  (await bench.db.query<{ outcome: string }>({ text: 'select outcome from sign_in order by at, outcome' })).rows.map((row) => row.outcome);

describe('the rights that somebody has now', () => {
  const rights = (id: string, now = start) => people.rightsNow(id, now);

  test('are those of the account, until it is disabled', async () => {
    const { id } = await ada();
    expect(value(await rights(id))).toEqual({ id, name: 'Ada', role: 'clinician', organisations: ['north'] });
    await people.changeAccount('ada', { role: 'nurse' });
    expect(value(await rights(id)).role).toBe('nurse');
    await people.changeAccount('ada', { disabled: true });
    expect(problem(await rights(id)).kind).toBe('forbidden');
  });

  test('are those of the client, whichever of its tokens it came with', async () => {
    const client = value(await people.createClient({ name: 'bulk', role: 'analyst' }, start));
    const { token } = value(await people.clientCredentials({ name: 'bulk', secret: client.secret, from: '10.0.0.8' }, start));
    const { id } = value(await people.authenticate(token, start));
    expect(value(await rights(id, later(48 * hour))).role).toBe('analyst');
    await people.disableClient('bulk');
    expect(problem(await rights(id)).kind).toBe('forbidden');
  });

  test('are those of a token of its own, until it expires or is withdrawn', async () => {
    const { token } = value(await people.issueToken({ name: 'night', role: 'analyst' }, hour, start));
    const { id } = value(await people.authenticate(token, start));
    expect(value(await rights(id)).role).toBe('analyst');
    expect(problem(await rights(id, later(hour))).kind).toBe('forbidden');
    await people.revoke(token);
    expect(problem(await rights(id)).kind).toBe('forbidden');
  });
});

describe('an account', () => {
  test('signs in under its name in any case, and is who it was made', async () => {
    const made = await ada();
    const { token, person } = value(await enter({ name: 'ADA' }));
    expect(person).toEqual({ id: made.id, name: 'Ada', role: 'clinician', organisations: ['north'] });
    expect(value(await people.authenticate(token, start))).toEqual(person);
    expect(value(await people.listAccounts())).toEqual([made]);
    expect(await trail()).toEqual(['success']);
  });

  test('has a name that nobody else has, however it is written', async () => {
    await ada();
    expect(problem(await people.createAccount({ name: 'ａＤa', password, role: 'nurse' }, start))).toMatchObject({
      kind: 'conflict',
      where: 'name',
    });
  });

  test.each([
    [{ name: '' }, 'name'],
    [{ name: 'a\u200bda' }, 'name'],
    [{ password: 'ada-ada-ada-ada' }, 'password'],
    [{ password: 'short' }, 'password'],
    [{ role: 'patient' as const }, 'patients'],
    [{ organisations: ['Organization/1'] }, 'organisations'],
  ])('is refused with %j', async (wrong, where) => {
    expect(problem(await people.createAccount({ name: 'ada', password, role: 'nurse', ...wrong }, start))).toMatchObject({
      kind: 'invalid',
      where,
    });
  });

  test('is stored without its password, and its sessions and tokens without the token', async () => {
    await ada();
    const session = value(await enter());
    const issued = value(await people.issueToken({ name: 'import', role: 'system' }, hour, start));
    const client = value(await people.createClient({ name: 'laboratory', role: 'system' }, start));
    const { rows } = await bench.db.query<{ text: string }>({
      text: `select row_to_json(a)::text as text from account a union all select row_to_json(s)::text from session s
        union all select row_to_json(t)::text from access_token t union all select row_to_json(c)::text from client c`,
    });
    const stored = rows.map((row) => row.text).join('\n');
    for (const secret of [password, session.token, issued.token, client.secret]) {
      expect(stored).not.toContain(secret);
      expect(stored).not.toContain(Buffer.from(secret).toString('hex'));
    }
    expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$');
  });

  test('with a new password has no session left and signs in with the new one only', async () => {
    await ada();
    const { token } = value(await enter());
    value(await people.authenticate(token, start));
    value(await people.setPassword('ada', 'another-long-lantern'));
    expect(problem(await people.authenticate(token, start)).kind).toBe('forbidden');
    expect(problem(await enter()).kind).toBe('forbidden');
    value(await enter({ password: 'another-long-lantern' }));
  });

  test('that is disabled is out at once and cannot come back, and nothing tells it from a wrong password', async () => {
    await ada();
    const { token } = value(await enter());
    value(await people.authenticate(token, start));
    value(await people.changeAccount('ada', { disabled: true }));
    expect(problem(await people.authenticate(token, start)).kind).toBe('forbidden');
    expect(problem(await enter())).toEqual(problem(await enter({ password: 'something else' })));
  });

  test('whose role changes has it in the session that is open', async () => {
    await ada();
    const { token } = value(await enter());
    value(await people.changeAccount('ada', { role: 'nurse', organisations: ['south'] }));
    expect(value(await people.authenticate(token, start))).toMatchObject({ role: 'nurse', organisations: ['south'] });
  });

  test('that is the last administrator stays one, also when two are disabled at once', async () => {
    for (const name of ['one', 'two']) value(await people.createAccount({ name, password, role: 'administrator' }, start));
    const both = await Promise.all([people.changeAccount('one', { disabled: true }), people.changeAccount('two', { role: 'nurse' })]);
    expect(both.filter((one) => one.ok)).toHaveLength(1);
    expect(both.find((one) => !one.ok)).toMatchObject({ problem: { kind: 'conflict' } });
  });
});

describe('the first administrator', () => {
  test('is made once, with a password that is shown and works', async () => {
    const made = value(await people.ensureFirstAdministrator(undefined, start)).made!;
    value(await enter({ name: made.name, password: made.password! }));
    expect(value(await people.ensureFirstAdministrator(undefined, start))).toEqual({});
  });

  test('takes the password that the operator set, shows none, and says what is wrong with a weak one', async () => {
    expect(value(await people.ensureFirstAdministrator('admin', start))).toEqual({
      made: { name: 'admin' },
      advice: expect.stringContaining('12'),
    });
    value(await enter({ name: 'admin', password: 'admin' }));
  });

  test('is one, also when two programs start at once', async () => {
    await Promise.all([people.ensureFirstAdministrator(undefined, start), people.ensureFirstAdministrator(undefined, start)]);
    expect(value(await people.listAccounts())).toHaveLength(1);
  });
});

describe('guessing', () => {
  test('an unknown name and a wrong password look the same', async () => {
    await ada();
    expect(problem(await enter({ password: 'wrong' }))).toEqual(problem(await enter({ name: 'nobody' })));
    expect(await trail()).toEqual(['refused', 'refused']);
  });

  test.each(['ada', 'nobody'])(
    'five failures lock the name %s, whether or not it exists, for 15 minutes, then 30, then 60',
    async (name) => {
      await ada();
      let now = start;
      for (let failure = 1; failure <= 5; failure += 1)
        expect(problem(await enter({ name, password: 'wrong' }, now)).kind).toBe('forbidden');
      for (const minutes of [15, 30, 60]) {
        expect(problem(await enter({ name }, now))).toEqual({
          kind: 'busy',
          message: `Too many failed sign-ins. Try again after ${new Date(now.getTime() + minutes * minute).toISOString()}.`,
        });
        expect(problem(await enter({ name }, new Date(now.getTime() + minutes * minute - 1))).kind).toBe('busy');
        now = new Date(now.getTime() + minutes * minute);
        expect(problem(await enter({ name, password: 'wrong' }, now)).kind).toBe('forbidden');
      }
    },
  );

  test('the right password after the lock starts anew', async () => {
    await ada();
    for (let failure = 1; failure <= 5; failure += 1) await enter({ password: 'wrong' });
    value(await enter({}, later(15 * minute)));
    for (let failure = 1; failure <= 4; failure += 1) await enter({ password: 'wrong' }, later(16 * minute));
    value(await enter({}, later(16 * minute)));
  });

  test('failures are forgotten after a day', async () => {
    await ada();
    for (let failure = 1; failure <= 4; failure += 1) await enter({ password: 'wrong' });
    await enter({ password: 'wrong' }, later(25 * hour));
    value(await enter({}, later(25 * hour)));
  });

  test('many at once are not more than five', async () => {
    await ada();
    const all = await Promise.all(Array.from({ length: 30 }, () => enter({ password: 'wrong' })));
    expect(all.filter((one) => problem(one).kind === 'forbidden')).toHaveLength(5);
  });

  test('twenty failures from one address lock it for all names, and a success in between does not clear them', async () => {
    await ada();
    for (let failure = 1; failure <= 20; failure += 1) {
      await enter({ name: `name ${failure}`, from: 'evil' });
      if (failure < 20) value(await enter({ from: 'evil' }));
    }
    expect(problem(await enter({ from: 'evil' })).kind).toBe('busy');
    value(await enter({ from: 'elsewhere' }));
  });

  test('with hostile names is refused like any other', async () => {
    for (const name of ["' or 1=1 --", 'a\0b', '\ud800', 'x'.repeat(100_000)])
      expect(problem(await enter({ name, password: name })).kind).toBe('forbidden');
  });
});

describe('a session', () => {
  test('ends after 12 hours, however it is used', async () => {
    await ada();
    const { token, expires } = value(await enter());
    expect(expires).toEqual(later(12 * hour));
    for (let ms = 0; ms < 12 * hour; ms += 20 * minute) value(await people.authenticate(token, later(ms)));
    value(await people.authenticate(token, later(12 * hour - 1)));
    expect(problem(await people.authenticate(token, later(12 * hour)))).toEqual({
      kind: 'forbidden',
      message: 'The token has expired. Sign in again.',
    });
  });

  test('ends after 30 minutes without use', async () => {
    await ada();
    const { token } = value(await enter());
    value(await people.authenticate(token, later(29 * minute)));
    value(await people.authenticate(token, later(58 * minute)));
    expect(problem(await people.authenticate(token, later(88 * minute))).message).toContain('expired');
  });

  test('ends with signing out', async () => {
    await ada();
    const { token } = value(await enter());
    value(await people.authenticate(token, start));
    value(await people.signOut(token, '10.0.0.7', later(minute)));
    expect(problem(await people.authenticate(token, later(minute))).kind).toBe('forbidden');
    expect(await trail()).toEqual(['success', 'signed-out']);
  });
});

describe('a client', () => {
  test('gets tokens for its secret, which end when it is disabled', async () => {
    const client = value(await people.createClient({ name: 'laboratory', role: 'system', organisations: ['north'] }, start));
    const { token, expires } = value(
      await people.clientCredentials({ name: 'Laboratory', secret: client.secret, from: '10.0.0.9' }, start),
    );
    expect(expires).toEqual(later(hour));
    expect(value(await people.authenticate(token, start))).toEqual({
      id: client.id,
      name: 'laboratory',
      role: 'system',
      organisations: ['north'],
    });
    value(await people.disableClient('laboratory'));
    expect(problem(await people.authenticate(token, start)).kind).toBe('forbidden');
    expect(problem(await people.clientCredentials({ name: 'laboratory', secret: client.secret, from: '10.0.0.9' }, start)).kind).toBe(
      'forbidden',
    );
    expect(await trail()).toEqual(['client', 'client-refused']);
  });

  test('with a wrong secret looks like one that does not exist', async () => {
    value(await people.createClient({ name: 'laboratory', role: 'system' }, start));
    const wrong = await people.clientCredentials({ name: 'laboratory', secret: 'llc_x', from: 'x' }, start);
    expect(problem(wrong)).toEqual(problem(await people.clientCredentials({ name: 'nobody', secret: 'llc_x', from: 'x' }, start)));
  });
});

describe('a token', () => {
  test('carries its own rights until it expires, and expired is told from unknown', async () => {
    const { token } = value(await people.issueToken({ name: 'my chart', role: 'patient', patients: ['p1'] }, hour, start));
    expect(value(await people.authenticate(token, start))).toMatchObject({ name: 'my chart', role: 'patient', patients: ['p1'] });
    expect(problem(await people.authenticate(token, later(hour))).message).toContain('expired');
    expect(problem(await people.authenticate(`${token.slice(0, -1)}_`, start)).message).toContain('unknown');
  });

  test.each(['', 'llt_', 'Bearer x', `llt_${'a'.repeat(43)}'`, `lls_${'ä'.repeat(43)}`])(
    'of the form %j is refused without a query',
    async (token) => {
      expect(problem(await people.authenticate(token, start)).kind).toBe('forbidden');
      expect(asked).toEqual([]);
    },
  );

  test('that is revoked ends at once', async () => {
    const { token } = value(await people.issueToken({ name: 'import', role: 'system' }, hour, start));
    value(await people.authenticate(token, start));
    value(await people.revoke(token));
    expect(problem(await people.authenticate(token, start)).message).toContain('unknown');
  });

  test('that is used ten thousand times in a second is looked up once, and again in the next', async () => {
    const { token } = value(await people.issueToken({ name: 'monitor', role: 'system' }, hour, start));
    asked = [];
    await Promise.all(Array.from({ length: 10_000 }, (_, at) => people.authenticate(token, later(at / 10.1))));
    expect(asked).toHaveLength(1);
    value(await people.authenticate(token, later(1_000)));
    expect(asked).toHaveLength(2);
  });

  test('that was withdrawn by another process works for less than a second', async () => {
    const { token } = value(await people.issueToken({ name: 'monitor', role: 'system' }, hour, start));
    value(await people.authenticate(token, start));
    value(await openPeople(bench.db).revoke(token));
    expect(problem(await people.authenticate(token, later(1_000))).kind).toBe('forbidden');
  });

  test('never gives rights that a request could change for the next', async () => {
    const { token } = value(await people.issueToken({ name: 'monitor', role: 'system', organisations: ['north'] }, hour, start));
    const person = value(await people.authenticate(token, start));
    expect(() => person.organisations!.push('south')).toThrow(TypeError);
    expect(() => Object.assign(person, { role: 'administrator' })).toThrow(TypeError);
  });
});

test('what expired is removed a week later and not before', async () => {
  await ada();
  const session = value(await enter());
  const issued = value(await people.issueToken({ name: 'import', role: 'system' }, hour, start));
  value(await people.tidy(later(7 * 24 * hour)));
  for (const { token } of [session, issued])
    expect(problem(await people.authenticate(token, later(7 * 24 * hour))).message).toContain('expired');
  value(await people.tidy(later(8 * 24 * hour)));
  for (const { token } of [session, issued])
    expect(problem(await people.authenticate(token, later(8 * 24 * hour))).message).toContain('unknown');
});
