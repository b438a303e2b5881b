// A compiled profile made ready to run: invariants with their guards, slices with the tests that tell them apart.
import type { CompiledProfile, Node } from './compiled.ts';
import { type Matcher, matcherOf } from './discriminator.ts';
import { type Invariant, invariantOf } from './invariants.ts';
import type { ProfileSet } from './profiles.ts';

export interface Armed {
  node: Node;
  /** Of a choice the name without `[x]`. */
  choice: string | undefined;
  invariants: Invariant[];
  children: Armed[];
  slices: ArmedSlice[];
}

export interface ArmedSlice extends Armed {
  name: string;
  /** Undefined for `@default`, which takes what no other slice does. */
  matches: Matcher | undefined;
}

export interface ArmedProfile extends CompiledProfile {
  armed: Armed;
}

export const armProfile = (profile: CompiledProfile, profiles: ProfileSet): ArmedProfile => ({
  ...profile,
  armed: arm(profile.root, profiles),
});

function arm(node: Node, profiles: ProfileSet): Armed {
  return {
    node,
    choice: node.name.endsWith('[x]') ? node.name.slice(0, -3) : undefined,
    invariants: (node.constraints ?? []).map(invariantOf),
    children: (node.children ?? []).map((child) => arm(child, profiles)),
    slices: (node.slices ?? []).map((slice) => ({
      ...arm(slice, profiles),
      name: slice.slice as string,
      matches: slice.slice === '@default' ? undefined : matcherOf(slice, node, profiles),
    })),
  };
}
