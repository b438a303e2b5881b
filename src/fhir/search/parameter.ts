// What the generated tables of search parameters are built from.
import type { ResourceType } from '../generated/types.ts';
import type { IndexValue, ParameterType, SearchParameter } from './contract.ts';

/** What the generator writes beside the expression; `parts` are codes, resolved when the table of a type is first used. */
export interface ParameterOptions {
  targets?: ResourceType[];
  single?: boolean;
  impliedSystem?: string;
  systemless?: boolean;
  canonical?: boolean;
  phonetic?: boolean;
  composite?: { context: 'root' | 'element'; parts: string[] };
}

/** Stable number of a parameter within its base: FNV-1a of `base.code` in 31 bits, as build/search.ts makes it. */
export function parameterId(base: string, code: string): number {
  let hash = 0x811c9dc5;
  for (const c of `${base}.${code}`) hash = Math.imul(hash ^ c.charCodeAt(0), 0x01000193);
  return (hash >>> 0) & 0x7fffffff;
}

/** A composite parameter before its parts are resolved. */
const partCodes = new WeakMap<SearchParameter, string[]>();

export function parameter(
  base: ResourceType,
  code: string,
  type: ParameterType,
  id: number,
  url: string,
  expression: string,
  // A method, so that a function of one resource type may stand for one of all: it is only called with that type.
  extract: SearchParameter['extract'],
  options: ParameterOptions,
): SearchParameter {
  const { targets = [], single = false, impliedSystem, systemless = false, canonical = false, phonetic = false, composite } = options;
  const made: SearchParameter = { base, code, type, id, url, expression, targets, single, extract, systemless, canonical, phonetic };
  if (impliedSystem !== undefined) made.impliedSystem = impliedSystem;
  if (composite) {
    made.composite = { context: composite.context, parts: [] };
    partCodes.set(made, composite.parts);
  }
  return made;
}

/** Gives the composites of one resource type their parts. */
export function resolveParts(byCode: ReadonlyMap<string, SearchParameter>): void {
  for (const made of byCode.values()) {
    for (const code of partCodes.get(made) ?? []) {
      const part = byCode.get(code);
      if (!part) throw new Error(`${made.base}.${made.code} has a part ${code} that is not defined`);
      made.composite?.parts.push(part);
    }
  }
}

/** Appends one element of a composite, if each of its parts has a value there. */
export function composite(out: IndexValue[], group: number, ...parts: IndexValue[][]): void {
  if (parts.every((part) => part.length > 0)) out.push({ kind: 'composite', group, parts });
}
