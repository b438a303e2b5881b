// The profile compiler: a StructureDefinition → the plain data that the walk runs on (compiled.ts). Runs at build time over R4 and
// US Core, and at start over what a site adds.
//
// Nothing that the base definition says already is kept: cardinalities, types, invariants and bindings that are the same there
// are dropped, and so is an element of which nothing remains. A blood pressure profile of 94 elements keeps about 20.
import { fail, ok, type Result } from '../result.ts';
import type { BaseTypes, CompiledProfile, Constraint, Node, TypeRule } from './compiled.ts';
import { type StructureDefinition, withoutVersion } from './definition.ts';
import { type ElementTree, treeOf } from './element-tree.ts';
import { inherit } from './snapshot.ts';

/** Checked in code for every element and resource, see elements.ts and contained.ts; `txt-` by the structural walk. */
export const universal: ReadonlySet<string> = new Set([
  'ele-1',
  'ext-1',
  'dom-1',
  'dom-2',
  'dom-3',
  'dom-4',
  'dom-5',
  'dom-6',
  'txt-1',
  'txt-2',
  'ref-1',
]);

export interface Library {
  base: BaseTypes;
  /** The profile that a differential stands on; undefined where it is not here. */
  compiled(canonical: string): CompiledProfile | undefined;
}

const r4 = 'http://hl7.org/fhir/StructureDefinition/';

export function compileProfile(definition: StructureDefinition, library: Library): Result<CompiledProfile> {
  const { url, version, type, baseDefinition } = definition;
  const { base } = library;
  if (!base.has(type))
    return fail('unsupported', `${url} is about the type ${type}, which R4 does not have; only profiles of R4 types are checked.`);
  const elements = definition.snapshot ?? definition.differential ?? [];
  const strangers: string[] = [];
  const tree = treeOf(elements, type, base, strangers);
  if (strangers.length > 0) {
    return fail(
      'invalid',
      `${url} names ${strangers.slice(0, 3).join(', ')}, which R4 does not have; correct the path or leave the profile out.`,
    );
  }
  let root = compileNode(tree, undefined, base) ?? { name: tree.name };
  const standsOn = baseDefinition === undefined ? undefined : withoutVersion(baseDefinition);
  if (!definition.snapshot && standsOn !== undefined && !(standsOn.startsWith(r4) && base.has(standsOn.slice(r4.length)))) {
    const below = library.compiled(standsOn);
    if (!below) return fail('not-found', `${url} has only a differential and stands on ${standsOn}, which is not here; add its package.`);
    root = inherit(below.root, root);
  }
  const compiled: CompiledProfile = { url, type, root };
  if (version !== undefined) compiled.version = version;
  if (standsOn !== undefined) compiled.base = standsOn;
  if (type === 'Extension') {
    if (definition.context.length > 0) compiled.context = definition.context;
    if (definition.contextInvariants.length > 0) compiled.contextInvariants = definition.contextInvariants;
    if (tree.element.isModifier) compiled.modifier = true;
  }
  return ok(compiled);
}

/** The node, or undefined where the base says the same. `parent` is undefined for the root. */
function compileNode(tree: ElementTree, parent: ElementTree | undefined, base: BaseTypes): Node | undefined {
  const { element } = tree;
  const own = parent?.type === undefined ? undefined : base.element(parent.type, tree.name);
  const isSlice = parent !== undefined && element.sliceName !== undefined;
  const node: Node = { name: tree.name };
  if (isSlice) node.slice = element.sliceName as string;
  if (parent !== undefined) {
    if (element.min !== undefined && element.min > (isSlice ? 0 : (own?.min ?? 0))) node.min = element.min;
    if (element.max !== undefined && element.max < (isSlice ? Number.POSITIVE_INFINITY : (own?.max ?? Number.POSITIVE_INFINITY))) {
      node.max = element.max;
    }
    const types = typesOf(tree, own?.types);
    if (types) node.types = types;
  }
  if (element.fixed !== undefined) node.fixed = element.fixed;
  if (element.pattern !== undefined) node.pattern = element.pattern;
  if (element.minValue !== undefined) node.minValue = element.minValue;
  if (element.maxValue !== undefined) node.maxValue = element.maxValue;
  if (element.maxLength !== undefined) node.maxLength = element.maxLength;
  const constraints = constraintsOf(tree, parent, base);
  if (constraints.length > 0) node.constraints = constraints;
  const binding = element.binding;
  if (binding && !sameBinding(binding, parent, tree, base)) node.binding = binding;
  const slices = tree.slices.flatMap((slice) => compileSlice(slice, tree, parent, base));
  const slicing = element.slicing ?? impliedSlicing(tree);
  if (slices.length > 0) node.slices = slices;
  if (slicing && (slices.length > 0 || slicing.rules !== 'open')) node.slicing = slicing;
  const children = tree.children.flatMap((child) => compileNode(child, tree, base) ?? []);
  if (children.length > 0) node.children = children;
  return isSlice || Object.keys(node).length > 1 ? node : undefined;
}

