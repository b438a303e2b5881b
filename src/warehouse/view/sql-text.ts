// Names and texts inside SQL for DuckDB. Only what a view or this program says goes through here; values of requests are parameters.
import { refuse } from '../../fhir/fhirpath/failure.ts';

export function literal(text: string): string {
  if (text.includes('\0')) refuse('invalid', 'A text holds the character NUL: take it out.');
  return `'${text.replaceAll("'", "''")}'`;
}

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
