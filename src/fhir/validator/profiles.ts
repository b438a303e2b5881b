// The profiles at hand: those of R4 and US Core that came with the build, and those that a site adds. Each is made ready when it is
// first needed, so that a server that sees five profiles holds five.
import { profiles as builtIn } from '../generated/validator.ts';
import type { Json } from '../json.ts';
import type { Problem } from '../result.ts';
import { type ArmedProfile, armProfile } from './armed.ts';
import { compileProfile } from './compile-profile.ts';
import type { CompiledProfile } from './compiled.ts';
import type { Profiles } from './contract.ts';
import { isMembers, readDefinition, type StructureDefinition, withoutVersion } from './definition.ts';
import { r4 } from './plan.ts';

export class ProfileSet implements Profiles {
  readonly #added = new Map<string, CompiledProfile>();
  readonly #armed = new Map<string, ArmedProfile>();
  readonly #refused = new Map<string, string>();
  readonly #built = new Map<string, CompiledProfile>();

  has(canonical: string): boolean {
    const url = withoutVersion(canonical);
    return this.#added.has(url) || Object.hasOwn(builtIn, url);
  }

  list(): { url: string; version?: string; type: string }[] {
    const urls = new Set([...Object.keys(builtIn), ...this.#added.keys()]);
    return [...urls].flatMap((url) => {
      const known = this.compiled(url);
      if (!known) return [];
      const { version, type } = known;
      return [version === undefined ? { url, type } : { url, version, type }];
    });
  }

  /** With or without `|version`; undefined where it is not here. */
  get(canonical: string): ArmedProfile | undefined {
    const url = withoutVersion(canonical);
    let armed = this.#armed.get(url);
    if (armed) return armed;
    const compiled = this.compiled(url);
    if (!compiled) return undefined;
    armed = armProfile(compiled, this);
    this.#armed.set(url, armed);
    return armed;
  }

  compiled(canonical: string): CompiledProfile | undefined {
    const url = withoutVersion(canonical);
    const known = this.#added.get(url) ?? this.#built.get(url);
    if (known || !Object.hasOwn(builtIn, url)) return known;
    const read = JSON.parse(builtIn[url] as string) as CompiledProfile;
    this.#built.set(url, read);
    return read;
  }

  /** Why a profile that was added cannot be used. */
  whyNot(canonical: string): string | undefined {
    return this.#refused.get(withoutVersion(canonical));
  }

  /**
   * Adds the StructureDefinitions among the resources of a package; others are passed over. What cannot be used is in the answer,
   * each with the address of the definition; the rest is there. A definition replaces one of the same address.
   */
  add(resources: Iterable<Json>): Problem[] {
    const problems: Problem[] = [];
    const waiting = new Map<string, StructureDefinition>();
    for (const resource of resources) {
      if (!isMembers(resource) || resource['resourceType'] !== 'StructureDefinition' || resource['derivation'] !== 'constraint') continue;
      const read = readDefinition(resource);
      if (read.ok) waiting.set(read.value.url, read.value);
      else problems.push(read.problem);
    }
    const busy = new Set<string>();
    const compile = (definition: StructureDefinition): CompiledProfile | undefined => {
      const { url } = definition;
      waiting.delete(url);
      busy.add(url);
      const result = compileProfile(definition, {
        base: r4,
        compiled: (canonical) => {
          const below = waiting.get(canonical);
          return busy.has(canonical) ? undefined : below ? compile(below) : this.compiled(canonical);
        },
      });
      busy.delete(url);
      if (result.ok) {
        this.#added.set(url, result.value);
        return result.value;
      }
      this.#refused.set(url, result.problem.message);
      problems.push({ ...result.problem, where: url });
      return undefined;
    };
    for (const definition of waiting.values()) compile(definition);
    this.#armed.clear();
    return problems;
  }
}
