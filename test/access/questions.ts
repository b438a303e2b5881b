// Saved questions and dashboards: whoever is signed in sees that there are some; who may ask is decided as for a search or an export;
// who may keep one is an analyst or administrator of the whole site.
import { type Cell, cellFor } from './matrix.ts';
import { type Asker, may } from './roles.ts';

const keepers = ['administrator', 'analyst'];
const exporters = ['administrator', 'analyst', 'system'];

export function* questionCells(one: Asker): Generator<Cell> {
  const cell = cellFor(one);
  for (const of of ['questions', 'dashboards', 'reports']) {
    const route = `/analytics/${of}`;
    yield cell('GET', route, route, 200);
    yield cell('GET', `${route}/{name}`, `${route}/nothing-of-the-kind`, 404);
    const keeps = keepers.includes(one.role) && one.organisations === undefined && one.patients === undefined;
    yield cell('PUT', `${route}/{name}`, `${route}/empty`, keeps ? 422 : 403, { text: '' });
    yield cell('DELETE', `${route}/{name}`, `${route}/nothing-of-the-kind?version=x`, keeps ? 404 : 403);
  }
  const keeps = keepers.includes(one.role) && one.organisations === undefined && one.patients === undefined;
  const ask = '/analytics/reports/{name}/run';
  yield cell('POST', ask, '/analytics/reports/nothing-of-the-kind/run', keeps ? 404 : 403, {});
  // No e-mail is sent here.
  const again = '/analytics/reports/mine/runs/01890000-0000-7000-8000-000000000001/mail';
  yield {
    ...cell('POST', '/analytics/reports/{name}/runs/{run}/mail', again, keeps ? 400 : 403, { address: 'ben@h.example' }),
    audit: { action: 'report-mail-again', outcome: keeps ? 400 : 403 },
  };
  const file = '/analytics/reports/{name}/runs/{run}/{file}';
  const whole = one.organisations === undefined && one.patients === undefined;
  const searches = ['Patient', 'Encounter', 'Condition', 'Observation', 'MedicationRequest'].every((type) => may(one, 'r', type));
  const filePath = '/analytics/reports/mine/runs/01890000-0000-7000-8000-000000000001/mine.pdf';
  yield {
    ...cell('GET', file, filePath, whole && searches ? 404 : 403),
    audit: { action: 'report-file', outcome: whole && searches ? 404 : 403 },
  };
  const run = '/analytics/questions/{name}/run';
  const counts = one.patients === undefined && may(one, 'r', 'Patient');
  yield cell('POST', run, '/analytics/questions/patients-count/run', counts ? 200 : 403, {});
  yield cell('GET', '/analytics/questions/{name}/pdf', '/analytics/questions/patients-count/pdf', counts ? 200 : 403);
  const rows = exporters.includes(one.role) && one.patients === undefined;
  for (const journal of ['charts-opened', 'messages-by-channel'])
    yield cell(
      'POST',
      run,
      `/analytics/questions/${journal}/run`,
      whole && ['administrator', 'records-officer'].includes(one.role) ? 200 : 403,
      {},
    );
  const text = { text: '-- title: Mine\n-- summary: yes\nselect 1' };
  yield cell('POST', '/analytics/questions/{name}/try', '/analytics/questions/mine/try', rows ? 200 : 403, text);
  const pdf = { audit: { action: 'report-pdf', outcome: rows ? 200 : 403 } };
  yield { ...cell('GET', '/analytics/questions/{name}/pdf', '/analytics/questions/longest-stays/pdf', rows ? 200 : 403), ...pdf };
  yield cell('GET', '/analytics/dashboards/{name}/pdf', '/analytics/dashboards/nothing-of-the-kind/pdf', 404);
  const audit = { audit: { action: 'warehouse-query', outcome: rows ? 200 : 403 } };
  yield { ...cell('POST', run, '/analytics/questions/longest-stays/run', rows ? 200 : 403, {}), ...audit };
}
