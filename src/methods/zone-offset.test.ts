// The offset of a wall clock about the changes of its zone.
import { expect, test } from 'vitest';
import { offsetAt } from './zone-offset.ts';

const at = (text: string): number => Date.parse(`${text}Z`);

test('is right on both sides of a change, whichever was asked first', () => {
  for (const times of [
    ['2026-03-29T01:59', '2026-03-29T03:00'],
    ['2026-03-29T03:00', '2026-03-29T01:59'],
  ])
    for (const time of times) expect(offsetAt('Europe/Vienna', at(time)), time).toBe(time.includes('T01') ? '+01:00' : '+02:00');
  expect(offsetAt('Europe/Vienna', at('2026-10-25T03:00'))).toBe('+01:00');
  expect(offsetAt('Australia/Lord_Howe', at('2026-04-04T12:00'))).toBe('+11:00');
  expect(offsetAt('Australia/Lord_Howe', at('2026-04-06T12:00'))).toBe('+10:30');
  expect(offsetAt('UTC', at('2026-03-29T03:00'))).toBe('Z');
});

test('says the same from what it remembers as from the engine, minute by minute over the changes of a year', () => {
  const format = new Intl.DateTimeFormat('en-GB', { timeZone: 'America/St_Johns', timeZoneName: 'longOffset' });
  for (const day of ['2026-03-08T00:00', '2026-11-01T00:00'])
    for (let minute = 0; minute < 300; minute++) {
      const wall = at(day) + minute * 60_000;
      const offset = offsetAt('America/St_Johns', wall);
      const instant = wall - (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4))) * (offset.startsWith('-') ? -60_000 : 60_000);
      const shown = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value;
      // In the hour that a clock leaves out there is no right answer.
      if (!(day.startsWith('2026-03') && minute >= 120 && minute < 180)) expect(shown, `${day} + ${minute}`).toBe(`GMT${offset}`);
    }
});
