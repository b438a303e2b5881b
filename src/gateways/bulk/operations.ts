// $export at its three levels: checks the wish, asks for the job, and says where its answer will be
// (https://hl7.org/fhir/uv/bulkdata/STU2/export.html#bulk-data-kick-off-request).
import type { Group } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Jobs } from '../../jobs/contract.ts';
import type { Caller, RecordStore } from '../../record/contract.ts';
import type { FhirResponse } from '../fhir-rest/contract.ts';
import type { Operation, OperationCall } from '../fhir-rest/operations/contract.ts';
import { outcome, refusal } from '../fhir-rest/outcome.ts';
import { type ExportAsked, exportKind } from './contract.ts';
import { exportParameters, isAsync, readKickOff } from './kick-off.ts';

/** Exports of one account that wait or run. */
const mostAtOnce = 5;

export function exportOperations(jobs: Jobs): Operation[] {
  const common = { name: 'export', affectsState: false, parameters: exportParameters };
  const definition = (name: string): string => `http://hl7.org/fhir/uv/bulkdata/OperationDefinition/${name}`;
  return [
    { ...common, definition: definition('export'), system: true, types: [], answer: (call) => kickOff(jobs, call) },
    { ...common, definition: definition('patient-export'), type: true, types: ['Patient'], answer: (call) => kickOff(jobs, call) },
    { ...common, definition: definition('group-export'), instance: true, types: ['Group'], answer: (call) => kickOff(jobs, call) },
  ];
}

/** What the call asks for, checked as far as it can be before it is begun. */
export async function askedOf(call: OperationCall): Promise<Result<ExportAsked>> {
  const { context, request, place } = call;
  const read = readKickOff(call);
  if (!read.ok) return read;
  const asked: ExportAsked = { ...read.value, caller: request.caller, request: addressOf(call) };
  if (place.type === undefined) return ok(asked);
  if (place.id === undefined) return ok({ ...asked, patients: asked.patients ?? 'all' });
  const members = await membersOf(context.record, request.caller, place.id);
  if (!members.ok) return members;
  const stranger = typeof asked.patients === 'object' && asked.patients.find((id) => !members.value.includes(id));
  if (stranger) return fail('invalid', 'patient names somebody who is not a member of this Group', 'patient');
  return ok({ ...asked, patients: asked.patients ?? members.value });
}

async function kickOff(jobs: Jobs, call: OperationCall): Promise<FhirResponse> {
  const { request, context, place } = call;
  if (!isAsync(call))
    return refusal(fail('invalid', 'An export is answered later: send the header Prefer: respond-async', 'Prefer').problem);
  const wish = await askedOf(call);
  if (!wish.ok) return refusal(wish.problem);
  const asked = wish.value;
  const allowed = await context.record.exportable(request.caller, { types: asked.types, patients: asked.patients, asked: asked.request });
  if (!allowed.ok) return refusal(allowed.problem);
  const by = request.caller.person.id;
  const open = (await jobs.list(exportKind)).filter((job) => job.by === by && job.ended === undefined);
  if (open.length >= mostAtOnce)
    return refusal(
      fail('busy', `${open.length} exports of this account are under way: wait for one, or cancel it with DELETE`).problem,
      429,
    );
  const job = await jobs.ask(exportKind, JSON.stringify(asked), by);
  return {
    status: 202,
    headers: { 'content-location': `${context.base.replace(/\/fhir$/, '')}/bulk/${job.id}` },
    body: outcome(
      'information',
      'informational',
      `The export${place.id === undefined ? '' : ' of the Group'} has begun: ask at the address in Content-Location`,
    ),
  };
}

function addressOf({ request, context }: OperationCall): string {
  const query = request.query.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return `${context.base}/${request.path.join('/')}${query === '' ? '' : `?${query}`}`;
}

/** Patients who are members now: neither left (`inactive`) nor merely described. */
export async function membersOf(record: Pick<RecordStore, 'read'>, caller: Caller, group: string): Promise<Result<string[]>> {
  const stored = await record.read(caller, 'Group', group);
  if (!stored.ok) return stored;
  const { actual, member = [] } = JSON.parse(stored.value.body) as Group;
  if (!actual)
    return fail('unsupported', 'This Group describes whom it would hold and has no members: export an actual one', 'Group.actual');
  const ids = member
    .filter(({ inactive }) => inactive !== true)
    .flatMap(({ entity }) => /^Patient\/([A-Za-z0-9.-]{1,64})$/.exec(entity.reference ?? '')?.[1] ?? []);
  return ok([...new Set(ids)]);
}
