// What one validation carries along: where findings go, which resource it is in, what is at hand, and how much has been spent.
import type { Environment, Focus } from '../fhirpath/contract.ts';
import type { Json } from '../json.ts';
import type { CodesAtHand } from '../terminology/contract.ts';
import type { BundleIndex } from './bundle-index.ts';
import { checkProfile, checkProfileValue } from './check-profile.ts';
import type { ValidateOptions } from './contract.ts';
import { isMembers, type Members } from './definition.ts';
import type { ProfileSet } from './profiles.ts';
import { Report } from './report.ts';
import { resolve } from './resolve.ts';

/** Evaluations of one invariant that may run into the bound on steps before it is given up for this resource. */
const maxTooCostly = 2;
/** Trials (does this conform to that profile?) inside one another, and in all: slices by profile could otherwise multiply. */
const maxTrialDepth = 8;
const maxTrials = 20_000;

/**
 * Time for all invariants of one resource that are evaluated, in ms: an ordinary one takes a ten-thousandth of that. One evaluation
 * has a bound on steps; but an invariant on each of 10,000 elements that looks at all of them would still take minutes.
 */
const maxEvaluationMs = 1_000;

/** Values tried against slices, in all. */
const maxMatches = 500_000;

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
  #environment: Environment | undefined;
  #evaluatedMs = 0;
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

  /** Goes into a resource; `contained` keeps the container. The result goes back. */
  into(resource: Members, contained: boolean): () => void {
    const { resource: before, root } = this;
    this.resource = resource;
    if (!contained) {
      this.root = resource;
      this.#evaluatedMs = 0;
    }
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
        return this.conforms(profile, value, () =>
          isResource ? checkProfile(this, known, value) : checkProfileValue(this, known, value, type),
        );
      },
      ...(this.now ? { now: this.now } : {}),
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

  /** Runs an evaluation on the account of the resource. */
  timed<T>(work: () => T): T {
    const startedMs = performance.now();
    try {
      return work();
    } finally {
      this.#evaluatedMs += performance.now() - startedMs;
    }
  }

  spend(key: string): void {
    this.#spent.set(key, (this.#spent.get(key) ?? 0) + 1);
  }

  isSpent(key: string): boolean {
    return this.#evaluatedMs > maxEvaluationMs || (this.#spent.get(key) ?? 0) >= maxTooCostly;
  }

  /** Too much has been tried: what is no slice may be one, so nothing more is said about slices. */
  get isMatchedOut(): boolean {
    return this.#matches > maxMatches;
  }

  /** Counts what is tried against slices; false where it has been too much. */
  mayMatch(slices: number): boolean {
    this.#matches += slices;
    if (this.#matches <= maxMatches) return true;
    if (this.tellOnce('matches')) {
      this.report.add(
        'warning',
        'slicing',
        'Not every slice could be checked: there are too many values and slices; send the resource in parts',
      );
    }
    return false;
  }

  /** True the first time in this resource. */
  tellOnce(what: string): boolean {
    if (this.#told.has(what)) return false;
    this.#told.add(what);
    return true;
  }

  /** Checks a value against a profile, unless it has been or is being: profiles may refer to themselves. */
  visit(profile: string, value: Json, check: () => void): void {
    if (this.report.firstVisit(profile, value)) check();
  }

  /**
   * Whether `check` finds no error, its findings being thrown away. A value that is being tried against the same profile already
   * counts as conforming: profiles may refer to themselves.
   */
  conforms(profile: string, value: Json, check: () => void): boolean {
    const busy = this.#trying.get(profile) ?? new Set<Json>();
    this.#trying.set(profile, busy);
    if (busy.has(value)) return true;
    if (this.#trialDepth >= maxTrialDepth || this.#trials >= maxTrials) {
      if (this.tellOnce('trials')) {
        this.report.add(
          'warning',
          'profile',
          'Not everything could be checked: the profiles lead into one another too deep; simplify them or validate parts alone',
        );
      }
      return true;
    }
    this.#trials++;
    this.#trialDepth++;
    busy.add(value);
    const outside = this.report;
    this.report = new Report(outside);
    try {
      check();
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
