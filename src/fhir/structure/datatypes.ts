// What holds for a data type as a whole, beyond its single elements: Extension, Reference, Coding and CodeableConcept under a
// required binding. This is also where invariants of data types will be called.
import type { Findings } from './findings.ts';
import { referenceFaults } from './reference.ts';
import type { Field } from './rules.ts';

type Members = Record<string, unknown>;

const checks: Record<string, (members: Members, field: Field | undefined, findings: Findings) => void> = {
  Extension: checkExtension,
  Reference: (members, field, findings) => {
    for (const [name, message] of referenceFaults(members, field?.targets)) findings.add(message, name, -1, 'reference');
  },
  Coding: (members, field, findings) => {
    const binding = field?.binding;
    if (binding && !binding.hasCoding(members['system'], members['code']))
      findings.add(`${binding.says}, with its system`, undefined, -1, 'binding');
  },
  CodeableConcept: checkConcept,
};

/** Runs the check of the type, where it has one. `field` says what the element that holds it allows. */
export function checkDatatype(type: string, members: Members, field: Field | undefined, findings: Findings): void {
  checks[type]?.(members, field, findings);
}

/** ext-1: extensions or a value, not both and not neither (http://hl7.org/fhir/R4/extensibility.html#Extension). */
function checkExtension(members: Members, _: Field | undefined, findings: Findings): void {
  let value = false;
  for (const name in members) if (/^_?value/.test(name) && members[name] !== undefined) value = true;
  const extensions = members['extension'] !== undefined;
  if (value && extensions)
    findings.add('Keep either the value or the extensions inside: an extension has one of them (ext-1)', undefined, -1, 'invariant');
  if (!value && !extensions) findings.add('Give the extension a value[x] or extensions inside (ext-1)', undefined, -1, 'invariant');
}

/** A required binding asks for at least one coding from the value set; an extension may say why there is none. */
function checkConcept(members: Members, field: Field | undefined, findings: Findings): void {
  const binding = field?.binding;
  if (!binding) return;
  const codings = members['coding'];
  if (codings === undefined && members['extension'] !== undefined) return;
  const found =
    Array.isArray(codings) &&
    codings.some(
      (c: unknown) => typeof c === 'object' && c !== null && 'system' in c && 'code' in c && binding.hasCoding(c.system, c.code),
    );
  if (!found) findings.add(`${binding.says}, in a coding with its system`, undefined, -1, 'binding');
}
