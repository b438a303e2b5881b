// What the palette offers for a code: to find it in the record, in the open chart where there is one.
import { findCodes, type Subject, systemName } from '../api/terminology.ts';
import type { Asked } from './router.tsx';

export interface CodeSearch {
  kind: string;
  name: string;
  beside: string;
  /** Of the data explorer. */
  address: Asked;
}

/** Where codes of a subject stand in the record. */
const places: readonly { subject: Subject; kind: string; type: string }[] = [
  { subject: 'problem', kind: 'Problem', type: 'Condition' },
  { subject: 'observation', kind: 'Value', type: 'Observation' },
  { subject: 'allergen', kind: 'Allergy', type: 'AllergyIntolerance' },
];

const mostOfEach = 3;

export async function codeSearches(text: string, patient: string | undefined, signal: AbortSignal): Promise<CodeSearch[]> {
  const found = await Promise.all(
    places.map(async ({ subject, kind, type }) =>
      (await findCodes(subject, text, mostOfEach, signal)).slice(0, mostOfEach).map(({ system, code, display }) => ({
        kind,
        name: display,
        beside: `${systemName(system)} ${code}`,
        address: {
          type,
          q: new URLSearchParams({ ...(patient === undefined ? {} : { patient }), code: `${system}|${code}` }).toString(),
        },
      })),
    ),
  );
  return found.flat();
}
