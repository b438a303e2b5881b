// Who a device is: a client of role system by its name and secret, or by its name and a bearer token.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { People } from '../../people/contract.ts';
import type { Person } from '../../policy/contract.ts';
import { decideMessages } from '../../policy/messages.ts';

export type DeviceAccounts = Pick<People, 'authenticate' | 'clientCredentials' | 'rightsNow'>;

export interface Device {
  /** undefined: somebody on this machine who need not sign in. */
  account?: string;
  /** Whether what it may was taken from it meanwhile; looked up at most every two seconds. */
  stillMay(now: Date): Promise<Result<void>>;
}

export interface DeviceSignIn {
  name: string | undefined;
  password: string | undefined;
  from: string;
  anonymous: boolean;
}

const lookEveryMs = 2000;
const loopback = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const wrong = (): Result<never> => fail('forbidden', 'Name or secret is wrong, or this account may not send messages');

export async function signInDevice(people: DeviceAccounts, tried: DeviceSignIn, now: Date): Promise<Result<Device>> {
  const { name, password, from } = tried;
  if (name === undefined || password === undefined) {
    if (tried.anonymous && loopback.has(from)) return ok({ stillMay: () => Promise.resolve(ok(undefined)) });
    return wrong();
  }
  const isToken = password.startsWith('llt_');
  const issued = isToken ? ok({ token: password }) : await people.clientCredentials({ name, secret: password, from }, now);
  if (!issued.ok) return issued;
  const person = await people.authenticate(issued.value.token, now);
  if (!person.ok) return person;
  // A token of somebody else is no proof of who this is.
  if (person.value.name.normalize('NFKC').toLowerCase() !== name.normalize('NFKC').trim().toLowerCase()) return wrong();
  if (!may(person.value)) return wrong();
  const look = isToken ? (at: Date) => people.authenticate(password, at) : (at: Date) => people.rightsNow(person.value.id, at);
  let lookedMs = now.getTime();
  return ok({
    account: person.value.name,
    async stillMay(at) {
      if (at.getTime() - lookedMs < lookEveryMs) return ok(undefined);
      const found = await look(at);
      if (!found.ok) return found;
      if (!may(found.value)) return wrong();
      lookedMs = at.getTime();
      return ok(undefined);
    },
  });
}

const may = (person: Person): boolean => person.role === 'system' && decideMessages(person, 'send').allowed;
