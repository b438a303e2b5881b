// A list of ElementDefinitions as the tree that it stands for (http://hl7.org/fhir/R4/profiling.html#snapshot): elements below
// elements, slices beside what they slice. Works on paths and slice names alone, so that ids may be missing.
import type { BaseTypes } from './compiled.ts';
import type { ElementDefinition } from './definition.ts';

export interface ElementTree {
  /** Name as in the base definition: `value[x]`. */
  name: string;
  element: ElementDefinition;
  children: ElementTree[];
  slices: ElementTree[];
  /** Type of R4 whose elements the children are; undefined where several types may stand here. */
  type?: string;
}

const pascal = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Throws nothing: what names no element of R4 is put into `strangers`, by path. */
export function treeOf(elements: readonly ElementDefinition[], rootType: string, base: BaseTypes, strangers: string[]): ElementTree {
  const rootPath = (elements[0]?.path ?? rootType).split('.', 1)[0] as string;
  const hasRoot = elements[0]?.path === rootPath;
  const root: ElementTree = {
    name: rootPath,
    element: hasRoot ? (elements[0] as ElementDefinition) : { path: rootPath, constraints: [] },
    children: [],
    slices: [],
    type: rootType,
  };
  const stack: { path: string; tree: ElementTree }[] = [{ path: rootPath, tree: root }];
  for (const element of hasRoot ? elements.slice(1) : elements) {
    const names = element.path.split('.');
    // A differential may leave out what lies between.
    while (stack.length > 1 && !element.path.startsWith(`${stack.at(-1)?.path}.`)) stack.pop();
    let { path, tree: parent } = stack.at(-1) as { path: string; tree: ElementTree };
    for (const between of names.slice(path.split('.').length, -1)) {
      path = `${path}.${between}`;
      parent = childOf(parent, between, { path, constraints: [] }, base, strangers);
      stack.push({ path, tree: parent });
    }
    const tree = childOf(parent, names.at(-1) as string, element, base, strangers);
    stack.push({ path: element.path, tree });
  }
  return root;
}

/** Finds or makes the child, and the slice of it where the element is one. */
function childOf(parent: ElementTree, given: string, element: ElementDefinition, base: BaseTypes, strangers: string[]): ElementTree {
  const { name, type: chosen } = choiceOf(parent, given, base);
  let child = parent.children.find((one) => one.name === name);
  const sliceName = element.sliceName ?? (chosen === undefined ? undefined : given);
  if (child && sliceName === undefined) {
    // The same element again without a slice name: a differential that comes back to it.
    if (child.element.constraints.length === 0 && child.element.min === undefined) child.element = { ...child.element, ...element };
    return child;
  }
  if (!child) {
    if (parent.type !== undefined && base.has(parent.type) && !base.element(parent.type, name)) strangers.push(element.path);
    const own = sliceName === undefined ? element : { path: element.path, constraints: [] };
    child = { name, element: own, children: [], slices: [], type: typeOf(parent, name, own, base) };
    parent.children.push(child);
  }
  if (sliceName === undefined) return child;
  const typed = chosen !== undefined && !element.types ? { ...element, types: [{ code: chosen }] } : element;
  if (chosen !== undefined) {
    child.element.slicing ??= { discriminators: [{ type: 'type', path: '$this' }], rules: 'open', ordered: false };
  }
  const above = sliceParent(child, sliceName);
  const again = above.slices.find((one) => one.element.sliceName === sliceName);
  if (again) return again;
  const slice: ElementTree = {
    name,
    element: { ...typed, sliceName },
    children: [],
    slices: [],
    type: typeOf(parent, name, typed.types ? typed : child.element, base),
  };
  above.slices.push(slice);
  return slice;
}

/** A slice `a/b` slices the slice `a` again. */
function sliceParent(child: ElementTree, sliceName: string): ElementTree {
  for (const slice of child.slices) {
    if (slice.element.sliceName !== undefined && sliceName.startsWith(`${slice.element.sliceName}/`)) return sliceParent(slice, sliceName);
  }
  return child;
}

/** `valueQuantity` is short for the slice of `value[x]` that is a Quantity. */
function choiceOf(parent: ElementTree, given: string, base: BaseTypes): { name: string; type?: string } {
  if (parent.type === undefined || given.endsWith('[x]') || base.element(parent.type, given)) return { name: given };
  for (const name of base.elements(parent.type)) {
    if (!name.endsWith('[x]') || !given.startsWith(name.slice(0, -3))) continue;
    const type = base.element(parent.type, name)?.types.find((one) => pascal(one.code) === given.slice(name.length - 3));
    if (type) return { name, type: type.code };
  }
  return { name: given };
}

function typeOf(parent: ElementTree, name: string, element: ElementDefinition, base: BaseTypes): string | undefined {
  const own = parent.type === undefined ? undefined : base.element(parent.type, name);
  // A backbone element and a content reference are known by their path alone.
  if (own?.types.length === 1 && own.types[0]?.code !== 'Resource') return own.types[0]?.code;
  const codes = new Set(element.types?.map((type) => type.code));
  return codes.size === 1 ? [...codes][0] : undefined;
}
