// StructureDefinitions → what `_summary` and `_elements` keep (`src/fhir/generated/summary.ts`).
import { type ElementDefinition, readStructures } from './official.ts';
import { byParent } from './structure.ts';

const nameOf = (element: ElementDefinition): string => element.path.slice(element.path.lastIndexOf('.') + 1);

export function generateSummary(): string {
  const types: Record<string, [summary: string, mandatory: string]> = {};
  for (const structure of readStructures().values()) {
    if (structure.kind === 'primitive-type') continue;
    for (const [path, elements] of byParent(structure)) {
      const summary = elements.filter((e) => e.isSummary && e.min === 0).map(nameOf);
      const mandatory = elements.filter((e) => e.min > 0).map(nameOf);
      types[path] = [summary.join(' '), mandatory.join(' ')];
    }
  }
  return `${[
    '// Generated from the FHIR R4 StructureDefinitions (HL7, CC0) by build/summary.ts. Not edited by hand.',
    '/** Of each type: optional elements marked isSummary, and mandatory elements. A choice appears as `value[x]`. */',
    `export const summaryElements: Record<string, [summary: string, mandatory: string]> = ${JSON.stringify(types, null, 1)};`,
  ].join('\n')}\n`;
}
