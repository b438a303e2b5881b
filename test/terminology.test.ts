// The operations of the terminology module over HTTP: http://hl7.org/fhir/R4/terminology-service.html
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { loadReleaseFile } from '../src/terminology/load/load.ts';
import { type Json, type Stand, stand } from './calls.ts';

const icd = 'http://hl7.org/fhir/sid/icd-10-cm';
const animals = {
  resourceType: 'CodeSystem',
  url: 'urn:animals',
  version: '1',
  name: 'Animals',
  status: 'active',
  content: 'complete',
  caseSensitive: true,
  property: [{ code: 'legs', type: 'integer' }],
  concept: [
    {
      code: 'animal',
      display: 'Animal',
      concept: [
        {
          code: 'dog',
          display: 'Dog',
          property: [{ code: 'legs', valueInteger: 4 }],
          designation: [{ language: 'de', value: 'Hund' }],
          concept: [{ code: 'poodle', display: 'Poodle' }],
        },
        { code: 'hen', display: 'Hen', property: [{ code: 'legs', valueInteger: 2 }] },
      ],
    },
  ],
};
const order = [
  '00001 X90     0 Made disorders                                               Made disorders',
  '00002 X900    1 Made disorder of the left ear                                Made disorder of the left ear',
].join('\n');

/** Entries of an array in an answer. */
function list(array: Json | undefined): Json[] {
  const found: Json[] = [];
  for (let entry = array?.[0]; entry !== undefined; entry = array?.[found.length]) found.push(entry);
  return found;
}

