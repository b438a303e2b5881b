import { describe, expect, it } from 'vitest';
import type { Table } from './api.ts';
import { named, nameStart, offersFor } from './completions.ts';

const tables: Table[] = [
  {
    name: 'patients',
    title: 'Patients',
    description: 'One row a patient',
    columns: [{ name: 'id', type: 'VARCHAR', description: 'Key', identifies: 'key' }],
  },
  {
    name: 'encounters',
    title: 'Encounters',
    description: 'One row a stay',
    columns: [
      { name: 'id', type: 'VARCHAR', description: 'Key' },
      { name: 'start', type: 'TIMESTAMPTZ', description: 'When it began', identifies: 'date' },
    ],
  },
];
const labels = (text: string): string[] => offersFor(text, tables).map(({ label }) => label);

describe('completion', () => {
  it('offers tables before one is named, and then the columns of it', () => {
    expect(labels('select ')).toEqual(['patients', 'encounters']);
    expect(labels('select  from encounters')).toEqual(['id', 'start', 'patients', 'encounters']);
  });

  it('puts names that are words of SQL in quotation marks, and says what a column is', () => {
    expect(offersFor('from encounters', tables)[1]).toEqual({
      label: 'start',
      apply: '"start"',
      detail: 'encounters · TIMESTAMPTZ',
      info: 'When it began (the year unless limited or identified)',
      type: 'property',
    });
    expect(named('end')).toBe('"end"');
    expect(named('birth_date')).toBe('birth_date');
  });

  it('says of a column in two tables that it is in both', () =>
    expect(offersFor('encounters patients', tables)[0]?.detail).toBe('patients, encounters · VARCHAR'));

  it('offers the columns of a table in a schema, and completes its name as one', () => {
    const person: Table = {
      name: 'omop.person',
      title: 'Persons',
      description: '',
      columns: [{ name: 'person_id', type: 'BIGINT', description: '' }],
    };
    const all = [...tables, person];
    expect(offersFor('select p. from omop.person p', all).map(({ label }) => label)).toEqual([
      'person_id',
      'patients',
      'encounters',
      'omop.person',
    ]);
    expect(offersFor('select person', all).map(({ label }) => label)).not.toContain('person_id');
    expect(nameStart('omop.per', all)).toBe(0);
    expect(nameStart('p.per', all)).toBe(2);
    expect(nameStart('omop.person.per', all)).toBe(12);
    expect(nameStart('enc', all)).toBe(0);
  });
});
