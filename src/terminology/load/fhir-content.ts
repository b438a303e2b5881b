// Resources in files: a package (tgz), NDJSON, a Bundle, or single resources as JSON. Other types than CodeSystem, ValueSet and
// ConceptMap are passed over and counted.
import type { CodeSystem, ConceptMap, Resource, ValueSet } from '../../fhir/generated/types.ts';
import { BrokenFile } from './broken.ts';
import { linesOf, textOf } from './lines.ts';
import type { Peeked } from './plan.ts';
import type { ReleaseFile } from './release-file.ts';
import { tarFiles } from './tar.ts';

export type TerminologyResource = CodeSystem | ValueSet | ConceptMap;

export interface FhirPackage {
  /** Of a package its name and version, otherwise of the file. */
  name: string;
  version?: string;
  resources(): AsyncIterable<TerminologyResource>;
}

const types = new Set(['CodeSystem', 'ValueSet', 'ConceptMap']);
const resourceBytesMax = 256 * 1024 * 1024;

export const isTar = (begin: string): boolean => begin.slice(257, 262) === 'ustar';
const isJson = (begin: string): boolean => /^\s*\{/.test(begin);

/** undefined: there are no resources in these files. */
export async function fhirContent(files: readonly Peeked[]): Promise<FhirPackage | undefined> {
  const [first] = files;
  if (first === undefined) return undefined;
  if (files.length === 1 && isTar(first.begin)) return packageOf(first.file);
  const json = files.filter(({ begin }) => isJson(begin) && /"resourceType"/.test(begin));
  if (json.length === 0) return undefined;
  return {
    name: first.file.base.replace(/\.(json|ndjson|jsonl)$/i, ''),
    async *resources() {
      for (const { file, begin } of json) yield* isLines(begin) ? fromLines(file) : fromOne(file);
    },
  };
}

/** A whole object on the first line and another behind it. */
function isLines(begin: string): boolean {
  const end = begin.indexOf('\n');
  const first = (end < 0 ? '' : begin.slice(0, end)).trim();
  return first.length > 1 && (first.endsWith('}') || end < 0) && begin.slice(end).trim() !== ''
    ? true
    : /^\{"resourceType"[^\n]{3900,}$/.test(begin);
}

async function packageOf(file: ReleaseFile): Promise<FhirPackage> {
  let about: { name?: string; version?: string } = {};
  for await (const { content } of tarFiles(file.name, file.open(), (path) => path === 'package/package.json', resourceBytesMax)) {
    about = parse(file.name, undefined, content) as typeof about;
    break;
  }
  return {
    name: about.name ?? file.base.replace(/\.(tgz|tar)$/i, ''),
    ...(about.version === undefined ? {} : { version: about.version }),
    async *resources() {
      const wanted = (path: string): boolean => /^package\/[^/]+\.json$/.test(path) && !/\/(package|\.index)\.json$/.test(path);
      for await (const { path, content } of tarFiles(file.name, file.open(), wanted, resourceBytesMax))
        yield* terminologyOf(parse(`${file.name} › ${path}`, undefined, content));
    },
  };
}

async function* fromLines(file: ReleaseFile): AsyncGenerator<TerminologyResource> {
  // Lines of resources may be longer than those of tables: they are put together from chunks here.
  for await (const { first, lines } of linesOf(file, resourceBytesMax))
    for (const [i, line] of lines.entries()) if (line.trim() !== '') yield* terminologyOf(parse(file.name, first + i, Buffer.from(line)));
}

async function* fromOne(file: ReleaseFile): AsyncGenerator<TerminologyResource> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of file.open()) {
    size += chunk.length;
    if (size > resourceBytesMax)
      throw new BrokenFile(file.name, undefined, `a resource may have ${resourceBytesMax} bytes: load it as NDJSON or as a package`);
    chunks.push(chunk);
  }
  yield* terminologyOf(parse(file.name, undefined, Buffer.concat(chunks)));
}

function parse(name: string, line: number | undefined, bytes: Buffer): unknown {
  try {
    return JSON.parse(textOf(bytes).replace(/^\ufeff/, ''));
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/, ?".*$/s, '') : '';
    const at = /position (\d+)/.exec(reason)?.[1];
    const within = at === undefined ? 1 : bytes.subarray(0, Number(at)).toString('utf8').split('\n').length;
    throw new BrokenFile(name, line ?? within, `this is not JSON: ${reason}`);
  }
}

function* terminologyOf(json: unknown): Generator<TerminologyResource> {
  if (typeof json !== 'object' || json === null || !('resourceType' in json)) return;
  const resource = json as Resource;
  if (resource.resourceType === 'Bundle') for (const { resource: inside } of resource.entry ?? []) yield* terminologyOf(inside);
  else if (types.has(resource.resourceType)) yield resource as TerminologyResource;
}
