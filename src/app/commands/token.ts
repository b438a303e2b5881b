// lamplight token: a bearer token for scripts, printed alone on stdout.
import { fail } from '../../fhir/result.ts';
import { openPeople } from '../../people/people.ts';
import { type Role, roles } from '../../policy/contract.ts';
import { printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';

export interface TokenOptions {
  role: string;
  organisation?: string[];
  patient?: string[];
  hours: string;
  name?: string;
  json?: boolean;
}

export async function tokenCommand(settings: Settings, options: TokenOptions): Promise<number> {
  const role = roles.find((one): one is Role => one === options.role);
  if (role === undefined)
    return printProblem(fail('invalid', `There is no role ${JSON.stringify(options.role)}: choose one of ${roles.join(', ')}`).problem);
  const hours = Number(options.hours);
  if (!(hours > 0 && hours <= 24 * 366)) return printProblem(fail('invalid', '--hours takes a number from 1 to 8784').problem);
  if (role === 'patient' && options.patient === undefined)
    return printProblem(fail('invalid', 'A token of role patient needs --patient ID').problem);
  const issued = await withDatabase(settings, (database) =>
    openPeople(database).issueToken(
      { role, name: options.name ?? `token-${role}`, organisations: options.organisation, patients: options.patient },
      hours * 3600_000,
      new Date(),
    ),
  );
  if (!issued.ok) return printProblem(issued.problem);
  console.log(options.json === true ? JSON.stringify(issued.value) : issued.value.token);
  return 0;
}
