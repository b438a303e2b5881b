// history of a resource, a type, or all: http://hl7.org/fhir/R4/http.html#history.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { parseInterval } from '../../../fhir/search/dates.ts';
import type { HistoryPage } from '../../../record/contract.ts';
import { historyBundle } from '../bundles.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { refusal } from '../outcome.ts';

const most = 1000;
const usual = 20;

export async function history(request: FhirRequest, context: FhirContext, of: { type?: ResourceType; id?: string }): Promise<FhirResponse> {
  const wish = pageOf(request.query);
  if (!wish.ok) return refusal(wish.problem);
  const page = await context.record.history(request.caller, of, wish.value);
  return page.ok ? { status: 200, headers: {}, body: historyBundle(page.value, request, context) } : refusal(page.problem);
}

function pageOf(query: [string, string][]): Result<HistoryPage> {
  const page: HistoryPage = { count: usual };
  for (const [name, value] of query) {
    switch (name) {
      case '_count': {
        if (!/^\d{1,9}$/.test(value))
          return fail('invalid', `_count must be a whole number, not ${JSON.stringify(value.slice(0, 50))}`, name);
        page.count = Math.min(Number(value), most);
        break;
      }
      case '_since': {
        const since = parseInterval(value);
        if (since === undefined) return fail('invalid', '_since must be an instant such as 2026-01-31T08:00:00Z', name);
        page.since = new Date(since.fromMs);
        break;
      }
      case '_at': {
        const at = parseInterval(value);
        if (at === undefined) return fail('invalid', '_at must be a date or a time such as 2026-01-31', name);
        page.at = [new Date(at.fromMs), new Date(at.toMs)];
        break;
      }
      case '_cursor':
        page.cursor = value;
        break;
      case '_format':
      case '_pretty':
        break;
      default:
        return fail(
          'invalid',
          `A history has no parameter ${JSON.stringify(name.slice(0, 50))}: it knows _count, _since, _at, _format and _pretty`,
          name,
        );
    }
  }
  return ok(page);
}
