// Accounts of those who work in the demonstration hospital, made by its administrator through the routes that any administrator has. Their
// passwords are drawn at each start and given to nobody but the process of the simulator.
import { randomBytes } from 'node:crypto';
import { hospitalOf } from '../../simulator/hospital.ts';
import { type Entrance, staffAccounts } from '../../simulator/live/clicks/account.ts';
import type { People } from '../people/contract.ts';

export interface StaffParts {
  people: Pick<People, 'issueToken' | 'revoke'>;
  address: string;
  seed: number;
  beds: number;
  made(one: Entrance): void;
}

/** Longer than it takes to make them all on a slow machine. */
const tokenMs = 3600_000;

export async function makeStaffAccounts({ people, address, seed, beds, made }: StaffParts): Promise<void> {
  const issued = await people.issueToken({ role: 'administrator', name: 'demonstration' }, tokenMs, new Date());
  if (!issued.ok) return;
  const { token } = issued.value;
  const post = async (path: string, body: object): Promise<number> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const response = await fetch(`${address}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    await response.arrayBuffer();
    return response.status;
  };
  try {
    // In their turn: hashing a password is made to cost something.
    for (const account of staffAccounts(hospitalOf(seed, beds))) {
      const password = randomBytes(24).toString('base64url');
      const status = await post('/accounts', { ...account, password });
      // There since an earlier start: the old password is known to nobody any more.
      const renewed = status === 409 ? await post(`/accounts/${encodeURIComponent(account.name)}/password`, { password }) : status;
      if (renewed < 300) made({ ...account, password });
    }
  } finally {
    await people.revoke(token);
  }
}
