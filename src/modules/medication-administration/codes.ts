// Code systems that the bedside writes, for who reads them back.

/** What became of a dose (`outcomes` in contract.ts). */
export const outcomeSystem = 'https://lamplight.dev/fhir/CodeSystem/administration-outcome';
/** What was said of a dose when it was scanned, or by its pump. */
export const warningSystem = 'https://lamplight.dev/fhir/CodeSystem/bedside-reason';
