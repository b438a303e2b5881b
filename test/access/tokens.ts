// Requests without a token that is good, to every route: none gets further than the door.
import type { People } from '../../src/people/contract.ts';
import { canariesIn } from './leaks.ts';
import { type Asker, askers, everyone } from './roles.ts';

/** One address for each route of the description, and what an open one answers. */
export const doors: Record<string, { path: string; open?: number; body?: object | string }> = {
  'GET /fhir/metadata': { path: '/fhir/metadata', open: 200 },
  'POST /fhir': {
    path: '/fhir',
    body: { resourceType: 'Bundle', type: 'batch', entry: [{ request: { method: 'GET', url: 'Patient/own' } }] },
  },
  'GET /fhir': { path: '/fhir?_type=Patient,Observation' },
  'POST /fhir/_search': { path: '/fhir/_search', body: '_type=Patient' },
  'GET /fhir/_history': { path: '/fhir/_history' },
  'GET /fhir/{type}': { path: '/fhir/Patient' },
  'POST /fhir/{type}': { path: '/fhir/Patient', body: { resourceType: 'Patient' } },
  'PUT /fhir/{type}': { path: '/fhir/Patient?_id=own', body: { resourceType: 'Patient' } },
  'PATCH /fhir/{type}': { path: '/fhir/Patient?_id=own', body: [] },
  'DELETE /fhir/{type}': { path: '/fhir/Patient?_id=own' },
  'POST /fhir/{type}/_search': { path: '/fhir/Patient/_search', body: '_id=own' },
  'GET /fhir/{type}/_history': { path: '/fhir/Patient/_history' },
  'GET /fhir/{type}/{id}': { path: '/fhir/Patient/own' },
  'PUT /fhir/{type}/{id}': { path: '/fhir/Patient/own', body: { resourceType: 'Patient', id: 'own' } },
  'PATCH /fhir/{type}/{id}': { path: '/fhir/Patient/own', body: [] },
  'DELETE /fhir/{type}/{id}': { path: '/fhir/Patient/own' },
  'GET /fhir/{type}/{id}/_history': { path: '/fhir/Patient/own/_history' },
  'GET /fhir/{type}/{id}/_history/{version}': { path: '/fhir/Patient/own/_history/1' },
  'GET /fhir/{compartment}/{id}/{type}': { path: '/fhir/Patient/own/Observation' },
  'GET /fhir/{compartment}/{id}/*': { path: '/fhir/Patient/own/*' },
  'POST /fhir/{compartment}/{id}/{type}/_search': { path: '/fhir/Patient/own/Observation/_search', body: '' },
  'GET /fhir/ViewDefinition': { path: '/fhir/ViewDefinition' },
  'GET /fhir/ViewDefinition/{name}': { path: '/fhir/ViewDefinition/patients' },
  'POST /fhir/ViewDefinition/$run': { path: '/fhir/ViewDefinition/$run?viewReference=ViewDefinition/patients', body: '' },
  'GET /fhir/ViewDefinition/{name}/$run': { path: '/fhir/ViewDefinition/patients/$run' },
  'POST /fhir/ViewDefinition/{name}/$run': { path: '/fhir/ViewDefinition/patients/$run', body: '' },
  'POST /fhir/ViewDefinition/$export': { path: '/fhir/ViewDefinition/$export', body: { resourceType: 'Parameters' } },
  'POST /fhir/ViewDefinition/{name}/$export': { path: '/fhir/ViewDefinition/patients/$export', body: '' },
  'POST /fhir/$viewdefinition-run': { path: '/fhir/$viewdefinition-run?viewReference=ViewDefinition/patients', body: '' },
  'POST /fhir/ViewDefinition/$viewdefinition-run': {
    path: '/fhir/ViewDefinition/$viewdefinition-run?viewReference=ViewDefinition/patients',
    body: '',
  },
  'GET /fhir/ViewDefinition/{name}/$viewdefinition-run': { path: '/fhir/ViewDefinition/patients/$viewdefinition-run' },
  'POST /fhir/ViewDefinition/{name}/$viewdefinition-run': { path: '/fhir/ViewDefinition/patients/$viewdefinition-run', body: '' },
  'POST /fhir/$viewdefinition-export': { path: '/fhir/$viewdefinition-export', body: { resourceType: 'Parameters' } },
  'POST /fhir/ViewDefinition/$viewdefinition-export': {
    path: '/fhir/ViewDefinition/$viewdefinition-export',
    body: { resourceType: 'Parameters' },
  },
  'POST /fhir/ViewDefinition/{name}/$viewdefinition-export': { path: '/fhir/ViewDefinition/patients/$viewdefinition-export', body: '' },
  'POST /fhir/$sqlquery-run': { path: '/fhir/$sqlquery-run', body: { resourceType: 'Parameters' } },
  'GET /fhir/Library/$sqlquery-run': { path: '/fhir/Library/$sqlquery-run?queryReference=Library/x' },
  'POST /fhir/Library/$sqlquery-run': { path: '/fhir/Library/$sqlquery-run', body: { resourceType: 'Parameters' } },
  'GET /fhir/Library/{id}/$sqlquery-run': { path: '/fhir/Library/x/$sqlquery-run' },
  'POST /fhir/Library/{id}/$sqlquery-run': { path: '/fhir/Library/x/$sqlquery-run', body: '' },
  'GET /fhir/$sql-run': { path: '/fhir/$sql-run?subjectReference=ViewDefinition/patients' },
  'POST /fhir/$sql-run': { path: '/fhir/$sql-run', body: { resourceType: 'Parameters' } },
  'POST /auth/sign-in': { path: '/auth/sign-in', body: { name: 'admin', password: 'a guess' }, open: 401 },
  'POST /auth/sign-out': { path: '/auth/sign-out' },
  'POST /auth/token': { path: '/auth/token', body: 'grant_type=client_credentials&client_id=x&client_secret=y', open: 401 },
  'GET /auth/me': { path: '/auth/me' },
  'GET /bulk/{job}': { path: '/bulk/01890000-0000-7000-8000-000000000001' },
  'DELETE /bulk/{job}': { path: '/bulk/01890000-0000-7000-8000-000000000001' },
  'GET /bulk/{job}/{attempt}/{file}': {
    path: '/bulk/01890000-0000-7000-8000-000000000001/01890000-0000-7000-8000-000000000002/Patient.1.ndjson',
  },
  'POST /bulk/lines': { path: '/bulk/lines', body: '{"resourceType":"Patient","id":"own"}' },
  'GET /feed': { path: '/feed?after=0' },
  'GET /subscriptions/websocket': { path: '/subscriptions/websocket', open: 426 },
  'GET /audit': { path: '/audit?patient=own' },
  'GET /outcomes/indicators': { path: '/outcomes/indicators' },
  'GET /outcomes/indicators/{name}': { path: '/outcomes/indicators/falls-with-harm' },
  'GET /outcomes/indicators/{name}/funnel': { path: '/outcomes/indicators/falls-with-harm/funnel' },
  'GET /outcomes/indicators/{name}/rows': { path: '/outcomes/indicators/falls-with-harm/rows?period=2026-03' },
  'GET /outcomes/expected': { path: '/outcomes/expected' },
  'GET /outcomes/signals': { path: '/outcomes/signals' },
  'GET /outcomes/data-quality': { path: '/outcomes/data-quality' },
  'GET /outcomes/data-quality/{check}/rows': { path: '/outcomes/data-quality/birth-known/rows' },
  'POST /outcomes/notes': { path: '/outcomes/notes', body: { indicator: 'falls-with-harm', day: '2026-03-02', words: 'x' } },
  'POST /outcomes/notes/{id}/end': { path: '/outcomes/notes/01890000-0000-7000-8000-000000000001/end', body: {} },
  'GET /exchange/messages': { path: '/exchange/messages' },
  'GET /exchange/messages/{id}': { path: '/exchange/messages/01890000-0000-7000-8000-000000000001' },
  'GET /exchange/messages/{id}/original': { path: '/exchange/messages/01890000-0000-7000-8000-000000000001/original' },
  'GET /exchange/messages/{id}/ledger': { path: '/exchange/messages/01890000-0000-7000-8000-000000000001/ledger' },
  'GET /exchange/source': { path: '/exchange/source?resource=Patient/own' },
  'POST /exchange/messages/{id}/again': { path: '/exchange/messages/01890000-0000-7000-8000-000000000001/again' },
  'POST /exchange/messages/{id}/drop': { path: '/exchange/messages/01890000-0000-7000-8000-000000000001/drop?why=test' },
  'GET /exchange/messages/{id}/try': { path: '/exchange/messages/01890000-0000-7000-8000-000000000001/try' },
  'POST /exchange/again': { path: '/exchange/again?state=failed' },
  'GET /exchange/channels': { path: '/exchange/channels' },
  'POST /exchange/channels/{name}/pause': { path: '/exchange/channels/hl7v2/pause' },
  'POST /exchange/channels/{name}/resume': { path: '/exchange/channels/hl7v2/resume' },
  'POST /exchange/channels/reload': { path: '/exchange/channels/reload?dry-run=true' },
  'POST /exchange/prune': { path: '/exchange/prune?dry-run=true' },
  'GET /exchange/unmapped': { path: '/exchange/unmapped?sender=A/B' },
  'POST /exchange/convert': { path: '/exchange/convert?format=hl7v2', body: 'MSH|' },
  'GET /exchange/produce': { path: '/exchange/produce?format=hl7v2&kind=ADT^A08&resource=Patient/own' },
  'POST /exchange/produce': { path: '/exchange/produce?format=hl7v2&kind=ADT^A08', body: { resourceType: 'Bundle', type: 'collection' } },
  'POST /exchange/preview': { path: '/exchange/preview?channel=weights', body: 'a,b' },
  'POST /exchange/receive': { path: '/exchange/receive', body: 'MSH|' },
  'GET /accounts': { path: '/accounts' },
  'POST /accounts': { path: '/accounts', body: { name: 'new', password: 'x', role: 'nurse' } },
  'POST /accounts/{name}/disable': { path: '/accounts/admin/disable' },
  'POST /accounts/{name}/enable': { path: '/accounts/admin/enable' },
  'POST /accounts/{name}/password': { path: '/accounts/admin/password', body: { password: 'x' } },
  'POST /accounts/{name}/role': { path: '/accounts/admin/role', body: { role: 'nurse' } },
  'GET /settings': { path: '/settings' },
  'GET /jobs': { path: '/jobs' },
  'POST /jobs/{id}/cancel': { path: '/jobs/01890000-0000-7000-8000-000000000001/cancel' },
  'GET /terminology': { path: '/terminology' },
  'POST /terminology/use': { path: '/terminology/use?system=a&version=b' },
  'GET /backups': { path: '/backups' },
  'GET /questionnaires': { path: '/questionnaires' },
  'GET /analytics/tables': { path: '/analytics/tables' },
  'POST /analytics/query': { path: '/analytics/query', body: { sql: 'select * from patients' } },
  'DELETE /analytics/query/{id}': { path: '/analytics/query/own' },
  'POST /medication/check': { path: '/medication/check', body: { patient: 'Patient/own', orders: ['ibuprofen 400 mg po tid'] } },
  'GET /analytics/questions': { path: '/analytics/questions' },
  'GET /analytics/questions/{name}': { path: '/analytics/questions/patients-count' },
  'PUT /analytics/questions/{name}': { path: '/analytics/questions/mine', body: { text: '-- title: Mine\nselect 1' } },
  'DELETE /analytics/questions/{name}': { path: '/analytics/questions/mine?version=x' },
  'POST /analytics/questions/{name}/run': { path: '/analytics/questions/patients-count/run', body: {} },
  'POST /analytics/questions/{name}/try': { path: '/analytics/questions/mine/try', body: { text: '-- title: Mine\nselect 1' } },
  'GET /analytics/dashboards': { path: '/analytics/dashboards' },
  'GET /analytics/dashboards/{name}': { path: '/analytics/dashboards/hospital' },
  'PUT /analytics/dashboards/{name}': { path: '/analytics/dashboards/mine', body: { text: '{}' } },
  'DELETE /analytics/dashboards/{name}': { path: '/analytics/dashboards/mine?version=x' },
  'GET /analytics/dashboards/{name}/pdf': { path: '/analytics/dashboards/hospital/pdf' },
  'GET /analytics/questions/{name}/pdf': { path: '/analytics/questions/patients-count/pdf' },
  'GET /analytics/reports': { path: '/analytics/reports' },
  'GET /analytics/reports/{name}': { path: '/analytics/reports/mine' },
  'PUT /analytics/reports/{name}': { path: '/analytics/reports/mine', body: { text: '{}' } },
  'DELETE /analytics/reports/{name}': { path: '/analytics/reports/mine?version=x' },
  'POST /analytics/reports/{name}/run': { path: '/analytics/reports/mine/run' },
  'POST /analytics/reports/{name}/runs/{run}/mail': {
    path: '/analytics/reports/mine/runs/01890000-0000-7000-8000-000000000001/mail',
    body: { address: 'ben@h.example' },
  },
  'GET /analytics/reports/{name}/runs/{run}/{file}': {
    path: '/analytics/reports/mine/runs/01890000-0000-7000-8000-000000000001/mine.pdf',
  },
  'GET /medication/rules': { path: '/medication/rules' },
  'GET /medication/rule': { path: '/medication/rule?file=interactions-high-priority&rule=onc-amphetamines-maoi' },
  'GET /medication/changes': { path: '/medication/changes' },
  'POST /medication/changes': { path: '/medication/changes', body: {} },
  'POST /medication/changes/{id}/sign': { path: '/medication/changes/x/sign', body: {} },
  'POST /medication/changes/{id}/revoke': { path: '/medication/changes/x/revoke', body: {} },
  'POST /medication/proposals': { path: '/medication/proposals', body: {} },
  'POST /medication/replay': { path: '/medication/replay', body: {} },
  'GET /medication/replay/{id}': { path: '/medication/replay/x' },
  'POST /medication/replay/{id}/cancel': { path: '/medication/replay/x/cancel' },
  'POST /medication/sign': { path: '/medication/sign', body: { patient: 'Patient/own', orders: ['ibuprofen 400 mg po tid'] } },
  'POST /medication/stop': { path: '/medication/stop', body: { order: 'MedicationRequest/own', reason: 'no longer needed' } },
  'GET /medication/override-reasons': { path: '/medication/override-reasons' },
  'POST /medication/scan': { path: '/medication/scan', body: { patient: 'Patient/own', scans: [']C0123'] } },
  'POST /medication/administer': { path: '/medication/administer', body: { patient: 'Patient/own', scans: [']C0123'], outcome: 'given' } },
  'POST /medication/effect': { path: '/medication/effect', body: { task: 'Task/own', effect: 'helped' } },
  'GET /medication/before-order': { path: '/medication/before-order' },
  'POST /medication/acknowledge': { path: '/medication/acknowledge', body: { task: 'Task/own', order: 'MedicationRequest/own' } },
  'GET /medication/reports': { path: '/medication/reports?from=2026-01-01&to=2026-02-01' },
  'POST /medication/labels': { path: '/medication/labels', body: { kind: 'wristband', patient: 'Patient/own' } },
  'GET /medication/downtime': { path: '/medication/downtime?ward=own' },
  'POST /medication/downtime/resolve': {
    path: '/medication/downtime/resolve',
    body: { task: 'Task/own', decision: 'discard', reason: 'not ours' },
  },
  'POST /medication/downtime/reconcile': { path: '/medication/downtime/reconcile', body: { bundle: '{}', signature: 'x', doses: [] } },
  'GET /medication/order-sets': { path: '/medication/order-sets' },
  'GET /medication/loop': { path: '/medication/loop?patient=own' },
  'GET /medication/recall': { path: '/medication/recall?lot=A1' },
  'GET /medication/due': { path: '/medication/due?patient=own' },
  'GET /population/registries': { path: '/population/registries' },
  'GET /population/registries/{name}': { path: '/population/registries/diabetes' },
  'GET /population/registries/{name}/rates': { path: '/population/registries/diabetes/rates' },
  'GET /population/registries/{name}/patients': { path: '/population/registries/diabetes/patients?gap=eye' },
  'GET /population/patient/{id}': { path: '/population/patient/none' },
  'GET /surveillance/syndromes': { path: '/surveillance/syndromes' },
  'GET /surveillance/series': { path: '/surveillance/series?syndrome=fever' },
  'GET /surveillance/alerts': { path: '/surveillance/alerts' },
  'GET /surveillance/boundaries': { path: '/surveillance/boundaries' },
  'GET /surveillance/areas': { path: '/surveillance/areas?syndrome=fever' },
  'GET /surveillance/clusters': { path: '/surveillance/clusters?syndrome=fever' },
  'GET /surveillance/nowcast': { path: '/surveillance/nowcast?syndrome=fever' },
  'GET /surveillance/linelist': { path: '/surveillance/linelist?syndrome=fever' },
  'GET /surveillance/suspected': { path: '/surveillance/suspected' },
  'POST /surveillance/suspected/send': { path: '/surveillance/suspected/send', body: { condition: 'measles', patient: 'own' } },
  'GET /surveillance/suspected/report': { path: '/surveillance/suspected/report?condition=measles&patient=own&encounter=x' },
  'POST /surveillance/suspected/report': {
    path: '/surveillance/suspected/report',
    body: { condition: 'measles', patient: 'own', encounter: 'x' },
  },
  'GET /surveillance/notes': { path: '/surveillance/notes' },
  'POST /surveillance/notes': { path: '/surveillance/notes', body: {} },
  'GET /forecasts/arrivals': { path: '/forecasts/arrivals' },
  'GET /forecasts/surge': { path: '/forecasts/surge' },
  'GET /forecasts/census': { path: '/forecasts/census' },
  'GET /forecasts/past': { path: '/forecasts/past' },
  'GET /forecasts/what-if': { path: '/forecasts/what-if?beds=-10' },
  'GET /forecasts/staffing': { path: '/forecasts/staffing' },
  'GET /forecasts/plan': { path: '/forecasts/plan' },
  'PUT /forecasts/plan': { path: '/forecasts/plan', body: { rules: { surgeChance: 0.3 } } },
  'GET /cds-services': { path: '/cds-services', open: 200 },
  'POST /cds-services/{id}': {
    path: '/cds-services/lamplight-patient-view',
    body: { hook: 'patient-view', hookInstance: 'x', context: { patientId: 'own' } },
  },
  'POST /cds-services/{id}/feedback': { path: '/cds-services/lamplight-patient-view/feedback', body: { feedback: [] } },
  'GET /healthz': { path: '/healthz', open: 200 },
  'GET /readyz': { path: '/readyz', open: 200 },
  'GET /metrics': { path: '/metrics', open: 200 },
  'GET /openapi.json': { path: '/openapi.json', open: 200 },
  'GET /': { path: '/', open: 200 },
  'GET /docs': { path: '/docs', open: 200 },
};

