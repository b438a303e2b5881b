// The criteria of a search, a row each: what, how it is compared, and with what. Made out of what the server says can be searched.
import { ActionIcon, Autocomplete, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import {
  type Criterion,
  hasPrefix,
  modifiers,
  modifierWords,
  type Parameter,
  type ParameterType,
  prefixes,
  readCriteria,
  writeCriteria,
} from './criteria.ts';

const examples: Readonly<Record<ParameterType, string>> = {
  string: 'ada: from the beginning of a word',
  token: 'final, or http://loinc.org|2823-3; several with commas',
  reference: 'Patient/123, or 123',
  date: '2026-07, 2026-07-01 or 2026-07-01T08:00Z',
  quantity: '5.4, or 5.4|http://unitsofmeasure.org|mmol/L',
  number: '0.8',
  uri: 'http://example.org/one',
  composite: 'code$value',
  special: 'as the parameter’s definition says',
};

interface Row extends Criterion {
  key: number;
}
let last = 0;
const row = (criterion: Criterion): Row => {
  last += 1;
  return { ...criterion, key: last };
};
const empty = (): Row => row({ name: '', modifier: '', prefix: '', value: '' });

export function CriteriaForm({
  type,
  parameters,
  q,
  search,
}: {
  type: string;
  parameters: readonly Parameter[];
  q: string;
  search(q: string): void;
}) {
  const [rows, setRows] = useState<Row[]>(() => {
    const read = readCriteria(q, parameters).map(row);
    return read.length === 0 ? [empty()] : read;
  });
  const change = (key: number, more: Partial<Criterion>): void => setRows(rows.map((one) => (one.key === key ? { ...one, ...more } : one)));
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    search(writeCriteria(rows));
  };
  return (
    <form onSubmit={submit} className="criteria" aria-label={`Search ${type}`}>
      <Stack gap={6}>
        {rows.map((one) => {
          const kind = parameters.find(({ name }) => name === one.name)?.type ?? chainedKind(one.name, parameters);
          return (
            <Group key={one.key} gap={6} wrap="wrap">
              <Autocomplete
                aria-label="Parameter"
                placeholder="Parameter"
                w={220}
                data={parameters.map(({ name }) => name)}
                limit={200}
                value={one.name}
                onChange={(name) => change(one.key, { name: name.trim(), modifier: '', prefix: '' })}
              />
              {kind !== undefined && modifiers[kind].length > 1 && (
                <Select
                  aria-label="How it is compared"
                  w={140}
                  allowDeselect={false}
                  data={[...new Set([...modifiers[kind], one.modifier])].map((value) => ({ value, label: modifierWords(value) }))}
                  value={one.modifier}
                  onChange={(modifier) =>
                    change(one.key, { modifier: modifier ?? '', ...(modifier === 'missing' ? { value: 'true', prefix: '' } : {}) })
                  }
                />
              )}
              {kind !== undefined && hasPrefix(kind) && one.modifier !== 'missing' && (
                <Select
                  aria-label="Before or after"
                  w={135}
                  allowDeselect={false}
                  data={[
                    ...prefixes,
                    ...(prefixes.some(({ value }) => value === one.prefix) ? [] : [{ value: one.prefix, label: one.prefix }]),
                  ]}
                  value={one.prefix}
                  onChange={(prefix) => change(one.key, { prefix: prefix ?? '' })}
                />
              )}
              {one.modifier === 'missing' ? (
                <Select
                  aria-label="Missing"
                  w={120}
                  allowDeselect={false}
                  data={[
                    { value: 'true', label: 'yes' },
                    { value: 'false', label: 'no' },
                  ]}
                  value={one.value}
                  onChange={(value) => change(one.key, { value: value ?? 'true' })}
                />
              ) : (
                <TextInput
                  aria-label={`Value${one.name === '' ? '' : ` of ${one.name}`}`}
                  className="criterion-value"
                  placeholder={kind === undefined ? 'Value' : examples[kind]}
                  value={one.value}
                  onChange={(event) => change(one.key, { value: event.currentTarget.value })}
                />
              )}
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={`Take ${one.name === '' ? 'this row' : one.name} away`}
                onClick={() => setRows(rows.length === 1 ? [empty()] : rows.filter(({ key }) => key !== one.key))}
              >
                <span aria-hidden="true">✕</span>
              </ActionIcon>
            </Group>
          );
        })}
        <Group gap="sm">
          <Button type="submit">Search</Button>
          <Button variant="default" onClick={() => setRows([...rows, empty()])}>
            One more criterion
          </Button>
          <span className="soft">
            All must hold. Chains are typed: <code>subject:Patient.name</code>; also <code>_sort</code>, <code>_include</code>.
          </span>
        </Group>
      </Stack>
    </form>
  );
}

/** A chain ends in a parameter of another type of resource, whose kind is not known here: it is compared as text. */
const chainedKind = (name: string, parameters: readonly Parameter[]): ParameterType | undefined =>
  name.includes('.') && parameters.some((one) => name.startsWith(one.name) && one.type === 'reference') ? 'special' : undefined;
