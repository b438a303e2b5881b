// Places of HL7 v2 in words.
import { expect, it } from 'vitest';
import { nameOfPlace, nameOfSegment, segmentOfPath } from './hl7-names.ts';

it.each([
  ['PID-3.1', 'identifiers, value'],
  ['PID-3[2].4.2', 'identifiers, assigned by'],
  ['OBX[12]-5', 'value'],
  ['PV1-19.1', 'visit number, value'],
  ['PV1-44', 'admitted'],
  ['PV1-45', 'discharged'],
  ['PID-29', 'died'],
  ['OBR-22', 'reported'],
  ['OBR-25', 'result status'],
  ['MSH-18', 'character set'],
  ['SCH-25', 'filler status'],
  ['ZXX-1', ''],
  ['constructor-1', ''],
])('%s is "%s"', (path, words) => expect(nameOfPlace(path)).toBe(words));

it('knows segments, also those of nobody else', () => {
  expect([nameOfSegment('PID'), nameOfSegment('ZPI'), nameOfSegment('QQQ')]).toEqual(['Patient', 'Own segment of the sender', '']);
  expect([segmentOfPath('PID[2]-3.1'), segmentOfPath('2010BA/NM1-03'), segmentOfPath('/a/b/@code')]).toEqual([
    'PID[2]',
    '2010BA/NM1',
    '/a/b/',
  ]);
});
