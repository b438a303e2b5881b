// JSON Patch as a weapon: too many operations, paths that lead nowhere or into the engine, values that double with each copy.
import { type Attack, ask } from './attack.ts';

type Operation = { op: string; path?: string; from?: string; value?: unknown };

const patching = (name: string, body: () => string, status: number[], heavy?: true): Attack => ({
  name,
  status,
  ...(heavy === undefined ? {} : { heavy }),
  run: (target) =>
    ask(target, {
      method: 'PATCH',
      path: `/fhir/Patient/${target.patient}`,
      headers: { 'content-type': 'application/json-patch+json' },
      body: body(),
    }),
});
const refused = (name: string, operations: Operation[], heavy?: true): Attack =>
  patching(name, () => JSON.stringify(operations), [400, 413, 422], heavy);

const extension = { url: 'http://example.org/a', valueString: 'x' };
const times = (n: number, operation: (i: number) => Operation): Operation[] => Array.from({ length: n }, (_, i) => operation(i));

/** Extensions in one another: each is two levels of JSON. */
const nested = (deep: number): object => (deep === 0 ? extension : { url: extension.url, extension: [nested(deep - 1)] });

const paths = [
  '/__proto__/polluted',
  '/constructor/prototype/polluted',
  '/name/__proto__',
  '/name/constructor',
  '/name/length',
  '/name/-1',
  '/name/1e3',
  '/name/00',
  '/name/4294967296',
  '/name/999999999',
  'name',
  '//',
  '/~2',
  '/~',
  `/${'a/'.repeat(100)}`,
  `/${'a'.repeat(100_000)}`,
  '/name/0/family/0',
  '/nothing/0',
  '/\0',
  '/resourceType',
  '/id',
  '/meta/versionId/x',
];

