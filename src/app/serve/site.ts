// First step: what medicine knows and what the site declares, from their files. Nothing is started before all of it is read: wrong
// knowledge must stop the program, not surprise it later.
import { ok, type Result } from '../../fhir/result.ts';
import type { ServerSignIn } from '../../gateways/bulk/from-server-sign-in.ts';
import type { CompiledTopic } from '../../gateways/subscriptions/topic.ts';
import type { Module } from '../../modules/contract.ts';
import type { BedsideRules } from '../../modules/medication-administration/rules.ts';
import type { KnowledgeBase } from '../../modules/medication-safety/knowledge/base.ts';
import { loadAdministrationKnowledge } from '../administration-knowledge.ts';
import { type OpenPems, openPems } from '../certificates.ts';
import { type LoadedChannels, loadChannels } from '../channels.ts';
import { type FhirKnowledge, readFhirKnowledge } from '../fhir-knowledge.ts';
import { importSignIn } from '../import-sign-in.ts';
import { loadModules } from '../knowledge.ts';
import { knowledgeFolders } from '../knowledge-folder.ts';
import { loadMedicationKnowledge } from '../medication-knowledge.ts';
import type { Settings } from '../settings.ts';
import { loadTopics } from '../subscription-topics.ts';
import type { Ground } from './ground.ts';

export interface Site {
  /** Folders laid out like knowledge/; a later one has the better right. */
  knowledge: string[];
  modules: Module[];
  drugs: KnowledgeBase;
  bedsideRules: BedsideRules;
  fhirKnowledge: FhirKnowledge;
  channels: LoadedChannels;
  topics: Map<string, CompiledTopic>;
  /** Certificate and key of HTTP and SQL, and of MQTT; absent: without TLS. */
  pems: { web?: OpenPems; mqtt?: OpenPems };
  /** How an import asks at another server. */
  importSignIn: ServerSignIn;
}

export async function readSite({ settings }: Ground): Promise<Result<Site>> {
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
  const pems = await readPemsOf(settings);
  if (!pems.ok) return pems;
  const signIn = importSignIn(settings);
  if (!signIn.ok) return signIn;
  return ok({
    knowledge,
    modules: modules.value,
    drugs: drugs.value,
    bedsideRules: bedside.value,
    fhirKnowledge: fhirKnowledge.value,
    channels: channels.value,
    topics: topics.value,
    pems: pems.value,
    importSignIn: signIn.value,
  });
}

async function readPemsOf(settings: Settings): Promise<Result<Site['pems']>> {
  const pems: Site['pems'] = {};
  if (settings.tlsKey !== undefined) {
    const web = await openPems({
      files: { key: settings.tlsKey, cert: settings.tlsCert },
      settings: { key: 'LAMPLIGHT_TLS_KEY', cert: 'LAMPLIGHT_TLS_CERT' },
    });
    if (!web.ok) return web;
    pems.web = web.value;
  }
  if (settings.mqttTlsKey !== undefined) {
    const mqtt = await openPems({
      files: { key: settings.mqttTlsKey, cert: settings.mqttTlsCert, ca: settings.mqttTlsCa },
      settings: { key: 'LAMPLIGHT_MQTT_TLS_KEY', cert: 'LAMPLIGHT_MQTT_TLS_CERT', ca: 'LAMPLIGHT_MQTT_TLS_CA' },
    });
    if (!mqtt.ok) return mqtt;
    pems.mqtt = mqtt.value;
  }
  return ok(pems);
}
