// Only an administrator of the whole site administers it.
import { describe, expect, it } from 'vitest';
import { decideAdministration } from './administration.ts';
import { type Person, roles } from './contract.ts';

const person = (more: Partial<Person>): Person => ({ id: '1', name: 'ada', role: 'administrator', ...more });

describe('administering the program', () => {
  it('is for administrators and for no other role', () => {
    const may = roles.filter((role) => decideAdministration(person({ role }), 'change').allowed);
    expect(may).toEqual(['administrator']);
  });

  it('is not for one who is bound to organisations, patients or a part of the types', () => {
    for (const bound of [
      { organisations: ['a'] },
      { patients: [] },
      { restrictions: [{ kind: 'types' as const, types: [], actions: [] }] },
    ])
      expect(decideAdministration(person(bound), 'look').allowed).toBe(false);
  });

  it('names the role and nothing else where it refuses', () => {
    const refused = decideAdministration(person({ role: 'nurse', name: 'Secret Name' }), 'look');
    expect(refused).toEqual({ allowed: false, why: 'The role nurse may not look at how the program is run; ask an administrator' });
  });
});
