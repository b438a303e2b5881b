// Accounts, settings, jobs, terminology and backups: for administrators of the whole site alone (src/policy/administration.ts).
import type { Cell } from './matrix.ts';
import type { Asker } from './roles.ts';

const may = ({ role, organisations, patients }: Asker): boolean =>
  role === 'administrator' && organisations === undefined && patients === undefined;

/** Nothing of these changes anything: names, jobs and releases that nobody has. */
export function* administrationCells(one: Asker): Generator<Cell> {
  const cell = (route: string, path: string, status: number, trail: string, body?: object): Cell => ({
    route,
    asker: one,
    method: route.split(' ')[0] ?? 'GET',
    path,
    status: may(one) ? status : 403,
    audit: { action: trail, outcome: may(one) ? status : 403 },
    ...(body === undefined ? {} : { body }),
  });
  yield cell('GET /accounts', '/accounts', 200, 'account-list');
  yield cell('POST /accounts', '/accounts', 400, 'account-create', { name: 'new', password: 'short', role: 'nurse' });
  yield cell('POST /accounts/{name}/disable', '/accounts/nobody-there/disable', 404, 'account-disable');
  yield cell('POST /accounts/{name}/disable', '/accounts/nobody%00/disable', 404, 'account-disable');
  yield cell('POST /accounts/{name}/enable', '/accounts/nobody-there/enable', 404, 'account-enable');
  const password = { password: 'four words that fit nowhere' };
  yield cell('POST /accounts/{name}/password', '/accounts/nobody-there/password', 404, 'account-password', password);
  yield cell('POST /accounts/{name}/role', '/accounts/nobody-there/role', 404, 'account-role', { role: 'nurse' });
  yield cell('GET /settings', '/settings', 200, 'settings');
  yield cell('GET /jobs', '/jobs', 200, 'job-list');
  yield cell('POST /jobs/{id}/cancel', '/jobs/01890000-0000-7000-8000-000000000001/cancel', 404, 'job-cancel');
  yield cell('GET /terminology', '/terminology', 200, 'terminology-list');
  yield cell('POST /terminology/use', '/terminology/use?system=http://nobody.example&version=1', 404, 'terminology-use');
  yield cell('GET /backups', '/backups', 200, 'backup-list');
  yield cell('GET /questionnaires', '/questionnaires', 200, 'questionnaire-list');
}
