import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { snippetsOf } from './snippets.ts';

const hostile = `select '"""' || 'a''b' || "x" || '\\n' || ')"' -- $(touch /tmp/x) \`id\``;
const of = (name: string, sql = hostile): string =>
  snippetsOf({ base: 'https://hospital.example', sql, detail: 'limited', parameters: { since: '2026-01-01', most: 3 } }).find(
    (one) => one.name === name,
  )!.text;

describe('snippets', () => {
  it('give the shell one word with the SQL in it, whatever it holds', () => {
    const printed = execFileSync('sh', ['-c', of('curl').replace('curl ', 'printf "%s\\n" ')], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(JSON.parse(printed.trim().split('\n').at(-1)!)).toMatchObject({ sql: hostile, parameters: { since: '2026-01-01', most: 3 } });
  });

  it('keep quotation marks and backslashes inside the text of Python', () => {
    const text = /"""([\s\S]*?[^\\])""", "detail"/.exec(of('Python'))![1]!;
    expect(text.replaceAll('\\"', '"').replaceAll('\\\\', '\\')).toBe(hostile);
  });

  it('close the text of R where it ends, and not before', () => {
    const [, dashes] = /r"(-*)\(/.exec(of('R'))!;
    expect(of('R').split(`)${dashes}"`)).toHaveLength(2);
  });

  it('give psql the values where the names stand, in one word of the shell, and only where its port is open', () => {
    const asked = { base: 'https://hospital.example', sql: `select '$x', $since, $most, 'it''s'`, detail: 'limited' as const };
    const found = snippetsOf({ ...asked, parameters: { since: "o'clock", most: 3 }, sqlPort: 5433 }).find((one) => one.name === 'psql')!;
    const words = execFileSync('sh', ['-c', found.text.replace(' psql ', ' printf "%s\\n" ')], {
      encoding: 'utf8',
      env: { PATH: process.env['PATH'] },
    });
    expect(words.split('\n')).toEqual([
      "host=hospital.example port=5433 user=token dbname=lamplight options='-c lamplight.detail=limited'",
      '--csv',
      '-c',
      "select '$x', 'o''clock', 3, 'it''s'",
      '',
    ]);
    expect(snippetsOf({ ...asked, parameters: {} }).map((one) => one.name)).not.toContain('psql');
  });

  it('hold no token', () => expect(of('Python') + of('R') + of('curl')).not.toMatch(/llt_|Bearer [A-Za-z0-9]{8}/));
});
