import { describe, expect, it } from 'vitest';
import { guardOf } from './guard.ts';

describe('an invariant can be left alone while an element is absent', () => {
  it.each([
    ['code.empty() or system.exists()', 'code'],
    ['duration.exists() implies duration >= 0', 'duration'],
    ['(participant.where(a).empty()) or b', undefined],
    ['contained.meta.security.empty() or x', 'contained'],
    ['start.hasValue().not() or end.hasValue().not() or (start <= end)', 'start'],
    ['a.empty() or b implies c', undefined],
    ['a.empty() or b xor c', undefined],
    ['a.empty() or (b implies c)', 'a'],
    ["a.empty() or b = ' implies '", 'a'],
    ['a.exists() implies b implies c', undefined],
    ['(code.empty() or b) and c', undefined],
    ['a.exists() and b', undefined],
    ['name.matches(x)', undefined],
  ])('%s: %s', (expression, guard) => {
    expect(guardOf(expression)).toBe(guard);
  });
});
