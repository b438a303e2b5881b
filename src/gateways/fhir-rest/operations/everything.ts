// Patient/$everything and Patient/[id]/$everything: http://hl7.org/fhir/R4/patient-operation-everything.html.
import type { ResourceType } from '../../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { parseInterval } from '../../../fhir/search/dates.ts';
import { isResourceType } from '../../../fhir/search/references.ts';
import type { EverythingWish } from '../../../record/contract.ts';
import { searchBundle } from '../bundles.ts';
import { refusal } from '../outcome.ts';
import type { Operation, OperationCall } from './contract.ts';

/** Without `_count` a page has room for an ordinary patient. */
const countUsual = 1000;
const names = ['start', 'end', '_since', '_type', '_count', '_cursor'] as const;

export const everything: Operation = {
  name: 'everything',
  definition: 'http://hl7.org/fhir/OperationDefinition/Patient-everything',
  type: true,
  instance: true,
  types: ['Patient'],
  affectsState: false,
  parameters: names,
  async answer(call) {
    const wish = wishOf(call);
    if (!wish.ok) return refusal(wish.problem);
    const { request, context, place } = call;
    const page = await context.record.everything(request.caller, wish.value);
    if (!page.ok) return refusal(page.problem);
    const path = place.id === undefined ? 'Patient/$everything' : `Patient/${place.id}/$everything`;
    const body = await searchBundle(page.value, { understood: asked(call), ignored: [] }, path, context);
    return body.ok ? { status: 200, headers: {}, body: body.value } : refusal(body.problem);
  },
};

/** Types may come in one text or in several parameters. */
function asked(call: OperationCall): [string, string][] {
  const types = call.all('_type').flatMap((one) => one.valueCode ?? one.valueString ?? []);
  return names.flatMap((name): [string, string][] => {
    const text = name === '_type' ? types.join(',') || undefined : call.text(name);
    return text === undefined ? [] : [[name, text]];
  });
}

function wishOf(call: OperationCall): Result<EverythingWish> {
  const given = new Map(asked(call));
  const pairs = asked(call).filter(([name]) => name !== '_cursor');
  const wish: EverythingWish = { count: countUsual, asked: pairs.map(([name, value]) => `${name}=${value}`).join('&') };
  if (call.place.id !== undefined) wish.patient = call.place.id;
  const count = given.get('_count');
  if (count !== undefined && !/^[1-9]\d{0,8}$/.test(count)) return fail('invalid', '_count is a number of resources from 1', '_count');
  if (count !== undefined) wish.count = Number(count);
  const since = given.get('_since');
  const instant = since === undefined ? undefined : parseInterval(since);
  if (since !== undefined && instant === undefined) return fail('invalid', '_since is an instant, such as 2026-01-31T10:00:00Z', '_since');
  if (instant !== undefined) wish.since = new Date(instant.fromMs);
  for (const name of ['start', 'end'] as const) {
    const text = given.get(name);
    const interval = text === undefined ? undefined : parseInterval(text);
    if (text !== undefined && interval === undefined) return fail('invalid', `${name} is a date, such as 2026-01-31`, name);
    if (interval !== undefined) wish[name] = name === 'start' ? interval.fromMs : interval.toMs;
  }
  const types = given.get('_type')?.split(',') ?? [];
  const wrong = types.find((type) => !isResourceType(type));
  if (wrong !== undefined) return fail('invalid', `_type: ${JSON.stringify(wrong.slice(0, 60))} is no resource type of FHIR R4`, '_type');
  if (types.length > 0) wish.types = types as ResourceType[];
  const cursor = given.get('_cursor');
  if (cursor !== undefined) wish.cursor = cursor;
  return ok(wish);
}
