// Channels that tell of the record: each follows the feed under its own name, makes a message of what a change means (triggers.ts) and
// puts it into its queue in the transaction that moves its place. A kill at any moment therefore loses nothing and sends nothing twice.
import { createHash } from 'node:crypto';
import type { Database, Statement } from '../database/contract.ts';
import type { Delivery, Feed, Following } from '../feed/contract.ts';
import type { Resource } from '../fhir/generated/types.ts';
import { ok, type Result } from '../fhir/result.ts';
import { aboutOf, type Hl7About } from '../formats/hl7v2/about.ts';
import { fromFhirInSteps } from '../formats/hl7v2/from-fhir.ts';
import { inCharset } from '../formats/hl7v2/from-fhir-charset.ts';
import { readKind } from '../formats/hl7v2/from-fhir-structures.ts';
import type { Caller, Change, RecordStore } from '../record/contract.ts';
import { keyOfId } from '../record/keys.ts';
import { inSlices, slices } from '../record/slices.ts';
import { uuid7 } from '../record/uuid7.ts';
import type { Channel, Telling } from './channel.ts';
import { gather, openVisit, patientNameOf } from './gather.ts';
import { RecordChart, resourceOf } from './record-chart.ts';
import { eventOf, watchedFor } from './triggers.ts';
import { channelCaller } from './worker.ts';

export interface TellingTools {
  feed: Pick<Feed, 'follow'>;
  database: Database;
  record: Pick<RecordStore, 'read' | 'readVersion' | 'search' | 'note'>;
  channels: readonly Channel[];
  /** Told of a change of which no message could be made. */
  failed(channel: string, error: unknown): void;
}

interface Told {
  raw: Buffer;
  about: Hl7About;
  change: Change;
}

/** Changes looked at together, and bytes of messages written together. */
const batch = 50;
const bytesTogether = 4_000_000;

const followers = 'channel:';
export const followerOf = (channel: string): string => `${followers}${channel}`;

/** Whether a follower's channel has gone: it keeps its place for the day when the file comes back, and nobody waits for it. */
export function abandonedBy(channels: () => readonly Channel[]): (follower: string) => boolean {
  const known = (follower: string): boolean => channels().some(({ name, tells }) => tells !== undefined && followerOf(name) === follower);
  return (follower) => follower.startsWith(followers) && !known(follower);
}

export interface TellingOfRecord extends Following {
  /** Other channels from now on: those that are the same go on undisturbed, each begins where it stood. */
  change(channels: readonly Channel[]): Promise<void>;
}

/** Starts all channels that tell of the record. */
export function tellOfRecord(tools: TellingTools): TellingOfRecord {
  const running = new Map<string, { channel: Channel; following: Following }>();
  const begin = (channel: Channel): void => {
    const { tells, name } = channel;
    if (tells === undefined) return;
    const following = tools.feed.follow(followerOf(name), { from: tells.from, watches: watchedFor(tells.events), batch }, (delivery) =>
      attend(tools, channel, tells, delivery),
    );
    running.set(name, { channel, following });
  };
  const end = async (name: string): Promise<void> => {
    await running.get(name)?.following.stop();
    running.delete(name);
  };
  for (const channel of tools.channels) begin(channel);
  return {
    begun: Promise.all([...running.values()].map(({ following }) => following.begun)).then(() => undefined),
    async change(channels) {
      const same = new Set(channels.filter((channel) => running.get(channel.name)?.channel === channel));
      await Promise.all([...running].flatMap(([name, { channel }]) => (same.has(channel) ? [] : [end(name)])));
      for (const channel of channels) if (!same.has(channel)) begin(channel);
      // What is written as soon as somebody was told that they are there is told of too.
      await Promise.all([...running.values()].map(({ following }) => following.begun));
    },
    async stop() {
      await Promise.all([...running.keys()].map(end));
    },
  };
}

async function attend(tools: TellingTools, channel: Channel, tells: Telling, delivery: Delivery): Promise<void> {
  const caller = channelCaller(channel.name);
  // Every change of the batch was committed before it was handed over: what is read now knows all of them.
  const chart = new RecordChart(tools.record, caller);
  let told: Told[] = [];
  let bytes = 0;
  const write = async (to: bigint): Promise<void> => {
    const statement = queued(channel, told);
    await tools.database.transaction(async (session) => {
      if (statement !== undefined) await session.query(statement);
      await delivery.move(session, to);
    });
    told = [];
    bytes = 0;
  };
  for (const change of delivery.changes) {
    if (tells.except.has(change.by) || change.operation === 'delete') continue;
    const message = await tell(tools, channel, tells, change, chart, caller);
    if (message === undefined) continue;
    told.push(message);
    bytes += message.raw.length;
    if (bytes > bytesTogether) await write(change.position);
  }
  if (told.length > 0) await write(delivery.reached);
}

