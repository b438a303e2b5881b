// What is shown: syndrome, days, kind of visit, people, method. All of it in the address.
import { Button, Select, TextInput } from '@mantine/core';
import { useAsked } from '../../app/go.tsx';
import type { Definitions, Series } from './api.ts';
import { facetFilters } from './asked.ts';
import { classNames, facetNames } from './words.ts';

export function Controls({
  known,
  syndrome,
  from,
  to,
  values,
}: {
  known: Definitions;
  syndrome: string;
  from: string;
  to: string;
  values: Series['values'] | undefined;
}) {
  const [asked, ask] = useAsked();
  const away = { first: undefined, last: undefined, alert: undefined };
  const nameOf = (facet: string, value: string): string =>
    facet === 'area' ? [value, known.areas.areas.find(({ area }) => area === value)?.name ?? ''].join(' ').trim() : value;
  const filtered = facetFilters.some((name) => asked[name] !== undefined) || asked['first'] !== undefined;
  return (
    <div className="watch-controls" data-search>
      <Select
        label="Syndrome"
        size="xs"
        w={230}
        searchable
        allowDeselect={false}
        data={known.syndromes.map(({ name, title }) => ({ value: name, label: title }))}
        value={syndrome}
        onChange={(value) => ask({ ...away, syndrome: value ?? undefined })}
      />
      <TextInput
        label="From"
        type="date"
        size="xs"
        value={from}
        onChange={(event) => ask({ from: event.currentTarget.value || undefined })}
      />
      <TextInput label="To" type="date" size="xs" value={to} onChange={(event) => ask({ to: event.currentTarget.value || undefined })} />
      <Select
        label="Counted"
        size="xs"
        w={160}
        allowDeselect={false}
        data={known.classes.map((value) => ({ value, label: classNames[value] ?? value }))}
        value={asked['class'] ?? 'EMER'}
        onChange={(value) => ask({ ...away, class: value === 'EMER' ? undefined : (value ?? undefined) })}
      />
      {facetFilters.map((facet) => (
        <Select
          key={facet}
          label={facetNames[facet].replace(/^./, (letter) => letter.toUpperCase())}
          size="xs"
          w={facet === 'area' || facet === 'place' ? 160 : 100}
          placeholder="All"
          clearable
          searchable={facet === 'area' || facet === 'place'}
          data={[...new Set([...(values?.[facet] ?? []), ...(asked[facet] === undefined ? [] : [asked[facet]])])].map((value) => ({
            value,
            label: nameOf(facet, value),
          }))}
          value={asked[facet] ?? null}
          onChange={(value) => ask({ [facet]: value ?? undefined, alert: undefined })}
        />
      ))}
      <Select
        label="Method"
        size="xs"
        w={160}
        allowDeselect={false}
        data={known.methods}
        value={asked['method'] ?? 'combined'}
        onChange={(value) => ask({ method: value === 'combined' ? undefined : (value ?? undefined) })}
      />
      <Select
        label="Judged by"
        size="xs"
        w={170}
        allowDeselect={false}
        data={[
          { value: 'counts', label: 'Counts' },
          { value: 'visits', label: 'Share of all visits' },
        ]}
        value={asked['of'] ?? 'counts'}
        onChange={(value) => ask({ of: value === 'visits' ? value : undefined, alert: undefined })}
      />
      {filtered && (
        <Button
          size="xs"
          variant="default"
          onClick={() => ask({ ...away, ...Object.fromEntries(facetFilters.map((facet) => [facet, undefined])) })}
        >
          All days and everybody
        </Button>
      )}
    </div>
  );
}
