// Who is told of changes: by which topics and to which endpoints, and the telling itself once the address of this server is known.

import { defaultSubscriptionSettings, type SubscriptionSettings } from '../../gateways/subscriptions/contract.ts';
import { openSealer, type Sealer } from '../../gateways/subscriptions/seal.ts';
import { openSockets } from '../../gateways/subscriptions/sockets.ts';
import { openSubscriptions, type SubscriptionParts } from '../../gateways/subscriptions/subscriptions.ts';
import type { Settings } from '../settings.ts';
import { subscriptionEndpoints } from '../subscription-endpoints.ts';
import { faultOf, type Ground, type Undo } from './ground.ts';
import type { Recorded } from './record.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';
import type { WebServer } from './web-server.ts';

export interface Notifying {
  settings: SubscriptionSettings;
  rules: SubscriptionParts['rules'];
  sealer: Sealer;
}

export async function notifyingOf({ settings, topics, database }: Ground & Site & Stored): Promise<Notifying> {
  const notify = subscriptionSettings(settings);
  return { settings: notify, rules: { topics, endpoints: notify.endpoints }, sealer: await openSealer(database) };
}

/** It follows once the address is known; a subscription may be asked for as soon as somebody is listened to. */
export function tellSubscribers(parts: Ground & Stored & Recorded & WebServer & { base: string }, undo: Undo): void {
  const { log, now, database, people, record, feed, notifying, app, base } = parts;
  const subscriptionParts = {
    database,
    record,
    feed,
    ...notifying,
    rightsNow: (id: string) => people.rightsNow(id, now()),
    base: () => `${base}/fhir`,
    failed: (error: unknown) => log.warn(faultOf(error), 'notifications of subscriptions will be tried again'),
  };
  const subscriptions = openSubscriptions(subscriptionParts);
  undo.push(() => subscriptions.close());
  const sockets = openSockets(app.server, {
    ...subscriptionParts,
    rights: subscriptions.rights,
    authenticate: (token) => people.authenticate(token, now()),
  });
  undo.push(() => sockets.close());
  subscriptions.onWake(sockets.wake);
}

function subscriptionSettings(settings: Settings): SubscriptionSettings {
  return {
    ...defaultSubscriptionSettings,
    subscriptionsMax: settings.subscriptionsMax,
    endpoints: subscriptionEndpoints(settings),
    patienceMs: settings.subscriptionPatienceMinutes * 60_000,
    keepDays: settings.subscriptionKeepDays,
  };
}
