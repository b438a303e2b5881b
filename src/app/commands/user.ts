// lamplight user: accounts of people.
import type { Result } from '../../fhir/result.ts';
import type { Account, People, Rights } from '../../people/contract.ts';
import { openPeople } from '../../people/people.ts';
import { type Role, roles } from '../../policy/contract.ts';
import { askPassword } from '../ask-password.ts';
import { printMisuse, printNote, printProblem, printTable } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface RightsOptions {
  role?: string;
  organisation?: string[];
  patient?: string[];
}

interface UserOptions extends RightsOptions {
  practitioner?: string;
  passwordStdin?: boolean;
  wholeSite?: boolean;
  enable?: boolean;
  json?: boolean;
}

const withPeople = <T>(settings: Settings, work: (people: People) => Promise<Result<T>>): Promise<Result<T>> =>
  withDatabase(settings, (database) => work(openPeople(database)));

export function roleOf(text: string | undefined): Role | undefined {
  return roles.find((one) => one === text);
}

export const wrongRole = (text: string | undefined): number =>
  printMisuse(`There is no role ${JSON.stringify(text ?? '')}`, `choose one of ${roles.join(', ')}`);

export async function addUser(settings: Settings, name: string, options: UserOptions): Promise<number> {
  const role = roleOf(options.role);
  if (role === undefined) return wrongRole(options.role);
  const password = await askPassword(`Password for ${name}`, options.passwordStdin === true);
  if (!password.ok) return printProblem(password.problem);
  const { organisation: organisations, patient: patients, practitioner } = options;
  const account = await withPeople(settings, (people) =>
    people.createAccount({ name, password: password.value, role, organisations, patients, practitioner }, new Date()),
  );
  return account.ok ? shown(account.value, `${account.value.name} can sign in`, options) : printProblem(account.problem);
}

export async function listUsers(settings: Settings, options: { json?: boolean }): Promise<number> {
  const accounts = await withPeople(settings, (people) => people.listAccounts());
  if (!accounts.ok) return printProblem(accounts.problem);
  if (options.json === true) {
    for (const account of accounts.value) console.log(JSON.stringify(account));
    return 0;
  }
  printTable(
    ['name', 'role', 'state', 'made', 'limited to'],
    accounts.value.map((one) => [one.name, one.role, stateOf(one), dayOf(one.created), limitsOf(one)]),
  );
  return 0;
}

export async function setUser(settings: Settings, name: string, options: UserOptions): Promise<number> {
  const role = roleOf(options.role);
  if (options.role !== undefined && role === undefined) return wrongRole(options.role);
  if (options.wholeSite === true && options.organisation !== undefined)
    return printMisuse('--whole-site and --organisation exclude each other');
  const change: Parameters<People['changeAccount']>[1] = {
    ...(role === undefined ? {} : { role }),
    ...(options.organisation === undefined ? {} : { organisations: options.organisation }),
    ...(options.wholeSite === true ? { organisations: undefined } : {}),
    ...(options.patient === undefined ? {} : { patients: options.patient }),
    ...(options.practitioner === undefined ? {} : { practitioner: options.practitioner }),
    ...(options.enable === true ? { disabled: false } : {}),
  };
  if (Object.keys(change).length === 0) return printMisuse('Nothing to change was given', 'lamplight user set --help lists what can be');
  const account = await withPeople(settings, (people) => people.changeAccount(name, change));
  return account.ok ? shown(account.value, `${account.value.name} was changed`, options) : printProblem(account.problem);
}

export async function passwordOfUser(settings: Settings, name: string, options: UserOptions): Promise<number> {
  const password = await askPassword(`New password for ${name}`, options.passwordStdin === true);
  if (!password.ok) return printProblem(password.problem);
  const done = await withPeople(settings, (people) => people.setPassword(name, password.value));
  if (!done.ok) return printProblem(done.problem);
  printNote(`${name} has a new password; open sessions were ended`);
  return 0;
}

export async function disableUser(settings: Settings, name: string, options: UserOptions): Promise<number> {
  const account = await withPeople(settings, (people) => people.changeAccount(name, { disabled: true }));
  return account.ok ? shown(account.value, `${account.value.name} cannot sign in any more`, options) : printProblem(account.problem);
}

function shown(account: Account, words: string, options: { json?: boolean }): number {
  if (options.json === true) console.log(JSON.stringify(account));
  else printNote(`${words} (${account.role}${limitsOf(account) === '' ? '' : `, ${limitsOf(account)}`})`);
  return 0;
}

export const stateOf = (one: { disabled: boolean }): string => (one.disabled ? 'disabled' : 'active');
export const dayOf = (date: Date): string => date.toISOString().slice(0, 10);
export const limitsOf = ({ organisations, patients }: Rights): string =>
  [...(organisations ?? []).map((id) => `Organization/${id}`), ...(patients ?? []).map((id) => `Patient/${id}`)].join(' ');
