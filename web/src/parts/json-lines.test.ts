// JSON as it is shown and written out again: the same value, the same digits.
import { expect, it } from 'vitest';
import { readJson } from '../api/http.ts';
import { jsonLeaves, jsonLines, jsonText } from './json-lines.ts';

const text = '{"resourceType":"Observation","list":[{"a":"x"},{"a":null}],"empty":[],"valueQuantity":{"value":5.10,"unit":"\\"u"}}';

it('names each line by its element', () => {
  const lines = jsonLines(readJson(text));
  expect(lines.find(({ path }) => path === 'list[1].a')).toEqual({ depth: 3, key: '"a": ', text: 'null', path: 'list[1].a' });
  expect(JSON.parse(lines.map(({ key, text: said }) => key + said).join(''))).toEqual(JSON.parse(text));
});

it('writes what it read', () => {
  expect(JSON.parse(jsonText(readJson(text)))).toEqual(JSON.parse(text));
  expect(jsonText(undefined)).toBe('null');
});

it('lists what is said, in order', () => {
  expect([...jsonLeaves(readJson(text)).keys()]).toEqual([
    'resourceType',
    'list[0].a',
    'list[1].a',
    'valueQuantity.value',
    'valueQuantity.unit',
  ]);
});

it('keeps digits where the reader of JSON tells them', () => {
  const tells = JSON.parse('1.10', (_key: string, value: unknown, context?: { source?: string }) => context?.source ?? value) === '1.10';
  expect(jsonText(readJson('{"value":1.10}'))).toBe(tells ? '{"value":1.10}' : '{"value":1.1}');
});
