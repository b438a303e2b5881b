// An order in one line, as one would write it: the drug, and how it is taken.
import type { MedicationRequest } from '../../../src/fhir/generated/types.ts';
import { conceptOf } from './words.ts';

export function textOf(request: MedicationRequest): string {
  const drug = (conceptOf(request.medicationCodeableConcept) || request.medicationReference?.display) ?? '';
  const how = request.dosageInstruction?.[0]?.text ?? '';
  const first = drug.split(/\s/)[0]?.toLowerCase() ?? '';
  // Orders that were written in words keep them whole.
  const text = first !== '' && how.toLowerCase().includes(first) ? how : `${drug} ${how}`;
  return text.replace(/\s+/g, ' ').trim();
}
