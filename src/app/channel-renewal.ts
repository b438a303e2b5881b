// The channels' files read again while the program runs: read and checked as at the start, then everything that hangs by them follows,
// ports and folders, destinations, topics of devices, and what tells of the record.
import type { Channel } from '../exchange/channel.ts';
import type { DeclaredChannels, Renewal } from '../exchange/renewal.ts';
import { fail, ok } from '../fhir/result.ts';
import type { TopicRule } from '../gateways/devices/topic.ts';
import { destinationsOf, type Made, topicRules } from './channel-ends.ts';
import type { Sources } from './channel-sources.ts';
import { loadChannels, mustGoOut } from './channels.ts';
import type { Settings } from './settings.ts';

/** What follows the channels; handed over when all of it has begun. */
export interface Followers {
  sources: Sources;
  /** Told of the topics that channels take. */
  topics: ((rules: readonly TopicRule[]) => void)[];
  telling: { change(channels: readonly Channel[]): Promise<void> };
}

export interface ChannelRenewal extends Renewal {
  /** From now on files may be read again. */
  begun(followers: Followers): void;
  channels(): readonly Channel[];
  destinations(): ReadonlyMap<string, Made['destination']>;
}

const ready = (made: ReadonlyMap<string, Made>) => new Map([...made].map(([name, { destination }]) => [name, destination] as const));

/** Absent folder: there is nothing to read again. */
export function channelRenewal(
  settings: Settings,
  env: Readonly<Record<string, string | undefined>>,
  first: DeclaredChannels,
): ChannelRenewal {
  let current = first;
  let made = destinationsOf(first.declared, env);
  let followers: Followers | undefined;
  const topicsOf = ({ declared }: DeclaredChannels): TopicRule[] => topicRules(declared);
  return {
    begun(all) {
      followers = all;
    },
    channels: () => current.channels,
    destinations: () => ready(made),
    async read() {
      if (settings.channels === undefined)
        return fail('not-found', 'LAMPLIGHT_CHANNELS names no folder: name one, and start Lamplight with it');
      if (followers === undefined) return fail('busy', 'Lamplight is starting: its channels are read just now');
      const loaded = await loadChannels(settings.channels, { timeZone: settings.timeZone, env });
      if (!loaded.ok) return loaded;
      const { channels } = loaded.value;
      const out = mustGoOut(channels, settings.surveillanceChannel, 'LAMPLIGHT_SURVEILLANCE_CHANNEL', 'hl7v2');
      const cases = out.ok ? mustGoOut(channels, settings.caseReportChannel, 'LAMPLIGHT_CASE_REPORT_CHANNEL', 'ccda') : out;
      return cases.ok ? loaded : cases;
    },
    plan(next) {
      return [...(followers?.sources.plan(next.declared) ?? []), ...topicNotes(topicsOf(current), topicsOf(next))];
    },
    async prepare(next) {
      if (followers === undefined) return fail('busy', 'Lamplight is starting: its channels are read just now');
      const { sources, topics, telling } = followers;
      const prepared = await sources.prepare(next.declared);
      if (!prepared.ok) return prepared;
      const destinations = destinationsOf(next.declared, env, made);
      const notes = [...prepared.value.notes, ...topicNotes(topicsOf(current), topicsOf(next))];
      return ok({
        destinations: ready(destinations),
        notes,
        async take(channels: readonly Channel[]) {
          current = { declared: next.declared, channels };
          made = destinations;
          for (const change of topics) change(topicsOf(next));
          await Promise.all([prepared.value.take(), telling.change(channels)]);
        },
      });
    },
  };
}

const topicNotes = (before: readonly TopicRule[], after: readonly TopicRule[]): string[] => {
  const words = (rule: TopicRule): string => `channel ${rule.channel}: devices on ${rule.topic}`;
  const [old, now] = [before.map(words), after.map(words)];
  return [
    ...old.filter((one) => !now.includes(one)).map((one) => `ends: ${one}`),
    ...now.filter((one) => !old.includes(one)).map((one) => `begins: ${one}`),
  ];
};
