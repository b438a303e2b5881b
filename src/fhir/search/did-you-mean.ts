// The end of an explanation that names what was probably meant.
import { nearest } from '../structure/nearest.ts';

export function didYouMean(wrong: string, names: Iterable<string>): string {
  const name = nearest(wrong, names);
  return name === undefined ? '' : ` Did you mean "${name}"?`;
}
