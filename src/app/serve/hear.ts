// Everybody who does not speak HTTP: HL7 v2 by MLLP, the sources of the site's channels, devices, clients of SQL.
import { Server as TlsServer } from 'node:tls';
import { ok, type Result } from '../../fhir/result.ts';
import type { WireListener } from '../../gateways/postgres-wire/listener.ts';
import { type FollowedPems, followPems, type OpenPems, type Pems } from '../certificates.ts';
import { topicRules } from '../channel-ends.ts';
import { Sources } from '../channel-sources.ts';
import type { Exchanging } from './exchange.ts';
import type { Following } from './followers.ts';
import { bodyBytesMax, faultOf, type Ground, type Undo } from './ground.ts';
import { hearDevices, hearSiteBroker } from './hear-devices.ts';
import { hearMllp } from './hear-mllp.ts';
import { hearSql } from './hear-sql.ts';
import type { Site } from './site.ts';
import type { Stored } from './storage.ts';
import type { Tabled } from './tables.ts';
import type { WebServer } from './web-server.ts';

/** Renewed certificates are served after that at the latest. */
const lookAtCertificatesMs = 5_000;

export interface Heard {
  /** What is heard, and what is not, for the person at the terminal. */
  notes: string[];
  mllpPort: number | undefined;
  mqttPort: number | undefined;
}

type Parts = Ground & Site & Stored & WebServer & Exchanging & Tabled & Following;

export async function hearOthers(parts: Parts, undo: Undo): Promise<Result<Heard>> {
  const { channels, people, exchange, renewal, telling } = parts;
  const mllp = await hearMllp(exchange, parts);
  if (!mllp.ok) return mllp;
  if (mllp.value.listener !== undefined) undo.push(mllp.value.listener.close);
  const sources = await hearSources(parts, undo);
  if (!sources.ok) return sources;
  const forDevices = { exchange, people, rules: topicRules(channels.declared) };
  const devices = await hearDevices(forDevices, parts);
  if (!devices.ok) return devices;
  if (devices.value.broker !== undefined) undo.push(devices.value.broker.close);
  const siteBroker = await hearSiteBroker(forDevices, parts);
  if (!siteBroker.ok) return siteBroker;
  if (siteBroker.value.broker !== undefined) undo.push(siteBroker.value.broker.close);
  const topics = [devices.value.broker, siteBroker.value.broker].flatMap((broker) => (broker === undefined ? [] : [broker.change]));
  renewal.begun({ sources: sources.value, topics, telling });
  const sql = await hearClientsOfSql(parts, undo);
  if (!sql.ok) return sql;
  const { app, pems, log } = parts;
  const followed = [
    ...followedBy(pems.web, (tls) => {
      if (app.server instanceof TlsServer) app.server.setSecureContext(tls);
      sql.value.listener?.renew(tls);
    }),
    ...followedBy(pems.mqtt, (tls) => devices.value.broker?.renew(tls)),
  ];
  undo.push(
    followPems(() => [...followed, ...sources.value.pems()], {
      everyMs: lookAtCertificatesMs,
      renewed: (until) => log.info({ until }, 'a renewed certificate is served from now on'),
      failed: (problem) => log.warn({ problem }, 'a changed certificate cannot be used: the one before it is served on'),
    }),
  );
  return ok({
    notes: [mllp.value.note, devices.value.note, ...sources.value.notes(), ...sql.value.notes],
    mllpPort: mllp.value.listener?.port,
    mqttPort: devices.value.broker?.port,
  });
}

async function hearSources({ settings, log, now, channels, exchange }: Parts, undo: Undo): Promise<Result<Sources>> {
  const sources = new Sources(exchange, {
    host: settings.host,
    timeZone: settings.timeZone,
    bytesMax: bodyBytesMax(settings),
    frameSeconds: settings.requestSeconds,
    now,
    failed: (channel, error) => log.warn({ channel, ...faultOf(error) }, 'a message could not be stored; it was not acknowledged'),
  });
  undo.push(() => sources.close());
  const prepared = await sources.prepare(channels.declared);
  if (!prepared.ok) return prepared;
  await prepared.value.take();
  return ok(sources);
}

/** Only where there are tables to ask. */
async function hearClientsOfSql(
  { settings, log, now, people, pems, installed, sql }: Parts,
  undo: Undo,
): Promise<Result<{ listener?: WireListener; notes: string[] }>> {
  if (installed === undefined) return ok({ notes: [] });
  const failed = (error: unknown): void => log.error(faultOf(error), 'a connection for SQL failed');
  const heard = await hearSql(settings, { tables: installed.tables, people, tls: pems.web?.served, now, failed });
  if (!heard.ok) return heard;
  if (heard.value.listener !== undefined) undo.push(heard.value.listener.close);
  sql.port = heard.value.listener?.port;
  return heard;
}

const followedBy = (open: OpenPems | undefined, take: (pems: Pems) => void): FollowedPems[] =>
  open === undefined ? [] : [{ ...open, take }];
