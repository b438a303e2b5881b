// What a reference means inside what is being validated: a contained resource, its container, another entry of the Bundle.
import type { Members } from './definition.ts';
import type { Walk } from './walk.ts';

export interface Resolved {
  value: Members;
  how: 'contained' | 'bundled';
}

export function resolve(walk: Walk, reference: string): Resolved | undefined {
  if (reference.startsWith('#')) {
    if (reference === '#') return { value: walk.root, how: 'contained' };
    const value = walk.contained(reference.slice(1));
    return value && { value, how: 'contained' };
  }
  const value = walk.bundle?.find(reference, walk.fullUrl);
  return value && { value, how: 'bundled' };
}
