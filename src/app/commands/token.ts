// lamplight token: a bearer token for scripts, printed alone on stdout.
import { openPeople } from '../../people/people.ts';
import { printMisuse, printProblem } from '../print.ts';
import type { Settings } from '../settings.ts';
import { withDatabase } from '../with-database.ts';
import { type RightsOptions, roleOf, wrongRole } from './user.ts';

export interface TokenOptions extends RightsOptions {
  hours: string;
  name?: string;
  json?: boolean;
}

export async function tokenCommand(settings: Settings, options: TokenOptions): Promise<number> {
  const role = roleOf(options.role);
  if (role === undefined) return wrongRole(options.role);
  const hours = Number(options.hours);
  if (!(hours > 0 && hours <= 24 * 366)) return printMisuse('--hours takes a number above 0, up to 8784');
  if (role === 'patient' && options.patient === undefined) return printMisuse('A token of role patient needs --patient ID');
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
