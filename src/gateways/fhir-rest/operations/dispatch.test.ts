import { describe, expect, test } from 'vitest';
import type { Json } from '../../../fhir/json.ts';
import type { RecordStore } from '../../../record/contract.ts';
import { capabilityStatement } from '../capabilities.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';
import { answer } from '../router.ts';
import type { Operation, OperationCall } from './contract.ts';

let asked: OperationCall | undefined;
const echo = (wish: Partial<Operation>): Operation => ({
  name: 'echo',
  definition: 'http://example.org/OperationDefinition/echo',
  types: [],
  affectsState: false,
  parameters: ['say', 'resource'],
  answer: async (call) => {
    asked = call;
    return { status: 200, headers: {}, body: '{}' };
  },
  ...wish,
});

const operations = [
  echo({ types: ['Patient', 'Group'], type: true, instance: true }),
  echo({ name: 'echo', types: ['Observation'], type: true }),
  echo({ name: 'wipe', system: true, affectsState: true, parameters: [] }),
];
const context: FhirContext = { record: {} as RecordStore, base: 'http://here/fhir', limits: { bundleEntries: 10 }, operations };

function ask(method: FhirRequest['method'], address: string, body?: Json): Promise<FhirResponse> {
  const [path = '', query = ''] = address.split('?');
  asked = undefined;
  return answer(
    {
      method,
      path: path.split('/'),
      query: [...new URLSearchParams(query)],
      headers: {},
      ...(body === undefined ? {} : { body }),
      caller: { person: { id: '1', name: 'a', role: 'administrator' }, purpose: 'TREAT', from: '-', request: '-' },
    },
    context,
  );
}

const said = (response: FhirResponse): string => JSON.parse(response.body ?? '{}').issue[0].diagnostics;

describe('an operation', () => {
  test('is found at the level and the type that it names', async () => {
    expect((await ask('GET', 'Patient/$echo?say=hello')).status).toBe(200);
    expect(asked?.text('say')).toBe('hello');
    expect(asked?.place).toEqual({ type: 'Patient' });
    expect((await ask('POST', 'Group/7/$echo')).status).toBe(200);
    expect(asked?.place).toEqual({ type: 'Group', id: '7' });
    expect((await ask('POST', '$wipe')).status).toBe(200);
  });

  test('is refused elsewhere, and the refusal names the places where it is', async () => {
    const wrong = await ask('GET', 'Observation/7/$echo');
    expect(wrong.status).toBe(404);
    expect(said(wrong)).toContain('/Patient|Group/$echo');
    expect((await ask('GET', '$echo')).status).toBe(404);
    expect(said(await ask('GET', 'Patient/$ecko'))).toContain('did you mean $echo?');
    expect((await ask('GET', 'Patient/7/$echo/more')).status).toBe(404);
  });

  test('that changes something is not done by GET, and none by PUT', async () => {
    expect((await ask('GET', '$wipe')).status).toBe(405);
    expect((await ask('PUT', 'Patient/$echo')).status).toBe(405);
    expect(asked).toBeUndefined();
  });

  test('takes Parameters, a bare resource and the query alike', async () => {
    await ask('POST', 'Patient/$echo', { resourceType: 'Parameters', parameter: [{ name: 'say', valueInteger: 7 }] });
    expect(asked?.text('say')).toBe('7');
    await ask('POST', 'Patient/$echo?say=x', { resourceType: 'Patient', nonsense: true });
    expect(asked?.all('resource')[0]?.resource).toEqual({ resourceType: 'Patient', nonsense: true });
    expect(asked?.text('say')).toBe('x');
  });

  test('gets a wrong resource inside its Parameters unchecked, but not wrong Parameters', async () => {
    const inside = { name: 'resource', resource: { resourceType: 'Patient', nonsense: true } };
    expect((await ask('POST', 'Patient/$echo', { resourceType: 'Parameters', parameter: [inside] })).status).toBe(200);
    const wrong = await ask('POST', 'Patient/$echo', { resourceType: 'Parameters', parameter: [{ say: 'x' }] });
    expect(wrong.status).toBe(400);
    expect((await ask('POST', 'Patient/$echo', ['x'])).status).toBe(400);
    expect(asked).toBeUndefined();
  });

  test('refuses a parameter that it does not know, and names those that it knows', async () => {
    const wrong = await ask('GET', 'Patient/$echo?sya=hello');
    expect(wrong.status).toBe(400);
    expect(said(wrong)).toContain('it knows say, resource');
  });

  test('is listed in the CapabilityStatement where it may be called', async () => {
    const { body = '' } = await capabilityStatement({ query: [] } as unknown as FhirRequest, context);
    const { rest } = JSON.parse(body);
    expect(rest[0].operation).toContainEqual({ name: 'wipe', definition: 'http://example.org/OperationDefinition/echo' });
    expect(rest[0].operation.map(({ name }: { name: string }) => name)).toEqual([
      'wipe',
      'viewdefinition-run',
      'viewdefinition-export',
      'sqlquery-run',
      'sql-run',
    ]);
    const of = (type: string) => rest[0].resource.find((one: { type: string }) => one.type === type).operation;
    expect(of('Patient')).toHaveLength(1);
    expect(of('Encounter')).toBeUndefined();
  });
});
