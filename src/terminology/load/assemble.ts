// One concept from all that the files of a release say of its code.
import type { Designation } from '../../fhir/terminology/code-system.ts';
import type { Said, StoredConcept } from '../contract.ts';

/** undefined where no file says that the code itself exists. */
export function assemble(said: readonly Said[]): StoredConcept | undefined {
  const concept = said.find((one) => one.says === 'concept');
  if (concept === undefined) return undefined;
  const displays = said.filter((one) => one.says === 'display').sort((a, b) => a.rank - b.rank);
  const display = concept.display ?? displays[0]?.designation.value ?? concept.code;
  const designations = unlike(
    display,
    displays.map(({ designation }) => designation),
  );
  const properties = said.filter((one) => one.says === 'property').map(({ property, value }) => ({ code: property, value }));
  const parents = [...new Set(said.filter((one) => one.says === 'parent').map(({ parent }) => parent))];
  return {
    code: concept.code,
    display,
    ...(concept.definition === undefined ? {} : { definition: concept.definition }),
    ...(concept.inactive === true ? { inactive: true } : {}),
    ...(concept.abstract === true ? { abstract: true } : {}),
    ...(designations.length === 0 ? {} : { designations }),
    ...(properties.length === 0 ? {} : { properties: distinct(properties) }),
    ...(parents.length === 0 ? {} : { parents }),
  };
}

/** Each wording once, without the display itself unless it says more than the wording. */
function unlike(display: string, designations: readonly Designation[]): Designation[] {
  const seen = new Map<string, Designation>();
  for (const one of designations) {
    const plain = one.value === display && one.use === undefined;
    const key = `${one.language ?? ''}\u0001${one.use?.code ?? ''}\u0001${one.value}`;
    if (!plain && !seen.has(key)) seen.set(key, one);
  }
  return [...seen.values()];
}

const distinct = <T>(values: T[]): T[] => [...new Map(values.map((one) => [JSON.stringify(one), one])).values()];
