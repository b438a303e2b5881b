// A text with a code where one fits: while somebody types, names of code systems are offered; whoever types on writes what they mean, and
// that is recorded as it stands.
import { Autocomplete } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type Code, findCodes, type Subject, systemName } from '../api/terminology.ts';

const letters = 2;

interface CodeFieldProps {
  subject: Subject;
  label: string;
  placeholder: string;
  description?: string | undefined;
  text: string;
  coded: Code | undefined;
  /** `coded` is undefined where the text is nobody's name for a code. */
  set(text: string, coded: Code | undefined): void;
}

export function CodeField({ subject, label, placeholder, description, text, coded, set }: CodeFieldProps) {
  const [asked] = useDebouncedValue(text.trim(), 150);
  const found = useQuery({
    queryKey: ['codes', subject, asked],
    queryFn: ({ signal }) => findCodes(subject, asked, 8, signal),
    enabled: asked.length >= letters && coded?.display !== asked,
    placeholderData: keepPreviousData,
    staleTime: 600_000,
    // Without the server one types on: what is offered is a help.
    retry: false,
  });
  // Whoever writes a name to its end has chosen it too.
  const exact = found.data?.find(({ display }) => display.toLowerCase() === text.trim().toLowerCase());
  useEffect(() => {
    if (exact !== undefined && coded === undefined) set(text, exact);
  });
  const codes = text.trim().length < letters ? [] : (found.data ?? []);
  // The field tells its choices apart by their text.
  const byName = new Map(codes.map((code) => [code.display, code]));
  return (
    <Autocomplete
      label={label}
      placeholder={placeholder}
      description={
        coded === undefined
          ? description
          : `${description === undefined ? '' : `${description} · `}${systemName(coded.system)} ${coded.code}`
      }
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      autoFocus
      required
      withAsterisk={false}
      dir="auto"
      value={text}
      data={[...byName.keys()]}
      filter={({ options }) => options}
      maxDropdownHeight={280}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      onChange={(value) => set(value, byName.get(value))}
      renderOption={({ option }) => (
        <span className="code-option">
          <span dir="auto">{option.value}</span>
          <span className="choice-beside">
            {systemName(byName.get(option.value)?.system ?? '')} {byName.get(option.value)?.code}
          </span>
        </span>
      )}
    />
  );
}
