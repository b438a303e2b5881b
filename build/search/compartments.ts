// The five compartments of R4 (http://hl7.org/fhir/R4/compartmentdefinition.html), from HL7's own CompartmentDefinitions.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const folder = dirname(createRequire(import.meta.url).resolve('hl7.fhir.r4.examples/package.json'));
const files = ['patient', 'practitioner', 'relatedPerson', 'encounter', 'device'];

interface CompartmentDefinition {
  code: string;
  resource: { code: string; param?: string[] }[];
}

/**
 * Compartment → resource type → parameter codes. `{def}` (the resource that the compartment is of) is left out: a resource
 * always belongs to its own compartment.
 */
export function readCompartments(codesOf: Map<string, Set<string>>): Record<string, Record<string, string[]>> {
  const compartments: Record<string, Record<string, string[]>> = {};
  for (const file of files) {
    const definition: CompartmentDefinition = JSON.parse(readFileSync(join(folder, `CompartmentDefinition-${file}.json`), 'utf8'));
    const byType: Record<string, string[]> = {};
    for (const { code: type, param } of definition.resource) {
      const codes = (param ?? []).filter((code) => code !== '{def}');
      for (const code of codes) {
        if (!codesOf.get(type)?.has(code))
          throw new Error(`the compartment ${definition.code} names ${type}.${code}, which is no parameter`);
      }
      if (codes.length > 0) byType[type] = codes;
    }
    compartments[definition.code] = byType;
  }
  return compartments;
}
