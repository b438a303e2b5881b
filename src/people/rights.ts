// Rights as given and as stored.
import { type Role, roles } from '../policy/contract.ts';
import type { Rights } from './contract.ts';

export interface RightsRow {
  role: Role;
  organisations: string[] | null;
  patients: string[] | null;
}

/** https://hl7.org/fhir/R4/datatypes.html#id */
const fhirId = /^[A-Za-z0-9.-]{1,64}$/;

/** Why these rights cannot be given; undefined where they can. `where` is the field. */
export function rightsFault(rights: Rights): { where: string; message: string } | undefined {
  if (!roles.includes(rights.role)) return { where: 'role', message: `The role must be one of ${roles.join(', ')}.` };
  if (rights.role === 'patient' && (rights.patients ?? []).length === 0) {
    return { where: 'patients', message: 'The role patient needs at least one patient.' };
  }
  for (const where of ['organisations', 'patients'] as const) {
    const wrong = rights[where]?.find((id) => !fhirId.test(id));
    if (wrong !== undefined) return { where, message: `Every entry of ${where} must be a FHIR id, without the type before it.` };
  }
  return undefined;
}

/** Without the keys that are null in the table. */
export function rightsOf(row: RightsRow): Rights {
  return {
    role: row.role,
    ...(row.organisations === null ? {} : { organisations: row.organisations }),
    ...(row.patients === null ? {} : { patients: row.patients }),
  };
}