export const patchAttacks: Attack[] = [
  ...paths.map((path) => refused(`adding at ${JSON.stringify(path.slice(0, 30))}`, [{ op: 'add', path, value: 'polluted' }])),
  refused('an operation that is not known', [{ op: 'constructor', path: '/active', value: true }]),
  refused('an operation without a path', [{ op: 'add', value: true }]),
  refused('an addition without a value', [{ op: 'add', path: '/active' }]),
  refused('removing the whole', [{ op: 'remove', path: '' }]),
  refused('replacing the whole by a number', [{ op: 'replace', path: '', value: 1 }]),
  refused('replacing the whole by another type', [{ op: 'replace', path: '', value: { resourceType: 'Basic', code: { text: 'a' } } }]),
  refused('moving a value into itself', [{ op: 'move', from: '/name', path: '/name/0/extension' }]),
  refused('a test that fails after a change', [
    { op: 'add', path: '/active', value: true },
    { op: 'test', path: '/active', value: false },
  ]),
  refused('two values that may come in, one inside the other deeper than may be read', [
    { op: 'add', path: '/extension', value: [nested(25)] },
    { op: 'remove', path: `${'/extension/0'.repeat(26)}/valueString` },
    { op: 'add', path: `${'/extension/0'.repeat(26)}/extension`, value: [nested(10)] },
  ]),
  patching('a patch that is no array', () => '{"op":"add"}', [400, 422]),
  patching('a patch of numbers', () => '[1,2,3]', [400, 422]),
  patching(
    'a patch of arrays a million deep',
    () => `[{"op":"add","path":"/a","value":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}]`,
    [413],
    true,
  ),
  refused(
    '100,000 operations',
    times(100_000, () => ({ op: 'add', path: '/active', value: true })),
    true,
  ),
  refused(
    '10,000 operations',
    times(10_000, () => ({ op: 'add', path: '/active', value: true })),
    true,
  ),
  refused(
    'a value that doubles sixty times',
    [{ op: 'add', path: '/extension', value: [extension] }, ...times(60, () => ({ op: 'copy', from: '/extension', path: '/extension/-' }))],
    true,
  ),
  refused(
    'a text of a megabyte copied a thousand times',
    [
      { op: 'add', path: '/extension', value: [{ url: 'http://example.org/a', valueString: 'x'.repeat(1_000_000) }] },
      ...times(999, () => ({ op: 'copy', from: '/extension/0', path: '/extension/-' })),
    ],
    true,
  ),
  refused(
    'a text of 20 MB copied twenty times',
    [
      { op: 'add', path: '/extension', value: [{ url: 'http://example.org/a', valueBase64Binary: 'AAAA'.repeat(5_000_000) }] },
      ...times(20, () => ({ op: 'copy', from: '/extension/0', path: '/extension/-' })),
    ],
    true,
  ),
  refused(
    'a test of 40,000 values that fails at the last',
    [
      { op: 'add', path: '/extension', value: Array.from({ length: 15_000 }, () => extension) },
      ...times(400, () => ({ op: 'test', path: '/extension', value: [] })),
      { op: 'test', path: '/active', value: 'no' },
    ],
    true,
  ),
  refused(
    '15,000 values moved in an array 900 times',
    [
      { op: 'add', path: '/extension', value: Array.from({ length: 15_000 }, () => extension) },
      ...times(900, () => ({ op: 'move', from: '/extension/0', path: '/extension/14000' })),
      { op: 'test', path: '/active', value: 'no' },
    ],
    true,
  ),
  refused(
    'copies of copies just below what may be copied',
    [
      { op: 'add', path: '/extension', value: Array.from({ length: 10_000 }, () => extension) },
      ...times(3, () => ({ op: 'copy', from: '/extension', path: '/extension/0/extension' })),
      { op: 'test', path: '/active', value: 'no' },
    ],
    true,
  ),
  patching('a patch of 10 MB that is no JSON', () => '[{"op":'.repeat(1_400_000), [400, 413], true),
  {
    ...patching('a merge patch', () => '{"active":false}', [415]),
    run: (target) =>
      ask(target, {
        method: 'PATCH',
        path: `/fhir/Patient/${target.patient}`,
        headers: { 'content-type': 'application/merge-patch+json' },
        body: '{"active":false}',
      }),
  },
  {
    name: 'a patch bomb inside a transaction',
    status: [400, 413, 422],
    heavy: true,
    run: (target) => {
      const operations = [
        { op: 'add', path: '/extension', value: [extension] },
        ...times(60, () => ({ op: 'copy', from: '/extension', path: '/extension/-' })),
      ];
      const resource = {
        resourceType: 'Binary',
        contentType: 'application/json-patch+json',
        data: Buffer.from(JSON.stringify(operations)).toString('base64'),
      };
      const entry = [{ resource, request: { method: 'PATCH', url: `Patient/${target.patient}` } }];
      return ask(target, { method: 'POST', path: '/fhir', body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) });
    },
  },
  {
    name: 'a patch of 20 MB of base64 inside a transaction',
    status: [400, 413, 422],
    heavy: true,
    run: (target) => {
      const data = Buffer.from(`[${'{"op":"add","path":"/active","value":true},'.repeat(300_000)}1]`).toString('base64');
      const entry = [
        {
          resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data },
          request: { method: 'PATCH', url: `Patient/${target.patient}` },
        },
      ];
      return ask(target, { method: 'POST', path: '/fhir', body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) });
    },
  },
  {
    name: 'a patch of one text of 20 MB inside a transaction',
    status: [400, 413, 422],
    heavy: true,
    run: (target) => {
      const data = Buffer.from(`[{"op":"test","path":"/active","value":"${'a'.repeat(15_000_000)}"}]`).toString('base64');
      const entry = [
        {
          resource: { resourceType: 'Binary', contentType: 'application/json-patch+json', data },
          request: { method: 'PATCH', url: `Patient/${target.patient}` },
        },
      ];
      return ask(target, { method: 'POST', path: '/fhir', body: JSON.stringify({ resourceType: 'Bundle', type: 'transaction', entry }) });
    },
  },
];
