// Wiring: what is connected to what, from the settings to a server that answers. The only place that knows all rooms.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import rateLimit from '@fastify/rate-limit';
import { type Logger, pino } from 'pino';
import type { Database } from '../database/contract.ts';
import { acquireInstance, type Instance } from '../database/instance.ts';
import { openServer } from '../database/launch.ts';
import { openReplica, type Replica } from '../database/replica.ts';
import type { Exchange } from '../exchange/contract.ts';
import { openExchange } from '../exchange/exchange.ts';
import { layingThread } from '../exchange/laying-thread.ts';
import { abandonedBy, tellOfRecord } from '../exchange/told-by-record.ts';
import type { Feed, Lag } from '../feed/contract.ts';
import { openFeed } from '../feed/feed.ts';
import { compile } from '../fhir/fhirpath/compile.ts';
import { fail, ok, type Result } from '../fhir/result.ts';
import { accountRoutes } from '../gateways/accounts/routes.ts';
import { administrationRoutes } from '../gateways/administration/routes.ts';
import { auditRoutes } from '../gateways/audit/routes.ts';
import { exportJob } from '../gateways/bulk/export-job.ts';
import { importJob } from '../gateways/bulk/import-job.ts';
import { importOperation } from '../gateways/bulk/import-operation.ts';
import { exportOperations } from '../gateways/bulk/operations.ts';
import { bulkRoutes } from '../gateways/bulk/routes.ts';
import { openOutside } from '../gateways/cds-hooks/outside.ts';
import { cdsHooksRoutes } from '../gateways/cds-hooks/routes.ts';
import { type Broker, openBroker } from '../gateways/devices/broker.ts';
import type { DeviceAccounts } from '../gateways/devices/device-accounts.ts';
import { hearOtherBroker } from '../gateways/devices/other-broker.ts';
import type { TopicRule } from '../gateways/devices/topic.ts';
import { produceRoutes } from '../gateways/exchange/produce.ts';
import { exchangeRoutes } from '../gateways/exchange/routes.ts';
import { reindexOperation } from '../gateways/fhir-rest/operations/reindex.ts';
import { standardOperations } from '../gateways/fhir-rest/operations/standard.ts';
import { validateOperation } from '../gateways/fhir-rest/operations/validate.ts';
import { fhirRoutes } from '../gateways/fhir-rest/routes.ts';
import { terminologyOperations } from '../gateways/fhir-terminology/operations.ts';
import { recordResources } from '../gateways/fhir-terminology/record-resources.ts';
import { type Metrics, makeMetrics } from '../gateways/http/metrics.ts';
import { sharedRateStore } from '../gateways/http/rate-store.ts';
import { makeServer } from '../gateways/http/server.ts';
import { liveRoutes } from '../gateways/live/routes.ts';
import { openAlerts } from '../gateways/medication/alerts.ts';
import { openDowntimeKey } from '../gateways/medication/downtime-key.ts';
import { downtimeRoutes } from '../gateways/medication/downtime-routes.ts';
import { keepRules } from '../gateways/medication/governance-in-force.ts';
import { governanceRoutes } from '../gateways/medication/governance-routes.ts';
import { labelRoutes } from '../gateways/medication/label-routes.ts';
import { loopRoutes } from '../gateways/medication/loop-routes.ts';
import { replayJob } from '../gateways/medication/replay-job.ts';
import { medicationRoutes } from '../gateways/medication/routes.ts';
import { chartOf, openSafety, type Safety } from '../gateways/medication/safety.ts';
import type { Bedside } from '../gateways/medication/scan-facts.ts';
import { scanRoutes } from '../gateways/medication/scan-routes.ts';
import { listenMllp, type MllpListener } from '../gateways/mllp/listener.ts';
import { operationRoutes } from '../gateways/operation/routes.ts';
import { patientGapRoutes } from '../gateways/population/routes.ts';
import type { WireListener } from '../gateways/postgres-wire/listener.ts';
import { signInRoutes } from '../gateways/sign-in/routes.ts';
import { admitSubscription } from '../gateways/subscriptions/admit.ts';
import { defaultSubscriptionSettings, extensions, profiles, type SubscriptionSettings } from '../gateways/subscriptions/contract.ts';
import { followerName as subscriptionsFollower } from '../gateways/subscriptions/follow.ts';
import { subscriptionOperations } from '../gateways/subscriptions/operations.ts';
import { subscriptionRoutes } from '../gateways/subscriptions/routes.ts';
import { openSealer } from '../gateways/subscriptions/seal.ts';
import { openSockets, websocketPath } from '../gateways/subscriptions/sockets.ts';
import { openSubscriptions } from '../gateways/subscriptions/subscriptions.ts';
import { viewExportJob } from '../gateways/view-definitions/export-job.ts';
import { viewDefinitionRoutes } from '../gateways/view-definitions/routes.ts';
import { webRoutes } from '../gateways/web/routes.ts';
import { openJobs } from '../jobs/jobs.ts';
import { medicationSafety } from '../modules/medication-safety/follow.ts';
import { type Library, libraryOf } from '../modules/medication-safety/library.ts';
import { runModules } from '../modules/runner/runner.ts';
import type { FirstAdministrator } from '../people/contract.ts';
import { openPeople } from '../people/people.ts';
import { openRateCounts } from '../people/rate-counts.ts';
import { defaultRecordSettings, openRecord } from '../record/record.ts';
import { slices } from '../record/slices.ts';
import { openLibrary } from '../terminology/library.ts';
import { listed } from '../terminology/listed.ts';
import { openTerminology } from '../terminology/service.ts';
import { loadAdministrationKnowledge } from './administration-knowledge.ts';
import { shownLastBackup } from './backup/last-backup.ts';
import { destinationsOf, startSources, topicRules } from './channel-ends.ts';
import { channelHolders } from './channel-holders.ts';
import { loadChannels } from './channels.ts';
import { openDatabase } from './database.ts';
import { holdsDemonstration, loadDemonstration } from './demonstration.ts';
import { startLife } from './demonstration-life.ts';
import { readFhirKnowledge } from './fhir-knowledge.ts';
import { hearSql } from './hear-sql.ts';
import { importSignIn } from './import-sign-in.ts';
import { type InsightWork, insightRoutes } from './insight.ts';
import { loadModules } from './knowledge.ts';
import { knowledgeFolders, ownKnowledge } from './knowledge-folder.ts';
import { loadMedicationKnowledge } from './medication-knowledge.ts';
import { medicationKnowledgeWith } from './medication-knowledge-thread.ts';
import { loadOutcomeKnowledge } from './outcome-knowledge.ts';
import { loadPopulationKnowledge } from './population-knowledge.ts';
import { keepParameters } from './search-parameters.ts';
import type { Settings } from './settings.ts';
import { shownSettings } from './shown-settings.ts';
import { subscriptionEndpoints } from './subscription-endpoints.ts';
import { loadTopics } from './subscription-topics.ts';
import { openValidation } from './validation.ts';
import { keepInstalledTables, openInstalledTables, shippedDefinitions, shippedViews } from './warehouse.ts';

