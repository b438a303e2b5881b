// What one validation carries along: where findings go, which resource it is in, what is at hand, and how much has been spent.
import type { Environment, Focus } from '../fhirpath/contract.ts';
import type { Json } from '../json.ts';
import type { Result } from '../result.ts';
import type { CodesAtHand } from '../terminology/contract.ts';
import type { BundleIndex } from './bundle-index.ts';
import { checkProfile, checkProfileValue } from './check-profile.ts';
import type { Rule, Severity, ValidateOptions } from './contract.ts';
import { isMembers, type Members } from './definition.ts';
import type { ProfileSet } from './profiles.ts';
import { type Place, Report } from './report.ts';
import { resolve } from './resolve.ts';

/** Evaluations of one invariant that may run into the bound on steps before it is given up for this resource. */
const maxTooCostly = 2;
/** Trials (does this conform to that profile?) inside one another, and in all: slices by profile could otherwise multiply. */
const maxTrialDepth = 8;
const maxTrials = 20_000;

/**
 * Steps of FHIRPath for all invariants of one resource together, about a second at most: one evaluation has a bound, but an
 * invariant on each of 10,000 elements that looks at all of them would still take minutes. Steps and not time, so that the same
 * resource has the same findings on a slow machine. The costliest of the official examples takes about a twentieth of that.
 */
const maxEvaluationSteps = 4_000_000;

/** Work between two rests, in steps of FHIRPath or what costs as much: a few ms. */
const workPerRest = 20_000;
/** What an element costs, and a value tried against slices, in the same measure. */
const workPerElement = 5;
const workPerMatch = 2;
/** For all that an expression makes conformsTo() look at, which cannot rest inside it. */
const maxWorkAtOnce = 100_000;

/** Values tried against slices, in all. */
const maxMatches = 500_000;

/** Work that stops where a rest is due; its findings are in the report. */
export type Steps = Generator<undefined, void>;

const tooMuchAtOnce = (profile: string): string =>
  `Whether this conforms to ${profile} could not be checked: an expression asks for it, and it is too large for that`;

export class Walk {
  report = new Report();
  readonly profiles: ProfileSet;
  readonly codes: CodesAtHand | undefined;
  readonly now: Date | undefined;
  /** The resource that the walk is in, and the one that contains it, where it is contained. */
  resource: Members = {};
  root: Members = {};
  bundle: BundleIndex | undefined;
  /** Of the entry that the walk is in. */
  fullUrl: string | undefined;
  /** Addresses of the extensions that it is in, the innermost last. */
  readonly extensions: Json[] = [];
  /** Whether best practices (a narrative) are asked for. */
  readonly bestPractice: boolean;
  /** Since the last rest. */
  work = 0;
  #environment: Environment | undefined;
  #budget = { steps: maxEvaluationSteps };
  /** Work at which what cannot rest is given up; undefined where it can. */
  #worksUntil: number | undefined;
  #outermost = this.report;
  readonly #spent = new Map<string, number>();
  readonly #told = new Set<string>();
  readonly #trying = new Map<string, Set<Json>>();
  #containedIn: Members | undefined;
  #contained = new Map<string, Members>();
  #trialDepth = 0;
  #trials = 0;
  #matches = 0;

  constructor(profiles: ProfileSet, options: ValidateOptions) {
    this.profiles = profiles;
    this.codes = options.codes;
    this.now = options.now;
    this.bestPractice = options.bestPractice === true;
  }

  /** Whether it is time for a rest: ask after each element and invariant, `yield* rest()` where it is. */
  get isTired(): boolean {
    return this.work >= workPerRest;
  }

  *rest(): Steps {
    yield;
    if (this.#worksUntil === undefined) this.work = 0;
  }

  /** An element has been looked at. */
  element(): void {
    this.work += workPerElement;
  }

  /** The answer for which an expression waits, and so without a rest; undefined where it is too much for that. */
  #atOnce(steps: Generator<undefined, boolean>): boolean | undefined {
    const { resource, root } = this;
    for (;;) {
      const step = steps.next();
      if (step.done === true) return step.value;
      if (this.work <= (this.#worksUntil ?? 0)) continue;
      // Its trials are ended by this; where it stood is put back here.
      steps.return(true);
      this.resource = resource;
      this.root = root;
      this.#environment = undefined;
      return undefined;
    }
  }

  /** A resource that is not contained has an account of its own for what its invariants cost. The result goes back. */
  account(): () => void {
    const before = this.#budget;
    this.#budget = { steps: maxEvaluationSteps };
    this.#environment = undefined;
    return () => {
      this.#budget = before;
      this.#environment = undefined;
    };
  }

  /** Goes into a resource; `contained` keeps the container. The result goes back. */
  into(resource: Members, contained: boolean): () => void {
    const { resource: before, root } = this;
    this.resource = resource;
    if (!contained) this.root = resource;
    this.#environment = undefined;
    return () => {
      this.resource = before;
      this.root = root;
      this.#environment = undefined;
    };
  }

  environment(): Environment {
    this.#environment ??= {
      resource: focusOf(this.resource),
      rootResource: focusOf(this.root),
      resolve: (reference) => {
        const found = resolve(this, reference);
        return found && focusOf(found.value);
      },
      memberOf: (valueSet, codes) => this.#memberOf(valueSet, codes),
      conformsTo: (profile, focus) => {
        const known = this.profiles.get(profile);
        if (!known) return undefined;
        const { value, type } = focus;
        const isResource = isMembers(value) && value['resourceType'] !== undefined;
        const answer = this.#atOnce(
          this.conforms(profile, value, () =>
            isResource ? checkProfile(this, known, value) : checkProfileValue(this, known, value, type),
          ),
        );
        if (answer !== undefined) return answer;
        this.tell(`at once ${profile}`, 'warning', 'profile', tooMuchAtOnce(known.url), { source: known.url });
        return true;
      },
      ...(this.now ? { now: this.now } : {}),
      budget: this.#budget,
    };
    return this.#environment;
  }