describe('the terminology module', () => {
  let server: Stand;
  let folder: string;
  const get = async (path: string): Promise<Json> => (await server.call('GET', path)).json!;
  const part = (answer: Json, name: string): Json => list(answer['parameter']).find((one) => String(one['name']) === name)!;
  beforeAll(async () => {
    server = await stand();
    folder = mkdtempSync(join(tmpdir(), 'lamplight-terminology-'));
    writeFileSync(join(folder, 'icd10cm-order-2026.txt'), order);
    await loadReleaseFile(server.database, join(folder, 'icd10cm-order-2026.txt'), {}, () => new Date());
    expect((await server.call('PUT', '/fhir/CodeSystem/animals', { body: { ...animals, id: 'animals' } })).status).toBe(201);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await server.end();
  });

  test('looks up a code of a loaded release, of a resource and of HL7', async () => {
    expect(part(await get(`/fhir/CodeSystem/$lookup?system=${icd}&code=X90.0`), 'display')).toMatchObject({
      valueString: 'Made disorder of the left ear',
    });
    expect(part(await get('/fhir/CodeSystem/$lookup?system=urn:animals&code=dog'), 'display')).toMatchObject({ valueString: 'Dog' });
    expect(
      part(await get('/fhir/CodeSystem/$lookup?system=http://terminology.hl7.org/CodeSystem/v3-ActCode&code=AMB'), 'display'),
    ).toMatchObject({ valueString: 'ambulatory' });
    expect((await server.call('GET', '/fhir/CodeSystem/$lookup?system=urn:animals&code=cow')).status).toBe(404);
  });

  test('validates codes with three answers', async () => {
    const ask = async (query: string): Promise<unknown> => {
      const answer = await server.call('GET', `/fhir/${query}`);
      return answer.status === 200 ? part(answer.json!, 'result')['valueBoolean'] : answer.status;
    };
    expect(await ask('CodeSystem/$validate-code?url=urn:animals&code=hen')).toBe(true);
    expect(await ask('CodeSystem/$validate-code?url=urn:animals&code=HEN')).toBe(false);
    expect(await ask('CodeSystem/$validate-code?url=urn:unknown&code=hen')).toBe(404);
    expect(await ask('CodeSystem/animals/$validate-code?code=hen&display=Rooster')).toBe(false);
    expect(
      await ask(
        'ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/administrative-gender&system=http://hl7.org/fhir/administrative-gender&code=female',
      ),
    ).toBe(true);
    expect(await ask('ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/administrative-gender&code=femme')).toBe(false);
    expect(await ask('ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/observation-codes&system=http://loinc.org&code=1')).toBe(
      404,
    );
    expect(
      await ask('ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/ucum-units&system=http://unitsofmeasure.org&code=mg/dL'),
    ).toBe(true);
    expect(
      await ask('ValueSet/$validate-code?url=http://hl7.org/fhir/ValueSet/ucum-units&system=http://unitsofmeasure.org&code=miles'),
    ).toBe(false);
  });

  test('says which code subsumes which', async () => {
    const outcome = async (a: string, b: string): Promise<unknown> =>
      part(await get(`/fhir/CodeSystem/$subsumes?system=urn:animals&codeA=${a}&codeB=${b}`), 'outcome')['valueCode'];
    expect(await outcome('animal', 'poodle')).toBe('subsumes');
    expect(await outcome('poodle', 'animal')).toBe('subsumed-by');
    expect(await outcome('hen', 'poodle')).toBe('not-subsumed');
    expect(await outcome('hen', 'hen')).toBe('equivalent');
  });

  test('expands a value set by pages, by text and by property', async () => {
    const codes = (answer: Json): unknown[] => list(answer['expansion']?.['contains']).map((one) => one['code']);
    const inline = (include: object, ...more: object[]): object => ({
      resourceType: 'Parameters',
      parameter: [{ name: 'valueSet', resource: { resourceType: 'ValueSet', status: 'active', compose: { include: [include] } } }, ...more],
    });
    const expand = async (body: object): Promise<Json> => (await server.call('POST', '/fhir/ValueSet/$expand', { body })).json!;
    const all = await expand(inline({ system: 'urn:animals' }, { name: 'count', valueInteger: 2 }, { name: 'offset', valueInteger: 1 }));
    expect(codes(all)).toEqual(['dog', 'poodle']);
    expect(all['expansion']?.['total']).toBe(4);
    expect(codes(await expand(inline({ system: 'urn:animals', filter: [{ property: 'legs', op: '=', value: '2' }] })))).toEqual(['hen']);
    expect(codes(await expand(inline({ system: 'urn:animals' }, { name: 'filter', valueString: 'hun' })))).toEqual(['dog']);
    expect(codes(await expand(inline({ system: icd, filter: [{ property: 'concept', op: 'is-a', value: 'X90' }] })))).toEqual([
      'X90',
      'X90.0',
    ]);
    expect(codes(await get('/fhir/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender'))).toEqual([
      'male',
      'female',
      'other',
      'unknown',
    ]);
    const tooMany = await server.call('POST', '/fhir/ValueSet/$expand', {
      body: inline({ valueSet: ['http://hl7.org/fhir/ValueSet/observation-codes'] }),
    });
    expect(tooMany.status).toBe(404);
  });

  test('translates there and back', async () => {
    const map = {
      resourceType: 'ConceptMap',
      id: 'sounds',
      url: 'urn:sounds',
      status: 'active',
      group: [
        {
          source: 'urn:animals',
          target: 'urn:noises',
          element: [{ code: 'dog', target: [{ code: 'bark', equivalence: 'wider' }] }],
          unmapped: { mode: 'fixed', code: 'silence' },
        },
      ],
    };
    expect((await server.call('PUT', '/fhir/ConceptMap/sounds', { body: map })).status).toBe(201);
    const match = async (query: string): Promise<unknown> =>
      list(part(await get(`/fhir/ConceptMap/${query}`), 'match')['part']).map(
        (one) => one['valueCode'] ?? one['valueCoding']?.['code'] ?? one['valueUri'],
      );
    expect(await match('$translate?url=urn:sounds&system=urn:animals&code=dog')).toEqual(['wider', 'bark', 'urn:sounds']);
    expect(await match('sounds/$translate?system=urn:animals&code=hen')).toEqual(['inexact', 'silence', 'urn:sounds']);
    expect(await match('$translate?targetsystem=urn:animals&system=urn:noises&code=bark&reverse=true')).toEqual([
      'narrower',
      'dog',
      'urn:sounds',
    ]);
    expect(
      part(
        await get(
          '/fhir/ConceptMap/$translate?url=http://hl7.org/fhir/ConceptMap/cm-administrative-gender-v3&system=http://hl7.org/fhir/administrative-gender&code=male',
        ),
        'result',
      ),
    ).toMatchObject({ valueBoolean: true });
  });

  test('keeps a closure table of each account', async () => {
    const concepts = (...codes: string[]): object[] =>
      codes.map((code) => ({ name: 'concept', valueCoding: { system: 'urn:animals', code } }));
    const closure = async (...more: object[]): Promise<Json> =>
      (
        await server.call('POST', '/fhir/$closure', {
          body: { resourceType: 'Parameters', parameter: [{ name: 'name', valueString: 'mine' }, ...more] },
        })
      ).json!;
    expect((await closure(...concepts('dog')))['issue']?.[0]?.['code']).toBe('not-found');
    expect((await closure())['version']).toBe('1');
    expect((await closure(...concepts('dog', 'hen')))['group']).toBeUndefined();
    const found = await closure(...concepts('animal'));
    expect(found['group']?.[0]?.['element']).toEqual([
      { code: 'dog', target: [{ code: 'animal', equivalence: 'subsumes' }] },
      { code: 'hen', target: [{ code: 'animal', equivalence: 'subsumes' }] },
    ]);
    expect((await closure({ name: 'version', valueString: '2' }))['group']?.[0]?.['element']).toHaveLength(2);
    expect((await closure({ name: 'version', valueString: found['version'] }))['group']).toBeUndefined();
  });

  test('lets a search follow a filter over a loaded release', async () => {
    const condition = (id: string, code: string): Promise<unknown> =>
      server.call('PUT', `/fhir/Condition/${id}`, {
        body: { resourceType: 'Condition', id, subject: { display: 'x' }, code: { coding: [{ system: icd, code }] } },
      });
    await condition('one', 'X90.0');
    await condition('two', 'X99');
    const set = {
      resourceType: 'ValueSet',
      id: 'made',
      url: 'urn:made',
      status: 'active',
      compose: { include: [{ system: icd, filter: [{ property: 'concept', op: 'is-a', value: 'X90' }] }] },
    };
    await server.call('PUT', '/fhir/ValueSet/made', { body: set });
    const ids = async (query: string): Promise<unknown[]> =>
      list((await get(`/fhir/Condition?${query}`))['entry']).map((one) => one['resource']?.['id']);
    expect(await ids('code:in=urn:made')).toEqual(['one']);
    expect(await ids('code:in=ValueSet/made')).toEqual(['one']);
    expect(await ids('code:not-in=urn:made')).toEqual(['two']);
    expect(await ids(`code:below=${icd}|X90`)).toEqual(['one']);
    expect((await server.call('GET', '/fhir/Condition?code:in=urn:nowhere')).status).toBe(400);
    expect((await server.call('GET', `/fhir/Condition?code:below=${icd}|Q99`)).status).toBe(400);
  });

  test.each<[string, string, object | undefined, number]>([
    ['GET', 'ValueSet/$expand?url=urn:animals-all&count=-1', undefined, 400],
    ['GET', `ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&filter=${'x'.repeat(5_000)}`, undefined, 400],
    ['GET', 'ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&date=2020', undefined, 400],
    ['GET', 'ValueSet/$expand', undefined, 400],
    ['GET', 'ValueSet/nothing/$expand', undefined, 404],
    [
      'POST',
      'ValueSet/$expand',
      { resourceType: 'Parameters', parameter: [{ name: 'valueSet', resource: { resourceType: 'Patient' } }] },
      400,
    ],
    [
      'POST',
      'ValueSet/$expand',
      {
        resourceType: 'Parameters',
        parameter: [{ name: 'valueSet', resource: { resourceType: 'ValueSet', status: 'active', compose: { include: 7 } } }],
      },
      400,
    ],
    [
      'POST',
      'ValueSet/$expand',
      { resourceType: 'ValueSet', url: 'urn:self', status: 'active', compose: { include: [{ valueSet: ['urn:self'] }] } },
      400,
    ],
    ['GET', 'CodeSystem/$lookup?code=x', undefined, 400],
    [
      'POST',
      'CodeSystem/$lookup',
      { resourceType: 'Parameters', parameter: [{ name: 'coding', valueCoding: { system: 'urn:a\u0000b', code: '\u0000' } }] },
      400,
    ],
    ['POST', 'ValueSet/$expand', { resourceType: 'Parameters', parameter: [{ name: 'url', valueUri: 'urn:a\u0000b' }] }, 400],
    ['POST', '$closure', { resourceType: 'Parameters', parameter: [{ name: 'name', valueString: 'a\u0000b' }] }, 400],
    ['GET', 'CodeSystem/$subsumes?system=urn:animals&codeA=dog', undefined, 400],
    ['GET', '$closure?name=x', undefined, 405],
    ['POST', '$closure', { resourceType: 'Parameters', parameter: [{ name: 'name', valueString: 'x'.repeat(300) }] }, 400],
    ['GET', 'CodeSystem/$lookup?system=urn:animals&code=%00', undefined, 400],
  ])('%s %s is refused with a reason', async (method, path, body, status) => {
    const answer = await server.call(method, `/fhir/${path}`, body === undefined ? {} : { body });
    expect([answer.status, answer.json?.['resourceType']]).toEqual([status, 'OperationOutcome']);
    expect(String(answer.json?.['issue']?.[0]?.['diagnostics']).length).toBeGreaterThan(20);
  });

  test('answers the largest page that is asked for with what there is', async () => {
    const answer = await get('/fhir/ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender&count=1000000000');
    expect(list(answer['expansion']?.['contains'])).toHaveLength(4);
  });
});
