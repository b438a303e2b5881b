// The parameters of a question, or of all tiles of a dashboard, in one bar; what is set is in the address as `p.name`.
import { Button, Group, NativeSelect, NumberInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Asked } from '../../app/router.tsx';
import type { Parameter } from './api.ts';

/** Of the address, by the name of the parameter. */
export const givenIn = (asked: Asked): Record<string, string> =>
  Object.fromEntries(
    Object.entries(asked).flatMap(([name, value]) =>
      name.startsWith('p.') && value !== undefined && value !== '' ? [[name.slice(2), value]] : [],
    ),
  );
/** What of it these parameters take. */
export const among = (given: Readonly<Record<string, string>>, parameters: readonly Parameter[]): Record<string, string> =>
  Object.fromEntries(parameters.flatMap(({ name }) => (given[name] === undefined ? [] : [[name, given[name]]])));

export function ParameterBar({
  parameters,
  given,
  set,
}: {
  parameters: readonly Parameter[];
  given: Readonly<Record<string, string>>;
  set(change: Asked): void;
}) {
  if (parameters.length === 0) return null;
  return (
    <Group className="parameters" gap="sm" align="flex-end" component="section" aria-label="Parameters">
      {parameters.map((one) => (
        <Field
          key={`${one.name} ${given[one.name] ?? ''}`}
          one={one}
          value={given[one.name]}
          set={(value) => set({ [`p.${one.name}`]: value })}
        />
      ))}
      {Object.keys(given).length > 0 && (
        <Button
          variant="subtle"
          size="xs"
          onClick={() => set(Object.fromEntries(Object.keys(given).map((name) => [`p.${name}`, undefined])))}
        >
          As usual
        </Button>
      )}
    </Group>
  );
}

function Field({ one, value, set }: { one: Parameter; value: string | undefined; set(value: string | undefined): void }) {
  const [typed, setTyped] = useState(value ?? one.usual);
  const done = (): void => {
    if (typed !== (value ?? one.usual)) set(typed === one.usual ? undefined : typed);
  };
  const common = {
    label: one.label,
    size: 'xs' as const,
    w: 160,
    onBlur: done,
    onKeyDown: (event: { key: string }) => event.key === 'Enter' && done(),
  };
  if (one.type === 'choice')
    return (
      <NativeSelect
        label={one.label}
        size="xs"
        w={160}
        data={one.choices}
        value={value ?? one.usual}
        onChange={(event) => set(event.currentTarget.value === one.usual ? undefined : event.currentTarget.value)}
      />
    );
  if (one.type === 'number') return <NumberInput {...common} value={typed} onChange={(next) => setTyped(String(next))} />;
  return (
    <TextInput
      {...common}
      value={typed}
      placeholder={one.usual === '' ? 'each its own' : undefined}
      description={one.type === 'date' ? 'a day, or -90d, -12m, -2y' : undefined}
      inputWrapperOrder={['label', 'input', 'description']}
      onChange={(event) => setTyped(event.currentTarget.value)}
    />
  );
}