async function issued(people: People, asker: Asker, validMs: number): Promise<string> {
  const made = await people.issueToken({ ...asker, purpose: undefined }, validMs, new Date());
  if (!made.ok) throw new Error(made.problem.message);
  return made.value.token;
}

export async function goodTokens(people: People): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  for (const asker of everyone) tokens.set(asker.name, await issued(people, asker, 3600_000));
  return tokens;
}

/** Headers of each way not to be somebody. */
async function badTokens(people: People, asker: Asker): Promise<Record<string, Record<string, string>>> {
  const expired = await issued(people, asker, 1);
  const revoked = await issued(people, asker, 3600_000);
  await people.revoke(revoked);
  const good = await issued(people, asker, 3600_000);
  const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
  return {
    none: {},
    expired: bearer(expired),
    revoked: bearer(revoked),
    'cut short': bearer(good.slice(0, -1)),
    longer: bearer(`${good}x`),
    'as Basic': { authorization: `Basic ${good}` },
    'as a cookie of another kind': { cookie: `lamplight=${expired}` },
    garbage: bearer('llt_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'),
  };
}

/** Every route, with every method that it has, as each asker who is not let in; what was wrong, and how often it was tried. */
export async function knock(address: string, people: People): Promise<{ wrong: string[]; times: number }> {
  const wrong: string[] = [];
  let times = 0;
  const tries = Object.entries(doors).flatMap(([route, door]) => {
    const [method = ''] = route.split(' ');
    return method === 'GET'
      ? [
          { door, method },
          { door, method: 'HEAD' },
        ]
      : [{ door, method }];
  });
  for (const asker of askers) {
    for (const [how, headers] of Object.entries(await badTokens(people, asker))) {
      times += tries.length;
      const found = await Promise.all(
        tries.map(async ({ door, method }) => faultOf(door, method, await knockAt(address, door, method, headers))),
      );
      found.forEach((fault, i) => {
        if (fault !== undefined) wrong.push(`${asker.name}, token ${how}: ${tries[i]!.method} ${tries[i]!.door.path}: ${fault}`);
      });
    }
  }
  return { wrong, times };
}

type Door = (typeof doors)[string];

async function knockAt(address: string, { path, body }: Door, method: string, headers: Record<string, string>): Promise<Response> {
  const type = typeof body === 'string' ? 'application/x-www-form-urlencoded' : 'application/fhir+json';
  return fetch(address + path, {
    method,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': type }) },
    body: body === undefined ? undefined : typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function faultOf({ open, path }: Door, method: string, answer: Response): Promise<string | undefined> {
  const { status } = answer;
  const said = `${[...answer.headers]} ${await answer.text()}`;
  if (canariesIn(said).length > 0) return `LEAK: ${said}`;
  // Only FHIR has a HEAD for every GET.
  if (method === 'HEAD' && status === 404 && !path.startsWith('/fhir')) return undefined;
  // Guesses at passwords are locked out sooner or later.
  if (open !== undefined) return status === open || (open === 401 && status === 429) ? undefined : String(status);
  if (status !== 401) return String(status);
  return answer.headers.has('www-authenticate') ? undefined : 'no WWW-Authenticate';
}
