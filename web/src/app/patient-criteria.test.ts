import { describe, expect, it } from 'vitest';
import { dateOf, patientCriteria } from './patient-criteria.ts';

describe('what is typed to find a patient', () => {
  it.each([
    ['14-Jul-1945', '1945-07-14'],
    ['14 July 1945', '1945-07-14'],
    ['1945-07-14', '1945-07-14'],
    ['14.7.1945', '1945-07-14'],
    ['14/07/1945', '1945-07-14'],
    ['31-Foo-1945', undefined],
    ['99/99/1945', undefined],
    ['10037000', undefined],
  ])('%s is the date %s', (text, date) => expect(dateOf(text)).toBe(date));

  it('is names, a number and a date in any order', () => {
    expect(patientCriteria('12-May-1820 nightingale flo')).toEqual({ birthdate: '1820-05-12', name: ['nightingale', 'flo'] });
    expect(patientCriteria('10037000')).toEqual({ identifier: '10037000' });
    expect(patientCriteria("O'Brien, Máire")).toEqual({ name: ["O'Brien", 'Máire'] });
  });

  it('is nothing yet after one letter', () => {
    expect(patientCriteria('n')).toBeUndefined();
    expect(patientCriteria('  ')).toBeUndefined();
  });

  it('cannot become another search', () => {
    expect(patientCriteria('a|b$c,d\\e')).toEqual({ name: ['a\\|b\\$c', 'd\\\\e'] });
  });
});
