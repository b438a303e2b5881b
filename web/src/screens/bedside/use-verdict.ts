// The session judged by the server each time something is scanned or entered. What was judged before is never shown as the judgement of
// what is there now: until the answer comes it is being checked, and where none comes it could not be.
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { about } from '../../api/touched.ts';
import { judge, type Session, scanBody, type Verdict } from './session.ts';

const pauseMs = 300;
const againMs = 60_000;
const afterFailureMs = 4000;

/** What the checks rest on: where one of these changes, they are made again. */
const types = ['MedicationRequest', 'MedicationAdministration', 'Medication', 'Observation', 'AllergyIntolerance', 'Task', 'Patient'];

export interface Judged {
  verdict: Verdict | undefined;
  failed: string | undefined;
  checking: boolean;
}

export function useVerdict(session: Session, patient: string): Judged {
  const { scans, order, entered, beforeOrder } = session;
  const typed = JSON.stringify([entered, beforeOrder]);
  const [settled] = useDebouncedValue(typed, pauseMs);
  const body = JSON.stringify(scanBody(session, patient));
  const anything = scans.length > 0 || order !== undefined || beforeOrder !== undefined;
  const found = useQuery({
    queryKey: ['medication-scan', patient, body],
    meta: { ...about(patient), types },
    queryFn: ({ signal }) => judge(session, patient, signal),
    enabled: anything && settled === typed,
    retry: false,
    networkMode: 'always',
    staleTime: 0,
    gcTime: 0,
    refetchInterval: ({ state }) => (state.status === 'error' ? afterFailureMs : againMs),
  });
  const failed = anything && found.isError ? found.error.message : undefined;
  return {
    verdict: failed === undefined ? found.data : undefined,
    failed,
    checking: anything && failed === undefined && found.data === undefined,
  };
}
