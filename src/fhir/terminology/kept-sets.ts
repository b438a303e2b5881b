// Sets that were worked out, kept for the next question as far as they fit: the one that was not used for longest goes first.
import type { Result } from '../result.ts';
import type { Ordinals } from './ordinals.ts';

export interface KeptSets {
  /** The set of this name, worked out where it is not kept. Failures are not kept. */
  get(name: string, make: () => Promise<Result<Ordinals>>): Promise<Result<Ordinals>>;
}

export function keptSets(bytesMax = 24 * 1024 * 1024): KeptSets {
  const kept = new Map<string, Promise<Result<Ordinals>>>();
  const sizes = new Map<string, number>();
  let bytes = 0;
  const drop = (name: string): void => {
    bytes -= sizes.get(name) ?? 0;
    sizes.delete(name);
    kept.delete(name);
  };
  return {
    async get(name, make) {
      const there = kept.get(name);
      if (there !== undefined) {
        kept.delete(name);
        kept.set(name, there);
        return there;
      }
      const made = make();
      kept.set(name, made);
      const result = await made.catch((error: unknown) => {
        kept.delete(name);
        throw error;
      });
      if (!result.ok) {
        kept.delete(name);
        return result;
      }
      const size = result.value.size / 8 + 2 * name.length + 200;
      if (kept.get(name) === made && !sizes.has(name)) {
        sizes.set(name, size);
        bytes += size;
      }
      for (const oldest of kept.keys()) {
        if (bytes <= bytesMax) break;
        if (sizes.has(oldest)) drop(oldest);
      }
      return result;
    },
  };
}
