// The tables and their columns, beside the editor: what each is, and what of a person it would give away.
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Table } from './api.ts';

export function Dictionary({ tables }: { tables: readonly Table[] }) {
  const [find, setFind] = useState('');
  const words = find.toLowerCase();
  const fits = (text: string): boolean => text.toLowerCase().includes(words);
  const shown = tables
    .map((table) => ({
      ...table,
      columns: fits(table.name) ? table.columns : table.columns.filter(({ name, description }) => fits(`${name} ${description}`)),
    }))
    .filter((table) => table.columns.length > 0);
  const few = words !== '' && shown.length <= 4;
  const inSchema = shown.filter(({ name }) => name.includes('.'));
  const schemaOf = ({ name }: Table): string => name.slice(0, name.indexOf('.'));
  const schemas = [...new Set(inSchema.map(schemaOf))].map((schema) => ({
    schema,
    own: inSchema.filter((table) => schemaOf(table) === schema),
  }));
  return (
    <section className="dictionary" aria-label="Tables">
      <TextInput
        size="xs"
        label="Tables and columns"
        placeholder="birth, ward, dose …"
        value={find}
        onChange={(event) => setFind(event.currentTarget.value)}
      />
      {shown
        .filter(({ name }) => !name.includes('.'))
        .map((table) => (
          <OneTable key={table.name} table={table} open={few} />
        ))}
      {schemas.map(({ schema, own }) => (
        <details key={`${schema} ${words !== ''}`} className="schema" open={words !== ''}>
          <summary>
            <code>{schema}</code> <span className="soft">{own.length === 1 ? '1 table' : `${own.length} tables`}</span>
          </summary>
          {own.map((table) => (
            <OneTable key={table.name} table={table} open={few} />
          ))}
        </details>
      ))}
      {shown.length === 0 && <p className="soft">No column has these letters.</p>}
    </section>
  );
}

function OneTable({ table: { name, title, description, columns }, open }: { table: Table; open: boolean }) {
  return (
    <details open={open}>
      <summary>
        <code>{name}</code> <span className="soft">{title}</span>
      </summary>
      <p className="soft">{description}</p>
      <dl>
        {columns.map((column) => (
          <div key={column.name}>
            <dt>
              <code>{column.name}</code> <span className="soft">{column.type.toLowerCase()}</span>
            </dt>
            <dd>
              {column.description}
              {column.identifies !== undefined && <span className="identifies"> · identifies ({column.identifies})</span>}
            </dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
