// lamplight client: other programs that sign in by OAuth 2 client credentials (RFC 6749, section 4.4).
import type { Result } from '../../fhir/result.ts';
import type { People } from '../../people/contract.ts';
import { openPeople } from '../../people/people.ts';
import { printHint, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';
import { dayOf, limitsOf, type RightsOptions, roleOf, stateOf, wrongRole } from './user.ts';

const withPeople = <T>(settings: Settings, work: (people: People) => Promise<Result<T>>): Promise<Result<T>> =>
  withDatabase(settings, (database) => work(openPeople(database)));

export async function addClient(settings: Settings, name: string, options: RightsOptions & { json?: boolean }): Promise<number> {
  const role = roleOf(options.role);
  if (role === undefined) return wrongRole(options.role);
  const client = await withPeople(settings, (people) =>
    people.createClient({ name, role, organisations: options.organisation }, new Date()),
  );
  if (!client.ok) return printProblem(client.problem);
  if (options.json === true) {
    console.log(JSON.stringify(client.value));
    return 0;
  }
  printNote(`${client.value.name} can fetch tokens at /auth/token; its secret, shown only now:`);
  console.log(client.value.secret);
  printHint(`curl -u '${name}:SECRET' -d grant_type=client_credentials ADDRESS/auth/token`);
  return 0;
}

export async function listClients(settings: Settings, options: { json?: boolean }): Promise<number> {
  const clients = await withPeople(settings, (people) => people.listClients());
  if (!clients.ok) return printProblem(clients.problem);
  if (options.json === true) {
    for (const client of clients.value) console.log(JSON.stringify(client));
    return 0;
  }
  printTable(
    ['name', 'role', 'state', 'made', 'limited to'],
    clients.value.map((one) => [one.name, one.role, stateOf(one), dayOf(one.created), limitsOf(one)]),
  );
  return 0;
}

export async function disableClient(settings: Settings, name: string): Promise<number> {
  const done = await withPeople(settings, (people) => people.disableClient(name));
  if (!done.ok) return printProblem(done.problem);
  printNote(`${name} cannot fetch tokens any more, and those that it has are void`);
  return 0;
}
