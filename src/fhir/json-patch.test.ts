import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Json, readJsonNow, writeJson } from './json.ts';
import { applyPatch } from './json-patch.ts';

const read = (text: string): Json => {
  const result = readJsonNow(text);
  if (!result.ok) throw new Error(result.problem.message);
  return result.value;
};
/** The outcome as text; a refusal as its place and sentence. */
const patched = (document: string, patch: string): string => {
  const result = applyPatch(read(document), read(patch));
  return result.ok ? writeJson(result.value) : `${result.problem.where} ${result.problem.message}`;
};

const works: [what: string, document: string, patch: string, outcome: string][] = [
  ['no operations', '{"a":1}', '[]', '{"a":1}'],
  ['add a member', '{"a":1}', '[{"op":"add","path":"/b","value":2}]', '{"a":1,"b":2}'],
  ['add over a member', '{"a":1}', '[{"op":"add","path":"/a","value":2}]', '{"a":2}'],
  ['add null', '{}', '[{"op":"add","path":"/a","value":null}]', '{"a":null}'],
  ['add into an array', '{"a":[1,3]}', '[{"op":"add","path":"/a/1","value":2}]', '{"a":[1,2,3]}'],
  ['add at the end by position', '{"a":[1]}', '[{"op":"add","path":"/a/1","value":2}]', '{"a":[1,2]}'],
  ['add at the end by -', '{"a":[1]}', '[{"op":"add","path":"/a/-","value":2}]', '{"a":[1,2]}'],
  ['add to an empty array', '{"a":[]}', '[{"op":"add","path":"/a/0","value":1}]', '{"a":[1]}'],
  ['add the whole document', '{"a":1}', '[{"op":"add","path":"","value":{"b":2}}]', '{"b":2}'],
  ['add under the empty name', '{}', '[{"op":"add","path":"/","value":1}]', '{"":1}'],
  ['add a name with a slash', '{}', '[{"op":"add","path":"/a~1b","value":1}]', '{"a/b":1}'],
  ['add a name with a tilde', '{}', '[{"op":"add","path":"/a~0b","value":1}]', '{"a~b":1}'],
  ['read ~01 as ~1', '{"~1":1}', '[{"op":"remove","path":"/~01"}]', '{}'],
  ['add keeps digits', '{}', '[{"op":"add","path":"/a","value":1.10}]', '{"a":1.10}'],
  ['ignore members it does not know', '{}', '[{"op":"add","path":"/a","value":1,"why":"because"}]', '{"a":1}'],
  ['add a numeric name to an object', '{"a":{}}', '[{"op":"add","path":"/a/01","value":1}]', '{"a":{"01":1}}'],
  ['remove a member', '{"a":1,"b":2}', '[{"op":"remove","path":"/a"}]', '{"b":2}'],
  ['remove an item', '{"a":[1,2,3]}', '[{"op":"remove","path":"/a/1"}]', '{"a":[1,3]}'],
  ['remove null', '{"a":null}', '[{"op":"remove","path":"/a"}]', '{}'],
  ['replace a member where it stands', '{"a":1,"b":2}', '[{"op":"replace","path":"/a","value":[]}]', '{"a":[],"b":2}'],
  ['replace an item', '{"a":[1,2]}', '[{"op":"replace","path":"/a/0","value":0}]', '{"a":[0,2]}'],
  ['replace the document', '{"a":1}', '[{"op":"replace","path":"","value":[1]}]', '[1]'],
  ['move a member', '{"a":1,"b":{}}', '[{"op":"move","from":"/a","path":"/b/c"}]', '{"b":{"c":1}}'],
  ['move an item down', '{"a":[1,2,3]}', '[{"op":"move","from":"/a/0","path":"/a/2"}]', '{"a":[2,3,1]}'],
  ['move to the end', '{"a":[1,2,3]}', '[{"op":"move","from":"/a/0","path":"/a/-"}]', '{"a":[2,3,1]}'],
  ['move onto itself', '{"a":1}', '[{"op":"move","from":"/a","path":"/a"}]', '{"a":1}'],
  ['move a child over its parent', '{"a":{"b":1}}', '[{"op":"move","from":"/a/b","path":"/a"}]', '{"a":1}'],
  [
    'copy without sharing',
    '{"a":{"x":1}}',
    '[{"op":"copy","from":"/a","path":"/b"},{"op":"replace","path":"/b/x","value":2}]',
    '{"a":{"x":1},"b":{"x":2}}',
  ],
  ['copy the document into itself', '{"a":1}', '[{"op":"copy","from":"","path":"/b"}]', '{"a":1,"b":{"a":1}}'],
  [
    'test an object whatever its order',
    '{"a":{"x":1,"y":[2]}}',
    '[{"op":"test","path":"/a","value":{"y":[2],"x":1}}]',
    '{"a":{"x":1,"y":[2]}}',
  ],
  ['test null', '{"a":null}', '[{"op":"test","path":"/a","value":null}]', '{"a":null}'],
  ['test the same digits', '{"a":1.10}', '[{"op":"test","path":"/a","value":1.10}]', '{"a":1.10}'],
  ['test the document', '{"a":1}', '[{"op":"test","path":"","value":{"a":1}}]', '{"a":1}'],
  ['name a member constructor', '{}', '[{"op":"add","path":"/constructor","value":1}]', '{"constructor":1}'],
];

