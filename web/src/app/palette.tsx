// One field for everything: patients, screens, actions, codes. Arrow keys choose, Enter goes.
import { Modal, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useId, useState } from 'react';
import { search } from '../api/fhir.ts';
import { ageOf, showDate } from '../parts/dates.ts';
import { nameOf, numberOf } from '../parts/words.ts';
import type { Action, Screen } from '../screens/contract.ts';
import { codeSearches } from './code-searches.ts';
import { useGo } from './go.tsx';
import { patientCriteria } from './patient-criteria.ts';

interface Choice {
  id: string;
  kind: string;
  name: string;
  beside: string;
  run(): void;
}

interface PaletteProps {
  opened: boolean;
  close(): void;
  actions: readonly Action[];
  screens: readonly Screen[];
  /** Whose chart is open. */
  patient: string | undefined;
}

export function Palette({ opened, close, actions, screens, patient: chart }: PaletteProps) {
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const [asked] = useDebouncedValue(text.trim(), 150);
  const list = useId();
  const go = useGo();
  const criteria = patientCriteria(asked);
  const patients = useQuery({
    queryKey: ['Patient', 'palette', asked],
    queryFn: ({ signal }) => search('Patient', { ...criteria, _count: 8 }, signal),
    enabled: opened && criteria !== undefined,
  });
  const explores = screens.some(({ path }) => path === 'explorer');
  const codes = useQuery({
    queryKey: ['codes', 'palette', asked],
    queryFn: ({ signal }) => codeSearches(asked, chart, signal),
    enabled: opened && explores && /\p{L}{3}/u.test(asked),
    staleTime: 600_000,
    retry: false,
  });
  useEffect(() => {
    if (opened) {
      setText('');
      setAt(0);
    }
  }, [opened]);
  const words = text.trim().toLowerCase();
  const choices: Choice[] = [
    ...(patients.data?.resources ?? []).map(
      (patient): Choice => ({
        id: patient.id ?? '',
        kind: 'Patient',
        name: nameOf(patient.name),
        beside: `${showDate(patient.birthDate)} ${ageOf(patient.birthDate)} · ${numberOf(patient.identifier)?.value ?? ''}`,
        run: () => go(`/app/chart/${patient.id ?? ''}`),
      }),
    ),
    ...actions
      .filter(({ name }) => words.split(/\s+/).every((word) => name.toLowerCase().includes(word)))
      .map(({ name, keys, run }): Choice => ({ id: name, kind: 'Action', name, beside: keys?.replace('mod+', 'Ctrl ') ?? '', run })),
    ...(asked.length >= 3 ? (codes.data ?? []) : []).map(
      ({ kind, name, beside, address }): Choice => ({ id: beside, kind, name, beside, run: () => go('/app/explorer', address) }),
    ),
  ];
  const chosen = choices[Math.min(at, choices.length - 1)];
  const take = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    close();
    choice.run();
  };
  return (
    <Modal
      opened={opened}
      onClose={close}
      withCloseButton={false}
      size="lg"
      yOffset="10vh"
      attributes={{ content: { 'aria-label': 'Search for anything' } }}
      transitionProps={{ duration: 0 }}
    >
      <TextInput
        data-autofocus
        aria-label="Patient, screen, action or code"
        placeholder="Name, number, date of birth, screen, action, problem or laboratory value"
        value={text}
        role="combobox"
        aria-expanded="true"
        aria-controls={list}
        aria-activedescendant={chosen === undefined ? undefined : `${list}-${choices.indexOf(chosen)}`}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (event.key === 'ArrowDown') setAt(Math.min(at + 1, choices.length - 1));
          else if (event.key === 'ArrowUp') setAt(Math.max(at - 1, 0));
          else if (event.key === 'Enter') take(chosen);
          else return;
          event.preventDefault();
        }}
      />
      <div id={list} className="choices" role="listbox" aria-label="What was found">
        {choices.map((choice, index) => (
          // The field above has the keyboard: aria-activedescendant leads to the row.
          // biome-ignore lint/a11y/useKeyWithClickEvents: as above
          // biome-ignore lint/a11y/useFocusableInteractive: as above
          <div
            key={`${choice.kind} ${choice.id}`}
            id={`${list}-${index}`}
            role="option"
            aria-selected={choice === chosen}
            onClick={() => take(choice)}
          >
            <span className="choice-kind">{choice.kind}</span>
            <span dir="auto">{choice.name}</span>
            <span className="choice-beside">{choice.beside}</span>
          </div>
        ))}
      </div>
      {criteria !== undefined && patients.isFetched && choices.length === 0 && (
        <p className="choices-none">Nothing is called that. Try a family name, a number, or a date like 14-Jul-1945.</p>
      )}
    </Modal>
  );
}
