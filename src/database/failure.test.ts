import { expect, test } from 'vitest';
import { databaseError, endsConnection } from './failure.ts';

const systemError = (code: string): Error => Object.assign(new Error(`write ${code}`), { code });

test('a broken socket is a lost connection, whatever the system calls it', () => {
  for (const code of ['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ENOENT', 'ETIMEDOUT']) {
    const error = databaseError(systemError(code));
    expect(error.code, code).toBe('08006');
    expect(error.problem.kind, code).toBe('busy');
    expect(endsConnection(systemError(code))).toBe(true);
  }
});

test('what PostgreSQL refuses keeps its SQLSTATE', () => {
  const refused = Object.assign(new Error('duplicate key value violates unique constraint "x"'), { code: '23505', severity: 'ERROR' });
  expect(databaseError(refused)).toMatchObject({ code: '23505', problem: { kind: 'conflict' } });
});
