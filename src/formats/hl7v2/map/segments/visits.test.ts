// Given this message, the chart says this of the visit: PV1, PV2, roles, and what each event does to it.
import { describe, expect, test } from 'vitest';
import { segment, told } from '../../testing/lines-told.ts';

const pv1 = (fields: Record<number, string>): string => segment('PV1', { 2: 'I', ...fields });
const usual = { 3: 'WARD^2^3^NORTH', 7: '7^Doe^Jane', 19: 'V1^^^NORTH', 44: '202603010800' };
const visit = (event: string, fields: Record<number, string> = usual, more = '') =>
  told(`EVN|${event}|20260301120000\nPID|||1^^^NORTH\n${pv1(fields)}\n${more}`, `ADT^${event}`);

describe('the status of a visit', () => {
  for (const [event, status] of Object.entries({
    A01: 'in-progress',
    A03: 'finished',
    A04: 'arrived',
    A05: 'planned',
    A11: 'cancelled',
    A13: 'in-progress',
    A21: 'onleave',
    A22: 'in-progress',
    A38: 'cancelled',
    A23: 'entered-in-error',
  }))
    test(`is ${status} after ${event}`, () => {
      const { said, the } = visit(event);
      expect(the('Encounter').status).toBe(status);
      expect(said('Encounter').presumes).toBeUndefined();
    });

  test('is only presumed by an update', () => {
    expect(visit('A08').said('Encounter').presumes).toEqual(['status']);
    expect(visit('A08').the('Encounter').status).toBe('in-progress');
  });

  test('is finished where a discharge is told, whatever the event', () => {
    const { said, the } = visit('A08', { 45: '20260302' });
    expect(the('Encounter')).toMatchObject({ status: 'finished', period: { end: '2026-03-02' } });
    expect(said('Encounter').presumes).toBeUndefined();
  });

  test('and its class are unknown where nothing is said', () => {
    expect(visit('A08', { 2: '', 3: '' }).said('Encounter').presumes).toEqual(['status', 'class']);
  });
});

test('A13 takes back the discharge, also where the message still carries it', () => {
  const { said, the, became } = visit('A13', { 36: '01', 44: '202603010800', 45: '202603020900' });
  expect(said('Encounter').removes).toEqual([
    'period.end',
    'hospitalization.dischargeDisposition',
    'hospitalization.destination',
    'length',
  ]);
  expect(the('Encounter').period).toEqual({ start: '2026-03-01T08:00:00+00:00' });
  expect(the('Encounter').hospitalization).toBeUndefined();
  expect(became('PV1-45')).toBe('kept');
});

test('A23 deletes the visit by its number', () => {
  expect(visit('A23').translation.instructions).toEqual([{ kind: 'delete', type: 'Encounter', keys: ['urn:id:NORTH|V1'] }]);
});

test('a place is a bed in a room in a ward in a hospital; where the patient was and will be has its status', () => {
  const { all, the } = visit('A02', { 3: 'WARD^2^3^NORTH', 6: 'OLD^1^1^NORTH', 42: 'NEW^4^4^NORTH' });
  expect(the('Encounter').location?.map(({ status }) => status)).toEqual(['active', 'completed', 'reserved']);
  expect(all('Location').filter(({ name }) => name === 'NORTH')).toHaveLength(1);
});

test('who takes part says as what', () => {
  const { the } = visit('A01', { 2: 'E', 7: '7^Doe^Jane', 8: '8^Roe^Rob', 9: '9^Poe^Pat', 17: '6^Moe^Max' });
  expect(the('Encounter').participant?.map(({ type }) => type?.[0]?.coding?.[0]?.code)).toEqual(['ATND', 'REF', 'CON', 'ADM']);
  expect(the('Encounter').class.code).toBe('EMER');
});

