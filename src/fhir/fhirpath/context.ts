// One evaluation: what it was given, where it stands, and how much it may still do. Every node made and every character read or
// written is paid for, so that an expression from outside ends, whatever it says.
import type { Environment } from './contract.ts';
import { refuse } from './failure.ts';
import { type Node, type Nodes, nodeOf, none } from './node.ts';

const stepsByDefault = 100_000;
/** Characters that all new strings of one evaluation may have together. */
const mostCharacters = 4_000_000;
/** Reading this many characters costs one step. */
const charactersPerStep = 256;

export class Context {
  readonly environment: Environment;
  readonly focus: Node;
  steps: number;
  characters = mostCharacters;
  /** `$index` and `$total`. */
  index: number | undefined;
  total: Nodes | undefined;
  started: Date | undefined;

  constructor(focus: Node, environment: Environment) {
    this.focus = focus;
    this.environment = environment;
    this.steps = environment.maxSteps ?? stepsByDefault;
  }

  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) refuse('too-costly', 'This expression takes too many steps on this resource; make it simpler or narrower.');
  }

  /** Pays for going through text. */
  reading(characters: number): void {
    this.spend(1 + Math.floor(characters / charactersPerStep));
  }

  /** Pays for text that is about to be made. */
  making(characters: number): void {
    this.reading(characters);
    this.characters -= characters;
    if (this.characters < 0) refuse('too-costly', 'This expression makes too much text on this resource; make less of it.');
  }

  /** The resource of `%resource`; undefined where the focus is no resource and none was given. */
  resource(): Node | undefined {
    const { resource } = this.environment;
    if (resource) return nodeOf(resource);
    return this.focus.type.isResource ? this.focus : undefined;
  }

  rootResource(): Node | undefined {
    const { rootResource } = this.environment;
    return rootResource ? nodeOf(rootResource) : this.resource();
  }

  /** One moment for the whole evaluation. */
  now(): Date {
    this.started ??= this.environment.now ?? new Date();
    return this.started;
  }

  variable(name: string): Nodes | undefined {
    const found = this.environment.variables;
    if (!found || !Object.hasOwn(found, name)) return undefined;
    const nodes = (found[name] ?? []).map(nodeOf).filter((node) => node !== undefined);
    return nodes.length === 0 ? none : nodes;
  }
}
