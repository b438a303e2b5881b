// Value sets and code systems as they are stored in the record, read as the caller may see them.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import { idPattern } from '../../fhir/search/references.ts';
import type { TerminologyResources } from '../../terminology/resources.ts';
import type { Caller } from '../contract.ts';
import { codeKey, formKey } from '../index-rows.ts';
import { keyOfId, typeNumber } from '../keys.ts';
import { Compiler } from './compiler.ts';
import { fetchRows } from './fetch.ts';
import type { Runner } from './lanes.ts';
import type { TerminologySource } from './terminology.ts';

export function storedTerminology(runner: Runner, caller: Caller): TerminologySource {
  const known = new Map<string, Promise<Resource | undefined>>();
  /** One search names the same code system many times: it is read once. */
  const once = <T extends 'ValueSet' | 'CodeSystem'>(
    type: T,
    canonical: string,
  ): Promise<Extract<Resource, { resourceType: T }> | undefined> => {
    const name = `${type} ${canonical}`;
    const found = known.get(name) ?? read(runner, caller, type, canonical);
    known.set(name, found);
    return found as Promise<Extract<Resource, { resourceType: T }> | undefined>;
  };
  return { valueSet: (canonical) => once('ValueSet', canonical), codeSystem: (canonical) => once('CodeSystem', canonical) };
}

/** For the terminology service, which asks for no maps here. */
export const asResources = ({ valueSet, codeSystem }: TerminologySource): TerminologyResources => ({
  valueSet,
  codeSystem,
  conceptMap: async () => undefined,
});

/** By `Type/id`, by URL, or by `URL|version`; of several the one that was stored last. */
async function read(runner: Runner, caller: Caller, type: ResourceType, canonical: string): Promise<Resource | undefined> {
  const compiler = new Compiler(caller);
  const scope = compiler.scope(type, 'r');
  if (scope === undefined) return undefined;
  const { parameters } = compiler;
  const id = canonical.startsWith(`${type}/`) ? canonical.slice(type.length + 1) : undefined;
  const named =
    id !== undefined && idPattern.test(id)
      ? `r.id = ${parameters.add(keyOfId(id), 'uuid')}`
      : `r.keys @> ${compiler.keys(urlKeys(type, canonical))}`;
  const where = `r.type = ${typeNumber(type)} and ${named} and ${scope}`;
  const {
    found: [stored],
  } = await fetchRows(runner, caller, compiler, 'search', type, where, 1, 'newest');
  return stored === undefined ? undefined : (JSON.parse(stored.body) as Resource);
}

function urlKeys(type: ResourceType, canonical: string): bigint[] {
  const [url = '', version] = canonical.split('|');
  const parameters = parametersOf(type);
  const keys = [formKey(parameters.get('url')!, 'uri', url)];
  if (version !== undefined && version !== '') keys.push(codeKey(parameters.get('version')!, version));
  return keys;
}