describe('a visit is known', () => {
  test('by its number, within the patient where nobody has assigned it', () => {
    const mine = visit('A08', { 19: '5' });
    const hers = told(`PID|||2^^^NORTH\n${pv1({ 19: '5' })}`);
    expect(mine.the('Encounter').id).not.toBe(hers.the('Encounter').id);
    expect(visit('A03', { 2: 'O', 19: '5' }).the('Encounter').id).toBe(mine.the('Encounter').id);
  });

  test('else by the account, else by the day', () => {
    const id = (text: string) => told(text).the('Encounter').id;
    expect(id('PID|||1^^^A|||||||||||||||K1\nPV1|1|I|X')).toBe(id('PID|||1^^^A|||||||||||||||K1\nPV1|1|I|Y'));
    const day = (time: string): string => `PID|||1^^^A\n${pv1({ 44: time })}`;
    expect(id(day('202603010800'))).toBe(id(day('202603010930')));
    expect(id(day('20260301'))).not.toBe(id(day('20260302')));
  });
});

test('PV2 says why and what is expected', () => {
  const { the } = visit(
    'A05',
    { 2: 'P' },
    segment('PV2', { 3: 'R51^Headache^I10', 8: '202603010900', 9: '20260305', 11: '3', 12: 'A <b> \\T\\ b', 25: '1' }),
  );
  expect(the('Encounter')).toMatchObject({
    reasonCode: [{ coding: [{ code: 'R51', system: 'http://hl7.org/fhir/sid/icd-10' }] }],
    length: { value: 3, code: 'd' },
    text: { div: '<div xmlns="http://www.w3.org/1999/xhtml">A &lt;b&gt; &amp; b</div>' },
    priority: { coding: [{ code: '1' }, { code: 'EM' }] },
  });
});

test('a role behind the visit is a participant, behind the patient a member of the team, behind a procedure who did it', () => {
  const { the } = told(
    'PID|||1^^^A\nROL||AD|AT^Attending^HL70443|8^Roe^Rob\nPV1|1|I\nROL||AD|CP^Consulting^HL70443|9^Poe^Pat\nPR1|1||P1^Procedure^L\nROL||AD|TN^Technician^HL70443|6^Moe^Max',
  );
  expect(the('CareTeam').participant).toHaveLength(1);
  expect(the('Encounter').participant).toHaveLength(1);
  expect(the('Procedure').performer).toHaveLength(1);
});

test('a period that ends before it begins loses its end, which is kept', () => {
  const { the, became, translation } = visit('A08', { 44: '20260302', 45: '20260301' });
  expect(the('Encounter').period).toEqual({ start: '2026-03-02' });
  expect(became('PV1-45')).toBe('kept');
  expect(translation.notes).toHaveLength(1);
});

describe('a movement (ZBE)', () => {
  const moved = (rest: string) => visit('A02', usual, `ZBE|${rest}`);

  test('says since when the patient is there, and who is responsible', () => {
    const { the, all, became } = moved('M7^HOSP|20260301110000||INSERT|N||MED^^^^^NORTH^XX^^^UF1');
    expect(the('Encounter').location).toMatchObject([{ status: 'active', period: { start: '2026-03-01T11:00:00+00:00' } }]);
    const ward = all('Organization').find(({ name }) => name === 'MED');
    expect(the('Encounter').serviceProvider).toEqual({ reference: `Organization/${ward?.id}` });
    expect(became('ZBE-2')).toEqual(['Encounter.location[0].period.start']);
    expect(became('ZBE-1.1')).toBe('kept');
  });

  test('that is taken back or of the past says nothing of now, nor does a segment of another meaning', () => {
    expect(visit('A03', usual, 'ZBE|M7|20260301110000||INSERT|N').the('Encounter').location?.[0]?.period).toBeUndefined();
    for (const rest of [
      'M7|20260301110000||CANCEL|N',
      'M7|20260301110000||UPDATE|N|A03',
      'M7|20260301110000||UPDATE|Y',
      'M7|20260301110000||X',
    ])
      expect(moved(rest).the('Encounter').location?.[0]?.period, rest).toBeUndefined();
  });
});
