// Accounts of people over HTTP, for administrators: who there is, a new one, disabled, another password, another role. A password is
// never answered and never in the audit trail.
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { fail, type Result } from '../../fhir/result.ts';
import type { Account, People } from '../../people/contract.ts';
import type { RecordStore } from '../../record/contract.ts';
import { admit } from '../administration/admit.ts';
import type { ShownAccount } from '../administration/answers.ts';
import { type AccountWish, readAccountWish } from './wish.ts';

export interface AccountParts {
  people: Pick<People, 'listAccounts' | 'createAccount' | 'changeAccount' | 'setPassword'>;
  record: Pick<RecordStore, 'note'>;
  now(): Date;
}

const shown = ({ created, ...account }: Account): ShownAccount => ({ ...account, created: created.toISOString() });
const one = { show: (account: Account) => shown(account) };

/** null says "no bound" over JSON; the people's room says it by leaving it out. */
const boundsOf = ({ organisations, patients }: AccountWish) => ({
  ...(organisations === undefined ? {} : { organisations: organisations ?? undefined }),
  ...(patients === undefined ? {} : { patients: patients ?? undefined }),
});

const missing = (name: string): Result<never> => fail('invalid', `Send ${name}`, name);

export function accountRoutes(app: FastifyInstance, { people, record, now }: AccountParts): void {
  const nameOf = (request: FastifyRequest): string => (request.params as { name: string }).name.slice(0, 400);
  /** Of a name out of an address: what no account is called is not found, and never reaches SQL. */
  const known = async <T>(name: string, work: () => Promise<Result<T>>): Promise<Result<T>> =>
    /\p{Cc}|\p{Surrogate}/u.test(name) ? fail('not-found', 'There is no account of that name.') : work();

  app.get('/accounts', { config: { name: 'accounts' } }, (request, reply) =>
    admit(record, { request, reply, action: 'look', trail: 'account-list' }, () => people.listAccounts(), {
      show: (accounts) => ({ accounts: accounts.map(shown) }),
    }),
  );

  app.post('/accounts', { config: { name: 'account-create' } }, async (request, reply) => {
    const wish = await readAccountWish(request, ['name', 'password', 'role', 'organisations', 'patients', 'practitioner']);
    const about = wish.ok ? [wish.value.name, wish.value.role].filter((word) => word !== undefined).join(' as ') : undefined;
    const make = async (): Promise<Result<Account>> => {
      if (!wish.ok) return wish;
      const { name, password, role, practitioner } = wish.value;
      if (name === undefined) return missing('name');
      if (password === undefined) return missing('password');
      if (role === undefined) return missing('role');
      const account = { name, password, role, ...boundsOf(wish.value), ...(practitioner === undefined ? {} : { practitioner }) };
      return people.createAccount(account, now());
    };
    return admit(record, { request, reply, action: 'change', trail: 'account-create', about }, make, { ...one, status: 201 });
  });

  app.post('/accounts/:name/disable', { config: { name: 'account-disable' } }, (request, reply) => {
    const name = nameOf(request);
    const change = () => known(name, () => people.changeAccount(name, { disabled: true }));
    return admit(record, { request, reply, action: 'change', trail: 'account-disable', about: name }, change, one);
  });

  app.post('/accounts/:name/enable', { config: { name: 'account-enable' } }, (request, reply) => {
    const name = nameOf(request);
    const change = () => known(name, () => people.changeAccount(name, { disabled: false }));
    return admit(record, { request, reply, action: 'change', trail: 'account-enable', about: name }, change, one);
  });

  app.post('/accounts/:name/password', { config: { name: 'account-password' } }, async (request, reply) => {
    const name = nameOf(request);
    const wish = await readAccountWish(request, ['password']);
    const change = async (): Promise<Result<void>> => {
      if (!wish.ok) return wish;
      const { password } = wish.value;
      return password === undefined ? missing('password') : known(name, () => people.setPassword(name, password));
    };
    return admit(record, { request, reply, action: 'change', trail: 'account-password', about: name }, change, { show: () => ({ name }) });
  });

  app.post('/accounts/:name/role', { config: { name: 'account-role' } }, async (request, reply) => {
    const name = nameOf(request);
    const wish = await readAccountWish(request, ['role', 'organisations', 'patients', 'practitioner']);
    const about = wish.ok && wish.value.role !== undefined ? `${name} as ${wish.value.role}` : name;
    const change = async (): Promise<Result<Account>> => {
      if (!wish.ok) return wish;
      const { role, practitioner } = wish.value;
      if (role === undefined) return missing('role');
      const next = { role, ...boundsOf(wish.value), ...(practitioner === undefined ? {} : { practitioner }) };
      return known(name, () => people.changeAccount(name, next));
    };
    return admit(record, { request, reply, action: 'change', trail: 'account-role', about }, change, one);
  });
}
