// Finds the entry of a Bundle that a reference (http://hl7.org/fhir/R4/bundle.html#references) or a canonical means.
import type { Json } from '../json.ts';
import { isMembers, type Members } from './definition.ts';

export class BundleIndex {
  readonly type: Json | undefined;
  readonly #byUrl = new Map<string, Members>();
  readonly #byId = new Map<string, Members>();
  readonly #byCanonical = new Map<string, Members>();

  constructor(bundle: Members) {
    this.type = bundle['type'];
    for (const entry of entriesOf(bundle)) {
      const resource = entry['resource'];
      if (!isMembers(resource)) continue;
      const { fullUrl } = entry;
      if (typeof fullUrl === 'string' && !this.#byUrl.has(fullUrl)) this.#byUrl.set(fullUrl, resource);
      const { url, version } = resource;
      if (typeof url === 'string') {
        for (const name of typeof version === 'string' ? [url, `${url}|${version}`] : [url])
          if (!this.#byCanonical.has(name)) this.#byCanonical.set(name, resource);
      }
      const id = `${String(resource['resourceType'])}/${String(resource['id'])}`;
      if (resource['id'] !== undefined && !this.#byId.has(id)) this.#byId.set(id, resource);
    }
  }

  /** The definition of this `url`, in the version that the canonical names where it names one. */
  named(canonical: string): Members | undefined {
    return this.#byCanonical.get(canonical.replace(/#.*$/, ''));
  }

  /** `from`: fullUrl of the entry that refers; a relative reference is taken on its base first. */
  find(reference: string, from: string | undefined): Members | undefined {
    const plain = reference.replace(/[#|].*$/, '').replace(/\/_history\/.*$/, '');
    if (/^[A-Za-z][A-Za-z0-9+.-]*:/.test(plain)) return this.#byUrl.get(plain);
    const base = from === undefined ? undefined : /^(https?:\/\/.*\/)[A-Za-z]+\/[^/]+$/.exec(from)?.[1];
    return (base === undefined ? undefined : this.#byUrl.get(base + plain)) ?? this.#byId.get(plain);
  }
}

export const entriesOf = (bundle: Members): Members[] => (Array.isArray(bundle['entry']) ? bundle['entry'].filter(isMembers) : []);
