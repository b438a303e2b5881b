// One evaluation: what it was given, where it stands, and how much it may still do. Every node made and every character read or
// written is paid for, so that an expression from outside ends, whatever it says.
import { Amount } from './amount.ts';
import type { Environment } from './contract.ts';
import { refuse } from './failure.ts';
import { type Node, type Nodes, nodeOf, none } from './node.ts';
import { type Pattern, pattern } from './pattern.ts';
import type { Plain } from './system.ts';

const stepsByDefault = 100_000;
/** Characters that all new strings of one evaluation may have together. */
const mostCharacters = 4_000_000;
/** Reading this many characters costs one step. */
const charactersPerStep = 256;

export class Context {
  readonly environment: Environment;
  readonly focus: Node;
  /** Still to be spent. */
  steps: number;
  characters = mostCharacters;
  /** `$index` and `$total`. */
  index: number | undefined;
  total: Nodes | undefined;
  started: Date | undefined;
  readonly #given: number;
  #patterns: Map<string, Pattern> | undefined;

  constructor(focus: Node, environment: Environment) {
    this.focus = focus;
    this.environment = environment;
    const { maxSteps = stepsByDefault, budget } = environment;
    this.steps = budget === undefined ? maxSteps : Math.min(maxSteps, budget.steps);
    this.#given = this.steps;
  }

  /** At the end: takes what was used from the budget that several evaluations share. */
  settle(): void {
    const { budget } = this.environment;
    if (budget !== undefined) budget.steps -= this.#given - this.steps;
  }

  spend(steps: number): void {
    this.steps -= steps;
    if (this.steps < 0) refuse('too-costly', 'This expression takes too many steps on this resource; make it simpler or narrower.');
  }

  /** Pays for a glance at each of many, of which little may come. */
  looking(items: number): void {
    this.spend(items >> 2);
  }

  /** Pays for copying a collection, or for comparing what is the same. */
  copying(items: number): void {
    this.spend(items >> 4);
  }

  /** Pays for comparing or computing with a value that has to be read first: a date, a decimal, a quantity with its unit. */
  weighing(value: Plain): void {
    if (typeof value === 'object') this.spend(value instanceof Amount ? 8 : 3);
  }

  /** A regular expression is made ready once an evaluation, and paid for then, whether or not an earlier one has left it ready. */
  pattern(source: string): Pattern {
    this.#patterns ??= new Map();
    let known = this.#patterns.get(source);
    if (known === undefined) {
      known = pattern(source);
      this.spend(known.size);
      this.#patterns.set(source, known);
    }
    return known;
  }

  /** Pays for going through text. */
  reading(characters: number): void {
    this.spend(1 + Math.floor(characters / charactersPerStep));
  }

  /** Pays for two texts compared without case and blanks, which makes each anew. */
  folding(a: string, b: string): void {
    this.reading((a.length + b.length) * 24);
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
    this.spend(found[name]?.length ?? 0);
    const nodes = (found[name] ?? []).map(nodeOf).filter((node) => node !== undefined);
    return nodes.length === 0 ? none : nodes;
  }
}
