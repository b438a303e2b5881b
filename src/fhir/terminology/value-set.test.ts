// What a value set holds (http://hl7.org/fhir/R4/valueset.html#compositions): listed by expand, asked of memberOf; both must agree.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ValueSet, ValueSetComposeInclude } from '../generated/types.ts';
import type { ExpandWish } from './contract.ts';
import { expand } from './expand.ts';
import { memberOf } from './member.ts';
import { animals, sourceOf } from './testing.ts';

const set = (url: string, include: ValueSetComposeInclude[], exclude?: ValueSetComposeInclude[]): ValueSet => ({
  resourceType: 'ValueSet',
  url,
  status: 'active',
  compose: { include, ...(exclude === undefined ? {} : { exclude }) },
});
const all = { system: 'urn:animals' };
const filter = (property: string, op: string, value: string): ValueSetComposeInclude => ({ ...all, filter: [{ property, op, value }] });
const listed = (...codes: string[]): ValueSetComposeInclude => ({ ...all, concept: codes.map((code) => ({ code })) });

async function codes(valueSet: ValueSet, others: ValueSet[] = [], wish: ExpandWish = {}): Promise<string> {
  const found = await expand(sourceOf([animals, ...others]), valueSet, wish);
  return found.ok ? found.value.codes.map(({ code }) => code).join(' ') : `${found.problem.kind}: ${found.problem.message}`;
}
const every = ['animal', 'dog', 'Poodle', 'cat', 'hen', 'pet', 'wolfdog', 'dodo'];

describe('a filter', () => {
  test.each<[string, string, string, string]>([
    ['concept', '=', 'dog', 'dog'],
    ['concept', 'is-a', 'dog', 'dog Poodle wolfdog'],
    ['concept', 'descendent-of', 'dog', 'Poodle wolfdog'],
    ['concept', 'descendent-of', 'pet', 'cat wolfdog'],
    ['concept', 'is-not-a', 'animal', 'pet dodo'],
    ['concept', 'generalizes', 'wolfdog', 'animal dog pet wolfdog'],
    ['concept', 'in', 'cat, hen,cow', 'cat hen'],
    ['concept', 'not-in', 'cat,hen,dog,pet', 'animal Poodle wolfdog dodo'],
    ['legs', '=', '4', 'dog cat'],
    ['legs', 'in', '2,3', 'hen'],
    ['legs', 'exists', 'false', 'animal Poodle pet wolfdog dodo'],
    ['code', 'regex', '.*d.*d?o.*', 'dog wolfdog dodo'],
    ['display', 'regex', '[A-C].*', 'animal cat'],
    ['parent', '=', 'dog', 'Poodle wolfdog'],
    ['child', 'exists', 'true', 'animal dog pet'],
    ['inactive', '=', 'true', 'dodo'],
  ])('%s %s %s', async (property, op, value, expected) => {
    expect(await codes(set('urn:x', [filter(property, op, value)]))).toBe(expected);
  });

  test.each<[string, string, string, RegExp]>([
    ['wings', '=', '2', /^unsupported:.*property/],
    ['concept', 'like', 'dog', /^unsupported:.*operator/],
    ['concept', 'is-a', 'cow', /^not-found:.*no code cow/],
    ['legs', 'is-a', 'dog', /^invalid:.*hierarchy/],
    ['legs', 'exists', 'maybe', /^invalid:.*true or false/],
    ['code', 'regex', '(a', /^invalid:.*not closed/],
    ['concept', 'constructor', 'x', /^unsupported/],
  ])('that cannot be followed is refused: %s %s %s', async (property, op, value, reason) => {
    expect(await codes(set('urn:x', [filter(property, op, value)]))).toMatch(reason);
  });

  test('of a hierarchy that is none of kinds is refused', async () => {
    const parts = { ...animals, hierarchyMeaning: 'part-of' };
    const found = await expand(sourceOf([parts]), set('urn:x', [filter('concept', 'is-a', 'dog')]), {});
    expect(found).toMatchObject({ ok: false, problem: { kind: 'unsupported' } });
  });
});

