// HL7's own code systems, value sets and maps, as they come with the program: one file, made at build time (build/terminology.ts),
// of which the index is read when it is first asked for and each resource only when it is needed.
import { closeSync, openSync, readSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import type { CodeSystem, ConceptMap, ValueSet } from '../fhir/generated/types.ts';
import { partsOf } from '../fhir/terminology/source.ts';
import type { TerminologyResources } from './resources.ts';

export interface LibraryEntry {
  type: 'CodeSystem' | 'ValueSet' | 'ConceptMap';
  url: string;
  version: string;
  /** Of the deflated JSON, in bytes behind the index. */
  from: number;
  length: number;
  /** Of a CodeSystem the address of its value set; of a ConceptMap what it maps from and to. */
  refers: string[];
}

/** Resources that are kept unpacked, in characters of their JSON. */
const keptMax = 8 * 1024 * 1024;

/** Undefined where there is no such file. The file: 4 bytes length of the index, the index (deflated JSON), the resources. */
export function openLibrary(path: string): TerminologyResources | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  const read = (at: number, length: number): Buffer => {
    const bytes = Buffer.allocUnsafe(length);
    if (readSync(file, bytes, 0, length, at) !== length) throw new Error(`${path} is not whole: build Lamplight again`);
    return bytes;
  };
  const indexLength = read(0, 4).readUInt32LE();
  const begin = 4 + indexLength;
  let entries: Map<string, LibraryEntry[]> | undefined;
  let byReference: Map<string, LibraryEntry[]> | undefined;
  const index = (): Map<string, LibraryEntry[]> => {
    if (entries !== undefined) return entries;
    entries = new Map();
    byReference = new Map();
    for (const entry of JSON.parse(inflateRawSync(read(4, indexLength)).toString()) as LibraryEntry[]) {
      push(entries, `${entry.type} ${entry.url}`, entry);
      for (const one of entry.refers) push(byReference, `${entry.type} ${one}`, entry);
    }
    return entries;
  };
  const kept = new Map<LibraryEntry, { resource: unknown; size: number }>();
  let keptSize = 0;
  const load = (entry: LibraryEntry): unknown => {
    const there = kept.get(entry);
    if (there !== undefined) {
      kept.delete(entry);
      kept.set(entry, there);
      return there.resource;
    }
    const text = inflateRawSync(read(begin + entry.from, entry.length)).toString();
    const resource: unknown = JSON.parse(text);
    kept.set(entry, { resource, size: text.length });
    keptSize += text.length;
    for (const [oldest, { size }] of kept) {
      if (keptSize <= keptMax) break;
      kept.delete(oldest);
      keptSize -= size;
    }
    return resource;
  };
  const find = (type: LibraryEntry['type'], canonical: string): unknown => {
    const { url, version } = partsOf(canonical);
    const there = index().get(`${type} ${url}`);
    const entry = version === undefined ? there?.at(-1) : there?.find((one) => one.version === version);
    return entry === undefined ? undefined : load(entry);
  };
  return {
    codeSystem: async (canonical) => find('CodeSystem', canonical) as CodeSystem | undefined,
    valueSet: async (canonical) => find('ValueSet', canonical) as ValueSet | undefined,
    conceptMap: async (canonical) => find('ConceptMap', canonical) as ConceptMap | undefined,
    async conceptMaps(of) {
      index();
      return (byReference?.get(`ConceptMap ${of}`) ?? []).map((entry) => load(entry) as ConceptMap);
    },
    async systemOfValueSet(canonical) {
      index();
      return byReference?.get(`CodeSystem ${canonical}`)?.at(-1)?.url;
    },
    close: () => closeSync(file),
  };
}

function push<V>(map: Map<string, V[]>, key: string, value: V): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [value]);
  else there.push(value);
}
