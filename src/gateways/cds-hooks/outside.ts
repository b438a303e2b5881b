// CDS services of others, asked when orders are signed (CDS Hooks 2.0, as a client): a licensed knowledge base, a guideline's service.
// They are named in a setting, and what they are asked holds the patient's data: none is asked unless somebody wrote its address there.
// One that does not answer in time is said, never passed over; what it answers is shown as its own, in plain words.
import { randomUUID } from 'node:crypto';
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { readJson, writeJson } from '../../fhir/json.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Card, CouldNot } from '../../modules/medication-safety/contract.ts';
import type { Asked } from '../../modules/medication-safety/facts/from-chart.ts';
import type { Tier } from '../../modules/medication-safety/knowledge/contract.ts';
import { clip } from '../../modules/medication-safety/present.ts';

export interface Outside {
  /** `orders`: the drafts with their ids. Never rejects. */
  ask(patient: string, encounter: string | undefined, user: string, orders: readonly Resource[], chart: Asked): Promise<OutsideAnswer>;
}
export interface OutsideAnswer {
  cards: Card[];
  couldNot: CouldNot[];
}

export interface OutsideSettings {
  /** Base addresses: `/cds-services` below each. */
  bases: readonly string[];
  /** Sent as Bearer to all of them. */
  token?: string;
  /** For the whole question. */
  timeMs: number;
}

interface Service {
  url: string;
  id: string;
  title: string;
  prefetch: Record<string, string>;
}

const bytesMax = 1024 * 1024;
const cardsMax = 20;
const discoverEveryMs = 10 * 60_000;
const tiers: Record<string, Tier> = { critical: 'stop', warning: 'interrupt', info: 'aside' };

type Json = Record<string, unknown>;
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const words = (value: unknown, most: number): string =>
  typeof value === 'string' ? clip(value.replace(/\p{Cc}/gu, ' ').trim(), most) : '';

export function openOutside({ bases, token, timeMs }: OutsideSettings): Outside {
  const found = new Map<string, { at: number; services: Service[] }>();

  async function call(url: string, signal: AbortSignal, body?: string): Promise<Result<unknown>> {
    const answer = await fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body }),
      redirect: 'error',
      signal,
    });
    if (!answer.ok) return fail('busy', `it answered ${answer.status}`);
    let text = '';
    const decoder = new TextDecoder();
    for await (const part of answer.body ?? []) {
      text += decoder.decode(part, { stream: true });
      if (text.length > bytesMax) return fail('too-costly', 'its answer is longer than 1 MB');
    }
    const read = await readJson(text);
    return read.ok ? read : fail('invalid', 'its answer is no JSON');
  }

  async function servicesOf(base: string, signal: AbortSignal): Promise<Result<Service[]>> {
    const known = found.get(base);
    if (known !== undefined && Date.now() - known.at < discoverEveryMs) return ok(known.services);
    const root = `${base.replace(/\/+$/, '')}/cds-services`;
    const answer = await call(root, signal);
    if (!answer.ok) return answer;
    const list = isObject(answer.value) && Array.isArray(answer.value['services']) ? answer.value['services'] : [];
    const services = list.filter(isObject).flatMap((one): Service[] => {
      const id = words(one['id'], 100);
      if (one['hook'] !== 'order-sign' || !/^[A-Za-z0-9._-]+$/.test(id)) return [];
      const prefetch = isObject(one['prefetch']) ? one['prefetch'] : {};
      return [
        {
          url: `${root}/${id}`,
          id,
          title: words(one['title'], 100) || id,
          prefetch: Object.fromEntries(Object.entries(prefetch).filter((each): each is [string, string] => typeof each[1] === 'string')),
        },
      ];
    });
    found.set(base, { at: Date.now(), services });
    return ok(services);
  }

  return {
    async ask(patient, encounter, user, orders, chart) {
      const signal = AbortSignal.timeout(timeMs);
      const answers = await Promise.all(
        bases.map(async (base): Promise<OutsideAnswer> => {
          const host = hostOf(base);
          const first = orders[0]?.id ?? '';
          const not = (why: string): OutsideAnswer => ({
            cards: [],
            couldNot: [{ category: 'outside', order: first, why: `${host}: ${why}` }],
          });
          try {
            const services = await servicesOf(base, signal);
            if (!services.ok) return not(services.problem.message);
            const all = await Promise.all(
              services.value.map(async (service) => {
                const body = await question(service, { patient, encounter, user, orders, chart });
                const answer = await call(service.url, signal, body);
                return answer.ok ? cardsOf(answer.value, service, host, orders) : not(`${service.title}: ${answer.problem.message}`);
              }),
            );
            return { cards: all.flatMap(({ cards }) => cards), couldNot: all.flatMap(({ couldNot }) => couldNot) };
          } catch (error) {
            return not(signal.aborted ? `no answer within ${timeMs / 1000} s` : `it cannot be reached (${reasonOf(error)})`);
          }
        }),
      );
      return { cards: answers.flatMap(({ cards }) => cards), couldNot: answers.flatMap(({ couldNot }) => couldNot) };
    },
  };
}

