// The operations of terminology attacked from outside (http://hl7.org/fhir/R4/terminology-service.html): each attack is refused with a
// sentence or answered, none changes anything, and the server goes on answering. How long the heavy ones hold the event loop,
// bench/stall/run.ts measures.
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stand, stand } from './calls.ts';
import { type Attack, ask, type Target } from './hostile/attack.ts';
import { isRefusal, wordsOf } from './hostile/refusal.ts';
import { terminologyAddresses, terminologyAttacks } from './hostile/terminology.ts';

let here: Stand;
let target: Target;
beforeAll(async () => {
  here = await stand();
  const made = await here.call('POST', '/fhir/Patient', { body: { resourceType: 'Patient' } });
  target = { port: Number(new URL(here.server.address).port), token: here.administrator, patient: String(made.json!['id']) };
});
afterAll(() => here.end());

const withstands = ({ name, status, run }: Attack): void =>
  test(name, async () => {
    const before = await here.changes();
    const seen = await run(target);
    expect(status, seen.text.slice(0, 300)).toContain(seen.status);
    if (seen.status >= 400) isRefusal(seen);
    expect(await here.changes()).toBe(before);
    const good = await here.call('GET', '/fhir/CodeSystem/$lookup?system=http://hl7.org/fhir/administrative-gender&code=male');
    expect(good.text).toContain('"Male"');
  });

describe('parameters that are missing, doubled, wrong, deep or enormous:', () => terminologyAttacks.forEach(withstands));
describe('in the address:', () => terminologyAddresses.forEach(withstands));

describe('rings of stored resources', () => {
  const put = async (type: string, id: string, more: object): Promise<void> => {
    const answer = await here.call('PUT', `/fhir/${type}/${id}`, {
      body: { resourceType: type, id, url: `urn:${id}`, status: 'active', ...more },
    });
    expect(answer.status, answer.text).toBeLessThan(300);
  };
  const get = (path: string) => ask(target, { path: `/fhir/${path}` });

  test('of three value sets are refused by name', async () => {
    for (const [i, next] of [1, 2, 0].entries())
      await put('ValueSet', `ring${i}`, { compose: { include: [{ valueSet: [`urn:ring${next}`] }] } });
    const seen = await get('ValueSet/$expand?url=urn:ring0');
    expect([seen.status, wordsOf(seen)]).toEqual([400, expect.stringMatching(/includes itself.*urn:ring0.*urn:ring1.*urn:ring2/)]);
    expect((await get('ValueSet/$validate-code?url=urn:ring0&system=urn:x&code=y')).status).toBe(404);
  });

  test('of three maps are refused by name', async () => {
    for (const [i, next] of [1, 2, 0].entries())
      await put('ConceptMap', `way${i}`, {
        group: [{ source: 'urn:s', element: [{ code: 'z' }], unmapped: { mode: 'other-map', url: `urn:way${next}` } }],
      });
    const seen = await get('ConceptMap/$translate?url=urn:way0&system=urn:s&code=a');
    expect([seen.status, wordsOf(seen)]).toEqual([400, expect.stringMatching(/in a ring.*urn:way0.*urn:way1.*urn:way2/)]);
  });

  test('of no ring, but of maps that each ask the next a hundred times over, are worked out once', async () => {
    for (let i = 0; i < 8; i++) {
      const unmapped = i === 7 ? { mode: 'fixed', code: 'end' } : { mode: 'other-map', url: `urn:fan${i + 1}` };
      await put('ConceptMap', `fan${i}`, {
        group: Array.from({ length: 100 }, () => ({ source: 'urn:s', target: 'urn:t', element: [{ code: 'z' }], unmapped })),
      });
    }
    const seen = await get('ConceptMap/$translate?url=urn:fan0&system=urn:s&code=a');
    expect([200, 413]).toContain(seen.status);
    if (seen.status === 413) isRefusal(seen);
  });

  test('of value sets that each include the next a hundred times over', async () => {
    for (let i = 0; i < 8; i++) {
      const include =
        i === 7 ? [{ system: 'urn:s', concept: [{ code: 'a' }] }] : Array.from({ length: 100 }, () => ({ valueSet: [`urn:many${i + 1}`] }));
      await put('ValueSet', `many${i}`, { compose: { include } });
    }
    const seen = await get('ValueSet/$expand?url=urn:many0');
    expect([seen.status, (JSON.parse(seen.text) as { expansion: { total: number } }).expansion.total]).toEqual([200, 1]);
  });
});
