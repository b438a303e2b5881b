// What a resource would say otherwise: element by element, without what every version has anew.
import { jsonLeaves } from '../../parts/json-lines.ts';

export interface Difference {
  path: string;
  before?: string;
  after?: string;
}

const everNew = new Set(['meta.versionId', 'meta.lastUpdated']);

export function differenceOf(before: object | null, after: object | null): Difference[] {
  const old = jsonLeaves(before);
  const now = jsonLeaves(after);
  const paths = [...new Set([...old.keys(), ...now.keys()])].filter((path) => !everNew.has(path) && old.get(path) !== now.get(path));
  return paths.map((path) => {
    const [was, is] = [old.get(path), now.get(path)];
    return { path, ...(was === undefined ? {} : { before: was }), ...(is === undefined ? {} : { after: is }) };
  });
}
