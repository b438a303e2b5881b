// Orders checked for a patient: whoever may read that patient may ask, and is told of nothing that they may not see.
import { nowOf, type Planted } from './canaries.ts';
import type { Cell } from './matrix.ts';
import { type Asker, may, within } from './roles.ts';

const instance = '01890000-0000-4000-8000-000000000001';

export function* medicationCells(one: Asker, patients: readonly Planted[]): Generator<Cell> {
  const post = (route: string, path: string, status: number, body: object): Cell => ({
    route,
    asker: one,
    method: 'POST',
    path,
    status,
    body,
  });
  for (const planted of patients) {
    const now = nowOf(planted);
    const seen = within(one, 'Patient', now.about) && now.deleted !== true;
    const status = !may(one, 'r', 'Patient') ? 403 : seen ? 200 : 404;
    yield post('POST /medication/check', '/medication/check', status, {
      patient: `Patient/${planted.id}`,
      orders: ['ibuprofen 400 mg po tid'],
    });
    yield post('POST /medication/scan', '/medication/scan', status, {
      patient: `Patient/${planted.id}`,
      scans: [']C0123', '00300000000014'],
    });
    // Nothing was scanned that could be given: whoever gets so far is refused by the bedside, and nothing is stored.
    yield post('POST /medication/administer', '/medication/administer', status === 200 ? 409 : status, {
      patient: `Patient/${planted.id}`,
      scans: [']C0123'],
      outcome: 'given',
    });
    yield { route: 'GET /medication/loop', asker: one, method: 'GET', path: `/medication/loop?patient=${planted.id}`, status };
    yield { route: 'GET /medication/due', asker: one, method: 'GET', path: `/medication/due?patient=${planted.id}`, status };
    // The patient may be known to the asker's own system alone: a service answers with what came, and says what it could not check.
    const context = { patientId: planted.id, userId: 'Practitioner/x' };
    yield post('POST /cds-services/{id}', '/cds-services/lamplight-patient-view', 200, {
      hook: 'patient-view',
      hookInstance: instance,
      context,
    });
  }
  yield {
    route: 'GET /medication/loop',
    asker: one,
    method: 'GET',
    path: '/medication/loop?ward=nowhere',
    status: may(one, 'r', 'Location') && may(one, 'r', 'Encounter') ? 404 : 403,
  };
  // Nobody signs for a patient whom they cannot see; what a signing writes is held by the rules of its types.
  const recalls = may(one, 'r', 'Provenance') && may(one, 'r', 'Medication') && may(one, 'r', 'MedicationDispense');
  yield { route: 'GET /medication/recall', asker: one, method: 'GET', path: '/medication/recall?lot=NONE', status: recalls ? 200 : 403 };
  const nobody = { patient: 'Patient/nobody-at-all', orders: ['ibuprofen 400 mg po tid'] };
  const task = { task: 'Task/nobody-at-all', effect: 'helped' };
  yield post('POST /medication/effect', '/medication/effect', may(one, 'r', 'Task') ? 404 : 403, task);
  yield post('POST /medication/acknowledge', '/medication/acknowledge', may(one, 'c', 'MedicationRequest') ? 404 : 403, {
    task: 'Task/nobody-at-all',
    order: 'MedicationRequest/nobody-at-all',
  });
  yield {
    route: 'GET /medication/before-order',
    asker: one,
    method: 'GET',
    path: '/medication/before-order',
    status: may(one, 'r', 'Task') ? 200 : 403,
  };
  const reports = ['administrator', 'analyst', 'clinician', 'nurse', 'pharmacist'];
  const whole = one.organisations === undefined && one.patients === undefined;
  const status = reports.includes(one.role) && whole ? 200 : 403;
  yield {
    route: 'GET /medication/reports',
    asker: one,
    method: 'GET',
    path: '/medication/reports?from=2026-01-01&to=2026-02-01',
    status,
    audit: { action: 'medication-report', outcome: status },
  };
  yield post('POST /medication/labels', '/medication/labels', may(one, 'r', 'Patient') ? 404 : 403, {
    kind: 'wristband',
    patient: 'Patient/nobody-at-all',
  });
  yield post('POST /medication/downtime/resolve', '/medication/downtime/resolve', 400, { task: 'x', decision: 'maybe', reason: 'x' });
  yield post('POST /medication/downtime/reconcile', '/medication/downtime/reconcile', 400, { bundle: '{}', signature: 'x', doses: [] });
  yield {
    route: 'GET /medication/downtime',
    asker: one,
    method: 'GET',
    path: '/medication/downtime?ward=nowhere',
    status: may(one, 'r', 'Encounter') ? 200 : 403,
  };
  yield post('POST /medication/stop', '/medication/stop', may(one, 'u', 'MedicationRequest') ? 404 : 403, {
    order: 'MedicationRequest/nobody-at-all',
    reason: 'no longer needed',
  });
  yield post('POST /medication/sign', '/medication/sign', may(one, 'r', 'Patient') ? 404 : 403, nobody);
  // How rules do is told without patients; replays read charts as the asker; what changes a rule is for those who answer for it.
  const looks = one.role !== 'patient' && one.role !== 'system';
  const get = (route: string, path: string, status: number): Cell => ({ route, asker: one, method: 'GET', path, status });
  yield get('GET /medication/rules', '/medication/rules', looks ? 200 : 403);
  yield get('GET /medication/order-sets', '/medication/order-sets', 200);
  yield get('GET /medication/override-reasons', '/medication/override-reasons', 200);
  yield get('GET /medication/rule', '/medication/rule?file=interactions-high-priority&rule=onc-amphetamines-maoi', looks ? 200 : 403);
  yield get('GET /medication/changes', '/medication/changes', looks ? 200 : 403);
  yield get('GET /medication/replay/{id}', `/medication/replay/${instance}`, looks ? 404 : 403);
  const replays = ['administrator', 'clinician', 'pharmacist', 'analyst'].includes(one.role);
  yield post('POST /medication/replay', '/medication/replay', replays ? 400 : 403, {});
  yield post('POST /medication/replay/{id}/cancel', `/medication/replay/${instance}/cancel`, replays ? 404 : 403, {});
  const changes = ['administrator', 'clinician', 'pharmacist'].includes(one.role) && one.organisations === undefined;
  yield post('POST /medication/changes', '/medication/changes', changes ? 400 : 403, {});
  yield post('POST /medication/changes/{id}/sign', `/medication/changes/${instance}/sign`, changes ? 404 : 403, {
    agrees: true,
    words: 'looked at the sample of the replay',
  });
  yield post('POST /medication/changes/{id}/revoke', `/medication/changes/${instance}/revoke`, changes ? 404 : 403, {
    why: 'it was asked for by mistake',
  });
  yield post('POST /medication/proposals', '/medication/proposals', changes ? 404 : 403, {
    file: 'interactions-high-priority',
    rule: 'onc-amphetamines-maoi',
    context: 'palliative',
    accept: false,
    why: 'never for this class of rules',
  });
  const feedback = { feedback: [{ card: instance, outcome: 'accepted' }] };
  yield post('POST /cds-services/{id}/feedback', '/cds-services/lamplight-patient-view/feedback', 200, feedback);
}
