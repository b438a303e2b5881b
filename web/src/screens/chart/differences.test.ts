import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { differences, leavesOf } from './differences.ts';

const json = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 4 });

describe('differences between two versions', () => {
  it('are told by path: added, removed, changed', () => {
    expect(
      differences(
        { status: 'preliminary', note: [{ text: 'a' }], valueQuantity: { value: 4.1 } },
        { status: 'final', valueQuantity: { value: 4.1, unit: 'mmol/L' } },
      ),
    ).toEqual([
      { path: 'status', kind: 'changed', before: 'preliminary', after: 'final' },
      { path: 'note[0].text', kind: 'removed', before: 'a' },
      { path: 'valueQuantity.unit', kind: 'added', after: 'mmol/L' },
    ]);
  });

  it('of a list with one more at the front are that one', () => {
    expect(differences({ given: ['Ada'] }, { given: ['Augusta', 'Ada'] })).toEqual([{ path: 'given[0]', kind: 'added', after: 'Augusta' }]);
  });

  it('do not tell what the server writes with each version', () => {
    const meta = (versionId: string) => ({ meta: { versionId, lastUpdated: versionId, source: 'x' } });
    expect(differences(meta('1'), meta('2'))).toEqual([]);
  });

  it('are none between a value and itself, and the same number in both directions', () => {
    fc.assert(fc.property(json, (value) => differences(value, structuredClone(value)).length === 0));
    fc.assert(
      fc.property(json, json, (a, b) => {
        const [there, back] = [differences(a, b), differences(b, a)];
        return there.filter(({ kind }) => kind === 'added').length === back.filter(({ kind }) => kind === 'removed').length;
      }),
    );
  });

  it('names every leaf', () => {
    expect(leavesOf({ code: { coding: [{ code: 'x' }] }, active: false })).toEqual([
      { path: 'code.coding[0].code', value: 'x' },
      { path: 'active', value: 'false' },
    ]);
  });
});
