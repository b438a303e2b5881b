// An element of a resource as a column names it, taken apart against R4: `name.family`, `name[1].given[0]`, `valueQuantity`,
// `identifier`. A datatype stands for its usual primitive, with what the column says beside it: an Identifier is its value with a
// system, a Quantity its value with a unit, a CodeableConcept its code with a system or its text.
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Check } from '../../fhir/structure/primitives.ts';
import { rulesOf } from '../../fhir/structure/rules.ts';

export interface Step {
  name: string;
  /** Which item of a list, by number as declared; absent: no list. */
  item?: number;
}

export interface Target {
  steps: Step[];
  /** FHIR type of what the steps lead to: a primitive, or Reference. */
  primitive: string;
  check: Check;
  /** Said beside the value, from the same parent. */
  beside: Record<string, string>;
  /** Datatype that the value is of, where the column named one. */
  datatype?: string;
}

interface Asked {
  system?: string | undefined;
  unit?: string | undefined;
}

const ucum = 'http://unitsofmeasure.org';
const quantities = ['Quantity', 'SimpleQuantity', 'Age', 'Duration', 'Distance', 'Count'];

/** Steps from a datatype to the primitive that stands for it, and what is said beside that. */
const systemBeside = (system: string | undefined): Record<string, string> => (system === undefined ? {} : { system });
const usual: Readonly<Record<string, (asked: Asked) => [steps: Step[], beside: Record<string, string>]>> = {
  CodeableConcept: ({ system }) =>
    system === undefined ? [[{ name: 'text' }], {}] : [[{ name: 'coding', item: 0 }, { name: 'code' }], { system }],
  Coding: ({ system }) => [[{ name: 'code' }], systemBeside(system)],
  Identifier: ({ system }) => [[{ name: 'value' }], systemBeside(system)],
  ContactPoint: ({ system }) => [[{ name: 'value' }], systemBeside(system)],
  HumanName: () => [[{ name: 'text' }], {}],
  Address: () => [[{ name: 'text' }], {}],
  Annotation: () => [[{ name: 'text' }], {}],
  ...Object.fromEntries(
    quantities.map((name) => [
      name,
      ({ unit }: Asked): [Step[], Record<string, string>] => [
        [{ name: 'value' }],
        unit === undefined ? {} : { unit, system: ucum, code: unit },
      ],
    ]),
  ),
};
const takesSystem = ['CodeableConcept', 'Coding', 'Identifier', 'ContactPoint'];
const closedElements = new Set(['id', 'text', 'contained', 'implicitRules', 'meta', 'language']);
const stepForm = /^([a-z][A-Za-z0-9]*)(?:\[(\d{1,2})\])?$/;

export function targetOf(type: string, path: string, asked: Asked): Result<Target> {
  const steps: Step[] = [];
  let at = type;
  let check: Check | undefined;
  let parent = '';
  for (const [depth, text] of path.split('.').entries()) {
    const found = stepForm.exec(text);
    if (check !== undefined || found === null || depth > 12) return fail('invalid', `"${path}" is no element of ${type}`);
    const [, name = '', item] = found;
    const field = depth === 0 && closedElements.has(name) ? undefined : rulesOf(at).fields.get(name);
    if (field === undefined || field.forbidden || field.resource) {
      const choices = [...rulesOf(at).fields.values()].filter(({ element, sibling }) => element === `${name}[x]` && !sibling);
      const hint =
        choices.length === 0
          ? ''
          : `; it is one of ${choices
              .map((one) => one.name)
              .slice(0, 12)
              .join(', ')}`;
      return fail('invalid', `"${path}" is no element of ${type} that a column fills: ${at} has no ${name}${hint}`);
    }
    if (item !== undefined && !field.many) return fail('invalid', `"${path}": ${name} is no list`);
    steps.push({ name, ...(field.many ? { item: Number(item ?? 0) } : {}) });
    parent = at;
    at = field.type;
    const { binding, check: form } = field;
    check =
      form === undefined || binding === undefined || field.type !== 'code'
        ? form
        : (value) => form(value) ?? (typeof value === 'string' && !binding.hasCode(value) ? binding.says : undefined);
  }
  if (check !== undefined) {
    // `identifier.value` is the identifier, `code.coding.code` the coding: what the column says of a system belongs there.
    const last = steps.at(-1)?.name ?? '';
    const [own, beside] = usual[parent]?.(asked) ?? [[], {}];
    const fits = own.length === 1 && own[0]?.name === last;
    if ((asked.system !== undefined || asked.unit !== undefined) && (!fits || Object.keys(beside).length === 0))
      return nothingBeside(path, asked);
    return ok({ steps, primitive: at, check, beside: fits ? beside : {}, ...(fits ? { datatype: parent } : {}) });
  }
  if (at === 'Reference') return ok({ steps, primitive: 'Reference', check: () => undefined, beside: {} });
  const short = usual[at]?.(asked);
  if (short === undefined) return fail('invalid', `"${path}" is a ${at}; name the part of it that the column says`);
  if (asked.system !== undefined && !takesSystem.includes(at)) return nothingBeside(path, asked);
  if (asked.unit !== undefined && !quantities.includes(at)) return nothingBeside(path, asked);
  const [more, beside] = short;
  let below = at;
  for (const { name } of more) {
    const field = rulesOf(below).fields.get(name);
    below = field?.type ?? '';
    check = field?.check;
  }
  return ok({ steps: [...steps, ...more], primitive: below, check: check ?? (() => undefined), beside, datatype: at });
}

const nothingBeside = (path: string, asked: Asked): Result<never> =>
  fail('invalid', `"${path}" takes no ${asked.unit === undefined ? 'system' : 'unit'}; leave it out`);
