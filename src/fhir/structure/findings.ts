// What the walk has found so far, and where it stands: names and positions on the way down, joined to a FHIRPath location only
// when there is something to report.
import type { Problem } from '../result.ts';
import { narrativeInSteps } from './xhtml.ts';

/** More findings help nobody, and a hostile body could cause millions. */
export const maxFindings = 50;

/** Kind of rule that a finding comes from, as the validator names it (../validator/contract.ts). */
export type StructureRule = 'structure' | 'cardinality' | 'type' | 'binding' | 'reference' | 'invariant';

export class Findings {
  readonly problems: Problem[] = [];
  /** Of each problem its kind of rule. */
  readonly rules: StructureRule[] = [];
  /** Narratives that are too long to be looked at in passing, each with its place. */
  #later: { xhtml: string; where: string }[] = [];
  /** Characters of narrative that may still be looked at in passing before the next rest. */
  #inPassing = maxInPassing;
  readonly #names: string[] = [];
  readonly #positions: number[] = [];
  #depth = 0;

  get full(): boolean {
    return this.problems.length >= maxFindings;
  }

  get depth(): number {
    return this.#depth;
  }

  /** Goes down into a member; `position` is -1 where it is no item of an array. */
  enter(name: string, position: number): void {
    this.#names[this.#depth] = name;
    this.#positions[this.#depth++] = position;
  }

  leave(): void {
    this.#depth--;
  }

  /** Reports a fault here, or in the member `name` of what is here. */
  add(message: string, name?: string, position = -1, rule: StructureRule = 'structure'): void {
    if (this.full) return;
    this.#addAt(message, this.#where(name, position), rule);
  }

  /** Whether a narrative was put aside for `narratives`: it is too long to be looked at in passing. */
  later(xhtml: string, name: string, position: number): boolean {
    this.#inPassing -= xhtml.length;
    if (this.#inPassing >= 0) return false;
    this.#later.push({ xhtml, where: this.#where(name, position) });
    return true;
  }

  /** Looks at what was put aside. */
  *narratives(): Generator<undefined, void> {
    const later = this.#later;
    this.#later = [];
    this.#inPassing = maxInPassing;
    for (const { xhtml, where } of later) {
      yield;
      const fault = yield* narrativeInSteps(xhtml);
      if (fault !== undefined && !this.full) this.#addAt(fault, where, 'type');
    }
  }

  #where(name: string | undefined, position: number): string {
    let where = '';
    for (let i = 0; i < this.#depth; i++) where += step(this.#names[i] as string, this.#positions[i] as number, i === 0);
    return name === undefined ? where : where + step(name, position, where === '');
  }

  #addAt(message: string, where: string, rule: StructureRule): void {
    this.problems.push({ kind: 'invalid', message: `${message}.`, where });
    this.rules.push(rule);
  }
}

const maxInPassing = 65_536;

const step = (name: string, position: number, first: boolean): string => `${first ? '' : '.'}${name}${position < 0 ? '' : `[${position}]`}`;
