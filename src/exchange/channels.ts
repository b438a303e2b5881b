// Channels out of what their files declare, and what only shows beside the others: names and ports that are taken, routes that lead
// nowhere.
import { ok, type Problem, type Result } from '../fhir/result.ts';
import { type Channel, partyOf, plainChannel, type Telling, usualPatience } from './channel.ts';
import type { ChannelFile, RecordSourceFile } from './channel-file.ts';
import { csvLanguage } from './csv.ts';
import { mappingOf } from './csv-file.ts';
import { filterBy } from './filter.ts';
import { mendBy } from './overrides.ts';
import { channelCaller } from './worker.ts';

/** A channel as declared, and in which file. */
export interface Declared {
  file: string;
  declares: ChannelFile;
  /** In which line each member stands, by its place. */
  lines?: ReadonlyMap<string, number>;
}

/** Names of the channels that are there by themselves. */
const own = ['hl7v2', 'ccda', 'x12', 'devices', 'fhir'];

export function channelsOf(all: readonly Declared[], timeZone: string): Result<Channel[]> {
  const problems = [...togetherProblems(all)];
  const [first, ...also] = problems;
  if (first !== undefined) return { ok: false, problem: { ...first, also } };
  return ok(all.map(({ declares }) => channelOf(declares, timeZone)));
}

export function channelOf(declares: ChannelFile, timeZone: string): Channel {
  const { name, format, direction, sender, keep, retry = {}, destination, source } = declares;
  return {
    ...plainChannel(name, format, declares.timeZone ?? timeZone),
    direction,
    ...(format === 'csv' ? { language: csvLanguage(mappingOf(declares), { name, timeZone: declares.timeZone ?? timeZone, sender }) } : {}),
    ...(sender === undefined ? {} : { sender }),
    ...(keep === undefined ? {} : { keep }),
    leavesOut: filterBy(declares.filter ?? []),
    mended: mendBy(declares.overrides ?? []),
    laysDown: destination === undefined || !('nowhere' in destination),
    routes: (declares.routes ?? []).map(({ to, filter }) => {
      if (filter === undefined) return { to };
      const leavesOut = filterBy(filter);
      return { to, takes: (message) => leavesOut(message) === undefined };
    }),
    patience: {
      pausesSeconds: retry.pausesSeconds ?? usualPatience.pausesSeconds,
      triesMax: retry.tries ?? usualPatience.triesMax,
      rejected: retry.rejected ?? usualPatience.rejected,
      connections: retry.connections ?? usualPatience.connections,
    },
    ...(source !== undefined && 'record' in source ? { tells: tellingOf(name, source.record) } : {}),
  };
}

function tellingOf(name: string, { tells, except, filter, sender, receiver, version, characterSet, from }: RecordSourceFile): Telling {
  return {
    events: new Set(tells),
    except: new Set((except ?? pairedWith(name)).map((one) => channelCaller(one).person.id)),
    leavesOut: filterBy(filter ?? []),
    sender: partyOf(sender ?? 'LAMPLIGHT/'),
    receiver: partyOf(receiver ?? '/'),
    version: version ?? '2.5.1',
    characterSet: characterSet ?? 'UNICODE UTF-8',
    from: from ?? 'now',
  };
}

/** Who is named like the other half of a connection is the same system: what it said is not told back to it. */
const pairedWith = (name: string): string[] => {
  const stem = name.replace(/-out$/, '');
  return [`${stem}-in`, ...(stem === name ? [] : [stem])];
};

function* togetherProblems(all: readonly Declared[]): Generator<Problem> {
  const problem = ({ file, lines }: Declared, where: string, says: string): Problem => {
    const line = lines?.get(where);
    return { kind: 'invalid', message: `${file}${line === undefined ? '' : `:${line}`}: ${where} ${says}`, where: file };
  };
  const names = new Map<string, Declared>();
  const ports = new Map<number, string>();
  const topics = new Map<string, string>();
  for (const one of all) {
    const { name, source } = one.declares;
    const before = names.get(name);
    if (before !== undefined) yield problem(one, 'name', `"${name}" is taken by ${before.file}; give one of them another name`);
    else if (own.includes(name)) yield problem(one, 'name', `"${name}" is the channel that is there by itself; give this one another name`);
    names.set(name, one);
    if (source !== undefined && 'mqtt' in source) {
      const other = topics.get(source.mqtt.topic);
      if (other !== undefined)
        yield problem(one, 'source.mqtt.topic', `${source.mqtt.topic} is taken by ${other}; a message goes to one channel`);
      topics.set(source.mqtt.topic, one.file);
    }
    if (source === undefined || !('mllp' in source) || source.mllp.port === 0) continue;
    const other = ports.get(source.mllp.port);
    if (other !== undefined)
      yield problem(one, 'source.mllp.port', `${source.mllp.port} is taken by ${other}; give one of them another port`);
    ports.set(source.mllp.port, one.file);
  }
  for (const one of all) {
    const { declares } = one;
    if (declares.source !== undefined && 'record' in declares.source)
      for (const [at, name] of (declares.source.record.except ?? []).entries()) {
        const target = names.get(name)?.declares;
        if (target?.direction !== 'in' && !own.includes(name))
          yield problem(one, `source.record.except[${at}]`, `names no inbound channel "${name}"; known are ${inbound(all)}`);
      }
  }
  for (const one of all)
    for (const [at, { to }] of (one.declares.routes ?? []).entries()) {
      const target = names.get(to)?.declares;
      if (target === undefined) yield problem(one, `routes[${at}].to`, `names no channel "${to}"; known are ${outbound(all) || 'none'}`);
      else if (target.direction === 'in')
        yield problem(
          one,
          `routes[${at}].to`,
          `"${to}" is inbound; routes lead to outbound channels: ${outbound(all) || 'there are none'}`,
        );
      else if (target.format !== one.declares.format)
        yield problem(one, `routes[${at}].to`, `"${to}" carries ${target.format}, and this channel ${one.declares.format}`);
    }
}

const inbound = (all: readonly Declared[]): string =>
  [...all.flatMap(({ declares }) => (declares.direction === 'in' ? [declares.name] : [])), ...own].join(', ');
const outbound = (all: readonly Declared[]): string =>
  all.flatMap(({ declares }) => (declares.direction === 'out' ? [declares.name] : [])).join(', ');
