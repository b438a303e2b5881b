// The doors that are open to everyone: signing in, and tokens for systems. What is wrong there is refused before it costs.
import { type Attack, ask, repeated } from './attack.ts';

const signIn = (
  name: string,
  body: () => string | Uint8Array | Iterable<Uint8Array>,
  status: number[],
  headers: Record<string, string> = {},
): Attack => ({
  name: `signing in with ${name}`,
  status,
  run: (target) =>
    ask(target, { method: 'POST', path: '/auth/sign-in', headers: { 'content-type': 'application/json', ...headers }, body: body() }),
});
const token = (name: string, body: string, headers: Record<string, string>, status: number[]): Attack => ({
  name: `a token with ${name}`,
  status,
  run: (target) =>
    ask(target, {
      method: 'POST',
      path: '/auth/token',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
    }),
});
const basic = (text: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

export const signInAttacks: Attack[] = [
  signIn('nothing', () => '', [400]),
  signIn('no JSON', () => 'name=a', [400]),
  signIn('an array', () => '[]', [400]),
  signIn('a null', () => 'null', [400]),
  signIn('numbers', () => '{"name":1,"password":2}', [400]),
  signIn('objects', () => '{"name":{"$gt":""},"password":{"$gt":""}}', [400]),
  signIn('__proto__', () => '{"__proto__":{"name":"a","password":"b"}}', [400]),
  signIn('a million arrays', () => `{"name":${'['.repeat(1_000_000)}`, [400]),
  signIn('100 MB', () => repeated('{"name":"', 'a', 100_000_000, '"}'), [400]),
  signIn('a gzip bomb of a kind', () => Buffer.alloc(1_000, 0x1f), [400], { 'content-encoding': 'gzip' }),
  signIn('half of a surrogate pair', () => '{"name":"\\ud800","password":"a"}', [400]),
  signIn('NUL in the name', () => '{"name":"a\\u0000b","password":"a"}', [400]),
  signIn('a password of 15 kB', () => JSON.stringify({ name: 'nobody-1', password: 'a'.repeat(15_000) }), [400, 401]),
  signIn('a name of 15 kB', () => JSON.stringify({ name: 'a'.repeat(15_000), password: 'a' }), [400, 401]),
  signIn('SQL', () => JSON.stringify({ name: "admin' or '1'='1", password: "' or '1'='1" }), [401]),
  token('nothing', '', {}, [400]),
  token('another grant', 'grant_type=password&username=a&password=b', {}, [400]),
  token('no secret', 'grant_type=client_credentials&client_id=a', {}, [400]),
  token('a Basic that is none', 'grant_type=client_credentials', { authorization: 'Basic ====' }, [400, 401]),
  token('a Basic of malformed escapes', 'grant_type=client_credentials', basic('%zz:%'), [400, 401]),
  token('NUL in the id', 'grant_type=client_credentials', basic('a%00b:c'), [400, 401]),
  token('SQL', 'grant_type=client_credentials', basic("a' or 1=1 --:b"), [401]),
  token('a secret of 10 kB', 'grant_type=client_credentials', basic(`a:${'b'.repeat(7_000)}`), [400, 401]),
  token('two ids', 'grant_type=client_credentials&client_id=a&client_id=b&client_secret=c', {}, [400, 401]),
];