describe('an expansion', () => {
  test('keeps the order of a list and what it calls the codes', async () => {
    const found = await expand(
      sourceOf([animals]),
      set('urn:x', [{ ...all, concept: [{ code: 'hen', display: 'Biddy' }, { code: 'DOG' }] }]),
      {},
    );
    expect(found.ok && found.value.codes).toEqual([
      { system: 'urn:animals', version: '2', code: 'hen', display: 'Biddy' },
      { system: 'urn:animals', version: '2', code: 'DOG', display: 'Dog' },
    ]);
  });
  test('has each code once, and none that is excluded', async () => {
    expect(await codes(set('urn:x', [listed('hen', 'cat'), all, listed('hen')], [filter('concept', 'is-a', 'dog'), listed('dodo')]))).toBe(
      'hen cat animal pet',
    );
  });
  test('of an include is what is in all that it names', async () => {
    const others = [set('urn:a', [listed('dog', 'cat', 'hen')]), set('urn:b', [filter('legs', '=', '4')])];
    expect(await codes(set('urn:x', [{ valueSet: ['urn:a', 'urn:b'] }]), others)).toBe('dog cat');
    expect(await codes(set('urn:x', [{ ...listed('cat', 'hen'), valueSet: ['urn:b'] }]), others)).toBe('cat');
    expect(await codes(set('urn:x', [{ valueSet: ['urn:all-animals', 'urn:a'] }], [{ valueSet: ['urn:b'] }]), others)).toBe('hen');
  });
  test('comes in pages with the total, filtered by beginnings of words or the code', async () => {
    expect(await codes(set('urn:x', [all]), [], { offset: 1, count: 2 })).toBe('dog Poodle');
    expect(await codes(set('urn:x', [all]), [], { filter: 'cur poo' })).toBe('Poodle');
    expect(await codes(set('urn:x', [all]), [], { filter: 'kátz' })).toBe('cat');
    expect(await codes(set('urn:x', [all]), [], { filter: 'WOLFDOG' })).toBe('wolfdog');
    expect(await codes(set('urn:x', [all]), [], { filter: '---' })).toBe('');
    const page = await expand(sourceOf([animals]), set('urn:x', [all]), { offset: 7, count: 1_000_000_000 });
    expect(page).toMatchObject({ ok: true, value: { total: 8, offset: 7, used: [{ system: 'urn:animals', version: '2' }] } });
  });
  test('leaves out what is inactive or a heading where that is asked', async () => {
    expect(await codes(set('urn:x', [all, listed('dodo')]), [], { activeOnly: true, excludeNotForUI: true })).toBe(
      'dog Poodle cat hen pet wolfdog',
    );
  });
  test('speaks the language that is asked for', async () => {
    const found = await expand(sourceOf([animals]), set('urn:x', [listed('cat')]), {
      displayLanguage: 'de-CH',
      includeDesignations: true,
      properties: ['legs'],
    });
    expect(found.ok && found.value.codes[0]).toMatchObject({
      display: 'Katze',
      designations: [{ value: 'Katze' }],
      properties: [{ code: 'legs', value: 4 }],
    });
  });
  test('takes the version that is pinned', async () => {
    const older = { ...animals, version: '1', concept: [{ code: 'dog' }, { code: 'yak' }] };
    const source = sourceOf([older, animals]);
    const of = async (include: ValueSetComposeInclude, wish: ExpandWish = {}, exclude?: ValueSetComposeInclude[]): Promise<unknown> => {
      const found = await expand(source, set('urn:x', [include], exclude), wish);
      return found.ok ? found.value.codes.map(({ code }) => code).join(' ') : found.problem.kind;
    };
    expect(await of({ ...all, version: '1' })).toBe('dog yak');
    expect(await of(all, { systemVersions: ['urn:animals|1'] })).toBe('dog yak');
    expect(await of({ ...all, version: '3' })).toBe('not-found');
    expect(await of({ ...all, version: '1' }, {}, [all])).toBe('yak');
  });
  test('of codes without end, or of what is not here, is refused and says which', async () => {
    expect(await codes(set('urn:x', [{ system: 'http://unitsofmeasure.org' }]))).toMatch(/codes without end/);
    expect(await codes(set('urn:x', [all, { system: 'urn:nowhere' }]))).toMatch(/not-found: .*urn:nowhere is not here: load it/);
    expect(await codes(set('urn:x', [{ valueSet: ['urn:nowhere'] }]))).toMatch(/not-found: .*urn:nowhere is not known here/);
    expect(await codes(set('urn:x', [{ system: 'urn:nowhere', concept: [{ code: 'a' }] }]))).toBe('a');
  });
  test.each(['x'.repeat(10_000), Array.from({ length: 33 }, (_, i) => `word${i}`).join(' ')])(
    'with a filter like an essay is refused',
    async (text) => {
      expect(await codes(set('urn:x', [all]), [], { filter: text })).toMatch(/^invalid: A text filter may have/);
    },
  );
});

