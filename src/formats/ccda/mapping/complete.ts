// Every resource passes the structural check of R4 before it is said: what its elements cannot hold goes back to the ledger, and what
// they must have and the document does not say is said to be absent, never made up.
import type { Json } from '../../../fhir/json.ts';
import { type Field, rulesOf } from '../../../fhir/structure/rules.ts';
import { validateStructure } from '../../../fhir/structure/validate.ts';
import { absent } from '../datatypes/null-flavor.ts';
import { type Draft, isMembers, type Key, type Members } from './draft.ts';

/** What stands for "not said" where R4 has a code for it, and what the kind of document says by being one. */
const defaults: Record<string, string> = {
  'Observation.status': 'unknown',
  'DiagnosticReport.status': 'unknown',
  'MedicationRequest.status': 'unknown',
  'MedicationRequest.intent': 'order',
  'MedicationStatement.status': 'unknown',
  'MedicationDispense.status': 'unknown',
  'Procedure.status': 'unknown',
  'ServiceRequest.status': 'unknown',
  'ServiceRequest.intent': 'plan',
  'CommunicationRequest.status': 'unknown',
  'Encounter.status': 'unknown',
  'DocumentReference.status': 'current',
  'Composition.status': 'final',
  'Media.status': 'completed',
  'FamilyMemberHistory.status': 'health-unknown',
};

const maxRounds = 60;

/** False where nothing could be done about a finding: the resource is not said then. */
export function complete(draft: Draft): boolean {
  for (let round = 0; round < maxRounds; round++) {
    fill(draft.body, draft.type);
    const problem = validateStructure(draft.type === 'Composition' ? withoutNarrative(draft.body) : draft.body)[0];
    if (problem === undefined) return true;
    const keys = keysOf(problem.where ?? '', draft.body);
    if (keys.length === 0) return false;
    draft.drop(keys);
  }
  return false;
}

const checked = '<div xmlns="http://www.w3.org/1999/xhtml">checked</div>';

/** The narratives of sections have been checked with rests between (narrative/to-xhtml.ts): together they would take too long at once. */
function withoutNarrative(members: Members): Members {
  const copy: Members = { ...members };
  const { text, section } = members;
  if (isMembers(text) && text['div'] !== undefined) copy['text'] = { ...text, div: checked };
  if (Array.isArray(section)) copy['section'] = section.map((one) => (isMembers(one) ? withoutNarrative(one) : one));
  return copy;
}

/** Adds what is required and missing, all the way down. */
function fill(members: Members, type: string): void {
  const rules = rulesOf(type);
  for (const { element, field } of rules.marked) {
    const bit = field.bit;
    if ((rules.required & bit) === 0) continue;
    const names = [...rules.fields.values()].filter((one) => one.bit === bit && one.element === element);
    if (names.some(({ name, sibling }) => members[sibling ? `_${name}` : name] !== undefined)) continue;
    const value = defaults[`${type}.${element}`];
    if (value !== undefined) members[field.name] = value;
    else lack(members, preferred(names));
  }
  for (const [name, value] of Object.entries(members)) {
    const field = rules.fields.get(name);
    if (field === undefined || field.check !== undefined || field.resource) continue;
    for (const item of Array.isArray(value) ? value : [value]) if (isMembers(item) && field.type !== 'Extension') fill(item, field.type);
  }
}

const preferred = (fields: Field[]): Field =>
  fields.find(({ type }) => type === 'CodeableConcept') ??
  fields.find(({ sibling, type }) => !sibling && type !== 'Reference') ??
  fields[0]!;

function lack(members: Members, { name, many, check }: Field): void {
  const nothing: Json = absent();
  if (check !== undefined) members[`_${name}`] = many ? [nothing] : nothing;
  else members[name] = many ? [nothing] : nothing;
}

/** The element that a finding names: `Observation.code.coding[0].code`; the object around it where it is not there itself. */
function keysOf(where: string, body: Members): Key[] {
  const keys: Key[] = [];
  let value: Json | undefined = body;
  for (const part of where.split('.').slice(1)) {
    const name = part.replace(/\[.*/, '');
    const index = /\[(\d+)\]/.exec(part)?.[1];
    for (const key of index === undefined ? [name] : [name, Number(index)]) {
      value = Array.isArray(value) ? value[Number(key)] : isMembers(value) ? value[key] : undefined;
      if (value === undefined) return keys;
      keys.push(key);
    }
  }
  return keys;
}
