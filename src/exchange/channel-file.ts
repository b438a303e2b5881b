// A channel as its text file declares it, one JSON file a channel: what it may say, and whether it does (docs/channels.md).

import type { CsvColumn, CsvMapping } from '../formats/csv/mapping.ts';
import { isCharset } from '../formats/hl7v2/from-fhir-charset.ts';
import type { FormatName } from './contract.ts';
import { type CsvFormFile, csvColumns, csvConstants, csvForm, csvMisplaced } from './csv-file.ts';
import type { Keep } from './prune.ts';
import {
  listOf,
  may,
  members,
  needed,
  numberFrom,
  oneKind,
  onlyTrue,
  type Shape,
  someText,
  textMap,
  textThat,
  type Wrong,
  wholeFrom,
  wordOf,
  yesOrNo,
} from './shape.ts';
import { tellable } from './triggers.ts';

/** PEM files, beside the channel's file or by an absolute path. */
export interface TlsFiles {
  key?: string | undefined;
  cert?: string | undefined;
  ca?: string | undefined;
}
export type MllpMode = 'original' | 'enhanced' | 'auto';
/** An outbound channel that tells of the record: which events, and how its messages are headed. */
export interface RecordSourceFile {
  /** As in `ADT^A01` (triggers.ts). */
  tells: string[];
  /** Inbound channels whose changes are not told. */
  except?: string[] | undefined;
  /** Of the messages that are made. */
  filter?: ConditionFile[] | undefined;
  /** Application and facility: MSH-3 and MSH-4, MSH-5 and MSH-6. */
  sender?: string | undefined;
  receiver?: string | undefined;
  version?: string | undefined;
  /** MSH-18. */
  characterSet?: string | undefined;
  /** Where a channel begins that was never seen before. */
  from?: 'now' | 'start' | undefined;
}
export type SourceFile =
  | { mllp: { port: number; host?: string | undefined; tls?: TlsFiles | undefined; mode?: MllpMode | undefined } }
  | {
      folder: {
        path: string;
        pattern?: string | undefined;
        after?: string | undefined;
        /** Of X12: where the 999 of each file is written. */
        acknowledge?: { folder: string } | undefined;
        /** Of devices: exports of Apple Health are named by a patient's number in this system. */
        patientSystem?: string | undefined;
      };
    }
  | { api: true }
  | { mqtt: { topic: string; device?: number | undefined } }
  | { record: RecordSourceFile };
export type DestinationFile =
  | { mllp: { host: string; port: number; tls?: TlsFiles | undefined; answerSeconds?: number | undefined } }
  | { folder: { path: string } }
  | { http: { url: string; headers?: Record<string, string> | undefined; answerSeconds?: number | undefined } }
  | { record: true }
  | { nowhere: true };

/** All conditions of a list must hold. */
export type ConditionFile = { path: string } & ({ is: string[] } | { not: string[] } | { matches: string });
export type OverrideFile =
  | { path: string; map: Record<string, string>; otherwise?: string | undefined }
  | { path: string; set: string }
  | { path: string; remove: true }
  | { copy: { from: string; to: string } }
  | { identifier: { from: string; authority: string; type?: string | undefined } };

export interface RetryFile {
  pausesSeconds?: number[] | undefined;
  tries?: number | undefined;
  rejected?: 'fail' | 'retry' | undefined;
  connections?: number | undefined;
}

export interface ChannelFile {
  name: string;
  format: FormatName;
  direction: 'in' | 'out';
  says?: string | undefined;
  timeZone?: string | undefined;
  sender?: string | undefined;
  source?: SourceFile | undefined;
  filter?: ConditionFile[] | undefined;
  overrides?: OverrideFile[] | undefined;
  routes?: { to: string; filter?: ConditionFile[] | undefined }[] | undefined;
  destination?: DestinationFile | undefined;
  retry?: RetryFile | undefined;
  keep?: Keep | undefined;
  /** Of the format csv: how the file is written, what its columns mean, what every row says. */
  csv?: CsvFormFile | undefined;
  columns?: CsvColumn[] | undefined;
  constants?: CsvMapping['constants'];
}

const isZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name }).format(0);
    return true;
  } catch {
    return false;
  }
};
const isPattern = (text: string): boolean => {
  try {
    new RegExp(text, 'u');
    return text.length <= 500;
  } catch {
    return false;
  }
};
const isHttp = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

const isTopic = (text: string): boolean =>
  /^[^\p{Cc}$][^\p{Cc}]{0,300}$/u.test(text) &&
  text.split('/').length <= 8 &&
  text
    .split('/')
    .every((level, at, all) => level === '+' || (level === '#' && at === all.length - 1) || (level !== '' && !/[+#]/.test(level)));

const port = wholeFrom(1, 65535);
const host = textThat((text) => /^[\w.:-]{1,253}$/.test(text), 'must be a host name or address');
const path = textThat(
  (text) =>
    /^(\/([^/~]|~[01])+){1,12}$/.test(text) ||
    (/^[A-Z][A-Z0-9]{2}(\[\d{1,4}\])?-\d{1,3}(\[\d{1,4}\])?(\.\d{1,3}){0,2}$/.test(text) && !/^(MSH|FHS|BHS)-[12]$/.test(text)),
  'must be a place in the message such as PID-8, PID-3[2].4 or OBX[1]-3.1, or /values/*/code of a device',
);
const file = textThat((text) => text.trim() !== '', 'must be a path');
const channelName = textThat(
  (text) => /^[a-z][a-z0-9-]{0,60}$/.test(text),
  'must be a name of small letters, digits and "-", such as "adt-north"',
);
const tls = members<TlsFiles>({ key: may(file), cert: may(file), ca: may(file) });
const answerSeconds = may(numberFrom(0.1, 600));

const kind = <T>(name: string, shape: Shape<T>): Shape<Record<string, T>> => members<Record<string, T>>({ [name]: needed(shape) });

const condition = oneKind<ConditionFile>({
  is: members<{ path: string; is: string[] }>({ path: needed(path), is: needed(listOf(someText)) }),
  not: members<{ path: string; not: string[] }>({ path: needed(path), not: needed(listOf(someText)) }),
  matches: members<{ path: string; matches: string }>({
    path: needed(path),
    matches: needed(textThat(isPattern, 'must be a regular expression')),
  }),
});

const party = textThat(
  (text) => /^[^/\p{Cc}]{1,100}\/[^/\p{Cc}]{0,100}$/u.test(text),
  'must be application and facility, such as "LAMPLIGHT/NORTH"',
);
const told = textThat((text) => tellable.includes(text), `must be one of ${tellable.join(', ')}`);
const versions = ['2.2', '2.3', '2.3.1', '2.4', '2.5', '2.5.1', '2.6', '2.7', '2.7.1', '2.8', '2.8.1', '2.8.2'] as const;

const source = oneKind<SourceFile>({
  mllp: kind(
    'mllp',
    members<{ port: number; host: string | undefined; tls: TlsFiles | undefined; mode: MllpMode | undefined }>({
      port: needed(wholeFrom(0, 65535)),
      host: may(host),
      tls: may(tls),
      mode: may(wordOf<MllpMode>('original', 'enhanced', 'auto')),
    }),
  ) as Shape<SourceFile>,
  folder: kind(
    'folder',
    members<{
      path: string;
      pattern: string | undefined;
      after: string | undefined;
      acknowledge: { folder: string } | undefined;
      patientSystem: string | undefined;
    }>({
      path: needed(file),
      pattern: may(textThat((text) => /^[^/\\]{1,200}$/.test(text), 'must be a file name with "*" for any letters, such as "*.hl7"')),
      after: may(textThat((text) => text === 'delete' || /^move to \S/.test(text), 'must be "delete" or "move to FOLDER"')),
      acknowledge: may(members<{ folder: string }>({ folder: needed(file) })),
      patientSystem: may(textThat((text) => /^[a-z][^\s]{0,300}$/i.test(text), 'must be the address (URI) of a system of patient numbers')),
    }),
  ) as Shape<SourceFile>,
  api: kind('api', onlyTrue) as Shape<SourceFile>,
  mqtt: kind(
    'mqtt',
    members<{ topic: string; device: number | undefined }>({
      topic: needed(
        textThat(isTopic, 'must be a topic such as ward/+/vitals, of at most 8 levels; "+" is any one level, "#" all that follow'),
      ),
      device: may(wholeFrom(1, 8)),
    }),
  ) as Shape<SourceFile>,
  record: kind(
    'record',
    members<RecordSourceFile>({
      tells: needed(listOf(told)),
      except: may(listOf(channelName)),
      filter: may(listOf(condition)),
      sender: may(party),
      receiver: may(party),
      version: may(wordOf(...versions)),
      characterSet: may(textThat(isCharset, 'must be a character set of HL7 table 0211, such as "UNICODE UTF-8" or "8859/1"')),
      from: may(wordOf<'now' | 'start'>('now', 'start')),
    }),
  ) as Shape<SourceFile>,
});

const destination = oneKind<DestinationFile>({
  mllp: kind(
    'mllp',
    members<{ host: string; port: number; tls: TlsFiles | undefined; answerSeconds: number | undefined }>({
      host: needed(host),
      port: needed(port),
      tls: may(tls),
      answerSeconds,
    }),
  ) as Shape<DestinationFile>,
  folder: kind('folder', members<{ path: string }>({ path: needed(file) })) as Shape<DestinationFile>,
  http: kind(
    'http',
    members<{ url: string; headers: Record<string, string> | undefined; answerSeconds: number | undefined }>({
      url: needed(textThat(isHttp, 'must be an address such as https://lab.example/hl7')),
      headers: may(textMap),
      answerSeconds,
    }),
  ) as Shape<DestinationFile>,
  record: kind('record', onlyTrue) as Shape<DestinationFile>,
  nowhere: kind('nowhere', onlyTrue) as Shape<DestinationFile>,
});

const override = oneKind<OverrideFile>({
  map: members<{ path: string; map: Record<string, string>; otherwise: string | undefined }>({
    path: needed(path),
    map: needed(textMap),
    otherwise: may(someText),
  }),
  set: members<{ path: string; set: string }>({ path: needed(path), set: needed(someText) }),
  remove: members<{ path: string; remove: true }>({ path: needed(path), remove: needed(onlyTrue) }),
  copy: members<{ copy: { from: string; to: string } }>({
    copy: needed(members<{ from: string; to: string }>({ from: needed(path), to: needed(path) })),
  }),
  identifier: members<{ identifier: { from: string; authority: string; type: string | undefined } }>({
    identifier: needed(
      members<{ from: string; authority: string; type: string | undefined }>({
        from: needed(path),
        authority: needed(someText),
        type: may(someText),
      }),
    ),
  }),
});

const channel = members<ChannelFile>({
  name: needed(channelName),
  format: needed(wordOf<FormatName>('hl7v2', 'ccda', 'x12', 'devices', 'csv')),
  direction: needed(wordOf('in', 'out')),
  says: may(someText),
  timeZone: may(textThat(isZone, 'must be the IANA name of a zone, such as "Europe/London"')),
  sender: may(textThat((text) => text.trim() !== '' && text.length <= 200, 'must be a name such as "ADT/NORTH"')),
  source: may(source),
  filter: may(listOf(condition)),
  overrides: may(listOf(override)),
  routes: may(
    listOf(members<{ to: string; filter: ConditionFile[] | undefined }>({ to: needed(channelName), filter: may(listOf(condition)) })),
  ),
  destination: may(destination),
  csv: may(csvForm),
  columns: may(csvColumns),
  constants: may(csvConstants),
  keep: may(
    members<Keep>({
      days: may(numberFrom(0, 100_000)),
      count: may(wholeFrom(0, 1e12)),
      bytes: may(wholeFrom(0, 1e15)),
      failed: may(yesOrNo),
    }),
  ),
  retry: may(
    members<RetryFile>({
      pausesSeconds: may(listOf(numberFrom(0.05, 86_400), 50)),
      tries: may(wholeFrom(1, 100_000)),
      rejected: may(wordOf('fail', 'retry')),
      connections: may(wholeFrom(1, 64)),
    }),
  ),
});

/** What only some channels may say. */
function misplaced(read: ChannelFile, wrong: Wrong): void {
  const target = Object.keys(read.destination ?? {})[0];
  if (read.direction === 'in') {
    if (read.source === undefined) wrong('source', 'is missing: say where messages come from: mllp, folder, api or mqtt');
    else if ('record' in read.source) wrong('source.record', 'is for outbound channels: an inbound one brings messages into the record');
    if (target !== undefined && target !== 'record' && target !== 'nowhere')
      wrong(
        'destination',
        'of an inbound channel is {"record": true} or {"nowhere": true}; send messages on with "routes" to an outbound channel',
      );
    if (target === 'nowhere' && (read.routes ?? []).length === 0)
      wrong('routes', 'are missing: a channel whose destination is nowhere does nothing without them');
    if (read.retry !== undefined) wrong('retry', 'is for outbound channels');
    if (read.format !== 'x12' && read.source !== undefined && 'folder' in read.source && read.source.folder.acknowledge !== undefined)
      wrong('source.folder.acknowledge', 'is for x12: others are not acknowledged by files');
    if (read.format !== 'hl7v2' && read.source !== undefined && 'mllp' in read.source)
      wrong('source', 'mllp carries the format hl7v2 only');
  } else {
    if (read.source !== undefined && !('record' in read.source))
      wrong('source', 'of an outbound channel is {"record": {"tells": […]}}, or left out where "routes" of others fill it');
    if (read.source !== undefined && read.format !== 'hl7v2') wrong('format', 'of a channel that tells of the record is hl7v2');
    if (read.source !== undefined && 'record' in read.source && read.source.record.tells.length === 0)
      wrong('source.record.tells', `must name at least one of ${tellable.join(', ')}`);
    if (target === undefined || target === 'record' || target === 'nowhere')
      wrong('destination', 'of an outbound channel must be mllp, folder or http');
    if (read.routes !== undefined) wrong('routes', 'are for inbound channels');
    if (read.filter !== undefined) wrong('filter', 'is for inbound channels; put it on the route that leads here');
    if (read.overrides !== undefined) wrong('overrides', 'are for inbound channels');
    if (read.retry?.pausesSeconds?.length === 0) wrong('retry.pausesSeconds', 'must name at least one pause');
    if (read.format !== 'hl7v2' && target === 'mllp') wrong('destination', 'mllp carries the format hl7v2 only');
  }
  if (read.source !== undefined && 'mqtt' in read.source) deviceTopic(read, read.source.mqtt, wrong);
  if (read.source !== undefined && 'folder' in read.source && read.source.folder.patientSystem !== undefined && read.format !== 'devices')
    wrong('source.folder.patientSystem', 'is for channels of the format devices');
  const places = read.overrides ?? read.filter ?? read.routes?.find(({ filter }) => filter !== undefined);
  if (read.format !== 'hl7v2' && read.format !== 'devices' && places !== undefined)
    wrong('format', 'filters and overrides name places of hl7v2 messages; leave them out here');
  const conditions = [...(read.filter ?? []), ...(read.routes ?? []).flatMap(({ filter }) => filter ?? [])];
  for (const one of [...conditions, ...(read.overrides ?? [])]) {
    const where = 'path' in one ? one.path : 'copy' in one ? 'copy' : 'identifier';
    if (read.format === 'hl7v2' && where.startsWith('/'))
      wrong(where, 'is a place in a payload of a device, and this channel carries hl7v2');
    if (read.format === 'devices' && !where.startsWith('/')) wrong(where, 'is for hl7v2; name places of a payload such as /values/*/code');
  }
}

function deviceTopic(read: ChannelFile, { topic, device }: { topic: string; device?: number | undefined }, wrong: Wrong): void {
  if (read.format !== 'devices') wrong('source', 'mqtt carries the format devices only');
  const levels = topic.split('/');
  if (device === undefined && levels.filter((level) => level === '+').length !== 1)
    wrong('source.mqtt.device', 'is missing: say which level of the topic, from 1, names the device');
  else if (device !== undefined && (levels[device - 1] ?? '#') === '#') wrong('source.mqtt.device', `must be a level of ${topic}, from 1`);
}

/** A channel's file; every problem is told with its place. */
export function readChannelFile(json: unknown, wrong: Wrong): ChannelFile | undefined {
  const read = channel(json, '', wrong);
  if (read === undefined) return undefined;
  let good = true;
  const report: Wrong = (where, says) => {
    good = false;
    wrong(where, says);
  };
  misplaced(read, report);
  csvMisplaced(read, report);
  return good ? read : undefined;
}
