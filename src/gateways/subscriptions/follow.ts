// Follows the feed for all subscriptions: what a client writes of a Subscription becomes its state, and what happens to the resources that
// one watches becomes its next event. Both commit together with the place in the feed, so that an event has its number once, in the
// order of the feed, and none is left out.
import type { Database, Session } from '../../database/contract.ts';
import { type Delivery, type Feed, HoldLost } from '../../feed/contract.ts';
import type { Resource, ResourceType, Subscription } from '../../fhir/generated/types.ts';
import { resourceOf } from '../../modules/runner/parsed.ts';
import { decide } from '../../policy/decide.ts';
import type { Caller, Change, RecordStore } from '../../record/contract.ts';
import { slices } from '../../record/slices.ts';
import { ownCaller } from './admit.ts';
import type { Definition, Subscribed, SubscriptionSettings } from './contract.ts';
import { definitionOf, type Rules, type Watch, watchOf } from './definition.ts';
import type { Rights } from './rights.ts';
import { become, listening, type NewEvent, number, others, put, remove, stateOf, type Wanted } from './state.ts';

export interface FollowTools {
  database: Database;
  feed: Pick<Feed, 'follow'>;
  record: Pick<RecordStore, 'readVersion' | 'changesFor'>;
  rights: Rights;
  rules: Rules;
  settings: Pick<SubscriptionSettings, 'subscriptionsMax' | 'perAccountMax'>;
  /** That something may be to be sent. */
  wake(): void;
}

interface Live extends Pick<Subscribed, 'id' | 'version' | 'account' | 'since'> {
  watch: Watch;
}

const nothing: Definition = { searches: [], channel: 'websocket', headers: [], content: 'empty', timeoutSeconds: 1, maxCount: 1 };

/** Who follows the feed here; its place is noted before anybody can ask for a subscription. */
export const followerName = 'subscriptions';

export function followFeed(tools: FollowTools): { stop(): Promise<void> } {
  const follower = new Following(tools);
  return tools.feed.follow(followerName, { from: 'now', watches: () => follower.watched(), batch: 200 }, (delivery) =>
    follower.attend(delivery),
  );
}

class Following {
  readonly #tools: FollowTools;
  /** What those that listen ask for, compiled; by id, of one version. */
  readonly #watches = new Map<string, { version: number; watch: Watch | undefined }>();
  #live: Live[] = [];

  constructor(tools: FollowTools) {
    this.#tools = tools;
  }

