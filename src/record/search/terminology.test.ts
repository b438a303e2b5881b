// Which codes a value set or a code has, as far as stored resources tell; and that nothing is guessed where they do not.
import { describe, expect, test } from 'vitest';
import type { CodeSystem, ValueSet } from '../../fhir/generated/types.ts';
import { expand, subsumed, type TerminologySource } from './terminology.ts';

const animals: CodeSystem = {
  resourceType: 'CodeSystem',
  url: 'urn:animals',
  status: 'active',
  content: 'complete',
  concept: [
    { code: 'animal', concept: [{ code: 'dog', concept: [{ code: 'Poodle' }] }, { code: 'cat' }] },
    { code: 'wolfdog', property: [{ code: 'parent', valueCode: 'dog' }] },
    { code: 'pet', property: [{ code: 'child', valueCode: 'cat' }] },
  ],
};

function source(resources: Record<string, Partial<ValueSet> | Partial<CodeSystem>>): TerminologySource {
  return {
    valueSet: async (canonical) => resources[canonical] as ValueSet | undefined,
    codeSystem: async (canonical) => (canonical === 'urn:animals' ? animals : (resources[canonical] as CodeSystem | undefined)),
  };
}

const codesOf = async (valueSet: Partial<ValueSet>, others: Record<string, Partial<ValueSet>> = {}): Promise<string> => {
  const found = await expand('urn:vs', source({ 'urn:vs': valueSet, ...others }));
  return found.ok ? found.value.map(([system, code]) => `${system}|${code}`).join(' ') : found.problem.kind;
};

const include = (...parts: NonNullable<ValueSet['compose']>['include']): Partial<ValueSet> => ({ compose: { include: parts } });
const listed = (...codes: string[]) => ({ system: 'urn:animals', concept: codes.map((code) => ({ code })) });

describe('a value set', () => {
  test('has the codes that its definition lists', async () => {
    expect(await codesOf(include(listed('dog', 'cat')))).toBe('urn:animals|dog urn:animals|cat');
  });
  test('has all codes of a code system that is stored whole', async () => {
    expect((await codesOf(include({ system: 'urn:animals' }))).split(' ')).toHaveLength(6);
  });
  test('has not what is excluded, in whatever case', async () => {
    const compose = { include: [{ system: 'urn:animals' }], exclude: [listed('POODLE', 'pet', 'wolfdog', 'animal')] };
    expect((await codesOf({ compose })).split(' ').sort().join(' ')).toBe('urn:animals|cat urn:animals|dog');
  });
  test('has what is in all of the value sets of one include', async () => {
    const others = { 'urn:a': include(listed('dog', 'cat')), 'urn:b': include(listed('cat', 'pet')) };
    expect(await codesOf(include({ valueSet: ['urn:a', 'urn:b'] }), others)).toBe('urn:animals|cat');
    expect(await codesOf(include({ ...listed('dog', 'pet'), valueSet: ['urn:a'] }), others)).toBe('urn:animals|dog');
    expect(await codesOf(include({ valueSet: ['urn:a'] }, { valueSet: ['urn:b'] }), others)).toBe(
      'urn:animals|dog urn:animals|cat urn:animals|pet',
    );
  });
  test('has the codes of its expansion where the definition cannot be followed', async () => {
    const expansion = { timestamp: '2020', contains: [{ abstract: true, code: 'x', contains: [{ system: 'urn:s', code: 'y' }] }] };
    expect(await codesOf({ expansion })).toBe('urn:s|y');
    expect(await codesOf({ ...include({ system: 'urn:unknown' }), expansion })).toBe('urn:s|y');
    expect(await codesOf({ expansion: { ...expansion, total: 2 } })).toBe('urn:s|y');
  });
  test.each<[string, Partial<ValueSet>]>([
    ['with a filter', include({ system: 'urn:animals', filter: [{ property: 'concept', op: 'is-a', value: 'dog' }] })],
    ['over a code system that is not stored', include({ system: 'urn:unknown' })],
    ['that includes an unknown one', include({ valueSet: ['urn:unknown'] })],
    ['that includes itself', include({ valueSet: ['urn:vs'] })],
    ['that says nothing', {}],
    ['with a part of an expansion', { expansion: { timestamp: '2020', total: 5, contains: [{ code: 'x' }] } }],
    ['with a filtered expansion', { expansion: { timestamp: '2020', parameter: [{ name: 'filter' }], contains: [{ code: 'x' }] } }],
    [
      'with more codes than are compared',
      include({ system: 'urn:s', concept: Array.from({ length: 10_001 }, (_, i) => ({ code: `${i}` })) }),
    ],
  ])('%s is refused', async (_, valueSet) => {
    expect(await codesOf(valueSet)).toBe('unsupported');
  });
});

describe('a code', () => {
  const from = async (direction: 'below' | 'above', code: string, system = 'urn:animals', others = {}): Promise<string> => {
    const found = await subsumed(direction, system, code, source(others));
    return found.ok
      ? found.value
          .map(([, one]) => one)
          .sort()
          .join(' ')
      : found.problem.kind;
  };
  test('is above what is nested in it, and what names it as its parent', async () => {
    expect(await from('below', 'dog')).toBe('dog poodle wolfdog');
    expect(await from('below', 'pet')).toBe('cat pet');
    expect(await from('below', 'nothing')).toBe('nothing');
  });
  test('is below all that hold it', async () => {
    expect(await from('above', 'poodle')).toBe('animal dog poodle');
    expect(await from('above', 'CAT')).toBe('animal cat pet');
  });
  test('is not placed where no hierarchy is stored, or one that means something else', async () => {
    expect(await from('below', 'dog', 'urn:unknown')).toBe('unsupported');
    expect(await from('below', 'dog', '')).toBe('unsupported');
    expect(await from('below', 'dog', 'urn:parts', { 'urn:parts': { ...animals, hierarchyMeaning: 'part-of' } })).toBe('unsupported');
    expect(await from('below', 'dog', 'urn:some', { 'urn:some': { ...animals, content: 'fragment' } })).toBe('unsupported');
  });
  test('may be in a circle', async () => {
    const circle: Partial<CodeSystem> = {
      content: 'complete',
      concept: [{ code: 'a', concept: [{ code: 'b', property: [{ code: 'child', valueCode: 'a' }] }] }],
    };
    expect(await from('below', 'a', 'urn:circle', { 'urn:circle': circle })).toBe('a b');
  });
});