export interface Running {
  address: string;
  administrator: FirstAdministrator;
  /** What was found or started, for the person at the terminal. */
  notes: string[];
  /** Resources of the demonstration that were loaded now. */
  demonstrated: number;
  stop(): Promise<void>;
}

/** From nothing to serving. Whatever fails leaves nothing running behind. */
export async function serve(settings: Settings, log: Logger = makeLog(settings)): Promise<Result<Running>> {
  const undo: (() => Promise<void> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  const started = await start(settings, log, undo).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  if (started.ok) return ok({ ...started.value, stop });
  await stop();
  return started;
}

/** Who signs waits for services of others so long at most. */
const outsideMs = 2_000;

async function start(settings: Settings, log: Logger, undo: (() => Promise<void> | void)[]): Promise<Result<Omit<Running, 'stop'>>> {
  const now = (): Date => new Date();
  // Before anything is started: wrong knowledge must stop the program, not surprise it later.
  const knowledge = knowledgeFolders(settings);
  const modules = await loadModules(knowledge);
  if (!modules.ok) return modules;
  const drugs = await loadMedicationKnowledge(knowledge);
  if (!drugs.ok) return drugs;
  const bedside = await loadAdministrationKnowledge(knowledge, drugs.value);
  if (!bedside.ok) return bedside;
  const fhirKnowledge = await readFhirKnowledge(knowledge);
  if (!fhirKnowledge.ok) return fhirKnowledge;
  const channels = await loadChannels(settings.channels, { timeZone: settings.timeZone, env: process.env });
  if (!channels.ok) return channels;
  const topics = await loadTopics(settings.subscriptionTopics);
  if (!topics.ok) return topics;
  const signIn = importSignIn(settings);
  if (!signIn.ok) return signIn;
  const instance = await acquireInstance(settings.dataDir);
  if (!instance.ok) return instance;
  undo.push(() => instance.value.release());

  const server = await openServer({ dataDir: settings.dataDir, databaseUrl: settings.databaseUrl });
  if (!server.ok) return server;
  undo.push(() => server.value.stop());

  const opened = await openDatabase(server.value, settings);
  if (!opened.ok) return opened;
  const database = opened.value;
  undo.push(() => database.close());

  const replica = replicaOf(settings, database, log);
  if (replica !== undefined) undo.push(() => replica.close());

  const people = openPeople(database, { sessionHours: settings.sessionHours, idleMinutes: settings.idleMinutes });
  const administrator = await people.ensureFirstAdministrator(settings.adminPassword, now());
  if (!administrator.ok) return administrator;
  const library = openLibrary(join(ownKnowledge, 'terminology', 'hl7.pack'));
  undo.push(() => library?.close?.());
  const terminology = openTerminology(database, { library, lists: listed(fhirKnowledge.value.lists), slices, now });
  const notify = subscriptionSettings(settings);
  const rules = { topics: topics.value, endpoints: notify.endpoints };
  const sealer = await openSealer(database);
  const record = openRecord(database, {
    ...defaultRecordSettings,
    admit: new Map([['Subscription', admitSubscription(sealer, rules)]]),
    count: settings.pageSize,
    countMax: settings.pageSizeMax,
    readAudit: settings.readAudit,
    now,
    compile,
    terminology: terminology.within,
    ...(replica === undefined ? {} : { replica }),
  });

  const failed = (name: string, error: unknown): void =>
    log.warn({ follower: name, error: error instanceof Error ? error.name : 'unknown' }, 'a follower will try again');
  const feed = await openFeed(database, record, undefined, failed);
  undo.push(() => feed.close());

  const jobs = openJobs(database, {
    failed: (kind, error) => log.warn({ job: kind, error: error instanceof Error ? error.name : 'unknown' }, 'a job will be tried again'),
  });
  undo.push(() => jobs.close());
  const parameters = await keepParameters(database, record, jobs, (error) => failed('search parameters', error));
  undo.push(() => parameters.close());

  const metrics = makeMetrics();
  const app = makeServer({
    settings: {
      bodyBytesMax: settings.bodyMegabytesMax * 1024 * 1024,
      requestTimeoutMs: settings.requestSeconds * 1000,
      trustProxy: settings.trustProxy,
      publicUrl: settings.publicUrl,
      ...tlsOf(settings),
    },
    log,
    metrics,
    authenticate: (token, at) => people.authenticate(token, at),
    now,
  });
  const rateCounts = openRateCounts(database, {
    failed: (error) => log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'rates could not be shared between processes'),
  });
  undo.push(() => rateCounts.close());
  const store = sharedRateStore(rateCounts);
  await app.register(rateLimit, { global: settings.ratePerMinute > 0, max: settings.ratePerMinute || 1, timeWindow: 60_000, store });
  let ready = false;
  const workbench = await webRoutes(app);
  operationRoutes(app, database, metrics, { ready: () => ready, welcome: !workbench });
  signInRoutes(app, people, now, { secureCookie: settings.tlsKey !== undefined, perMinute: settings.signInRatePerMinute });
  const validation = await openValidation(settings, (caller) => terminology.seenBy(recordResources(record, caller), caller.person.id));
  if (!validation.ok) return validation;
  const exports = settings.exportDir ?? join(settings.dataDir, 'exports');
  const importFrom = settings.importFrom?.split(',').map((place) => place.trim()) ?? [];
  fhirRoutes(
    app,
    record,
    {
      bodyBytesMax: settings.bodyMegabytesMax * 1024 * 1024,
      bundleEntries: settings.bundleEntriesMax,
      publicUrl: settings.publicUrl,
    },
    [
      ...standardOperations,
      reindexOperation(jobs),
      ...exportOperations(jobs),
      importOperation(jobs, importFrom),
      ...terminologyOperations(terminology, now),
      validateOperation,
      ...subscriptionOperations({ database, topics: topics.value, settings: notify, websocketPath }),
    ],
    validation.value,
    {
      Subscription: {
        extension: [...topics.value.keys()].map((url) => ({ url: extensions.topics, valueCanonical: url })),
        supportedProfile: [profiles.subscription],
      },
    },
  );
  subscriptionRoutes(app);
  bulkRoutes(app, jobs, record, {
    folder: exports,
    publicUrl: settings.publicUrl,
    validation: validation.value,
    bodyBytesMax: settings.bodyMegabytesMax * 1024 * 1024,
  });
  auditRoutes(app, record);
  accountRoutes(app, { people, record, now });
  administrationRoutes(app, {
    database,
    record,
    jobs,
    people,
    settings: () => shownSettings(settings),
    lastBackup: () => shownLastBackup(settings.dataDir),
    questionnaires: fhirKnowledge.value.questionnaires,
  });
  const holders = channelHolders(settings.dataDir);
  const laying = layingThread({
    connection: server.value.connection,
    statementTimeoutMs: settings.statementSeconds * 1000,
    declared: channels.value.declared,
    timeZone: settings.timeZone,
    holders,
    readAudit: settings.readAudit,
  });
  const exchange = openExchange(database, record, {
    timeZone: settings.timeZone,
    ...(settings.exchangeKeepDays === 0 ? {} : { keep: { days: settings.exchangeKeepDays } }),
    channels: channels.value.channels,
    holders,
    ...(laying === undefined ? {} : { layBy: laying.layBy }),
    destinations: destinationsOf(channels.value.declared, process.env),
    now,
    failed: (channel, error) =>
      log.warn({ channel, error: error instanceof Error ? error.name : 'unknown' }, 'messages of a channel will be tried again'),
  });
  undo.push(() => exchange.close());
  exchangeRoutes(app, exchange, { bodyBytesMax: settings.bodyMegabytesMax * 1024 * 1024, timeZone: settings.timeZone, now });
  const rulesInForce = await keepRules(database, drugs.value, (error) => failed('changes of rules', error));
  undo.push(() => rulesInForce.close());
  const outcomeKnowledge = loadOutcomeKnowledge(knowledge, drugs.value);
  if (!outcomeKnowledge.ok) return outcomeKnowledge;
  const populationKnowledge = loadPopulationKnowledge(knowledge, drugs.value);
  if (!populationKnowledge.ok) return populationKnowledge;
  const medicines = libraryOf(drugs.value);
  const safety: Safety = openSafety(medicines, record, now, rulesInForce.base);
  if (settings.cdsServices !== undefined)
    safety.outside = openOutside({
      bases: settings.cdsServices.split(',').map((base) => base.trim()),
      ...(settings.cdsToken === undefined ? {} : { token: settings.cdsToken }),
      timeMs: outsideMs,
    });
  const alerts = openAlerts(database);
  undo.push(() => alerts.written());
  medicationRoutes(app, { safety, alerts, record, orderSets: fhirKnowledge.value.orderSets });
  governanceRoutes(app, { database, record, library: safety.library, rules: rulesInForce, alerts, jobs, now });
  const atBedside: Bedside = {
    safety,
    rules: bedside.value,
    chartFor: (caller) => chartOf(record, caller),
    timeZone: settings.timeZone,
    people,
    badgeProves: settings.secondPerson === 'badge',
    windows: {
      timeCriticalMinutes: settings.onTimeCriticalMinutes,
      oftenMinutes: settings.onTimeOftenMinutes,
      dailyMinutes: settings.onTimeDailyMinutes,
    },
  };
  labelRoutes(app, atBedside, record);
  loopRoutes(app, atBedside);
  downtimeRoutes(app, atBedside, record, await openDowntimeKey(database));
  scanRoutes(app, atBedside, record, { signInPerMinute: settings.signInRatePerMinute, database });
  cdsHooksRoutes(app, safety, alerts, settings);
  produceRoutes(app, record, { bodyBytesMax: settings.bodyMegabytesMax * 1024 * 1024, timeZone: settings.timeZone, now });
  const { surveillanceChannel: toPublicHealth } = settings;
  if (toPublicHealth !== undefined) {
    const named = channels.value.channels.find(({ name }) => name === toPublicHealth);
    if (named?.direction !== 'out' || named.format !== 'hl7v2')
      return fail(
        'invalid',
        `LAMPLIGHT_SURVEILLANCE_CHANNEL names ${toPublicHealth}, which is no outbound channel of HL7 v2: docs/channels.md`,
      );
  }
  const views = shippedViews();
  if (!views.ok) return views;
  const definitions = shippedDefinitions();
  if (!definitions.ok) return definitions;
  patientGapRoutes(app, { record, knowledge: populationKnowledge.value, views: views.value, timeZone: settings.timeZone, now });
  let insight: InsightWork | undefined;
  const installed = settings.warehouse ? openInstalledTables(settings, { record, database, now }) : undefined;
  if (installed?.ok === false) return installed;
  viewDefinitionRoutes(app, {
    installed: definitions.value,
    record,
    jobs,
    ...(installed === undefined ? {} : { tables: installed.value.tables }),
    work: join(settings.dataDir, 'view-runs'),
    bodyBytesMax: settings.bodyMegabytesMax * 1024 * 1024,
    ...(settings.publicUrl === undefined ? {} : { publicUrl: settings.publicUrl }),
  });
  let sqlPort: number | undefined;
  if (installed !== undefined) {
    const { tables } = installed.value;
    undo.push(() => tables.close());
    const told = insightRoutes(app, {
      tables,
      database,
      record,
      settings,
      now,
      outcomes: outcomeKnowledge.value,
      population: populationKnowledge.value,
      views: views.value,
      jobs,
      exchange,
      rightsNow: (id) => people.rightsNow(id, now()),
      sqlPort: () => sqlPort,
    });
    if (!told.ok) return told;
    insight = told.value;
  }
  liveRoutes(app, { record, feed, authenticate: (token, at) => people.authenticate(token, at), now });
  undo.push(() => app.close());

  const wanted = settings.demo === 'on' || (settings.demo === 'auto' && server.value.how !== 'named');
  const demonstrated = wanted
    ? await loadDemonstration(database, record, { patients: settings.demoPatients, seed: settings.simulateSeed, now })
    : 0;

  await laying?.begun;
  // Standing orders are checked by the rules as they are in force at that moment, as new ones are.
  const withRules: Library = Object.defineProperty({ ...medicines }, 'base', { get: rulesInForce.base });
  const runner = runModules([...modules.value, medicationSafety(withRules)], { feed, record, now });
  if (!runner.ok) return runner;
  undo.push(() => runner.value.stop());
  const telling = tellOfRecord({
    feed,
    database,
    record,
    channels: channels.value.channels,
    failed: (channel) => log.warn({ channel }, 'a change could not be told; the audit trail has a row message-untold that says why'),
  });
  undo.push(() => telling.stop());
  // What is written as soon as this serves is told of too.
  await telling.begun;
  jobs.work([
    exportJob({ record, root: exports, rightsNow: (id) => people.rightsNow(id, now()) }),
    viewExportJob({ record, root: exports, rightsNow: (id) => people.rightsNow(id, now()) }),
    replayJob({
      record,
      library: safety.library,
      base: rulesInForce.base,
      withFile: (file) => medicationKnowledgeWith(knowledge, file),
      rightsNow: (id) => people.rightsNow(id, now()),
    }),
    importJob({ record, validation: validation.value, root: exports, allowed: importFrom, signIn: signIn.value }),
    ...(insight?.kinds ?? []),
  ]);
  // Known when it listens; nothing is sent before.
  let base = settings.publicUrl ?? '';
  const subscriptionParts = {
    database,
    record,
    feed,
    rightsNow: (id: string) => people.rightsNow(id, now()),
    sealer,
    rules,
    settings: notify,
    base: () => `${base}/fhir`,
    failed: (error: unknown) =>
      log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'notifications of subscriptions will be tried again'),
  };
  feedMetrics(metrics, feed, abandonedBy(channels.value.channels));
  if (replica !== undefined) replicaMetrics(metrics, replica);

  // It follows once the address is known; a subscription may be asked for as soon as somebody is listened to.
  await feed.place(subscriptionsFollower, 'now');
  const address = await listen(app, settings);
  if (!address.ok) return address;
  base = settings.publicUrl ?? address.value;
  const subscriptions = openSubscriptions(subscriptionParts);
  undo.push(() => subscriptions.close());
  const sockets = openSockets(app.server, {
    ...subscriptionParts,
    rights: subscriptions.rights,
    authenticate: (token) => people.authenticate(token, now()),
  });
  undo.push(() => sockets.close());
  subscriptions.onWake(sockets.wake);
  const heard = await hearMllp(exchange, settings, log);
  if (!heard.ok) return heard;
  if (heard.value.listener !== undefined) undo.push(heard.value.listener.close);
  const sources = await startSources(
    channels.value.declared,
    exchange,
    {
      host: settings.host,
      timeZone: settings.timeZone,
      bytesMax: settings.bodyMegabytesMax * 1024 * 1024,
      frameSeconds: settings.requestSeconds,
      now,
      failed: (channel, error) =>
        log.warn(
          { channel, error: error instanceof Error ? error.name : 'unknown' },
          'a message could not be stored; it was not acknowledged',
        ),
    },
    (close) => undo.push(close),
  );
  if (!sources.ok) return sources;
  const deviceTopics = topicRules(channels.value.declared);
  const devices = await hearDevices(exchange, people, settings, deviceTopics, log);
  if (!devices.ok) return devices;
  if (devices.value.broker !== undefined) undo.push(devices.value.broker.close);
  if (settings.mqttUrl !== undefined) {
    const other = await hearOtherBroker(exchange, {
      url: settings.mqttUrl,
      rules: deviceTopics,
      payloadBytesMax: 1024 * 1024,
      now,
      failed: (error) =>
        log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'the MQTT broker of the site will be tried again'),
    });
    if (!other.ok) return other;
    undo.push(other.value.close);
  }
  const sql =
    installed === undefined
      ? ok<{ listener?: WireListener; notes: string[] }>({ notes: [] })
      : await hearSql(settings, {
          tables: installed.value.tables,
          people,
          now,
          failed: (error) => log.error({ error: error instanceof Error ? error.name : 'unknown' }, 'a connection for SQL failed'),
        });
  if (!sql.ok) return sql;
  if (sql.value.listener !== undefined) undo.push(sql.value.listener.close);
  sqlPort = sql.value.listener?.port;
  announce(instance.value, address.value);
  // Only into a record that holds the demonstration: what is in use must never be told of made-up patients.
  if (wanted && settings.demoLive && (await holdsDemonstration(record, settings.simulateSeed))) {
    const [mllpPort, mqttPort] = [heard.value.listener?.port, settings.mqttTlsKey === undefined ? devices.value.broker?.port : undefined];
    const life = await startLife({ settings, people, log, address: address.value, mllpPort, mqttPort });
    if (life !== undefined) undo.push(life.stop);
  }
  ready = true;
  if (installed !== undefined) {
    // Whoever waits for the start need not wait for the tables.
    const kept = keepInstalledTables(settings, {
      feed,
      views: installed.value.views,
      database,
      failed: (error) =>
        log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'the tables of the warehouse will be tried again'),
    });
    undo.push(async () => (await kept).stop());
    const clock = insight?.watch((error) =>
      log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'reports that are due will be looked for again'),
    );
    undo.push(async () => clock?.stop());
  }
  const tidying = setInterval(() => void people.tidy(now()).catch(() => {}), 24 * 3600_000);
  undo.push(() => clearInterval(tidying));
  return ok({
    address: address.value,
    administrator: administrator.value,
    notes: [...server.value.notes, ...validation.value.notes, heard.value.note, devices.value.note, ...sources.value, ...sql.value.notes],
    demonstrated,
  });
}

