// What FHIR R4 adds (http://hl7.org/fhir/R4/fhirpath.html#functions).

import type { Json } from '../../json.ts';
import { narrativeFault } from '../../structure/xhtml.ts';
import { Amount, comparable } from '../amount.ts';
import type { Context } from '../context.ts';
import { refuse } from '../failure.ts';
import { nodeOfPlain } from '../item.ts';
import { pushExtensions } from '../member.ts';
import { isMembers, type Node, type Nodes, none } from '../node.ts';
import { items, one, question, type Step } from '../step.ts';
import { plain } from '../system.ts';
import { fhirType } from '../types.ts';
import { type Definition, type Definitions, textOf } from './definition.ts';
import { resolve } from './resolve.ts';

/** Whether it is one primitive with a value, not only with extensions. */
const hasValue = (nodes: Nodes): boolean =>
  nodes.length === 1 && (nodes[0] as Node).type.primitive && (nodes[0] as Node).value !== undefined;

const extension: Definition = {
  args: [1, 1],
  make: (target, [address]) =>
    items((context, focus) => {
      const from = target.all(context, focus);
      if (from.length === 0) return none;
      const url = textOf((address as Step).all(context, focus), 'extension()');
      if (url === undefined) return none;
      const out: Node[] = [];
      for (const node of from) pushExtensions(context, node, url, out);
      return out;
    }),
};

/** Code, Coding or CodeableConcept as codes. */
function codesOf({ type, value }: Node): { system?: string; code: string }[] {
  if (typeof value === 'string') return [{ code: value }];
  if (!isMembers(value)) return [];
  const codings = type.name === 'CodeableConcept' ? value['coding'] : [value];
  return (Array.isArray(codings) ? codings : []).flatMap((coding) => {
    if (!isMembers(coding) || typeof coding['code'] !== 'string') return [];
    const { code, system } = coding;
    return [typeof system === 'string' ? { system, code } : { code }];
  });
}

const memberOf: Definition = {
  args: [1, 1],
  make: (target, [address]) =>
    question((context, focus) => {
      const node = one(target.all(context, focus), 'memberOf()');
      const valueSet = textOf((address as Step).all(context, focus), 'memberOf()');
      if (node === undefined || valueSet === undefined) return undefined;
      const { memberOf: ask } = context.environment;
      if (!ask) return refuse('unsupported', 'memberOf() needs a terminology service, and none is connected here.');
      const codes = codesOf(node);
      context.spend(4 + codes.length * 4);
      return ask(valueSet, codes);
    }),
};

const definitions = 'http://hl7.org/fhir/StructureDefinition/';

/** Base definitions are known here, profiles by those who have them. */
function conforms(context: Context, node: Node, profile: string): boolean | undefined {
  const answer = context.environment.conformsTo?.(profile, {
    type: node.type.name,
    value: node.value as Json,
    ...(node.sibling === undefined ? {} : { sibling: node.sibling }),
  });
  if (answer !== undefined) return answer;
  const name = profile.startsWith(definitions) ? profile.slice(definitions.length) : '';
  if (fhirType(name) !== undefined || name === 'Resource' || name === 'DomainResource') return node.type.names.has(name);
  return refuse('unsupported', 'conformsTo() was asked for a profile that is not loaded here.');
}

const conformsTo: Definition = {
  args: [1, 1],
  make: (target, [address]) =>
    question((context, focus) => {
      const node = one(target.all(context, focus), 'conformsTo()');
      const profile = textOf((address as Step).all(context, focus), 'conformsTo()');
      return node === undefined || profile === undefined ? undefined : conforms(context, node, profile);
    }),
};

const unsupported = (why: string): Definition => ({ args: [0, 8], make: () => refuse('unsupported', why) });

export const fhir: Definitions = {
  extension,
  hasValue: { args: [0, 0], make: (target) => question((context, focus) => hasValue(target.all(context, focus))) },
  getValue: {
    args: [0, 0],
    make: (target) =>
      items((context, focus) => {
        const nodes = target.all(context, focus);
        const value = hasValue(nodes) ? plain(nodes[0] as Node) : undefined;
        return value === undefined ? none : [nodeOfPlain(value)];
      }),
  },
  resolve: {
    args: [0, 0],
    make: (target) =>
      items((context, focus) => {
        const out: Node[] = [];
        for (const node of target.all(context, focus)) {
          context.spend(1);
          const found = resolve(context, node);
          if (found) out.push(found);
        }
        return out;
      }),
  },
  memberOf,
  conformsTo,
  htmlChecks: {
    args: [0, 0],
    make: (target) =>
      question((context, focus) => {
        const node = one(target.all(context, focus), 'htmlChecks()');
        if (node === undefined) return undefined;
        if (typeof node.value !== 'string') return false;
        context.reading(node.value.length * 20);
        return narrativeFault(node.value) === undefined;
      }),
  },
  comparable: {
    args: [1, 1],
    make: (target, [other]) =>
      question((context, focus) => {
        const a = one(target.all(context, focus), 'comparable()');
        const b = one((other as Step).all(context, focus), 'comparable()');
        const x = a && plain(a);
        const y = b && plain(b);
        return x === undefined || y === undefined ? undefined : x instanceof Amount && y instanceof Amount && comparable(x, y);
      }),
  },
  elementDefinition: unsupported('elementDefinition() is not supported here; name the profile that the validator is to check.'),
  slice: unsupported('slice() is not supported here; use where() with what tells the slice apart.'),
  checkModifiers: unsupported('checkModifiers() is not supported here; use modifierExtension.url to see what there is.'),
  subsumes: unsupported('subsumes() is not supported here; use the operation CodeSystem/$subsumes.'),
  subsumedBy: unsupported('subsumedBy() is not supported here; use the operation CodeSystem/$subsumes.'),
};
