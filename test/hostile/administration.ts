// The doors of administration: whatever stands in an address or a body, it is refused in words, makes no account and no error.
import { type Attack, ask, repeated } from './attack.ts';

const post = (
  name: string,
  path: string,
  body: () => string | Uint8Array | Iterable<Uint8Array>,
  status: number[],
  headers: Record<string, string> = {},
): Attack => ({
  name,
  status,
  run: (target) => ask(target, { method: 'POST', path, headers: { 'content-type': 'application/json', ...headers }, body: body() }),
});
const get = (path: string, status: number[] = [400]): Attack => ({ name: `GET ${path}`, status, run: (target) => ask(target, { path }) });
const account = (name: string, body: () => string | Uint8Array | Iterable<Uint8Array>, status = [400]): Attack =>
  post(`an account out of ${name}`, '/accounts', body, status);
const good = '"password":"four words that fit nowhere","role":"nurse"';

export const administrationAttacks: Attack[] = [
  account('nothing', () => ''),
  account('no JSON', () => 'name=x'),
  account('an array', () => '[{"name":"x"}]'),
  account('a null', () => 'null'),
  account('an object as a name', () => `{"name":{"$gt":""},${good}}`),
  account('NUL in a name', () => `{"name":"a\\u0000b",${good}}`),
  account('half of a surrogate pair', () => `{"name":"\\ud800",${good}}`),
  account('a line break in a name', () => `{"name":"a\\nadmin signed in",${good}}`),
  account('a name turned round', () => `{"name":"a\\u202Enimda",${good}}`),
  account('a name of 900 letters', () => `{"name":"${'x'.repeat(900)}",${good}}`),
  account('__proto__', () => `{"__proto__":{"role":"administrator"},"name":"x","password":"four words that fit nowhere"}`),
  account('constructor', () => `{"constructor":"x","name":"x",${good}}`),
  account('the same member twice', () => `{"role":"nurse","name":"x","password":"four words that fit nowhere","role":"king"}`),
  account('a role in capitals', () => '{"name":"x","password":"four words that fit nowhere","role":"ADMINISTRATOR"}'),
  account('a thousand and one organisations', () => `{"name":"x",${good},"organisations":${JSON.stringify(Array(1001).fill('o'))}}`),
  account('somebody elsewhere as practitioner', () => `{"name":"x",${good},"practitioner":"Practitioner/../Patient/x"}`),
  account('a million arrays', () => `{"name":${'['.repeat(1_000_000)}`, [400, 413]),
  account('100 MB', () => repeated('{"name":"', 'a', 100_000_000, '"}'), [0, 413]),
  post('an account as XML', '/accounts', () => '<account/>', [400, 415], { 'content-type': 'application/xml' }),
  post('an account in a packed body', '/accounts', () => Buffer.alloc(1000, 0x1f), [400, 415], { 'content-encoding': 'gzip' }),
  ...['..%2f..%2fsettings', '%00', '%ff', 'a%0ab', `${'x'.repeat(3000)}`, '%F0%9F', '__proto__', 'constructor', "' or 1=1 --"].map((name) =>
    post(`disabling ${name.slice(0, 20)}`, `/accounts/${name.replaceAll(' ', '%20')}/disable`, () => '', [400, 404, 414]),
  ),
  post('a role for nobody', '/accounts/admin/role', () => '{"role":null}', [400]),
  post('a password of 2,000 letters', '/accounts/admin/password', () => `{"password":"${'x'.repeat(2000)}"}`, [400]),
  post('a password and more', '/accounts/admin/password', () => '{"password":"four words that fit","role":"nurse"}', [400]),
  ...['/accounts', '/jobs', '/settings', '/terminology', '/backups', '/questionnaires'].flatMap((path) => [
    get(`${path}?colour=red`),
    get(`${path}?__proto__=x`),
    get(`${path}?%00=x`),
  ]),
  post('cancelling a job that is none', '/jobs/..%2f..%2f/cancel', () => '', [400, 404]),
  post('cancelling a job by SQL', "/jobs/1'%20or%20'1'='1/cancel", () => '', [400, 404]),
  post('a release without a name', '/terminology/use', () => '', [400]),
  post('a release with NUL', '/terminology/use?system=%00&version=1', () => '', [400]),
  post('a release of __proto__', '/terminology/use?system=__proto__&version=constructor', () => '', [404]),
  post('a release and more', '/terminology/use?system=a&version=b&force=yes', () => '', [400]),
];