/** How far each follower is behind, for /metrics. */
function feedMetrics(metrics: Metrics, feed: Feed, abandoned: (follower: string) => boolean): void {
  const lags = async (): Promise<Lag[]> => (await feed.lags()).filter(({ name }) => !abandoned(name));
  metrics.gauge('lamplight_feed_behind_seconds', 'Age of the oldest change that the slowest follower has not passed', async () =>
    Math.max(0, ...(await lags()).map((lag) => lag.behindMs / 1000)),
  );
  metrics.gauge(
    'lamplight_feed_stuck_followers',
    'Followers that cannot go on: doctor names the reason',
    async () => (await lags()).filter((lag) => lag.problem !== undefined).length,
  );
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

function replicaOf(settings: Settings, database: Database, log: Logger): Replica | undefined {
  if (settings.replicaUrl === undefined) return undefined;
  return openReplica(
    database,
    { url: settings.replicaUrl },
    {
      connectionsMax: settings.databaseConnections,
      statementTimeoutMs: settings.statementSeconds * 1000,
      lagMsMax: settings.replicaLagSeconds * 1000,
      changed: (usable, why) =>
        usable ? log.info({ why }, 'the replica is read') : log.warn({ why }, 'the replica is passed over: the primary answers'),
    },
  );
}

function replicaMetrics(metrics: Metrics, replica: Replica): void {
  metrics.gauge('lamplight_replica_usable', '1 where the replica is read, 0 where the primary answers for it', () =>
    replica.usable() ? 1 : 0,
  );
  metrics.gauge(
    'lamplight_replica_behind_seconds',
    'What the replica answers is at most this old; NaN where that is not known',
    () => (replica.behindMs() ?? Number.NaN) / 1000,
  );
  metrics.gauge('lamplight_replica_failures', 'Statements of the replica that the primary had to answer, since the start', () =>
    replica.failures(),
  );
}

function tlsOf(settings: Settings): { tls?: { key: string; cert: string } } {
  if (settings.tlsKey === undefined || settings.tlsCert === undefined) return {};
  return { tls: { key: readFileSync(settings.tlsKey, 'utf8'), cert: readFileSync(settings.tlsCert, 'utf8') } };
}

async function listen(app: { listen(o: { port: number; host: string }): Promise<string> }, settings: Settings): Promise<Result<string>> {
  try {
    return ok(await app.listen({ port: settings.port, host: settings.host }));
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EADDRINUSE')
      return fail('conflict', `Port ${settings.port} is in use by another program: stop it, or set LAMPLIGHT_PORT`);
    if (code === 'EACCES')
      return fail('forbidden', `Port ${settings.port} may not be opened by this user: set LAMPLIGHT_PORT to 1024 or above`);
    if (code === 'EADDRNOTAVAIL') return fail('invalid', `This machine has no address ${settings.host}: set LAMPLIGHT_HOST`);
    throw error;
  }
}

/** HL7 v2 by MLLP. Where nobody asked for a port and the usual one is taken, the rest of the program starts without it. */
async function hearMllp(exchange: Exchange, settings: Settings, log: Logger): Promise<Result<{ listener?: MllpListener; note: string }>> {
  if (settings.mllpPort === 'off') return ok({ note: 'HL7 v2 messages are not heard (LAMPLIGHT_MLLP_PORT=off)' });
  const listener = await listenMllp(exchange, {
    channel: 'hl7v2',
    host: settings.host,
    port: settings.mllpPort ?? 2575,
    bytesMax: settings.bodyMegabytesMax * 1024 * 1024,
    connectionsMax: 1000,
    frameSeconds: settings.requestSeconds,
    application: 'LAMPLIGHT',
    now: () => new Date(),
    failed: (error) =>
      log.warn({ error: error instanceof Error ? error.name : 'unknown' }, 'a message could not be stored; it was not acknowledged'),
  });
  if (listener.ok) return ok({ listener: listener.value, note: `HL7 v2 over MLLP: ${settings.host}:${listener.value.port}` });
  if (settings.mllpPort !== undefined) return listener;
  return ok({ note: 'HL7 v2 messages are not heard: port 2575 is taken by another program. Set LAMPLIGHT_MLLP_PORT' });
}

function mqttTlsOf({ mqttTlsKey, mqttTlsCert, mqttTlsCa }: Settings): Result<{ key: string; cert: string; ca?: string } | undefined> {
  if (mqttTlsKey === undefined || mqttTlsCert === undefined) return ok(undefined);
  try {
    const [key, cert] = [readFileSync(mqttTlsKey, 'utf8'), readFileSync(mqttTlsCert, 'utf8')];
    return ok({ key, cert, ...(mqttTlsCa === undefined ? {} : { ca: readFileSync(mqttTlsCa, 'utf8') }) });
  } catch (error) {
    return fail(
      'not-found',
      `The files of LAMPLIGHT_MQTT_TLS_KEY, _CERT and _CA cannot be read: ${error instanceof Error ? error.message : 'unknown'}`,
    );
  }
}

/** Devices by MQTT, with the same choice. */
async function hearDevices(
  exchange: Exchange,
  people: DeviceAccounts,
  settings: Settings,
  rules: readonly TopicRule[],
  log: Logger,
): Promise<Result<{ broker?: Broker; note: string }>> {
  if (settings.mqttPort === 'off') return ok({ note: 'Devices are not heard by MQTT (LAMPLIGHT_MQTT_PORT=off)' });
  const tls = mqttTlsOf(settings);
  if (!tls.ok) return tls;
  const usualPort = tls.value === undefined ? 1883 : 8883;
  const broker = await openBroker(exchange, people, {
    host: settings.host,
    port: settings.mqttPort ?? usualPort,
    ...(tls.value === undefined ? {} : { tls: tls.value }),
    rules,
    payloadBytesMax: 1024 * 1024,
    connectionsMax: 1000,
    anonymous: settings.mqttAnonymous,
    now: () => new Date(),
    failed: (error) =>
      log.warn(
        { error: error instanceof Error ? error.name : 'unknown' },
        'a message of a device could not be stored; it was not acknowledged',
      ),
  });
  if (broker.ok)
    return ok({
      broker: broker.value,
      note: `Devices over MQTT${tls.value === undefined ? '' : ' with TLS'}: ${settings.host}:${broker.value.port}`,
    });
  if (settings.mqttPort !== undefined) return broker;
  return ok({ note: `Devices are not heard by MQTT: port ${usualPort} is taken by another program. Set LAMPLIGHT_MQTT_PORT` });
}

function announce(instance: Instance, address: string): void {
  instance.announce({ port: Number(new URL(address).port || 443), address });
}

/** One JSON line an event, to stderr: stdout is for what people read. */
export const makeLog = (settings: Settings): Logger =>
  pino({ level: settings.logLevel, base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.destination({ fd: 2, sync: true }));
