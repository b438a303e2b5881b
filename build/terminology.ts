// HL7's own code systems, value sets and maps as one file that an installation reads from (src/terminology/library.ts): those of R4
// itself (hl7.fhir.r4.examples 4.0.1, CC0) and, where the package is installed, the current ones of terminology.hl7.org
// (hl7.terminology.r4, CC0). Narrative and examples are left out, and lists of codes that are licensed by others.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { deflateRawSync } from 'node:zlib';

interface Include {
  system?: string;
  version?: string;
  concept?: unknown[];
}

interface Definition {
  resourceType: string;
  id: string;
  url?: string;
  version?: string;
  valueSet?: string;
  content?: string;
  compose?: { include?: Include[]; exclude?: Include[] };
  sourceUri?: string;
  sourceCanonical?: string;
  targetUri?: string;
  targetCanonical?: string;
  group?: { source?: string; target?: string }[];
}

/** In rising order of precedence where no version is asked for. */
const packages = ['hl7.fhir.r4.examples', 'hl7.terminology.r4'];

/** Code systems whose licence does not let their codes come along: value sets that list them are left to the site. */
const licensed = new Set(['http://snomed.info/sct', 'http://www.ama-assn.org/go/cpt', 'http://www.whocc.no/atc']);

export function generateTerminology(): Buffer {
  const found = new Map<string, Definition>();
  for (const name of packages) {
    for (const definition of definitionsOf(name)) {
      const key = `${definition.resourceType} ${definition.url}|${definition.version ?? ''}`;
      found.delete(key);
      found.set(key, definition);
    }
  }
  unpin([...found.values()]);
  const bodies: Buffer[] = [];
  let from = 0;
  const index = [...found.values()].map((definition) => {
    const body = deflateRawSync(JSON.stringify(definition), { level: 9 });
    bodies.push(body);
    const { resourceType: type, url, version = '' } = definition;
    const entry = { type, url, version, from, length: body.length, refers: refersOf(definition) };
    from += body.length;
    return entry;
  });
  const packed = deflateRawSync(JSON.stringify(index), { level: 9 });
  const length = Buffer.alloc(4);
  length.writeUInt32LE(packed.length);
  return Buffer.concat([length, packed, ...bodies]);
}

/** Some value sets name a version of a code system that their own package does not carry: the one that it carries is meant. */
function unpin(definitions: readonly Definition[]): void {
  const systems = definitions.filter(({ resourceType }) => resourceType === 'CodeSystem');
  const urls = new Set(systems.map(({ url }) => url));
  const versions = new Set(systems.map(({ url, version }) => `${url}|${version}`));
  for (const { compose } of definitions)
    for (const part of [...(compose?.include ?? []), ...(compose?.exclude ?? [])])
      if (part.version !== undefined && urls.has(part.system) && !versions.has(`${part.system}|${part.version}`)) delete part.version;
}

function* definitionsOf(name: string): Generator<Definition> {
  const folder = folderOf(name);
  if (folder === undefined) return;
  for (const file of readdirSync(folder).sort()) {
    if (!/^(CodeSystem|ValueSet|ConceptMap)-.*\.json$/.test(file)) continue;
    const { text: _, meta: __, contact: ___, extension: ____, ...definition } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (isWanted(definition, name)) yield definition;
  }
}

function folderOf(name: string): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
    return existsSync(folder) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function isWanted({ resourceType, id, url, compose, content }: Definition, from: string): boolean {
  // The examples of R4 stand under other addresses.
  if (url === undefined || (from === packages[0] && !/^https?:\/\/([\w-]+\.)*hl7\.org\//.test(url))) return false;
  // Examples of R4 are meant to be read, not to be used.
  if (/^(example|\d|f\d)|-example/.test(id) || content === 'example' || (resourceType === 'ConceptMap' && /^(102|103)$/.test(id)))
    return false;
  const foreign = (compose?.include ?? []).filter(({ system }) => system !== undefined && licensed.has(system));
  return foreign.every(({ concept }) => (concept?.length ?? 0) === 0);
}

function refersOf({ resourceType, valueSet, sourceUri, sourceCanonical, targetUri, targetCanonical, group = [] }: Definition): string[] {
  const all =
    resourceType === 'ConceptMap'
      ? [sourceUri, sourceCanonical, targetUri, targetCanonical, ...group.flatMap(({ source, target }) => [source, target])]
      : resourceType === 'CodeSystem'
        ? [valueSet]
        : [];
  return [...new Set(all.filter((one) => one !== undefined))];
}
