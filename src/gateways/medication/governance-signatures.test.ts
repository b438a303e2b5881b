// Who must sign what: louder at once, quieter with somebody else's name, the fifteen classes with two.
import { describe, expect, test } from 'vitest';
import { signaturesFor } from './governance-signatures.ts';

const onc = { kind: 'interactions', tier: 'stop', onc: 3 } as const;
const interrupting = { kind: 'interactions', tier: 'interrupt' } as const;
const aside = { kind: 'monitoring', tier: 'aside' } as const;
const dose = { kind: 'dose-limits' } as const;

describe('signatures beside who asks', () => {
  test.each([
    ['a rule of the fifteen classes in shadow', onc, 'shadow', undefined, 2],
    ['… put away', onc, 'retired', undefined, 2],
    ['… held aside', onc, 'at-most', 'aside', 2],
    ['… quieter in a context', onc, 'level', undefined, 2],
    ['… held at interrupt, where it is still seen', onc, 'at-most', 'interrupt', 1],
    ['… activated', onc, 'active', undefined, 0],
    ['a rule that interrupts in shadow', interrupting, 'shadow', undefined, 1],
    ['… raised', interrupting, 'at-least', 'stop', 0],
    ['a rule whose tier depends on the dose', dose, 'shadow', undefined, 1],
    ['a rule that stands aside', aside, 'retired', undefined, 0],
  ] as const)('%s', (_, known, what, tier, needed) => {
    expect(signaturesFor(known, what, tier)).toBe(needed);
  });
});