const refused: [what: string, document: string, patch: string, outcome: string][] = [
  ['no array', '{}', '{}', 'patch Send the JSON Patch as an array of operations.'],
  ['no object', '{}', '[1]', 'patch[0] Operation 0 of the patch: it must be an object with "op" and "path".'],
  ['a bare decimal', '{}', '[1.0]', 'patch[0] Operation 0 of the patch: it must be an object with "op" and "path".'],
  ['no op', '{}', '[{"path":""}]', 'patch[0] Operation 0 of the patch: "op" must be one of add, remove, replace, move, copy, test.'],
  [
    'an inherited op',
    '{}',
    '[{"op":"toString","path":""}]',
    'patch[0] Operation 0 of the patch: "op" must be one of add, remove, replace, move, copy, test.',
  ],
  [
    'no path',
    '{}',
    '[{"op":"add","value":1}]',
    'patch[0] Operation 0 of the patch: "path" must be a JSON Pointer, such as "/name/0/family".',
  ],
  ['no value', '{}', '[{"op":"add","path":"/a"}]', 'patch[0] Operation 0 of the patch: add needs a "value".'],
  ['no value to test', '{"a":null}', '[{"op":"test","path":"/a"}]', 'patch[0] Operation 0 of the patch: test needs a "value".'],
  [
    'no from',
    '{"a":1}',
    '[{"op":"move","path":"/b"}]',
    'patch[0] Operation 0 of the patch: "from" must be a JSON Pointer, such as "/name/0/family".',
  ],
  ['a path without slash', '{"a":1}', '[{"op":"remove","path":"a"}]', 'patch[0] Operation 0 of the patch: "path" must start with "/".'],
  [
    'a wrong escape',
    '{"a":1}',
    '[{"op":"remove","path":"/a~2"}]',
    'patch[0] Operation 0 of the patch: "path" must write "~" as ~0 and "/" in a name as ~1.',
  ],
  [
    'a missing parent',
    '{}',
    '[{"op":"add","path":"/a/b","value":1}]',
    'patch[0] Operation 0 of the patch: there is nothing at "a" to go into.',
  ],
  [
    'a parent that is text',
    '{"a":"x"}',
    '[{"op":"add","path":"/a/0","value":1}]',
    'patch[0] Operation 0 of the patch: the value at "a" has no members.',
  ],
  [
    'a parent that is a decimal',
    '{"a":1.0}',
    '[{"op":"replace","path":"/a/text","value":1}]',
    'patch[0] Operation 0 of the patch: the value at "a" has no members.',
  ],
  ['a missing member to remove', '{}', '[{"op":"remove","path":"/a"}]', 'patch[0] Operation 0 of the patch: there is no value at "a".'],
  [
    'an inherited member',
    '{}',
    '[{"op":"remove","path":"/toString"}]',
    'patch[0] Operation 0 of the patch: there is no value at "toString".',
  ],
  [
    'a missing member to replace',
    '{}',
    '[{"op":"replace","path":"/a","value":1}]',
    'patch[0] Operation 0 of the patch: there is no value at "a".',
  ],
  [
    'a position beyond the end',
    '{"a":[1]}',
    '[{"op":"add","path":"/a/2","value":1}]',
    'patch[0] Operation 0 of the patch: position 2 is beyond the end of the array.',
  ],
  [
    'removing beyond the end',
    '{"a":[1]}',
    '[{"op":"remove","path":"/a/1"}]',
    'patch[0] Operation 0 of the patch: position 1 is beyond the end of the array.',
  ],
  ['removing at -', '{"a":[1]}', '[{"op":"remove","path":"/a/-"}]', 'patch[0] Operation 0 of the patch: "-" is no position in an array.'],
  [
    'a position with a zero in front',
    '{"a":[1,2]}',
    '[{"op":"remove","path":"/a/01"}]',
    'patch[0] Operation 0 of the patch: "01" is no position in an array.',
  ],
  [
    'a position with an exponent',
    '{"a":[1,2]}',
    '[{"op":"add","path":"/a/1e0","value":1}]',
    'patch[0] Operation 0 of the patch: "1e0" is no position in an array.',
  ],
  [
    'length as a position',
    '{"a":[1,2]}',
    '[{"op":"replace","path":"/a/length","value":0}]',
    'patch[0] Operation 0 of the patch: "length" is no position in an array.',
  ],
  [
    'removing everything',
    '{"a":1}',
    '[{"op":"remove","path":""}]',
    'patch[0] Operation 0 of the patch: the whole resource cannot be removed; use DELETE.',
  ],
  [
    'moving into itself',
    '{"a":{"b":{}}}',
    '[{"op":"move","from":"/a","path":"/a/b/c"}]',
    'patch[0] Operation 0 of the patch: a value cannot be moved into itself.',
  ],
  ['copying nothing', '{}', '[{"op":"copy","from":"/a","path":"/b"}]', 'patch[0] Operation 0 of the patch: there is no value at "a".'],
  [
    'other digits',
    '{"a":1.10}',
    '[{"op":"test","path":"/a","value":1.1}]',
    'patch[0] Operation 0 of the patch: the value at "path" is not the one to test for.',
  ],
  [
    'text for a number',
    '{"a":10}',
    '[{"op":"test","path":"/a","value":"10"}]',
    'patch[0] Operation 0 of the patch: the value at "path" is not the one to test for.',
  ],
  [
    'an array in another order',
    '{"a":[1,2]}',
    '[{"op":"test","path":"/a","value":[2,1]}]',
    'patch[0] Operation 0 of the patch: the value at "path" is not the one to test for.',
  ],
  [
    'the second operation',
    '{"a":1}',
    '[{"op":"remove","path":"/a"},{"op":"remove","path":"/a"}]',
    'patch[1] Operation 1 of the patch: there is no value at "a".',
  ],
  [
    '__proto__',
    '{}',
    '[{"op":"add","path":"/__proto__/admin","value":true}]',
    'patch[0] Operation 0 of the patch: "path" has a step that no element is named.',
  ],
  [
    'the prototype by way of constructor',
    '{}',
    '[{"op":"add","path":"/constructor/prototype/admin","value":true}]',
    'patch[0] Operation 0 of the patch: there is nothing at "constructor" to go into.',
  ],
];

