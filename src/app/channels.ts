// Channels from their folder: each *.json read and checked, then all of them beside one another. Nothing wrong is left out in silence:
// the program does not start then, and `lamplight exchange check` says the same without starting it.
import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import type { Channel } from '../exchange/channel.ts';
import { readChannelFile, type TlsFiles } from '../exchange/channel-file.ts';
import { channelsOf, type Declared } from '../exchange/channels.ts';
import { ok, type Problem, type Result } from '../fhir/result.ts';

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
  const report = (file: string, message: string): void => {
    problems.push({ kind: 'invalid', message: `${file}: ${message}`, where: file });
  };
  const declared: Declared[] = [];
  for (const file of await filesIn(folder, report)) {
    const json = await jsonOf(file, report);
    if (json === undefined) continue;
    const declares = readChannelFile(json.value, (where, says) => report(file, `${where === '' ? 'the channel' : where} ${says}`));
    if (declares === undefined) continue;
    const one = { file, declares };
    for (const says of outside(one, env)) report(file, says);
    declared.push(one);
  }
  const [first, ...also] = problems;
  if (first !== undefined) return { ok: false, problem: { ...first, also } };
  const channels = channelsOf(declared, timeZone);
  return channels.ok ? ok({ declared, channels: channels.value }) : channels;
}

async function filesIn(folder: string, report: (file: string, message: string) => void): Promise<string[]> {
  try {
    const names = (await readdir(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.'));
    return names.sort().map((name) => join(folder, name));
  } catch {
    report(folder, 'is no folder that can be read; LAMPLIGHT_CHANNELS names the folder with the files of the channels');
    return [];
  }
}

async function jsonOf(file: string, report: (file: string, message: string) => void): Promise<{ value: unknown } | undefined> {
  try {
    return { value: JSON.parse(await readFile(file, 'utf8')) };
  } catch (error) {
    report(file, `cannot be read as JSON: ${error instanceof Error ? error.message : 'unknown'}`);
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
    yield* missing(one, 'source.mllp.tls', tls);
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
    yield* missing(one, 'destination.mllp.tls', tls);
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

function* missing(one: Declared, where: string, files: TlsFiles): Generator<string> {
  for (const [name, path] of Object.entries(files))
    if (path !== undefined && !existsSync(pathIn(one, path))) yield `${where}.${name}: there is no file ${pathIn(one, path)}`;
}

/** PEM texts of the files. */
export function pemsOf(one: Declared, files: TlsFiles): { key?: string; cert?: string; ca?: string } {
  const read = (path: string | undefined): string | undefined => (path === undefined ? undefined : readFileSync(pathIn(one, path), 'utf8'));
  const [key, cert, ca] = [read(files.key), read(files.cert), read(files.ca)];
  return { ...(key === undefined ? {} : { key }), ...(cert === undefined ? {} : { cert }), ...(ca === undefined ? {} : { ca }) };
}
