// The validator as the site has set it up: the packages that it adds, and what each kind of rule means for a write.
import { createReadStream } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { type Json, readJson } from '../fhir/json.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { codesAtHand } from '../fhir/validator/codes-at-hand.ts';
import { packageCodes } from '../fhir/validator/package-codes.ts';
import type { ValidationPolicy } from '../fhir/validator/policy.ts';
import { ProfileSet } from '../fhir/validator/profiles.ts';
import type { ValidationParts } from '../gateways/fhir-rest/validation.ts';
import { tarFiles } from '../terminology/load/tar.ts';
import type { Settings } from './settings.ts';

/** A package has some thousand files; one that unpacks to more than this is no package. */
const bytesMax = 1024 * 1024 * 1024;
const fileBytesMax = 128 * 1024 * 1024;
const limits = { maxValues: 5_000_000, maxEntryValues: 5_000_000 };

/** What stands in the packages and cannot be used is told in `notes`; a package that cannot be read stops the program. */
export async function openValidation(
  settings: Pick<Settings, 'packages' | 'validation'>,
  terminology: ValidationParts['terminology'],
): Promise<Result<ValidationParts & { notes: string[] }>> {
  const profiles = new ProfileSet();
  const notes: string[] = [];
  const all: Json[] = [];
  for (const path of settings.packages?.split(',').map((one) => one.trim()) ?? []) {
    const read = await readPackage(path);
    if (!read.ok) return read;
    if (read.value.length === 0)
      return fail('invalid', `${path} holds no FHIR resources: LAMPLIGHT_PACKAGES names folders of JSON and .tgz files`);
    all.push(...read.value);
  }
  for (const { where, message } of profiles.add(all)) notes.push(`profile ${where ?? ''} cannot be used: ${message}`);
  const { codes, ...policy } = policyOf(settings.validation);
  return ok({
    profiles,
    codes: all.length === 0 ? codesAtHand : packageCodes(all, codesAtHand),
    policy,
    askCodes: codes === 'refuse' || codes === 'warn',
    terminology,
    notes,
  });
}

/** The setting is checked when it is read; codes are left to $validate where nothing is said. */
function policyOf(text: string): ValidationPolicy & { codes?: 'refuse' | 'warn' | 'off' } {
  return Object.fromEntries(text.split(',').map((one) => one.trim().split('=')));
}

async function readPackage(path: string): Promise<Result<Json[]>> {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) return fail('not-found', `LAMPLIGHT_PACKAGES names ${path}, and there is nothing`);
  try {
    if (found.isDirectory()) return await readFolder(path);
    return found.isFile()
      ? await readArchive(path)
      : fail('invalid', `LAMPLIGHT_PACKAGES names ${path}, which is neither a folder nor a file`);
  } catch (error) {
    return fail('invalid', `${path} is no FHIR package that can be read: ${error instanceof Error ? error.message : 'unknown'}`);
  }
}

async function readFolder(path: string): Promise<Result<Json[]>> {
  const names = (await readdir(path, { recursive: true })).filter((name) => name.endsWith('.json')).sort();
  const resources: Json[] = [];
  for (const name of names) {
    const file = join(path, name);
    const { size, isFile } = await sizeOf(file);
    // Whoever waits for a pipe to say something may wait for ever.
    if (!isFile) continue;
    if (size > fileBytesMax)
      return fail('too-costly', `${file} is larger than ${fileBytesMax / 1024 / 1024} MB: it is no resource of a FHIR package`);
    const taken = await take(await readFile(file, 'utf8'), file, resources);
    if (!taken.ok) return taken;
  }
  return ok(resources);
}

const sizeOf = async (file: string): Promise<{ size: number; isFile: boolean }> => {
  const found = await stat(file);
  return { size: found.size, isFile: found.isFile() };
};

async function readArchive(path: string): Promise<Result<Json[]>> {
  const resources: Json[] = [];
  const packed = createReadStream(path);
  const unpacked = createGunzip();
  packed.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const { path: name, content } of tarFiles(
      path,
      bounded(packed.pipe(unpacked)),
      (one) => one.endsWith('.json'),
      fileBytesMax,
    )) {
      const taken = await take(content.toString('utf8'), `${path}: ${name}`, resources);
      if (!taken.ok) return taken;
    }
  } finally {
    packed.destroy();
  }
  return ok(resources);
}

/** What is passed over counts too: nothing on a disk may keep the start busy for ever. */
async function* bounded(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of chunks) {
    bytes += chunk.length;
    if (bytes > bytesMax) throw new Error(`it unpacks to more than ${bytesMax / 1024 / 1024} MB`);
    yield chunk;
  }
}

/** Only what validation reads; `package.json` and examples are no part of it. */
const wanted = new Set(['StructureDefinition', 'ValueSet', 'CodeSystem']);

async function take(text: string, where: string, into: Json[]): Promise<Result<void>> {
  if (!/"resourceType"\s*:\s*"(StructureDefinition|ValueSet|CodeSystem)"/.test(text)) return ok(undefined);
  const read = await readJson(text, limits);
  if (!read.ok) return fail('invalid', `${where} is no JSON: ${read.problem.message}`);
  const { value } = read;
  const type = typeof value === 'object' && value !== null && 'resourceType' in value ? value['resourceType'] : undefined;
  if (typeof type === 'string' && wanted.has(type)) into.push(value);
  return ok(undefined);
}