interface Question {
  patient: string;
  encounter: string | undefined;
  user: string;
  orders: readonly Resource[];
  chart: Asked;
}

async function question(service: Service, { patient, encounter, user, orders, chart }: Question): Promise<string> {
  const prefetch: Record<string, unknown> = {};
  const templates = Object.entries(service.prefetch).slice(0, 20);
  const resolved = await Promise.all(templates.map(([, template]) => prefetched(template, patient, encounter, chart)));
  for (const [i, [key]] of templates.entries()) if (resolved[i] !== undefined) prefetch[key] = resolved[i];
  return writeJson({
    hook: 'order-sign',
    hookInstance: randomUUID(),
    context: {
      userId: user,
      patientId: patient,
      ...(encounter === undefined ? {} : { encounterId: encounter }),
      draftOrders: { resourceType: 'Bundle', type: 'collection', entry: orders.map((resource) => ({ resource })) },
    },
    prefetch,
  });
}

/**
 * As who signs may see it, and of this patient alone: what a service would like to have of others it does not get. undefined: it was not
 * asked, and the service gets by without.
 */
async function prefetched(template: string, patient: string, encounter: string | undefined, chart: Asked): Promise<unknown> {
  const text = template
    .replaceAll(/\{\{ *context\.patientId *\}\}/g, patient)
    .replaceAll(/\{\{ *context\.encounterId *\}\}/g, encounter ?? '');
  if (text.includes('{{')) return undefined;
  const read = /^([A-Za-z]+)\/([A-Za-z0-9.-]{1,64})$/.exec(text);
  if (read) {
    if (text !== `Patient/${patient}` && text !== `Encounter/${encounter}`) return undefined;
    const found = await chart.read(read[1] as ResourceType, read[2]!);
    return found.ok ? found.value : undefined;
  }
  const search = /^([A-Za-z]+)\?(.*)$/.exec(text);
  if (!search || !isOfPatient(search[2]!, patient)) return undefined;
  const found = await chart.search(search[1] as ResourceType, search[2]!);
  if (!found.ok) return undefined;
  return { resourceType: 'Bundle', type: 'searchset', entry: found.value.map((resource) => ({ resource })) };
}

const isOfPatient = (query: string, patient: string): boolean =>
  ['patient', 'subject', '_id'].some((name) => {
    const values = new URLSearchParams(query).getAll(name);
    return values.some((value) => value === patient || value === `Patient/${patient}`) && (name !== '_id' || values.length === 1);
  });

function cardsOf(body: unknown, service: Service, host: string, orders: readonly Resource[]): OutsideAnswer {
  const list = isObject(body) && Array.isArray(body['cards']) ? body['cards'] : undefined;
  const ids = orders.map(({ id }) => id ?? '');
  if (list === undefined)
    return {
      cards: [],
      couldNot: [{ category: 'outside', order: ids[0] ?? '', why: `${host}: ${service.title}: its answer has no cards` }],
    };
  const cards = list
    .filter(isObject)
    .slice(0, cardsMax)
    .flatMap((one): Card[] => {
      const summary = words(one['summary'], 140);
      const tier = tiers[String(one['indicator'])];
      if (summary === '' || tier === undefined) return [];
      const source = isObject(one['source']) ? one['source'] : {};
      const label = words(source['label'], 100) || service.title;
      return [
        {
          rule: { id: `${service.id}: ${summary}`.slice(0, 200), file: host, version: 'outside', status: 'active', reviewer: label },
          category: 'outside',
          tier,
          severity: tier === 'stop' ? 'major' : tier === 'interrupt' ? 'moderate' : 'minor',
          summary,
          detail: words(one['detail'], 4000),
          management: '',
          source: [label, words(source['url'], 300)].filter(Boolean).join(', '),
          orders: ids,
          facts: [],
          silencedBy: [],
          notKnown: [],
        },
      ];
    });
  const cut = list.length > cardsMax;
  return {
    cards,
    couldNot: cut
      ? [
          {
            category: 'outside',
            order: ids[0] ?? '',
            why: `${host}: ${service.title}: only the first ${cardsMax} of ${list.length} cards are shown`,
          },
        ]
      : [],
  };
}

function hostOf(base: string): string {
  try {
    return new URL(base).host;
  } catch {
    return 'a CDS service';
  }
}

const reasonOf = (error: unknown): string => {
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'no connection';
};