  #memberOf(valueSet: string, codes: readonly { system?: string; code: string }[]): boolean | undefined {
    let unknown = false;
    for (const coding of codes) {
      const answer = this.codes?.memberOf(valueSet, coding)?.answer;
      if (answer === 'yes') return true;
      if (answer !== 'no') unknown = true;
    }
    return unknown ? undefined : false;
  }

  /** The resource of that id in `contained` of the container. */
  contained(id: string): Members | undefined {
    if (this.#containedIn !== this.root) {
      const { contained } = this.root;
      this.#containedIn = this.root;
      this.#contained = new Map();
      for (const one of Array.isArray(contained) ? contained : []) {
        if (isMembers(one) && typeof one['id'] === 'string') this.#contained.set(one['id'], one);
      }
    }
    return this.#contained.get(id);
  }

  /** Runs an evaluation on the account of the resource. `key`: by which one that costs too much is known again. */
  evaluate<T>(key: string, run: (environment: Environment) => Result<T>): Result<T> {
    if (this.#budget.steps <= 0 || (this.#spent.get(key) ?? 0) >= maxTooCostly)
      return { ok: false, problem: { kind: 'too-costly', message: 'checking this resource has taken too long already' } };
    const budget = this.#budget;
    const { steps } = budget;
    const until = this.#worksUntil;
    this.#worksUntil ??= this.work + maxWorkAtOnce;
    const result = run(this.environment());
    this.#worksUntil = until;
    this.work += steps - budget.steps;
    if (!result.ok && result.problem.kind === 'too-costly') this.#spent.set(key, (this.#spent.get(key) ?? 0) + 1);
    return result;
  }

  /** Too much has been tried: what is no slice may be one, so nothing more is said about slices. */
  get isMatchedOut(): boolean {
    return this.#matches > maxMatches;
  }

  /** Counts what is tried against slices; false where it has been too much. */
  mayMatch(slices: number): boolean {
    this.#matches += slices;
    this.work += slices * workPerMatch;
    if (this.#matches <= maxMatches) return true;
    this.tell(
      'matches',
      'warning',
      'slicing',
      'Not every slice could be checked: there are too many values and slices; send the resource in parts',
    );
    return false;
  }

  /** True the first time in this resource. */
  tellOnce(what: string): boolean {
    if (this.#told.has(what)) return false;
    this.#told.add(what);
    return true;
  }

  /** Says, once in this resource, what could not be checked: outside of every trial, whose findings are thrown away. */
  tell(what: string, severity: Severity, rule: Rule, message: string, place: Place = {}): void {
    if (!this.tellOnce(what)) return;
    this.#outermost.addAt(severity, rule, message, this.report.where(place.name, place.position), place.source);
  }

  /** Checks a value against a profile, unless it has been or is being: profiles may refer to themselves. */
  *visit(profile: string, value: Json, check: () => Steps): Steps {
    if (this.report.firstVisit(profile, value)) yield* check();
  }

  /**
   * Whether `check` finds no error, its findings being thrown away. A value that is being tried against the same profile already
   * counts as conforming: profiles may refer to themselves.
   */
  *conforms(profile: string, value: Json, check: () => Steps): Generator<undefined, boolean> {
    const busy = this.#trying.get(profile) ?? new Set<Json>();
    this.#trying.set(profile, busy);
    if (busy.has(value)) return true;
    if (this.#trialDepth >= maxTrialDepth || this.#trials >= maxTrials) {
      this.tell(
        'trials',
        'warning',
        'profile',
        'Not everything could be checked: the profiles lead into one another too deep; simplify them or validate parts alone',
      );
      return true;
    }
    this.#trials++;
    this.#trialDepth++;
    busy.add(value);
    const outside = this.report;
    this.report = new Report(outside);
    try {
      yield* check();
      return this.report.errors === 0;
    } finally {
      this.report = outside;
      busy.delete(value);
      this.#trialDepth--;
    }
  }
}

const focusOf = (resource: Members): Focus => ({
  type: typeof resource['resourceType'] === 'string' ? resource['resourceType'] : 'Resource',
  value: resource,
});