describe('JSON Patch', () => {
  it.each(works)('%s', (_, document, patch, outcome) => {
    expect(patched(document, patch)).toBe(outcome);
  });

  it.each(refused)('refuses %s', (_, document, patch, outcome) => {
    expect(patched(document, patch)).toBe(outcome);
  });

  it('leaves the document alone, whether it works or not', () => {
    const document = { a: { b: [1, 2] } };
    applyPatch(document, [
      { op: 'remove', path: '/a/b/0' },
      { op: 'test', path: '/a', value: 0 },
    ]);
    applyPatch(document, [{ op: 'add', path: '/a/c', value: 1 }]);
    expect(document).toEqual({ a: { b: [1, 2] } });
  });

  it('shares nothing with the patch', () => {
    const patch = [
      { op: 'add', path: '/a', value: { x: 1 } },
      { op: 'replace', path: '/a/x', value: 2 },
    ];
    expect(applyPatch({}, patch)).toEqual({ ok: true, value: { a: { x: 2 } } });
    expect(patch[0]).toEqual({ op: 'add', path: '/a', value: { x: 1 } });
  });

  it('refuses more than 1,000 operations, and copies that double without end', () => {
    const many: Json = Array.from({ length: 1001 }, () => ({ op: 'test', path: '', value: {} }));
    expect(applyPatch({}, many)).toMatchObject({ ok: false, problem: { kind: 'too-costly' } });
    const doubling: Json = Array.from({ length: 100 }, (_, i) => ({ op: 'copy', from: '', path: `/a${i}` }));
    expect(applyPatch({ a: 1 }, doubling)).toMatchObject({ ok: false, problem: { message: /copies more than 100000 values/ } });
  });

  it('refuses to make more of a resource than could be sent, in values or in characters', () => {
    const copies = (n: number): Json => Array.from({ length: n }, () => ({ op: 'copy', from: '/a/0', path: '/a/-' }));
    const tooLarge = { ok: false, problem: { kind: 'too-costly', where: 'patch' } };
    const long = { a: ['x'.repeat(1_000_000)] };
    expect(applyPatch(long, copies(30))).toMatchObject({ ok: true });
    expect(applyPatch(long, copies(40))).toMatchObject(tooLarge);
    const wide = { a: [Array.from({ length: 30_000 }, () => 1)] };
    expect(applyPatch(wide, copies(1))).toMatchObject(tooLarge);
    // What is large already can still be put right.
    const huge = { a: Array.from({ length: 40 }, () => long.a[0]!) };
    expect(applyPatch(huge, [{ op: 'remove', path: '/a/0' }])).toMatchObject({ ok: true });
  });

  it('undoes what it added', () => {
    const places = fc.constantFrom('/a', '/b/0', '/b/-', '/c/x');
    // The one name that the reader refuses wherever it stands.
    const values = fc.jsonValue().filter((value) => !JSON.stringify(value).includes('"__proto__"'));
    fc.assert(
      fc.property(places, values, (path, value) => {
        const document = { a: 0, b: [1], c: {} };
        const at = path === '/b/-' ? '/b/1' : path;
        const added = applyPatch(document, [{ op: 'add', path, value: read(JSON.stringify(value)) }]);
        const back =
          added.ok && applyPatch(added.value, [path === '/a' ? { op: 'replace', path: at, value: 0 } : { op: 'remove', path: at }]);
        expect(back).toEqual({ ok: true, value: document });
      }),
    );
  });
});

const shared = process.env['LAMPLIGHT_SHARED_DATA'] ?? join(process.cwd(), '..', 'shared', 'data');
const suite = join(shared, 'testsuites', 'patch', 'json-patch-tests.json');
interface PublishedCase {
  comment: string;
  doc: Json;
  patch: Json;
  expected?: Json;
  error?: string;
}
const published: PublishedCase[] = existsSync(suite) ? JSON.parse(readFileSync(suite, 'utf8')) : [];

describe('the cases of RFC 6902 in the practice data', () => {
  if (published.length === 0) it('skipped: no practice data', () => expect(existsSync(suite)).toBe(false));
  for (const { comment, doc, patch, expected } of published) {
    it(comment, () => {
      const result = applyPatch(doc, patch);
      if (expected === undefined) expect(result.ok).toBe(false);
      else expect(result).toEqual({ ok: true, value: expected });
    });
  }
});
