// Where channels begin and end: listeners and watched folders for those that come in, senders for those that go out.
import type { Declared } from '../exchange/channels.ts';
import type { Exchange } from '../exchange/contract.ts';
import type { Destination } from '../exchange/destination.ts';
import { ok, type Result } from '../fhir/result.ts';
import { readAppleHealth } from '../formats/devices/apple-health.ts';
import { type TopicRule, topicRule } from '../gateways/devices/topic.ts';
import { httpDestination } from '../gateways/exchange/http-destination.ts';
import { folderDestination } from '../gateways/folder/destination.ts';
import { type Unpacked, watchFolder } from '../gateways/folder/source.ts';
import { listenMllp } from '../gateways/mllp/listener.ts';
import { mllpDestination } from '../gateways/mllp/sender.ts';
import { openRelease } from '../terminology/load/release-file.ts';
import { pathIn, pemsOf } from './channels.ts';

const answerSeconds = 30;

export function destinationsOf(declared: readonly Declared[], env: Readonly<Record<string, string | undefined>>): Map<string, Destination> {
  return new Map(
    declared.flatMap((one) => {
      const destination = destinationOf(one, env);
      return destination === undefined ? [] : [[one.declares.name, destination] as const];
    }),
  );
}

function destinationOf(one: Declared, env: Readonly<Record<string, string | undefined>>): Destination | undefined {
  const { destination } = one.declares;
  if (destination === undefined) return undefined;
  if ('mllp' in destination) {
    const { host, port, tls } = destination.mllp;
    return mllpDestination({
      host,
      port,
      answerSeconds: destination.mllp.answerSeconds ?? answerSeconds,
      ...(tls === undefined ? {} : { tls: pemsOf(one, tls) }),
    });
  }
  if ('folder' in destination) return folderDestination(pathIn(one, destination.folder.path));
  if ('http' in destination) {
    const headers = Object.entries(destination.http.headers ?? {}).map(([header, name]) => [header, env[name] ?? '']);
    return httpDestination({
      url: destination.http.url,
      headers: Object.fromEntries(headers),
      answerSeconds: destination.http.answerSeconds ?? answerSeconds,
    });
  }
  return undefined;
}

export interface SourceSettings {
  host: string;
  /** Where a channel names none. */
  timeZone: string;
  bytesMax: number;
  frameSeconds: number;
  now(): Date;
  failed(channel: string, error: unknown): void;
}

/** Starts what listens and watches, in the order of the files; `opened` is told what to close, also where a later one fails. */
export async function startSources(
  declared: readonly Declared[],
  exchange: Exchange,
  settings: SourceSettings,
  opened: (close: () => Promise<void>) => void,
): Promise<Result<string[]>> {
  const notes: string[] = [];
  for (const one of declared) {
    const { name, format, source } = one.declares;
    const failed = (error: unknown): void => settings.failed(name, error);
    if (source === undefined) continue;
    if ('mllp' in source) {
      const { tls } = source.mllp;
      const host = source.mllp.host ?? settings.host;
      const listener = await listenMllp(exchange, {
        channel: name,
        host,
        port: source.mllp.port,
        portSetting: `source.mllp.port in ${one.file}`,
        mode: source.mllp.mode ?? 'auto',
        ...(tls === undefined ? {} : { tls: pemsOf(one, tls) }),
        bytesMax: settings.bytesMax,
        connectionsMax: 1000,
        frameSeconds: settings.frameSeconds,
        application: 'LAMPLIGHT',
        now: settings.now,
        failed,
      });
      if (!listener.ok) return listener;
      opened(listener.value.close);
      notes.push(`channel ${name}: HL7 v2 over MLLP${tls === undefined ? '' : ' with TLS'}, ${host}:${listener.value.port}`);
    }
    if ('folder' in source) {
      const path = pathIn(one, source.folder.path);
      const { after } = source.folder;
      const folder = watchFolder(exchange, {
        channel: name,
        format,
        path,
        pattern: source.folder.pattern,
        acknowledgeTo: source.folder.acknowledge === undefined ? undefined : pathIn(one, source.folder.acknowledge.folder),
        timeZone: one.declares.timeZone ?? settings.timeZone,
        moveTo: after?.startsWith('move to ') === true ? pathIn(one, after.slice('move to '.length).trim()) : undefined,
        rows: exchange.rowsOf(name),
        unpack: unpackExports(source.folder.patientSystem),
        everyMs: 1000,
        restMs: 1000,
        bytesMax: settings.bytesMax,
        now: settings.now,
        failed,
      });
      opened(folder.close);
      notes.push(`channel ${name}: files of ${path}`);
    }
  }
  return ok(notes);
}

/** Topics of MQTT that channels take. */
export const topicRules = (declared: readonly Declared[]): TopicRule[] =>
  declared.flatMap(({ declares: { name, source } }) => (source !== undefined && 'mqtt' in source ? [topicRule(name, source.mqtt)] : []));

/** Exports of Apple Health in a folder: the patient's number is the name of the file. */
function unpackExports(system: string | undefined): ((file: string, name: string) => Unpacked | undefined) | undefined {
  if (system === undefined) return undefined;
  return (file, name) => {
    const value = /^(.+)\.(zip|xml)$/i.exec(name)?.[1];
    // The same sender as by the command line: an export that comes by both is one.
    return value === undefined ? undefined : { sender: 'apple-health', messages: exportMessages(file, { system, value }) };
  };
}

async function* exportMessages(path: string, patient: { system: string; value: string }): AsyncGenerator<Uint8Array> {
  const release = await openRelease(path);
  if (!release.ok) throw new Error(release.problem.message);
  try {
    const file = release.value.files.find(({ base }) => base === 'export.xml') ?? release.value.files[0];
    if (file === undefined) throw new Error('the export holds no export.xml');
    yield* readAppleHealth(file.open(), { patient });
  } finally {
    release.value.close();
  }
}
