// What is exported as Parquet, as another program reads it.
import { parquetMetadata, parquetReadObjects } from 'hyparquet';
import { expect, it } from 'vitest';
import type { Observation, Resource } from '../../../../src/fhir/generated/types.ts';
import { ResourceParquet } from './parquet.ts';

const about = { asked: 'http://here/fhir/Observation?status=final', by: 'Ada (Analyst)', at: '2026-11-22T10:00:00.000Z' };

async function written(columns: readonly string[], pages: readonly (readonly Resource[])[]) {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  const table = new ResourceParquet(columns, about, (bytes) => parts.push(bytes));
  for (const page of pages) table.add(page);
  table.finish(pages.flat().length);
  const file = await new Blob(parts).arrayBuffer();
  return { parts, said: parquetMetadata(file), rows: await parquetReadObjects({ file }) };
}

const pulse = (id: string, value?: number): Observation => ({
  resourceType: 'Observation',
  id,
  status: 'final',
  identifier: [{ value: '007' }],
  code: { text: 'Pulse "x", يوم' },
  ...(value === undefined ? {} : { valueQuantity: { value, unit: '/min' } }),
});

it('has a text and a number where a number is said, nothing where nothing is, and the whole resource', async () => {
  const { rows } = await written(['id', 'identifier.value', 'valueQuantity.value'], [[pulse('a', 72.5), pulse('b')]]);
  expect(rows).toEqual([
    {
      id: 'a',
      'identifier.value': '007',
      'valueQuantity.value': '72.5',
      'valueQuantity.value (number)': 72.5,
      resource: JSON.stringify(pulse('a', 72.5)),
    },
    {
      id: 'b',
      'identifier.value': '007',
      'valueQuantity.value': null,
      'valueQuantity.value (number)': null,
      resource: JSON.stringify(pulse('b')),
    },
  ]);
});

it('says in its metadata what was asked, by whom, when, and how much was found', async () => {
  const { said } = await written(['id'], [[pulse('a')]]);
  const told = Object.fromEntries((said.key_value_metadata ?? []).map(({ key, value }) => [key, value]));
  expect(told).toMatchObject({
    'lamplight.search': about.asked,
    'lamplight.by': about.by,
    'lamplight.at': about.at,
    'lamplight.rows': '1',
  });
});

it('is handed over group by group and read as one', async () => {
  const pages = Array.from({ length: 30 }, (_, page) => Array.from({ length: 500 }, (_, at) => pulse(`${page}-${at}`, page)));
  const { parts, said, rows } = await written(['id', 'valueQuantity.value'], pages);
  expect(parts).toHaveLength(4);
  expect(said.row_groups).toHaveLength(3);
  expect(rows).toHaveLength(15_000);
  expect(rows[14_999]).toMatchObject({ id: '29-499', 'valueQuantity.value (number)': 29 });
});

it('is a file with its columns where nothing was found', async () => {
  const { rows, said } = await written(['id', 'status'], []);
  expect(rows).toEqual([]);
  expect(said.schema.map(({ name }) => name)).toEqual(['root', 'id', 'status', 'resource']);
});