/** A snapshot repeats at each slice what holds for all: kept once. */
function compileSlice(slice: ElementTree, sliced: ElementTree, parent: ElementTree | undefined, base: BaseTypes): Node[] {
  const node = compileNode(slice, parent, base);
  if (!node) return [];
  const common = new Set(sliced.element.constraints.map((one) => one.key));
  const constraints = node.constraints?.filter((one) => !common.has(one.key));
  if (constraints?.length) node.constraints = constraints;
  else delete node.constraints;
  dropRepeated(node, sliced);
  return [node];
}

/** Bindings and invariants of the elements below that are the same for every slice. */
function dropRepeated(node: Node, sliced: ElementTree): void {
  if (node.binding && JSON.stringify(node.binding) === JSON.stringify(sliced.element.binding)) delete node.binding;
  for (const child of node.children ?? []) {
    const same = sliced.children.find((one) => one.name === child.name);
    if (same) dropRepeated(child, same);
  }
  node.children = node.children?.filter((child) =>
    Object.keys(child).some((key) => key !== 'name' && child[key as keyof Node] !== undefined),
  );
  if (!node.children?.length) delete node.children;
}

function impliedSlicing(tree: ElementTree): Node['slicing'] {
  if (tree.slices.length === 0 || tree.element.sliceName !== undefined) return undefined;
  if (tree.name === 'extension' || tree.name === 'modifierExtension') {
    return { discriminators: [{ type: 'value', path: 'url' }], rules: 'open', ordered: false };
  }
  return tree.name.endsWith('[x]') ? { discriminators: [{ type: 'type', path: '$this' }], rules: 'open', ordered: false } : undefined;
}

/** The types, where they are fewer than in the base or name profiles. */
function typesOf({ element }: ElementTree, own: readonly { code: string; targets?: string[] }[] | undefined): TypeRule[] | undefined {
  const { types } = element;
  if (!types || types.length === 0) return undefined;
  const shared = (rule: TypeRule): boolean => {
    if (rule.aggregation) return false;
    if (rule.profiles && !rule.profiles.every((one) => own?.some((type) => one === r4 + type.code))) return false;
    const same = own?.find((type) => type.code === rule.code || rule.profiles?.includes(r4 + type.code));
    // BackboneElement and Element are known by their path, ids and URLs are System types.
    if (!same) return own?.length === 1 && (rule.code.endsWith('Element') || rule.code.includes('/'));
    const targets = rule.targets?.filter((one) => one !== `${r4}Resource`);
    return (
      !targets?.length ||
      (same.targets !== undefined &&
        targets.length === same.targets.length &&
        targets.every((one) => same.targets?.includes(one.slice(r4.length))))
    );
  };
  const fewer = own !== undefined && own.length > new Set(types.map((type) => type.code)).size;
  return !fewer && types.every(shared) ? undefined : types;
}

function constraintsOf(tree: ElementTree, parent: ElementTree | undefined, base: BaseTypes): Constraint[] {
  const held = new Set<string>(universal);
  const types = [tree.type, ...(tree.element.types ?? []).map((type) => type.code)];
  for (const type of types) for (const one of (type === undefined ? undefined : base.rules(type)?.own) ?? []) held.add(one.key);
  const rules = parent?.type === undefined ? undefined : base.rules(parent.type);
  for (const one of rules?.elements?.[tree.name]?.constraints ?? []) held.add(one.key);
  return tree.element.constraints.filter((one) => !held.has(one.key));
}

function sameBinding(binding: NonNullable<Node['binding']>, parent: ElementTree | undefined, tree: ElementTree, base: BaseTypes): boolean {
  const own = parent?.type === undefined ? undefined : base.rules(parent.type)?.elements?.[tree.name]?.binding;
  if (!own) return false;
  return (
    own.strength === binding.strength &&
    withoutVersion(own.valueSet) === withoutVersion(binding.valueSet) &&
    own.max === binding.max &&
    own.min === binding.min
  );
}
