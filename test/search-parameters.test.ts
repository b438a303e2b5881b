// A search parameter of the site from outside: defined over HTTP, indexed in the background, searched, listed, looked after by
// `doctor` and `reindex`, and known to every process on the database.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Stand, stand } from './calls.ts';

let here: Stand;
beforeAll(async () => {
  here = await stand();
});
afterAll(() => here.end());

const definition = {
  resourceType: 'SearchParameter',
  id: 'eye',
  url: 'http://e.org/SearchParameter/eye',
  name: 'Eye',
  status: 'active',
  description: 'Colour of the eyes',
  code: 'eye',
  base: ['Patient'],
  type: 'string',
  expression: "Patient.extension.where(url = 'http://e.org/eye').value.ofType(string)",
};

async function until(what: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 200 && !(await what()); tries++) await new Promise((done) => setTimeout(done, 50));
}

test('a search parameter is defined, indexed, searched and listed', async () => {
  const eye = (id: string, valueString: string): object => ({
    resourceType: 'Patient',
    id,
    extension: [{ url: 'http://e.org/eye', valueString }],
  });
  for (const [id, colour] of [
    ['a', 'Green'],
    ['b', 'brown'],
  ] as const)
    await here.call('PUT', `/fhir/Patient/${id}`, { body: eye(id, colour) });
  const wrong = await here.call('PUT', '/fhir/SearchParameter/eye', {
    body: { ...definition, expression: 'Patient.extension.where(url =' },
  });
  expect([wrong.status >= 400 && wrong.status < 500, wrong.text.includes('SearchParameter.expression')]).toEqual([true, true]);
  expect((await here.call('PUT', '/fhir/SearchParameter/eye', { body: definition })).status).toBe(201);
  await until(async () => (await here.call('GET', '/fhir/Patient?eye=green')).status === 200);
  const found = await here.call('GET', '/fhir/Patient?eye=green&_total=accurate');
  expect([found.status, String(found.json?.['total'])]).toEqual([200, '1']);
  const { text } = await here.call('GET', '/fhir/metadata');
  expect(text).toContain('"name":"eye","definition":"http://e.org/SearchParameter/eye","type":"string"');
  const asked = await here.call('POST', '/fhir/$reindex', {
    body: { resourceType: 'Parameters', parameter: [{ name: 'all', valueBoolean: true }] },
  });
  expect(asked.status).toBe(202);
  const [, job] = /"job","valueString":"([^"]+)"/.exec(asked.text)!;
  const look = (): ReturnType<typeof here.call> =>
    here.call('POST', '/fhir/$reindex', { body: { resourceType: 'Parameters', parameter: [{ name: 'job', valueString: job! }] } });
  await until(async () => (await look()).text.includes('"done"'));
  await until(async () => (await look()).text.includes('"verified","valueBoolean":true'));
  expect((await look()).text).toContain('"stale","valueInteger":0');
  await here.call('DELETE', '/fhir/SearchParameter/eye');
  expect((await here.call('GET', '/fhir/Patient?eye=green')).status).toBe(400);
});
