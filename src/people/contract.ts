// Who may sign in, and how: accounts of people, clients (other programs), sessions and bearer tokens.
//
//   const people = openPeople(db);
//   const entered = await people.signIn({ name: 'ada', password: '…', from: '10.0.0.7' }, now);   // → session token
//   const person = await people.authenticate(entered.value.token, now);                            // → Person, for policy
import type { Result } from '../fhir/result.ts';
import type { Person, Purpose, Role } from '../policy/contract.ts';

export interface PeopleSettings {
  /** A session ends this long after sign-in, used or not. */
  sessionHours: number;
  /** A session ends when it was not used for this long. */
  idleMinutes: number;
  /** Failed sign-ins in a row after which a name is locked. */
  failuresMax: number;
  /** The same for a network address. Higher, because a ward or a clinic often has one address together. */
  addressFailuresMax: number;
  /** How long the first lock lasts; each failure after it doubles the time, up to a day. */
  lockMinutes: number;
  /** How long a token for client credentials is valid. */
  tokenMinutes: number;
}

export const defaultSettings: PeopleSettings = {
  sessionHours: 12,
  idleMinutes: 30,
  failuresMax: 5,
  addressFailuresMax: 20,
  lockMinutes: 15,
  tokenMinutes: 60,
};

/** What an account or client may be given. */
export interface Rights {
  role: Role;
  /** FHIR ids of Organization; absent: the whole site. */
  organisations?: string[];
  /** FHIR ids of Patient. Role patient needs at least one. */
  patients?: string[];
}

export interface NewAccount extends Rights {
  name: string;
  password: string;
  /** Reference to the Practitioner who this is. */
  practitioner?: string;
}

export interface Account extends Rights {
  id: string;
  name: string;
  practitioner?: string;
  disabled: boolean;
  created: Date;
}

export interface Client extends Rights {
  id: string;
  name: string;
  disabled: boolean;
  created: Date;
}

/** A bearer token in clear, which exists only in this answer. */
export interface Issued {
  token: string;
  expires: Date;
}

/**
 * Every function answers with a Result; `now` is the caller's clock. Sign-in problems are the same, in text and in time,
 * for an unknown name and a wrong password.
 */
export interface People {
  /** conflict: the name is taken. invalid: `where` names the field. */
  createAccount(account: NewAccount, now: Date): Promise<Result<Account>>;
  /** Ends the account's sessions. */
  setPassword(name: string, password: string): Promise<Result<void>>;
  /** Takes effect on open sessions within a second. The last administrator cannot be disabled or given another role. */
  changeAccount(name: string, change: Partial<Rights> & { practitioner?: string; disabled?: boolean }): Promise<Result<Account>>;
  /** By name. */
  listAccounts(): Promise<Result<Account[]>>;
  /** Makes `admin` where there is no administrator. `password` in the answer was made here: show it once. */
  ensureFirstAdministrator(password: string | undefined, now: Date): Promise<Result<FirstAdministrator>>;

  /** `token` begins with `lls_`. forbidden: wrong; busy: locked, with the time until which. */
  signIn(attempt: { name: string; password: string; from: string }, now: Date): Promise<Result<Issued & { person: Person }>>;
  /** As signIn, counted and locked with it, but no session begins: somebody proves who they are beside the one who is signed in. */
  prove(attempt: { name: string; password: string; from: string }, now: Date): Promise<Result<Person>>;
  signOut(token: string, from: string, now: Date): Promise<Result<void>>;

  /** `secret` exists only in this answer. */
  createClient(client: Rights & { name: string }, now: Date): Promise<Result<Client & { secret: string }>>;
  listClients(): Promise<Result<Client[]>>;
  /** Ends its tokens within a second. */
  disableClient(name: string): Promise<Result<void>>;
  /** OAuth 2 client credentials (RFC 6749, section 4.4): `token` begins with `llt_`. */
  clientCredentials(attempt: { name: string; secret: string; from: string }, now: Date): Promise<Result<Issued>>;

  /** A token with rights of its own, for the command line and for tests. */
  issueToken(of: Rights & { name: string; purpose?: Purpose }, validMs: number, now: Date): Promise<Result<Issued>>;
  /** Ends a token or session at once. */
  revoke(token: string): Promise<Result<void>>;

  /** Who holds this token. forbidden: unknown or expired (answer 401 to both); busy: could not look. At most a second old. */
  authenticate(token: string, now: Date): Promise<Result<Person>>;
  /** What the holder of this id (Person.id) may do now. forbidden: nothing any more; busy: could not look. */
  rightsNow(id: string, now: Date): Promise<Result<Person>>;
  /** Open accounts that are one of these (`Practitioner/1`), and the account of this id where it is bound to one. */
  bound(practitioners: readonly string[], id: string): Promise<Result<Bound[]>>;
  /** Removes what has expired more than a week ago. For a clock, once a day. */
  tidy(now: Date): Promise<Result<void>>;
}

export interface Bound {
  practitioner: string;
  person: Person;
}

export interface FirstAdministrator {
  /** undefined: there was an administrator already. */
  made?: { name: string; password?: string };
  /** The given password was taken, but breaks a rule: to be shown. */
  advice?: string;
}
