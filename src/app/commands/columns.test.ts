import { expect, it } from 'vitest';
import { readJsonNow } from '../../fhir/json.ts';
import { columnOf } from './columns.ts';

it('finds what lies at a path, through lists, with the digits as they are', () => {
  const read = readJsonNow('{"id":"1","name":[{"family":"A","given":["x","y"]},{"family":"B\\nC"}],"value":{"value":1.10},"active":true}');
  if (!read.ok) throw new Error(read.problem.message);
  const cells = ['id', 'name.family', 'name.given', 'value.value', 'active', 'name', 'none.at.all', 'value.value.s', 'constructor', ''];
  expect(cells.map((path) => columnOf(read.value, path))).toEqual([
    '1',
    'A; B C',
    'x; y',
    '1.10',
    'true',
    '{"family":"A","given":["x","y"]}; {"family":"B\\nC"}',
    '',
    '',
    '',
    '',
  ]);
});
