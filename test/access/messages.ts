// Messages of other systems at /exchange: who may read them, decide about them and send some (src/policy/messages.ts). Who is bound to
// some patients or organisations reads none, because a message may speak of anyone.
import type { Caller } from '../calls.ts';
import type { Cell } from './matrix.ts';
import type { Asker } from './roles.ts';

const bounded = ({ organisations, patients }: Asker): boolean => organisations !== undefined || patients !== undefined;
const mayRead = (one: Asker): boolean => ['administrator', 'records-officer'].includes(one.role) && !bounded(one);
const mayDecide = (one: Asker): boolean => one.role === 'administrator' && !bounded(one);
const maySend = ({ role }: Asker): boolean => role === 'administrator' || role === 'system';

const type = 'x-application/hl7-v2+er7';
const message = (control: string): string =>
  `MSH|^~\\&|MATRIX|NORTH|||20260701||ADT^A08|${control}|P|2.5.1\rPID|1||MATRIX^^^NORTH^MR||MATRIX^ONE\r`;
const nobody = '01890000-0000-7000-8000-000000000001';

/** Sends one message; answers its id. */
export async function plantMessage(call: Caller): Promise<string> {
  const answer = await call('POST', '/exchange/receive', { headers: { 'content-type': type }, body: message('PLANTED') });
  return (answer.headers.get('location') ?? '').split('/').at(-1) ?? '';
}

export function* messageCells(one: Asker, id: string): Generator<Cell> {
  const cell = (route: string, path: string, status: number, more: Partial<Cell> = {}): Cell => ({
    route,
    asker: one,
    method: route.split(' ')[0] ?? 'GET',
    path,
    status,
    ...more,
  });
  const reads = (status: number): number => (mayRead(one) ? status : 403);
  const decides = (status: number): number => (mayDecide(one) ? status : 403);
  for (const part of ['', '/original', '/ledger', '/try']) {
    yield cell(`GET /exchange/messages/{id}${part}`, `/exchange/messages/${id}${part}`, reads(200));
    // Who may not read learns nothing of what is there.
    yield cell(`GET /exchange/messages/{id}${part}`, `/exchange/messages/${nobody}${part}`, reads(404));
  }
  yield cell('GET /exchange/messages', '/exchange/messages?key=MATRIX', reads(200));
  yield cell('GET /exchange/channels', '/exchange/channels', reads(200));
  yield cell('GET /exchange/unmapped', '/exchange/unmapped?sender=MATRIX/NORTH', reads(200));
  yield cell('POST /exchange/messages/{id}/again', `/exchange/messages/${nobody}/again`, decides(200));
  yield cell('POST /exchange/messages/{id}/drop', `/exchange/messages/${nobody}/drop?why=test`, decides(404));
  yield cell('POST /exchange/again', '/exchange/again?state=failed&sender=nobody', decides(200));
  yield cell('POST /exchange/prune', '/exchange/prune?dry-run=true', decides(200));
  yield cell('POST /exchange/channels/{name}/pause', '/exchange/channels/nothing/pause', decides(404));
  yield cell('POST /exchange/channels/{name}/resume', '/exchange/channels/nothing/resume', decides(404));
  // The server of the matrix has no folder of channels.
  yield cell('POST /exchange/channels/reload', '/exchange/channels/reload?dry-run=true', decides(404));
  const body = { headers: { 'content-type': type }, body: message(`BY ${one.name}`) };
  yield cell('POST /exchange/convert', '/exchange/convert?format=hl7v2', maySend(one) ? 200 : 403, body);
  // Where something comes from is for whoever may see it; of nothing there is no source.
  yield cell('GET /exchange/source', `/exchange/source?resource=Patient/${nobody}`, 404);
  // Anybody may ask for a message of what they may see; of nobody there is none.
  const bundle = JSON.stringify({
    resourceType: 'Bundle',
    type: 'collection',
    entry: [{ resource: { resourceType: 'Patient', name: [{ family: 'MATRIX' }] } }],
  });
  yield cell('POST /exchange/produce', '/exchange/produce?format=hl7v2&kind=ADT%5EA28', 200, { body: bundle });
  yield cell('GET /exchange/produce', `/exchange/produce?format=hl7v2&kind=ADT%5EA28&resource=Patient/${nobody}`, 404);
  yield cell('POST /exchange/preview', '/exchange/preview?channel=nothing', maySend(one) ? 404 : 403, {
    headers: { 'content-type': 'text/csv' },
    body: 'a,b',
  });
  yield cell('POST /exchange/receive', '/exchange/receive', maySend(one) ? 200 : 403, body);
}
