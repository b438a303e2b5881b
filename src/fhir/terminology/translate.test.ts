// $translate and $subsumes on resources.
import { describe, expect, test } from 'vitest';
import type { ConceptMap } from '../generated/types.ts';
import type { TranslateWish } from './contract.ts';
import { lookup, subsumes } from './lookup.ts';
import { animals, sourceOf } from './testing.ts';
import { translate } from './translate.ts';

const map = (url: string, group: NonNullable<ConceptMap['group']>[number]): ConceptMap => ({
  resourceType: 'ConceptMap',
  url,
  status: 'active',
  group: [group],
});
const dog = { code: 'dog', target: [{ code: 'bark', equivalence: 'wider' }] };
const sounds = map('urn:sounds', {
  source: 'urn:animals',
  target: 'urn:noises',
  element: [dog, { code: 'fish', target: [{ equivalence: 'unmatched' }] }],
});

async function ask(maps: ConceptMap[], code: string, wish: TranslateWish = { map: maps[0]!.url }): Promise<string> {
  const found = await translate(sourceOf(maps), { system: wish.reverse ? 'urn:noises' : 'urn:animals', code }, wish);
  if (!found.ok) return found.problem.message;
  return `${found.value.result} ${found.value.matches.map(({ equivalence, concept }) => `${equivalence} ${concept?.code ?? '-'}`).join(', ')}`.trim();
}

describe('a map', () => {
  test('is followed forwards and backwards', async () => {
    expect(await ask([sounds], 'dog')).toBe('true wider bark');
    expect(await ask([sounds], 'fish')).toBe('false unmatched -');
    expect(await ask([sounds], 'cow')).toBe('false');
    expect(await ask([sounds], 'bark', { map: 'urn:sounds', reverse: true })).toBe('true narrower dog');
    expect(await ask([sounds], 'dog', { targetSystem: 'urn:noises' })).toBe('true wider bark');
    expect(await ask([sounds], 'dog', { map: sounds, targetSystem: 'urn:other' })).toBe('false');
  });
  test('says what becomes of codes that it does not name', async () => {
    const rest = (unmapped: object): ConceptMap =>
      map('urn:m', { source: 'urn:animals', target: 'urn:noises', element: [dog], unmapped: unmapped as { mode: string } });
    expect(await ask([rest({ mode: 'provided' })], 'cow')).toBe('true equal cow');
    expect(await ask([rest({ mode: 'fixed', code: 'silence' })], 'cow')).toBe('true inexact silence');
    expect(await ask([rest({ mode: 'fixed', code: 'silence' })], 'dog')).toBe('true wider bark');
    expect(await ask([rest({ mode: 'other-map', url: 'urn:sounds' }), sounds], 'dog')).toBe('true wider bark');
    expect(await ask([rest({ mode: 'other-map', url: 'urn:nowhere' })], 'cow')).toContain(
      'urn:nowhere, to which another one refers, is not known',
    );
    expect(await ask([rest({ mode: '__proto__' })], 'cow')).toContain('is not known');
  });
  test('that leads back to itself is refused by the name of the ring', async () => {
    const to = (from: string, url: string): ConceptMap =>
      map(from, { source: 'urn:animals', element: [{ code: 'x' }], unmapped: { mode: 'other-map', url } });
    expect(await ask([to('urn:a', 'urn:a')], 'cow')).toBe('ConceptMaps refer to each other in a ring: urn:a → urn:a');
    expect(await ask([to('urn:a', 'urn:b|1'), { ...to('urn:b', 'urn:a'), version: '1' }], 'cow')).toBe(
      'ConceptMaps refer to each other in a ring: urn:a → urn:b → urn:a',
    );
  });
  test('asks for what its mappings depend on', async () => {
    const needs = map('urn:m', {
      source: 'urn:animals',
      target: 'urn:noises',
      element: [
        {
          code: 'dog',
          target: [
            {
              code: 'yap',
              equivalence: 'equal',
              dependsOn: [{ property: 'size', value: 'small' }],
              product: [{ property: 'volume', system: 'urn:v', value: 'low' }],
            },
          ],
        },
      ],
    });
    expect(await ask([needs], 'dog')).toBe('false');
    expect(await ask([needs], 'dog', { map: needs, dependencies: [{ property: 'size', value: 'small' }] })).toBe('true equal yap');
    const found = await translate(
      sourceOf([]),
      { system: 'urn:animals', code: 'dog' },
      { map: needs, dependencies: [{ property: 'size', value: 'small' }] },
    );
    expect(found.ok && found.value.matches[0]?.product).toEqual([{ property: 'volume', concept: { system: 'urn:v', code: 'low' } }]);
  });
});

describe('subsumption', () => {
  const of = async (a: string, b: string): Promise<unknown> => {
    const found = await subsumes(sourceOf([animals]), { system: 'urn:animals', code: a }, { system: 'urn:animals', code: b });
    return found.ok ? found.value : found.problem.kind;
  };
  test('follows every parent', async () => {
    expect(await of('pet', 'wolfdog')).toBe('subsumes');
    expect(await of('wolfdog', 'animal')).toBe('subsumed-by');
    expect(await of('DOG', 'dog')).toBe('equivalent');
    expect(await of('cat', 'dog')).toBe('not-subsumed');
    expect(await of('cat', 'cow')).toBe('not-found');
  });
  test('of a hierarchy with a ring ends', async () => {
    const ring = {
      ...animals,
      concept: ['a', 'b'].map((code) => ({ code, property: [{ code: 'parent', valueCode: code === 'a' ? 'b' : 'a' }] })),
    };
    expect(await subsumes(sourceOf([ring]), { system: 'urn:animals', code: 'a' }, { system: 'urn:animals', code: 'b' })).toEqual({
      ok: true,
      value: 'subsumes',
    });
  });
});

test('a look-up gives what is asked for', async () => {
  const found = await lookup(sourceOf([animals]), { system: 'urn:animals', code: 'wolfdog' }, ['parent', 'inactive']);
  expect(found.ok && found.value.properties.map(({ code, value }) => `${code} ${value}`)).toEqual([
    'inactive false',
    'parent dog',
    'parent pet',
  ]);
  expect(await lookup(sourceOf([animals]), { code: 'dog' })).toMatchObject({ ok: false, problem: { kind: 'invalid' } });
});
