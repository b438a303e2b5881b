// What R4 itself says about the elements of a type, read from the structure tables (notation: build/structure.ts) and from the
// base rules. The tables come in as parameters, because the compiler also runs while they are being generated.
import type { BaseElement, BaseTypes, TypeRules } from './compiled.ts';

/** `types`: lines of elements by type; `rules`: JSON text of the TypeRules by type. */
export function baseTypes(types: Readonly<Record<string, string>>, rules: Readonly<Record<string, string>>): BaseTypes {
  const elements = new Map<string, Map<string, BaseElement>>();
  const read = new Map<string, TypeRules>();
  const names = new Set(Object.keys(types));
  const has = (type: string): boolean => names.has(type);
  const elementsOf = (type: string): Map<string, BaseElement> => {
    let known = elements.get(type);
    if (!known) {
      known = new Map(has(type) ? (types[type] as string).split('\n').map(elementOf) : []);
      elements.set(type, known);
    }
    return known;
  };
  return {
    has,
    element: (type, name) => elementsOf(type).get(name),
    elements: (type) => elementsOf(type).keys(),
    rules: (type) => {
      const text = Object.hasOwn(rules, type) ? rules[type] : undefined;
      if (text === undefined) return undefined;
      let known = read.get(type);
      if (!known) {
        known = JSON.parse(text) as TypeRules;
        read.set(type, known);
      }
      return known;
    },
  };
}

function elementOf(line: string): [string, BaseElement] {
  const [name = '', min, max, typeList = ''] = line.split(' ');
  const types = typeList.split('|').map((one) => {
    const [code = '', targets] = one.split('>');
    return targets === undefined ? { code } : { code, targets: targets.split(',') };
  });
  return [name, { min: Number(min), max: max === '*' ? Number.POSITIVE_INFINITY : Number(max), types }];
}
