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
  return (
    <section className="dictionary" aria-label="Tables">
      <TextInput
        size="xs"
        label="Tables and columns"
        placeholder="birth, ward, dose …"
        value={find}
        onChange={(event) => setFind(event.currentTarget.value)}
      />
      {shown.map(({ name, title, description, columns }) => (
        <details key={name} open={words !== '' && shown.length <= 4}>
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
      ))}
      {shown.length === 0 && <p className="soft">No column has these letters.</p>}
    </section>
  );
}
