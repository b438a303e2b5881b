// Orders checked while they are typed: what was answered last stays in sight until the next answer is there, and it is always known
// whether it is the answer to what stands in the lines.
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import type { CheckAnswer } from '../../../../src/gateways/medication/check-answers.ts';
import { ask } from '../../api/http.ts';
import { about } from '../../api/touched.ts';

const pauseMs = 400;
const againMs = 4000;

/** What the checks rest on: where one of these changes, they are asked again. */
const types = ['Patient', 'MedicationRequest', 'MedicationStatement', 'AllergyIntolerance', 'Condition', 'Observation', 'Encounter'];

export const checkKey = (patient: string, texts: readonly string[]) => ['medication-check', patient, ...texts] as const;

export interface Checking {
  /** The last that was answered; undefined: nothing yet. */
  shown: CheckAnswer | undefined;
  /** It is the answer to what is typed now. */
  fresh: boolean;
  failed: string | undefined;
}

export function useChecking(patient: string, texts: readonly string[]): Checking {
  const typed = texts.join('\n');
  const [asked] = useDebouncedValue(typed, pauseMs);
  const last = useRef<CheckAnswer>(undefined);
  const orders = asked === '' ? [] : asked.split('\n');
  const found = useQuery({
    queryKey: checkKey(patient, orders),
    meta: { ...about(patient), types },
    queryFn: ({ signal }) =>
      ask<CheckAnswer>('/medication/check', { method: 'POST', body: { patient: `Patient/${patient}`, orders }, signal }),
    enabled: orders.length > 0,
    placeholderData: keepPreviousData,
    retry: false,
    // Without a network it fails at once, and says so, instead of waiting unseen.
    networkMode: 'always',
    refetchInterval: ({ state }) => (state.status === 'error' ? againMs : false),
  });
  if (orders.length === 0) last.current = undefined;
  else if (found.data !== undefined) last.current = found.data;
  const failed = found.isError && orders.length > 0 ? found.error.message : undefined;
  const fresh = failed === undefined && asked === typed && orders.length > 0 && found.data !== undefined && !found.isPlaceholderData;
  return { shown: typed === '' ? undefined : last.current, fresh, failed };
}
