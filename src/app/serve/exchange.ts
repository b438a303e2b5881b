// Messages of other systems: the exchange with its channels, laid into the record by a thread of its own, and its routes.
import type { Exchange } from '../../exchange/contract.ts';
import { openExchange } from '../../exchange/exchange.ts';
import { layingThread, type OtherThread } from '../../exchange/laying-thread.ts';
import { produceRoutes } from '../../gateways/exchange/produce.ts';
import { exchangeRoutes } from '../../gateways/exchange/routes.ts';
import { channelHolders } from '../channel-holders.ts';
import { type ChannelRenewal, channelRenewal } from '../channel-renewal.ts';
import { bodyBytesMax, faultOf, type Ground, type Undo } from './ground.ts';
import type { Recorded } from './record.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';
import type { WebServer } from './web-server.ts';

export interface Exchanging {
  exchange: Exchange;
  /** The channels' files, read again while the program runs. */
  renewal: ChannelRenewal;
  /** Lays messages into the record; absent where this process does. */
  laying: OtherThread | undefined;
}

export function openExchangeAndRoutes(parts: Ground & Site & Stored & Recorded & WebServer, undo: Undo): Exchanging {
  const { settings, log, now, channels, server, database, record, app } = parts;
  const holders = channelHolders(settings.dataDir);
  const laying = layingThread({
    connection: server.connection,
    statementTimeoutMs: settings.statementSeconds * 1000,
    declared: channels.declared,
    timeZone: settings.timeZone,
    holders,
    readAudit: settings.readAudit,
  });
  const renewal = channelRenewal(settings, process.env, channels);
  const exchange = openExchange(database, record, {
    timeZone: settings.timeZone,
    ...(settings.exchangeKeepDays === 0 ? {} : { keep: { days: settings.exchangeKeepDays } }),
    channels: channels.channels,
    declared: channels.declared,
    renewal,
    holders,
    ...(laying === undefined ? {} : { layBy: laying.layBy }),
    destinations: renewal.destinations(),
    now,
    failed: (channel, error) => log.warn({ channel, ...faultOf(error) }, 'messages of a channel will be tried again'),
  });
  undo.push(() => exchange.close());
  const routeSettings = { bodyBytesMax: bodyBytesMax(settings), timeZone: settings.timeZone, now };
  exchangeRoutes(app, exchange, routeSettings);
  produceRoutes(app, record, routeSettings);
  return { exchange, renewal, laying };
}
