// X12 as a format: read and write without losing a byte, to FHIR with a ledger, and back.
import type { Format } from '../contract.ts';
import { restore } from './restore.ts';
import { toFhir, toFhirInSteps } from './translate.ts';
import { type Document, read, readInSteps, write } from './tree.ts';

export { readInSteps, toFhirInSteps };

export const x12: Format<Document> = { name: 'x12', read, write, toFhir, restore };
