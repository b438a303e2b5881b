// What a screen says of itself. The shell makes the navigation, the palette and the keyboard map out of it; a new screen is one folder
// and one line in screens.ts.
import type { ComponentType } from 'react';
import type { Role } from '../app/roles.ts';

/** Something that can be done, wherever one is: in the palette by its name, by keys where it has some. */
export interface Action {
  name: string;
  /** `g p`: one after the other; `mod+s`: together. */
  keys?: string;
  run(): void;
}

export interface Screen {
  /** `patients`, the address below /app/. */
  path: string;
  /** As the navigation shows it. */
  name: string;
  /** What a person finds here, in the palette and in help. */
  says: string;
  /** A letter after `g` that leads here. */
  key: string;
  roles: readonly Role[];
  /** Loaded when it is first opened. */
  load(): Promise<{ default: ComponentType }>;
  /** Further addresses below it that it handles itself: `/$id`. */
  below?: readonly string[];
}
