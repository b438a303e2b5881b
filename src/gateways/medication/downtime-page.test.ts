// The page for a downtime holds all that is in the bundle, whatever the letters.
import { expect, it } from 'vitest';
import type { DowntimeBundle } from './downtime.ts';
import { downtimePdf } from './downtime-page.ts';

const bundle = (name: string, allergies: string[]): DowntimeBundle => ({
  kind: 'lamplight-downtime',
  version: 1,
  id: 'b-1',
  ward: 'Location/w',
  wardName: name,
  made: '2026-03-30T06:00:00Z',
  from: '2026-03-30T06:00:00Z',
  to: '2026-03-30T18:00:00Z',
  timeZone: 'Europe/London',
  patients: Array.from({ length: 6 }, () => ({
    patient: 'Patient/1',
    name,
    birthDate: '1970-01-01',
    numbers: ['MRN-1'],
    allergies,
    orders: [
      {
        order: 'MedicationRequest/1',
        title: `${name} 5 mg`,
        dosage: '5 mg',
        route: 'oral',
        kind: 'regular',
        due: ['2026-03-30T08:00:00Z'],
      },
    ],
    notRead: [],
  })),
  notRead: [{ patient: name, why: 'locked' }],
});

const page = async (name: string, allergies: string[]): Promise<{ pages: number; raw: string }> => {
  const raw = (await downtimePdf(bundle(name, allergies))).toString('latin1');
  return { pages: [...raw.matchAll(/\/Type \/Page\n/g)].length, raw };
};

it('prints Arabic and Hebrew with a font that has them, and no other font where there are none', async () => {
  expect((await page('علي حسن', ['פניצילין'])).raw).toContain('DejaVuSans');
  expect((await page('Ann Smith', ['penicillin'])).raw).not.toContain('DejaVu');
  expect((await page('王小明', ['علي ہے'])).raw).not.toContain('DejaVu');
});

it('goes on over pages with them, as with others', async () => {
  const long = (word: string): string[] => Array.from({ length: 250 }, () => word);
  const [latin, hebrew] = [await page('Ann Smith', long('penicillin')), await page('דוד', long('פניצילין'))];
  expect(latin.pages).toBeGreaterThan(2);
  expect(Math.abs(hebrew.pages - latin.pages)).toBeLessThan(3);
});
