// The same export without a server: for the record of a stopped installation. No job, no waiting; the files are there at the end.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import type { Jobs } from '../../jobs/contract.ts';
import type { FhirContext, FhirRequest } from '../fhir-rest/contract.ts';
import { callOf } from '../fhir-rest/operations/call.ts';
import { isOffered } from '../fhir-rest/operations/dispatch.ts';
import type { BulkResult } from './contract.ts';
import { exportTo } from './export-job.ts';
import { askedOf, exportOperations } from './operations.ts';

const noJobs = {} as Jobs;

/** `request`: as it would be sent, `Group/1/$export?_type=Patient`. */
export async function exportDirectly(
  request: FhirRequest,
  context: FhirContext,
  folder: string,
  hear: (note: string) => void,
): Promise<Result<BulkResult>> {
  const [type, id] = request.path.slice(0, -1);
  if (type !== undefined && !isResourceType(type))
    return fail('invalid', `${JSON.stringify(type.slice(0, 60))} is not a resource type of FHIR R4`);
  const place = { ...(type === undefined ? {} : { type }), ...(id === undefined ? {} : { id }) };
  const operation = exportOperations(noJobs).find((one) => isOffered(one, place));
  if (operation === undefined) return fail('invalid', 'An export is of everything, of Patient, or of a Group such as Group/1');
  const call = await callOf(request, context, operation, place);
  if (!call.ok) return call;
  const asked = await askedOf(call.value);
  if (!asked.ok) return asked;
  return exportTo(context.record, asked.value, folder, new AbortController().signal, async (_, note) => {
    hear(note);
    return ok(undefined);
  });
}
