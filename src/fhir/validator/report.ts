// What the walk has found and still wants to know, and where it stands: names, positions and types on the way down, joined to a
// FHIRPath location only when there is something to report.
import type { Json } from '../json.ts';
import type { Finding, Question, Rule, Severity } from './contract.ts';

/** More errors, and more of the rest, help nobody; a hostile body could cause millions. */
const maxFindings = 100;
/** Questions are asked of others: beyond this it is said that the rest was not asked. */
const maxQuestions = 20_000;

export interface Place {
  /** A member of what is here; absent: what is here. */
  name?: string;
  position?: number;
  source?: string;
}

export class Report {
  readonly findings: Finding[] = [];
  readonly questions: Question[] = [];
  errors = 0;
  /** Set while a stated profile is checked. */
  profile: string | undefined;
  readonly #names: string[];
  readonly #positions: number[];
  readonly #types: string[];
  #depth: number;
  readonly #seen = new Set<string>();
  readonly #visited = new Map<string, Set<Json>>();
  #others = 0;

  /** `above`: stands where that one stands (for a trial whose findings are thrown away). */
  constructor(above?: Report) {
    this.#names = above ? [...above.#names] : [];
    this.#positions = above ? [...above.#positions] : [];
    this.#types = above ? [...above.#types] : [];
    this.#depth = above ? above.#depth : 0;
  }

  get depth(): number {
    return this.#depth;
  }

  get full(): boolean {
    return this.errors >= maxFindings;
  }

  /** Goes down into a member of the type; `position` is -1 where it is no item of an array. */
  enter(name: string, position: number, type: string): void {
    this.#names[this.#depth] = name;
    this.#positions[this.#depth] = position;
    this.#types[this.#depth++] = type;
  }

  leave(): void {
    this.#depth--;
  }

  where(name?: string, position = -1): string {
    let where = '';
    for (let i = 0; i < this.#depth; i++) where += step(this.#names[i] as string, this.#positions[i] as number, i === 0);
    return name === undefined ? where : where + step(name, position, where === '');
  }

  /** Type and name of what is entered, `up` steps above where it stands; undefined above the top. */
  above(up: number): { name: string; type: string } | undefined {
    const at = this.#depth - 1 - up;
    return at < 0 ? undefined : { name: this.#names[at] as string, type: this.#types[at] as string };
  }

  add(severity: Severity, rule: Rule, message: string, place: Place = {}): void {
    const isError = severity === 'error' || severity === 'fatal';
    if (isError ? this.full : this.#others >= maxFindings) return;
    const where = this.where(place.name, place.position);
    this.addAt(severity, rule, message, where, place.source);
  }

  /** The same thing, seen by two ways, is said once. */
  addAt(severity: Severity, rule: Rule, message: string, where: string, source?: string): void {
    const key = `${severity} ${rule} ${where} ${source ?? ''} ${message}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (severity === 'error' || severity === 'fatal') this.errors++;
    else this.#others++;
    const finding: Finding = { severity, rule, where, message: /[.?!]$/.test(message) ? message : `${message}.` };
    if (source !== undefined) finding.source = source;
    if (this.profile !== undefined) finding.profile = this.profile;
    this.findings.push(finding);
  }

  /** True the first time that the value is checked against the profile. */
  firstVisit(profile: string, value: Json): boolean {
    const values = this.#visited.get(profile) ?? new Set<Json>();
    this.#visited.set(profile, values);
    if (values.has(value)) return false;
    values.add(value);
    return true;
  }

  /** The same question about the same place is put once. */
  ask(question: Question): void {
    const key = `${question.where} ${question.kind === 'code' ? question.valueSet : `${question.targets.join()} ${question.profiles.join()}`}`;
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (this.questions.length < maxQuestions) this.questions.push(question);
    else if (this.questions.length === maxQuestions) {
      this.add(
        'warning',
        question.kind === 'code' ? 'binding' : 'reference',
        `could not be checked: more than ${maxQuestions} codes and references have to be looked up; send fewer at once`,
      );
    }
  }
}

const step = (name: string, position: number, first: boolean): string => `${first ? '' : '.'}${name}${position < 0 ? '' : `[${position}]`}`;
