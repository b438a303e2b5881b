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

  it('hold no token', () => expect(of('Python') + of('R') + of('curl')).not.toMatch(/llt_|Bearer [A-Za-z0-9]{8}/));
});
