// What is answered of who is signed in. The JSON is these interfaces as they stand, and the workbench reads them by them.
import type { Person } from '../../policy/contract.ts';

export type SignedIn = Pick<Person, 'id' | 'name' | 'role' | 'organisations' | 'patients'>;

export interface SignInAnswer {
  token: string;
  expires: string;
  account: SignedIn;
}
