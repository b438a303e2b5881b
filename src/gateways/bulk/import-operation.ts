// $import: asks for NDJSON to be fetched and taken into the record (https://github.com/smart-on-fhir/bulk-import). Only from places
// that the site has named: a server that fetches what anybody asks for can be sent into its own network.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import type { Jobs } from '../../jobs/contract.ts';
import { decide } from '../../policy/decide.ts';
import type { Operation, OperationCall } from '../fhir-rest/operations/contract.ts';
import { outcome, refusal } from '../fhir-rest/outcome.ts';
import { type ImportAsked, importKind } from './contract.ts';
import { baseOf, isAllowed } from './from-server.ts';
import { isAsync } from './kick-off.ts';

const mostSources = 200;

export const importOperation = (jobs: Jobs, allowed: readonly string[]): Operation => ({
  name: 'import',
  definition: 'https://github.com/smart-on-fhir/bulk-import',
  system: true,
  types: [],
  affectsState: true,
  parameters: ['inputFormat', 'inputSource', 'input', 'keepVersions', 'exportUrl'],
  async answer(call) {
    const { request, context } = call;
    if (!isAsync(call))
      return refusal(fail('invalid', 'An import is answered later: send the header Prefer: respond-async', 'Prefer').problem);
    // Each line asks policy once more, as the write that it is; this keeps those out who could take over nothing.
    const decision = decide(request.caller.person, request.caller.purpose, 'import', 'Patient');
    if (!decision.allowed) {
      await context.record.refuse(request.caller, 'import', { outcome: 403 });
      return refusal(fail('forbidden', decision.why).problem);
    }
    const exportUrl = call.text('exportUrl');
    const sources = exportUrl === undefined ? readSources(call, allowed) : ofExport(call, exportUrl, allowed);
    if (!sources.ok) return refusal(sources.problem);
    const asked: ImportAsked = {
      caller: request.caller,
      request: `${context.base}/$import`,
      sources: sources.value,
      ...(exportUrl === undefined ? {} : { exportUrl }),
      keepVersions: call.text('keepVersions') === 'true',
    };
    const job = await jobs.ask(importKind, JSON.stringify(asked), request.caller.person.id);
    return {
      status: 202,
      headers: { 'content-location': `${context.base.replace(/\/fhir$/, '')}/bulk/${job.id}` },
      body: outcome('information', 'informational', 'The import has begun: ask at the address in Content-Location'),
    };
  },
});

/** Of another server: its files are named by its manifest. */
function ofExport(call: OperationCall, url: string, allowed: readonly string[]): Result<ImportAsked['sources']> {
  if (call.all('input').length > 0)
    return fail('invalid', 'Give either input or exportUrl: the files of an export are named by its manifest', 'input');
  if (baseOf(url) === undefined)
    return fail(
      'invalid',
      'exportUrl is the $export of another server, such as https://other.example.org/fhir/$export?_type=Patient',
      'exportUrl',
    );
  return isAllowed(url, allowed)
    ? ok([])
    : fail(
        'forbidden',
        'Data may not be fetched from this server: LAMPLIGHT_IMPORT_FROM names the places, or use "lamplight import --from"',
        'exportUrl',
      );
}

function readSources(call: OperationCall, allowed: readonly string[]): Result<ImportAsked['sources']> {
  const format = call.text('inputFormat') ?? 'application/fhir+ndjson';
  if (format !== 'application/fhir+ndjson') return fail('unsupported', 'inputFormat is application/fhir+ndjson here', 'inputFormat');
  const sources: ImportAsked['sources'] = [];
  for (const { part = [] } of call.all('input')) {
    const textOf = (name: string): string | undefined => {
      const found = part.find((one) => one.name === name);
      return found?.valueUrl ?? found?.valueUri ?? found?.valueCode ?? found?.valueString;
    };
    const url = textOf('url') ?? '';
    const type = textOf('type');
    if (type !== undefined && !isResourceType(type)) return fail('invalid', 'input.type must be a resource type of R4', 'input');
    if (!isAllowed(url, allowed))
      return fail(
        'forbidden',
        allowed.length === 0
          ? 'This site lets nothing be fetched: name the places in LAMPLIGHT_IMPORT_FROM, or use "lamplight import"'
          : 'Data may not be fetched from this address: LAMPLIGHT_IMPORT_FROM names the places',
        'input',
      );
    sources.push(type === undefined ? { url } : { url, type });
  }
  if (sources.length === 0) return fail('invalid', 'Give input with type and url for each file', 'input');
  return sources.length <= mostSources ? ok(sources) : fail('too-costly', `At most ${mostSources} files are taken at once`, 'input');
}
