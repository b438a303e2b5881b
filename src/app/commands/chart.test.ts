// Files as people keep them, charted from the command line.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { type ChartCommandOptions, chartCommand } from './chart.ts';

const folder = mkdtempSync(join(tmpdir(), 'chart-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function chart(text: string, options: Partial<ChartCommandOptions>): Promise<{ status: number; out: string; err: string }> {
  const file = join(folder, 'data.csv');
  writeFileSync(file, text);
  const ran = { status: 0, out: '', err: '' };
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation((part) => {
      ran.out += String(part);
      return true;
    }),
    vi.spyOn(console, 'log').mockImplementation((part) => {
      ran.out += `${part}\n`;
    }),
    vi.spyOn(console, 'error').mockImplementation((part) => {
      ran.err += `${part}\n`;
    }),
  ];
  try {
    ran.status = await chartCommand(file, { kind: 'xmr', run: '7', overdispersion: 'none', format: 'csv', ...options });
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
  return ran;
}

const falls = `month;falls;bed_days\n${Array.from({ length: 24 }, (_, i) => `2025-${String(24 - i).padStart(2, '0')}-01`)
  .map((_, i) => `20${24 + Math.floor(i / 12)}-${String((i % 12) + 1).padStart(2, '0')}-01;${i === 20 ? 30 : 8 + (i % 3)};1000`)
  .join('\n')}\n`;

it('charts rates, finds the month that stands out and says so', async () => {
  const { status, out, err } = await chart(falls, { kind: 'u', column: 'falls', denominator: 'bed_days' });
  expect(status).toBe(0);
  expect(out.split('\n')[0]).toBe('point,value,centre,lower,upper,rules');
  expect(out.split('\n').filter((line) => line.endsWith('outside'))).toEqual([expect.stringMatching(/^2025-09-01,0.03,/)]);
  expect(err).toContain('outside the limits (up): 2025-09-01');
});

it('sorts by date, takes text for missing, and says both', async () => {
  const { out, err } = await chart('day,value\n2026-01-03,5\n2026-01-01,4\n2026-01-02,about four\n2026-01-04,6\n2026-01-05,5\n', {});
  expect(out.split('\n').map((line) => line.split(',').slice(0, 2).join(' '))).toEqual([
    'point value',
    '2026-01-01 4',
    '2026-01-02 ',
    '2026-01-03 5',
    '2026-01-04 6',
    '2026-01-05 5',
    '',
  ]);
  expect(err).toContain('were sorted');
  expect(err).toContain('1 values are no numbers');
});

it('starts a phase at a date, with its reason', async () => {
  const { out } = await chart(falls, { kind: 'c', column: 'falls', phase: ['2025-01-01=new rails'], format: 'json' });
  expect((JSON.parse(out) as { phases: unknown[] }).phases).toMatchObject([{ to: 11 }, { from: 12, why: 'new rails' }]);
  expect(await chart(falls, { phase: ['2031-01-01'] })).toMatchObject({
    status: 1,
    err: expect.stringContaining('at no point after the first'),
  });
});

it('draws a funnel of units whose names cannot break the drawing', async () => {
  const units = Array.from({ length: 12 }, (_, i) => `"<b>${i}",${i === 3 ? 60 : 20},200`).join('\n');
  const { out } = await chart(`ward,deaths,stays\n${units}\n`, {
    kind: 'funnel',
    column: 'deaths',
    denominator: 'stays',
    unit: 'ward',
    format: 'svg',
  });
  expect(out).toMatch(/^<svg [\s\S]*<\/svg>\n$/);
  expect(out).toContain('&lt;b&gt;3, 0.3, above 99.8 %');
  expect(out).not.toContain('<b>');
  const csv = await chart(`ward,deaths,stays\n${units}\n`, { kind: 'funnel', column: 'deaths', denominator: 'stays', unit: 'ward' });
  expect(csv.out.split('\n')[4]).toMatch(/^<b>3,0.3,200,.*above 99.8 %$/);
});

it('says what is missing', async () => {
  const says = async (options: Partial<ChartCommandOptions>, text = falls): Promise<string> => (await chart(text, options)).err;
  expect(await says({ kind: 'pie' })).toContain('choose one of xmr, p, np, u, c, g, t, p-laney, u-laney, funnel');
  expect(await says({ kind: 'p' })).toContain('--denominator');
  expect(await says({ run: '9' })).toContain('7 or 8');
  expect(await says({ baseline: 'many' })).toContain('--baseline takes');
  expect(await says({ format: 'pdf' })).toContain('choose one of table, json, csv, svg');
  expect(await says({ column: 'deaths' })).toContain('the file has month, falls, bed_days');
  expect(await says({}, 'a,b\n')).toContain('no column looks like numbers');
  expect(await says({}, '')).toContain('no column looks like numbers');
});
