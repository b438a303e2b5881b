import { describe, expect, it } from 'vitest';
import { Refusal } from '../../api/http.ts';
import { begin, doseLines, isLost, missingFor, recordBody, type Session, shortOf, standingOf, type Verdict } from './session.ts';

const mg = (value: number) => ({ id: 'acetaminophen', title: 'acetaminophen', amount: { value, unit: 'mg' } });
const verdict = (more: Partial<Verdict> = {}): Verdict => ({
  outcome: 'allow',
  reasons: [],
  read: [],
  evidence: { wristband: true, drug: true },
  order: 'MedicationRequest/1',
  at: '2026-11-22T06:00:00Z',
  next: 'Give it',
  notice: '',
  ...more,
});
const scanned: Session = begin(['band', 'drug']);
const warn = (code: string) => ({ code, says: code, severity: 'warn' as const });
const block = (code: string) => ({ code, says: code, severity: 'block' as const });

describe('how it stands', () => {
  it('is right only where wristband and drug were scanned and nothing is left', () => {
    expect(standingOf(verdict(), undefined, scanned).kind).toBe('go');
    expect(standingOf(verdict({ evidence: { wristband: true, drug: false } }), undefined, scanned)).toMatchObject({
      kind: 'next',
      title: 'Scan the drug',
    });
    expect(standingOf(verdict({ evidence: { wristband: false, drug: true } }), undefined, scanned).title).toBe('Scan the wristband');
    expect(standingOf(undefined, undefined, begin()).kind).toBe('start');
  });

  it('is never right where the server did not answer or could not check', () => {
    expect(standingOf(verdict(), 'The server does not answer', scanned).kind).toBe('unknown');
    expect(standingOf(verdict({ reasons: [warn('could-not-check')] }), undefined, scanned).kind).toBe('unknown');
    expect(standingOf(verdict({ reasons: [block('check-failed')] }), undefined, scanned).kind).toBe('unknown');
    expect(missingFor(scanned, undefined)).toBeDefined();
  });

  it('names the wrong patient, and stops whatever else is well', () => {
    expect(standingOf(verdict({ reasons: [block('wristband-other-patient')] }), undefined, scanned)).toMatchObject({
      kind: 'stop',
      title: 'Wrong patient',
    });
    expect(missingFor({ ...scanned, notScanned: 'emergency' }, verdict({ reasons: [block('wristband-other-patient')] }))).toMatch(
      /must not/,
    );
  });

  it('asks for one more tablet', () => {
    const short = verdict({ reasons: [warn('dose-short')], dose: { scanned: [mg(325)], ordered: [mg(650)], units: 1 } });
    expect([shortOf(short), ...doseLines(short)]).toEqual(['Scan one more', '325 of 650 mg acetaminophen']);
    expect(standingOf(short, undefined, scanned)).toMatchObject({ kind: 'next', title: 'Scan one more' });
    expect(missingFor(scanned, short)).toMatch(/Scan one more/);
  });
});

describe('what is recorded', () => {
  it('waits for a reason where there is a warning or nothing is given', () => {
    expect(missingFor(scanned, verdict({ reasons: [warn('late')] }))).toMatch(/warning/);
    expect(missingFor({ ...scanned, reason: 'was-delayed' }, verdict({ reasons: [warn('late')] }))).toBeUndefined();
    expect(missingFor({ ...scanned, outcome: 'refused' }, verdict())).toBe('Say why.');
    expect(missingFor({ ...scanned, outcome: 'held', reason: 'other' }, verdict())).toMatch(/in words/);
  });

  it('is sent with the order that was judged and the same name each time', () => {
    const body = { outcome: 'given', order: 'MedicationRequest/1', session: scanned.id, scans: ['band', 'drug'] };
    expect(recordBody(scanned, 'p', 'MedicationRequest/1')).toMatchObject(body);
    expect(recordBody({ ...scanned, outcome: 'refused', reason: 'other', words: 'too tired' }, 'p', undefined)).toMatchObject({
      reason: 'other: too tired',
    });
  });

  it('is not known where no answer came; a refusal is an answer', () => {
    expect([new Refusal(0, ''), new Refusal(502, ''), new TypeError('')].map(isLost)).toEqual([true, true, true]);
    expect([new Refusal(409, ''), new Refusal(403, '')].map(isLost)).toEqual([false, false]);
  });
});
