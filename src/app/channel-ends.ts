// Where channels that go out end, and which topics those take that come in by MQTT. Listeners and folders: channel-sources.ts.
import type { Declared } from '../exchange/channels.ts';
import type { Destination } from '../exchange/destination.ts';
import { type TopicRule, topicRule } from '../gateways/devices/topic.ts';
import { httpDestination } from '../gateways/exchange/http-destination.ts';
import { folderDestination } from '../gateways/folder/destination.ts';
import { mllpDestination } from '../gateways/mllp/sender.ts';
import { pathIn, pemsIn } from './channels.ts';

const answerSeconds = 30;

/** What a destination was made of, and it itself: the same words make the same one, with its open connections. */
export interface Made {
  words: string;
  destination: Destination;
}

/** `before`: those that are there already. */
export function destinationsOf(
  declared: readonly Declared[],
  env: Readonly<Record<string, string | undefined>>,
  before: ReadonlyMap<string, Made> = new Map(),
): Map<string, Made> {
  return new Map(
    declared.flatMap((one) => {
      const { name } = one.declares;
      const words = wordsOf(one, env);
      const old = before.get(name);
      if (old !== undefined && old.words === words) return [[name, old] as const];
      const destination = destinationOf(one, env);
      return destination === undefined ? [] : [[name, { words, destination }] as const];
    }),
  );
}

/** What a destination depends on beside its file: certificates and values of the environment. */
function wordsOf(one: Declared, env: Readonly<Record<string, string | undefined>>): string {
  const { destination } = one.declares;
  if (destination === undefined) return '';
  if ('mllp' in destination)
    return JSON.stringify([destination, destination.mllp.tls === undefined ? {} : pemsIn(one, destination.mllp.tls)]);
  if ('folder' in destination) return JSON.stringify([destination, pathIn(one, destination.folder.path)]);
  if ('http' in destination) return JSON.stringify([destination, Object.values(destination.http.headers ?? {}).map((name) => env[name])]);
  return JSON.stringify(destination);
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
      ...(tls === undefined ? {} : { tls: () => pemsIn(one, tls) }),
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

/** Topics of MQTT that channels take. */
export const topicRules = (declared: readonly Declared[]): TopicRule[] =>
  declared.flatMap(({ declares: { name, source } }) => (source !== undefined && 'mqtt' in source ? [topicRule(name, source.mqtt)] : []));
