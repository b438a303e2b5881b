// Environment variables: %resource, %ucum, %`vs-name` … (http://hl7.org/fhirpath/N1/#environment-variables,
// http://hl7.org/fhir/R4/fhirpath.html#vars).
import { refuse } from './failure.ts';
import { type Node, none, text } from './node.ts';
import { always, items, type Step } from './step.ts';

const addresses: Record<string, string> = {
  ucum: 'http://unitsofmeasure.org',
  sct: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
};
const prefixes: [string, string][] = [
  ['vs-', 'http://hl7.org/fhir/ValueSet/'],
  ['cs-', 'http://hl7.org/fhir/'],
  ['ext-', 'http://hl7.org/fhir/StructureDefinition/'],
];

const list = (node: Node | undefined): readonly Node[] => (node === undefined ? none : [node]);

export function variable(name: string): Step {
  const address = Object.hasOwn(addresses, name) ? addresses[name] : undefined;
  if (address !== undefined) return always([text(address)]);
  if (name === 'context') return items((context) => [context.focus]);
  if (name === 'resource') return items((context) => list(context.resource()));
  if (name === 'rootResource') return items((context) => list(context.rootResource()));
  const prefix = prefixes.find(([start]) => name.startsWith(start));
  return items((context) => {
    const found = context.variable(name);
    if (found) return found;
    if (prefix) return [text(prefix[1] + name.slice(prefix[0].length))];
    return refuse('invalid', `There is no variable %${name.slice(0, 64)}; define it, or correct its name.`);
  });
}
