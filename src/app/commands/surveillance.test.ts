// Counts as a part of a total from the command line: a surge of everything, and totals that cannot be.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { type SurveillanceCommandOptions, surveillanceCommand } from './surveillance.ts';

const folder = mkdtempSync(join(tmpdir(), 'surveillance-'));
afterAll(() => rmSync(folder, { recursive: true }));

const weeks = Array.from({ length: 338 }, (_, i) => {
  const date = new Date(Date.UTC(2018, 0, 1 + 7 * i)).toISOString().slice(0, 10);
  const visits = Math.round(1000 + 100 * Math.sin((2 * Math.PI * i) / 52));
  const surge = i === 331 || i === 332 ? 3 : 1;
  return [date, surge * Math.round(visits * 0.012 + 2 * Math.sin(i * i)), surge * visits] as const;
});
const file = (lines: readonly (readonly (string | number)[])[]): string => {
  const path = join(folder, 'weeks.csv');
  writeFileSync(path, `${[['week', 'flu', 'visits'], ...lines].map((line) => line.join(',')).join('\n')}\n`);
  return path;
};

async function ask(path: string, options: Partial<SurveillanceCommandOptions>): Promise<{ status: number; alarms: string[]; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((part) => out.push(String(part)) > 0),
    vi.spyOn(console, 'log').mockImplementation((part) => void out.push(`${part}\n`)),
    vi.spyOn(console, 'error').mockImplementation((part) => void err.push(String(part))),
  ];
  try {
    const status = await surveillanceCommand(path, { method: 'farrington-flexible', column: 'flu', format: 'csv', ...options });
    const alarms = out.join('').split('\n').filter((line) => /,true,/.test(line)).map((line) => line.slice(0, 10)); // biome-ignore format: one list
    return { status, alarms, err: err.join('\n') };
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}

it('finds weeks with more cases, and not those with more of everything where shares of a total are judged', async () => {
  expect((await ask(file(weeks), {})).alarms).toEqual(['2024-05-06', '2024-05-13']);
  const share = await ask(file(weeks), { total: 'visits' });
  expect([share.status, share.alarms], share.err).toEqual([0, []]);
  expect((await ask(file(weeks), { total: 'visits', method: 'combined' })).alarms).toEqual([]);
});

it('says what is wrong with a total', async () => {
  expect((await ask(file(weeks), { total: 'flu' })).err).toContain('both name flu');
  expect((await ask(file(weeks), { total: 'visitors' })).err).toContain('"visitors"');
  expect((await ask(file(weeks), { total: 'visits', method: 'ears-c2' })).err).toContain('--total says nothing to ears-c2');
  const low = weeks.map(([week, flu, visits], i) => [week, flu, i === 5 ? 1 : visits]);
  expect((await ask(file(low), { total: 'visits' })).err).toContain('the total of 2018-02-05 is less than its count');
});
