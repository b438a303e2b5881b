// Channels from their folder: each *.json read and checked, then all of them beside one another. Nothing wrong is left out in silence:
// the program does not start then, and a running one goes on with what it has. `lamplight exchange check` says the same without either.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Channel } from '../exchange/channel.ts';
import { readChannelFile, type TlsFiles } from '../exchange/channel-file.ts';
import { channelsOf, type Declared } from '../exchange/channels.ts';
import { fail, ok, type Problem, type Result } from '../fhir/result.ts';
import { faultOfPems, type PemFiles, type Pems, readPems } from './certificates.ts';
import { lineOf, linesOf } from './json-lines.ts';

export interface LoadedChannels {
  declared: Declared[];
  channels: Channel[];
}

/** `env`: where headers take their values from. No folder: no channels but our own. */
export async function loadChannels(
  folder: string | undefined,
  { timeZone, env }: { timeZone: string; env: Readonly<Record<string, string | undefined>> },
): Promise<Result<LoadedChannels>> {
  if (folder === undefined) return ok({ declared: [], channels: [] });
  const problems: Problem[] = [];
  const report: Report = (file, message, line) => {
    problems.push({ kind: 'invalid', message: `${file}${line === undefined ? '' : `:${line}`}: ${message}`, where: file });
  };
  const declared: Declared[] = [];
  for (const file of await filesIn(folder, report)) {
    const json = await jsonOf(file, report);
    if (json === undefined) continue;
    const { lines } = json;
    const declares = readChannelFile(json.value, (where, says) =>
      report(file, `${where === '' ? 'the channel' : where} ${says}`, lineOf(lines, where)),
    );
    if (declares === undefined) continue;
    const one = { file, declares, lines };
    // What a member needs is said as `place: what`.
    for (const says of outside(one, env)) report(file, says, lineOf(lines, /^[^\s:]+/.exec(says)?.[0] ?? ''));
    declared.push(one);
  }
  const [first, ...also] = problems;
  if (first !== undefined) return { ok: false, problem: { ...first, also } };
  const channels = channelsOf(declared, timeZone);
  return channels.ok ? ok({ declared, channels: channels.value }) : channels;
}

/** `line`: from 1, where one can be named. */
type Report = (file: string, message: string, line?: number) => void;

async function filesIn(folder: string, report: Report): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    return names.sort().map((name) => join(folder, name));
  } catch {
    report(folder, 'is no folder that can be read; LAMPLIGHT_CHANNELS names the folder with the files of the channels');
    return [];
  }
}

async function jsonOf(file: string, report: Report): Promise<{ value: unknown; lines: Map<string, number> } | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    report(file, `cannot be read: ${error instanceof Error ? error.message : 'unknown'}`);
    return undefined;
  }
  try {
    return { value: JSON.parse(text), lines: linesOf(text) };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'unknown';
    const at = /at position (\d+)/.exec(why)?.[1];
    const line = text.slice(0, at === undefined ? text.length : Number(at)).split('\n').length;
    report(file, `cannot be read as JSON: ${why}`, line);
    return undefined;
  }
}

/** Paths in a channel's file are seen from that file. */
export const pathIn = ({ file }: Declared, path: string): string => (isAbsolute(path) ? path : resolve(dirname(file), path));

/** What a channel needs beyond its file: certificates, folders, values of the environment. */
function* outside(one: Declared, env: Readonly<Record<string, string | undefined>>): Generator<string> {
  const { source, destination } = one.declares;
  if (source !== undefined && 'mllp' in source && source.mllp.tls !== undefined) {
    const { tls } = source.mllp;
    if (tls.key === undefined || tls.cert === undefined || tls.ca === undefined)
      yield 'source.mllp.tls needs key, cert and ca: clients are asked for certificates that ca has signed';
    yield* wrongPems(one, 'source.mllp.tls', tls);
  }
  if (source !== undefined && 'folder' in source && !existsSync(pathIn(one, source.folder.path)))
    yield `source.folder.path: there is no folder ${pathIn(one, source.folder.path)}; make it`;
  const answers = source !== undefined && 'folder' in source ? source.folder.acknowledge : undefined;
  if (answers !== undefined && !existsSync(pathIn(one, answers.folder)))
    yield `source.folder.acknowledge.folder: there is no folder ${pathIn(one, answers.folder)}; make it`;
  if (destination === undefined) return;
  if ('mllp' in destination && destination.mllp.tls !== undefined) {
    const { tls } = destination.mllp;
    if ((tls.key === undefined) !== (tls.cert === undefined)) yield 'destination.mllp.tls needs key and cert together, or neither';
    yield* wrongPems(one, 'destination.mllp.tls', tls);
  }
  if ('folder' in destination && !existsSync(pathIn(one, destination.folder.path)))
    yield `destination.folder.path: there is no folder ${pathIn(one, destination.folder.path)}; make it`;
  if ('http' in destination)
    for (const [header, name] of Object.entries(destination.http.headers ?? {})) {
      if (!/^[A-Za-z0-9-]{1,100}$/.test(header)) yield `destination.http.headers: "${header}" is no name of a header`;
      if (env[name] === undefined)
        yield `destination.http.headers.${header} takes its value from the environment, where "${name}" is not set; set it`;
    }
}

function* wrongPems(one: Declared, where: string, files: TlsFiles): Generator<string> {
  const paths = pemFilesOf(one, files);
  let missing = false;
  for (const [name, path] of Object.entries(paths)) {
    if (path === undefined || existsSync(path)) continue;
    missing = true;
    yield `${where}.${name}: there is no file ${path}`;
  }
  if (missing) return;
  try {
    const fault = faultOfPems(readPems(paths));
    if (fault !== undefined) yield `${where}.${fault.name}: ${paths[fault.name]} ${fault.message}`;
  } catch (error) {
    yield `${where}: its files cannot be read (${error instanceof Error ? error.message : 'unknown'})`;
  }
}

/** Suspected cases go out by one channel that settings name: it must be there, at the start and after every change. */
export function mustGoOut(channels: readonly Channel[], name: string | undefined, setting: string, format: 'hl7v2' | 'ccda'): Result<void> {
  if (name === undefined) return ok(undefined);
  const named = channels.find((one) => one.name === name);
  if (named?.direction === 'out' && named.format === format) return ok(undefined);
  const of = format === 'hl7v2' ? 'HL7 v2' : 'the format ccda';
  return fail('invalid', `${setting} names ${name}, which is no outbound channel of ${of}: docs/channels.md`);
}

/** Paths in a channel's file are seen from that file. */
export const pemFilesOf = (one: Declared, files: TlsFiles): PemFiles => ({
  key: files.key && pathIn(one, files.key),
  cert: files.cert && pathIn(one, files.cert),
  ca: files.ca && pathIn(one, files.ca),
});

/** PEM texts of the files. */
export const pemsIn = (one: Declared, files: TlsFiles): Pems => readPems(pemFilesOf(one, files));