describe('value sets that include each other', () => {
  const ring = [set('urn:a', [{ valueSet: ['urn:b'] }]), set('urn:b', [{ valueSet: ['urn:c'] }]), set('urn:c', [{ valueSet: ['urn:a'] }])];
  test('in a ring are refused by its name', async () => {
    expect(await codes(set('urn:self', [{ valueSet: ['urn:self'] }]))).toMatch(
      /invalid: The value set includes itself: urn:self → urn:self/,
    );
    const found = await expand(sourceOf(ring), 'urn:b', {});
    expect(found).toMatchObject({ ok: false, problem: { message: 'The value set includes itself: urn:b → urn:c → urn:a → urn:b' } });
    expect((await memberOf(sourceOf(ring), 'urn:b', { system: 'urn:animals', code: 'dog' })).why).toContain(
      'urn:b → urn:c → urn:a → urn:b',
    );
  });
  test('many times over are worked out once', async () => {
    const deep = Array.from({ length: 38 }, (_, i) =>
      set(`urn:d${i}`, i === 0 ? [all] : [{ valueSet: [`urn:d${i - 1}`] }, { valueSet: [`urn:d${i - 1}`, `urn:d${i - 1}`] }]),
    );
    expect(await codes(set('urn:x', [{ valueSet: ['urn:d37'] }]), deep)).toBe(every.join(' '));
    expect(await memberOf(sourceOf([animals, ...deep]), 'urn:d37', { system: 'urn:animals', code: 'cow' })).toMatchObject({ answer: 'no' });
  });
});

describe('membership', () => {
  const ask = async (valueSet: ValueSet, code: string, more: object = {}): Promise<string> =>
    (await memberOf(sourceOf([animals]), valueSet, { system: 'urn:animals', code, ...more })).answer;
  test('is unknown only where the rest does not tell', async () => {
    const unknown = { system: 'urn:animals', valueSet: ['urn:nowhere'] };
    expect(await ask(set('urn:x', [unknown, listed('dog')]), 'dog')).toBe('yes');
    expect(await ask(set('urn:x', [unknown, listed('dog')]), 'cat')).toBe('unknown');
    expect(await ask(set('urn:x', [unknown, listed('dog')]), 'cow')).toBe('no');
    expect(await ask(set('urn:x', [all], [unknown]), 'cat')).toBe('unknown');
    expect(await ask(set('urn:x', [{ system: 'urn:elsewhere' }]), 'cat')).toBe('no');
    expect(await ask(set('urn:x', [all], [unknown, listed('cat')]), 'cat')).toBe('no');
  });
  test('says what the code is called', async () => {
    expect(
      await memberOf(sourceOf([animals]), set('urn:x', [all]), { system: 'urn:animals', code: 'cat', display: 'katze' }),
    ).toMatchObject({ answer: 'yes', display: 'Cat' });
    expect(await memberOf(sourceOf([animals]), set('urn:x', [all]), { system: 'urn:animals', code: 'cat', display: 'Dog' })).toMatchObject({
      answer: 'yes',
      wrongDisplay: true,
    });
  });
  test('follows grammars', async () => {
    const units = set('urn:x', [
      { system: 'http://unitsofmeasure.org' },
      { system: 'urn:ietf:bcp:47' },
      { system: 'urn:ietf:bcp:13' },
      { system: 'urn:iso:std:iso:4217' },
    ]);
    const of = async (system: string, code: string): Promise<string> => (await memberOf(sourceOf([]), units, { system, code })).answer;
    expect(await of('http://unitsofmeasure.org', 'mg/dL')).toBe('yes');
    expect(await of('http://unitsofmeasure.org', 'mgs')).toBe('no');
    expect(await of('urn:ietf:bcp:47', 'de-CH')).toBe('yes');
    expect(await of('urn:iso:std:iso:4217', 'CHF')).toBe('yes');
    expect(await of('urn:iso:std:iso:4217', 'ABC')).toBe('no');
    expect(await of('urn:ietf:bcp:47', 'de_CH!')).toBe('no');
    expect(await of('urn:ietf:bcp:13', 'text/plain; charset=utf-8')).toBe('yes');
  });

  const part = fc.oneof(
    fc.subarray(every, { minLength: 1 }).map((some) => listed(...some)),
    fc.constantFrom(
      all,
      filter('concept', 'is-a', 'dog'),
      filter('legs', '=', '4'),
      filter('concept', 'is-not-a', 'pet'),
      { valueSet: ['urn:four'] },
      { ...filter('concept', 'is-a', 'animal'), valueSet: ['urn:four', 'urn:all-animals'] },
    ),
  );
  test('is what an expansion lists', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 3 }), fc.array(part, { maxLength: 2 }), async (include, exclude) => {
        const source = sourceOf([animals, set('urn:four', [filter('legs', '=', '4')])]);
        const valueSet = set('urn:x', include, exclude);
        const found = await expand(source, valueSet, {});
        if (!found.ok) throw new Error(found.problem.message);
        const asked = await Promise.all(
          every.map(async (code) => [code, (await memberOf(source, valueSet, { system: 'urn:animals', code })).answer]),
        );
        const members = asked.flatMap(([code, answer]) => (answer === 'yes' ? [code] : []));
        expect(new Set(found.value.codes.map(({ code }) => code))).toEqual(new Set(members));
      }),
      { numRuns: 200 },
    );
  });
});
