// A compiled profile made ready to run: invariants with their guards, slices with the tests that tell them apart.
import type { CompiledProfile, Node } from './compiled.ts';
import { keysOf, type Matcher, matcherOf, pathsOf, type Step } from './discriminator.ts';
import { type Invariant, invariantOf } from './invariants.ts';
import type { ProfileSet } from './profiles.ts';

export interface Armed {
  node: Node;
  /** Of a choice the name without `[x]`. */
  choice: string | undefined;
  invariants: Invariant[];
  children: Armed[];
  slices: ArmedSlice[];
  /** Of many slices those that a text fixes, by the text: without it 500 slices would be tried at each of 5,000 values. */
  byKey: Map<string, ArmedSlice[]> | undefined;
  /** Of the discriminators. */
  paths: Step[][];
}

export interface ArmedSlice extends Armed {
  name: string;
  /** Undefined for the rest, and where nothing in the profile tells the slice apart. */
  matches: Matcher | undefined;
  /** `@default`: takes what no other slice does. */
  isRest: boolean;
}

export interface ArmedProfile extends CompiledProfile {
  armed: Armed;
}

export const armProfile = (profile: CompiledProfile, profiles: ProfileSet): ArmedProfile => ({
  ...profile,
  armed: arm(profile.root, profiles),
});

function arm(node: Node, profiles: ProfileSet): Armed {
  const slices = (node.slices ?? []).map((slice) => ({
    ...arm(slice, profiles),
    name: slice.slice as string,
    matches: slice.slice === '@default' ? undefined : matcherOf(slice, node, profiles),
    isRest: slice.slice === '@default',
  }));
  return {
    node,
    choice: node.name.endsWith('[x]') ? node.name.slice(0, -3) : undefined,
    invariants: (node.constraints ?? []).map(invariantOf),
    children: (node.children ?? []).map((child) => arm(child, profiles)),
    slices,
    paths: pathsOf(node),
    byKey: slices.length < manySlices ? undefined : indexed(slices, node, profiles),
  };
}

const manySlices = 8;

/** Undefined where one of them is known by more than a text. */
function indexed(slices: readonly ArmedSlice[], sliced: Node, profiles: ProfileSet): Map<string, ArmedSlice[]> | undefined {
  const byKey = new Map<string, ArmedSlice[]>();
  for (const slice of slices) {
    if (slice.matches === undefined) continue;
    const keys = keysOf(slice.node, sliced, profiles);
    if (!keys) return undefined;
    for (const key of keys) byKey.set(key, [...(byKey.get(key) ?? []), slice]);
  }
  return byKey;
}
