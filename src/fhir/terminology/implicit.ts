// Value sets that exist without a ValueSet resource: all codes of a code system under the address that it names, and those that
// SNOMED CT and LOINC define by their addresses (http://hl7.org/fhir/R4/snomedct.html#implicit, loinc.html#implicit).
import type { ValueSet, ValueSetComposeInclude } from '../generated/types.ts';
import { partsOf, type TerminologySource } from './source.ts';

const snomed = 'http://snomed.info/sct';

/** `http://snomed.info/sct[/module/version/date]?fhir_vs[=isa/code]` */
const snomedPattern = /^(http:\/\/snomed\.info\/sct(?:\/\d+(?:\/version\/\d+)?)?)\?fhir_vs(?:=isa\/(\d+))?$/;

export async function implicitValueSet(source: TerminologySource, canonical: string): Promise<ValueSet | undefined> {
  const { url, version } = partsOf(canonical);
  const include = snomedInclude(url) ?? (await systemInclude(source, url, version));
  return include === undefined ? undefined : { resourceType: 'ValueSet', url, status: 'active', compose: { include: [include] } };
}

function snomedInclude(url: string): ValueSetComposeInclude | undefined {
  const found = snomedPattern.exec(url);
  if (found === null) return undefined;
  const [, edition = snomed, code] = found;
  return {
    system: snomed,
    ...(edition.includes('/version/') ? { version: edition } : {}),
    ...(code === undefined ? {} : { filter: [{ property: 'concept', op: 'is-a', value: code }] }),
  };
}

async function systemInclude(
  source: TerminologySource,
  url: string,
  version: string | undefined,
): Promise<ValueSetComposeInclude | undefined> {
  const system = await source.systemOfValueSet(url);
  return system === undefined ? undefined : { system, version };
}