/** The message of a change; undefined where it means none that is told. */
async function tell(
  { record, failed }: TellingTools,
  channel: Channel,
  tells: Telling,
  change: Change,
  chart: RecordChart,
  caller: Caller,
): Promise<Told | undefined> {
  const now = await resourceOf(change.body);
  const before = await chart.before(change.type, change.id, change.version - 1);
  const patient = now.resourceType === 'Patient' ? patientNameOf(now) : undefined;
  const visit = patient !== undefined && tells.events.has('ADT^A08') ? await openVisit(patient, chart) : undefined;
  // A visit that began after this change is told of by its own: nobody hears of it before its admission.
  const visiting = visit?.meta?.lastUpdated !== undefined && new Date(visit.meta.lastUpdated) <= change.at;
  const named = eventOf({ now, before, visiting }, tells.events);
  const wish = named === undefined ? undefined : readKind(named);
  if (named === undefined || wish === undefined) return undefined;
  const { speaking, known } = await gather(now, wish, chart);
  const made = await messageOf(channel, tells, change, named, speaking, known);
  if (!made.ok) {
    const why = `${named} of ${change.type}/${change.id}, change ${change.position}: ${made.problem.message}`;
    await record.note(caller, 'message-untold', { target: keyOfId(change.id), patients: [change.pat], outcome: 422, query: why });
    failed(channel.name, new Error(why));
    return undefined;
  }
  const raw = made.value;
  const about = aboutOf(raw);
  const bytes = raw.write();
  if (tells.leavesOut({ raw: bytes, kind: about.kind, sender: about.sender }) !== undefined) return undefined;
  return { raw: bytes, about, change };
}

async function messageOf(channel: Channel, tells: Telling, change: Change, named: string, speaking: Resource[], known: Resource[]) {
  const kind = readKind(named);
  const { sender, receiver, version } = tells;
  try {
    const made: Result<ReturnType<typeof inCharset>> =
      kind === undefined
        ? { ok: false, problem: { kind: 'unsupported', message: `${named} is not written` } }
        : await inSlices(
            fromFhirInSteps(
              speaking,
              {
                ...kind,
                sender,
                receiver,
                version,
                controlId: controlIdOf(channel, tells, change, named),
                at: change.at,
                timeZone: channel.timeZone,
              },
              known,
            ),
            slices(),
          );
    return made.ok ? ok(inCharset(made.value, tells.characterSet)) : made;
  } catch (error) {
    // A mapping that throws is a bug of ours, and no reason to tell nothing of all others: it is noted.
    const message = `a fault of this program (${error instanceof Error ? error.name : 'unknown'})`;
    return { ok: false as const, problem: { kind: 'unsupported' as const, message } };
  }
}

/** The same for the same change, so that who gets it twice knows it again; 20 letters are the most that v2.5 allows. */
function controlIdOf(channel: Channel, { sender }: Telling, { type, id, version, position }: Change, event: string): string {
  const text = [channel.name, sender.application, sender.facility, type, id, version, position, event].join('\u0000');
  return `L${createHash('sha256').update(text).digest().readBigUInt64BE(0).toString(36).toUpperCase()}`;
}

const laneOf = (channel: string, patient: string): string =>
  createHash('sha256').update(`${channel}\u0000${patient}`).digest().readBigInt64BE(0).toString();

const queueText = `
with given as (
  select * from unnest($1::uuid[], $2::text[], $3::text[], $4::int8[], $5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::text[])
    as g(id, control, kind, lane, origin, digest, raw, keys, target)
), fresh as (
  insert into message (id, channel, format, direction, sender, control, kind, lane, origin, account, received, digest, bytes, raw, keys)
  select id, $10, 'hl7v2', 'out', $11, control, kind, lane, origin, $12, now(), digest, length(raw), raw,
    coalesce(string_to_array(nullif(keys, ''), E'\\x01'), '{}')
  from given returning id, lane
), keyed as (
  insert into message_key (key, id)
  select distinct k, g.id from given g, unnest(string_to_array(nullif(g.keys, ''), E'\\x01')) k
), about as (
  insert into message_made (target, id) select target, id from given
)
insert into message_work (id, channel, lane, due) select id, $10, lane, now() from fresh`;

/** In the order of the changes: ids only grow, and lanes are done by them. */
function queued(channel: Channel, told: readonly Told[]): Statement | undefined {
  if (told.length === 0) return undefined;
  const of = <T>(value: (one: Told) => T): T[] => told.map(value);
  const line = (text: string): string =>
    text
      .replace(/\p{Cc}/gu, ' ')
      .trim()
      .slice(0, 300);
  return {
    name: 'message-told',
    text: queueText,
    values: [
      of(() => uuid7()),
      of(({ about }) => about.controlId),
      of(({ about }) => about.kind),
      of(({ change }) => laneOf(channel.name, change.pat)),
      of(({ change }) => `change ${change.position} of the record: ${change.type}/${change.id}/_history/${change.version}`),
      of(({ raw }) => createHash('sha256').update(raw).digest()),
      of(({ raw }) => raw),
      of(({ about }) => [...new Set(about.keys.map(line).filter((key) => key !== ''))].slice(0, 50).join('\u0001')),
      of(({ change }) => `${change.type}/${change.id}`),
      channel.name,
      told[0]?.about.sender ?? '',
      `channel:${channel.name}`,
    ],
  };
}
