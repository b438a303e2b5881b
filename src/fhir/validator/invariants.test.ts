// Each invariant of R4: what keeps it passes without a word, what breaks it is found by its key at its place.
import { describe, expect, it } from 'vitest';
import { resources } from '../generated/structure.ts';
import { codesAtHand } from './codes-at-hand.ts';
import type { Members } from './definition.ts';
import { invariantFaults } from './invariant-faults.fixture.ts';
import { minimal } from './minimal.fixture.ts';
import { ProfileSet } from './profiles.ts';
import { validate } from './validate.ts';

const profiles = new ProfileSet();
const findings = (resource: Members) => validate(resource, profiles, { codes: codesAtHand }).findings;

describe('the smallest resource', () => {
  it.each(resources)('of type %s passes without a word', (type) => {
    expect(findings(minimal(type))).toEqual([]);
  });
});

describe('an invariant', () => {
  it.each(invariantFaults)('%s of %s is kept and broken', (key, type, good, bad, where) => {
    expect(findings(minimal(type, good))).toEqual([]);
    const found = findings(minimal(type, bad));
    expect(found.map((one) => [one.where, one.source])).toContainEqual([where, key]);
    expect(found.find((one) => one.source === key)).toMatchObject({ rule: 'invariant', severity: 'error' });
  });
});