  /** Asked before each look at the feed, by the process that follows: only it changes what listens. */
  async watched(): Promise<ResourceType[]> {
    const rows = await listening(this.#tools.database);
    const unknown = rows.filter(({ id, version }) => this.#watches.get(id)?.version !== version).map(({ id }) => id);
    for (const { id, version, definition } of await stateOf(this.#tools.database, unknown)) {
      const watch = watchOf(definition, this.#tools.rules.topics);
      this.#watches.set(id, { version, watch: watch.ok ? watch.value : undefined });
      if (!watch.ok) await become(this.#tools.database, { id, version }, 'error', watch.problem.message);
    }
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of this.#watches.keys()) if (!ids.has(id)) this.#watches.delete(id);
    this.#live = rows.flatMap((row) => {
      const known = this.#watches.get(row.id);
      return known?.watch === undefined || known.version !== row.version ? [] : [{ ...row, watch: known.watch }];
    });
    return [...new Set(['Subscription' as const, ...this.#live.flatMap(({ watch }) => watch.types)])];
  }

  async attend(delivery: Delivery): Promise<void> {
    // Up to a change of a Subscription what listens is the same.
    const at = delivery.changes.findIndex(({ type, by }) => type === 'Subscription' && by !== ownCaller.person.id);
    const before = at < 0 ? delivery.changes : delivery.changes.slice(0, at);
    const change = at < 0 ? undefined : delivery.changes[at]!;
    const events = await this.#eventsOf(before);
    const wanted = change === undefined ? undefined : await this.#wantedOf(change);
    await this.#tools.database.transaction(async (session) => {
      await number(session, events);
      if (change !== undefined) await this.#change(session, change, wanted);
      await delivery.move(session, change === undefined ? delivery.reached : change.position);
    });
    if (events.length > 0 || change !== undefined) this.#tools.wake();
    // What comes behind it is looked at anew, because other types may be watched now.
    if (change !== undefined && change.position !== delivery.reached) throw new HoldLost('what is watched has changed');
  }

  async #eventsOf(changes: readonly Change[]): Promise<NewEvent[]> {
    const events: NewEvent[] = [];
    const rest = slices();
    const bounded = new Map<Live, { caller: Caller; changes: Change[] }>();
    for (const change of changes) {
      const concerned = this.#live.filter(({ watch, since }) => change.position > since && watch.types.includes(change.type));
      if (concerned.length === 0) continue;
      const happened = await this.#happened(change);
      for (const live of concerned) {
        await rest();
        if (!(await live.watch.sees(happened))) continue;
        const caller = await this.#tools.rights.of(live.account, live.id);
        if (!caller.ok) {
          await become(this.#tools.database, live, 'off', caller.problem.message);
          continue;
        }
        const { person, purpose } = caller.value;
        const decision = decide(person, purpose, 'read', change.type);
        if (!decision.allowed) continue;
        if (decision.scope.organisations === undefined && decision.scope.patients === undefined) {
          events.push(eventOf(live, change));
          continue;
        }
        const asked = bounded.get(live) ?? { caller: caller.value, changes: [] };
        asked.changes.push(change);
        bounded.set(live, asked);
      }
    }
    // Rights that are bound to some patients or organisations are asked in the SQL that finds the changes.
    for (const [live, asked] of bounded)
      for (const change of await this.#seen(asked.caller, asked.changes)) events.push(eventOf(live, change));
    return events;
  }

  async #seen(caller: Caller, changes: readonly Change[]): Promise<Change[]> {
    const last = changes.at(-1)!.position;
    const types = [...new Set(changes.map(({ type }) => type))];
    const positions = new Set<bigint>();
    for (let after = changes[0]!.position - 1n; after < last; ) {
      const page = await this.#tools.record.changesFor(caller, after, 1_000, { types, following: true });
      if (!page.ok) {
        if (page.problem.kind === 'forbidden') return [];
        throw new Error(page.problem.message);
      }
      for (const { position } of page.value.changes) positions.add(position);
      if (page.value.next === after) break;
      after = page.value.next;
    }
    return changes.filter(({ position }) => positions.has(position));
  }

  async #happened({ operation, type, id, version, body }: Change) {
    let before: Promise<Resource | undefined> | undefined;
    return {
      operation,
      type,
      after: body === '' ? undefined : await resourceOf(body),
      before: () => (before ??= version <= 1 ? Promise.resolve(undefined) : this.#versionOf(type, id, version - 1)),
    };
  }

  async #versionOf(type: ResourceType, id: string, version: number): Promise<Resource | undefined> {
    const read = await this.#tools.record.readVersion(ownCaller, type, id, String(version));
    if (read.ok) return resourceOf(read.value.body);
    if (read.problem.kind === 'not-found' || read.problem.kind === 'gone') return undefined;
    throw new Error(read.problem.message);
  }

  /** What a client has written, as a state; undefined where it does not listen by that: an import, a status of the server's own. */
  async #wantedOf({ id, version, by, body, position }: Change): Promise<Wanted | undefined> {
    if (body === '') return undefined;
    const subscription = (await resourceOf(body)) as Subscription;
    const base = { id, version, account: by, since: position };
    if (subscription.status === 'off') return { ...base, state: 'off', reason: null, definition: nothing };
    if (subscription.status !== 'requested') return undefined;
    const definition = definitionOf(subscription, this.#tools.rules);
    if (!definition.ok) return { ...base, state: 'error', reason: definition.problem.message, definition: nothing };
    const watch = watchOf(definition.value, this.#tools.rules.topics);
    if (!watch.ok) return { ...base, state: 'error', reason: watch.problem.message, definition: definition.value };
    const caller = await this.#tools.rights.of(by, id);
    if (!caller.ok) return { ...base, state: 'off', reason: caller.problem.message, definition: definition.value };
    const { person, purpose } = caller.value;
    if (!watch.value.types.some((type) => decide(person, purpose, 'read', type).allowed))
      return {
        ...base,
        state: 'error',
        reason: `The account may not read ${watch.value.types.join(' or ')}`,
        definition: definition.value,
      };
    // A client of a websocket comes by itself, and plain R4 knows no handshake.
    const begins = definition.value.channel === 'websocket' || definition.value.topic === undefined ? 'active' : 'requested';
    return { ...base, state: begins, reason: null, definition: definition.value };
  }

  async #change(session: Session, change: Change, wanted: Wanted | undefined): Promise<void> {
    if (change.body === '') return remove(session, change.id);
    if (wanted === undefined) return;
    const { settings } = this.#tools;
    const there = await others(session, change.id, wanted.account);
    const full = wanted.state !== 'off' && (there.all >= settings.subscriptionsMax || there.own >= settings.perAccountMax);
    const reason = `There are ${settings.subscriptionsMax} subscriptions at most, and ${settings.perAccountMax} of one account: end one first`;
    await put(session, full ? { ...wanted, state: 'off', reason } : wanted);
  }
}

const eventOf = ({ id: subscription }: Live, { at, operation, type, id, version }: Change): NewEvent => ({
  subscription,
  at,
  operation,
  type,
  id,
  version,
});
