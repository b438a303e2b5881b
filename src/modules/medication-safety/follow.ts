// What was right when it was signed may be wrong when a result, a weight, an allergy, a diagnosis or a pregnancy becomes known:
// the standing orders are checked again. Only what the change itself brought is told: a card that fires with it and would not
// without. It becomes a DetectedIssue and a Task of the pharmacist. Nothing is said twice within a week.
//
// An order that has come in is checked by arrived.ts. In ordinary traffic a change of somebody who takes nothing costs one search.
import { setImmediate as rest } from 'node:timers/promises';
import type { Observation, Resource, Task } from '../../fhir/generated/types.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Chart, Conclusion, Module, ModuleChange } from '../contract.ts';
import { advise } from './advise.ts';
import { arrived } from './arrived.ts';
import { taskSystem } from './codes.ts';
import type { Card, Facts } from './contract.ts';
import { gatherResources, standingOrders } from './facts/from-chart.ts';
import { bodyCodes } from './facts/from-observations.ts';
import { factsOf } from './facts/from-resources.ts';
import type { Library } from './library.ts';
import { withResult } from './monitored.ts';
import { tierRank } from './present.ts';
import { knowledgeOf, type Look, once, told } from './telling.ts';

const dayMs = 86_400_000;
/** A result older than this when it becomes known is history: it does not change what is right now. */
const newsMs = 7 * dayMs;
/** More standing orders than this are no list that anybody could judge; that they were not checked is said. */
const ordersMax = 200;

export function medicationSafety(library: Library): Module {
  return {
    name: 'medication-safety',
    question: 'Is this order right that came from elsewhere, and are the others still, now that this is known?',
    watches: ['MedicationRequest', 'Observation', 'AllergyIntolerance', 'Condition'],
    emits: ['DetectedIssue', 'Task'],
    byPatient: true,
    follow: (change, chart) => follow(change, chart, library),
  };
}

async function follow(change: ModuleChange, chart: Chart, library: Library): Promise<Conclusion[]> {
  const { after } = change;
  if (after?.resourceType === 'MedicationRequest') return arrived(after, change.version, chart, library);
  const patient = after === null ? undefined : patientOf(after);
  if (after === null || patient === undefined || !matters(after, library)) return [];
  const atMs = momentOf(after.meta?.lastUpdated) ?? takenMs(after);
  if (atMs === undefined) return [];
  if (after.resourceType === 'Observation' && (takenMs(after) ?? atMs) < atMs - newsMs) return [];
  const standing = await chart.search('MedicationRequest', standingOrders(patient));
  if (!standing.ok && standing.problem.kind !== 'too-costly') throw new Error(standing.problem.message);
  const count = standing.ok ? standing.value.length : 'more than 1000';
  if (count === 0) return [];

  const look: Look = { change: { type: change.type, id: change.id }, patient, atMs, chart, library, resources: [] };
  const done = after.resourceType === 'Observation' ? await monitored(after, look) : [];
  if (typeof count === 'string' || count > ordersMax) return [...done, ...(await once(tooMany(count, look), chart))];

  const gathered = await gatherResources(patient, chart, library);
  // A patient who is not there any more has nobody to be warned for.
  if (!gathered.ok) return done;
  const { resources, notRead } = gathered.value;
  const without = resources.filter((each) => each.resourceType !== change.type || each.id !== change.id);
  // Where it does not count among the facts, it changes nothing.
  if (without.length === resources.length) return done;
  const [now, before] = [resources, without].map((each) => factsOf({ asOfMs: atMs, resources: each, notRead }, library));
  const known = await interrupting(before!, library);
  // A milder rule about the same that takes the place of a graver one is no news: a kidney that recovers.
  const news = (await interrupting(now!, library)).filter((card) => !known.some((was) => isAsGrave(was, card)));
  if (news.length === 0) return done;
  return [...done, ...(await told(news, { ...look, resources }))];
}

/** The cards of tier stop and interrupt over all standing orders, each order beside all others. */
async function interrupting(facts: Facts, library: Library): Promise<Card[]> {
  const cards = new Map<string, Card>();
  for (const order of facts.orders) {
    if (order.state !== 'active' || order.origin !== 'order') continue;
    for (const card of advise([order], facts, library.base).cards)
      if (card.tier !== 'aside' && !cards.has(keyOf(card))) cards.set(keyOf(card), card);
    await rest();
  }
  return [...cards.values()];
}

const keyOf = (card: Card): string => [card.rule.id, card.tier, ...[...card.orders].sort()].join(' ');

const isAsGrave = (was: Card, card: Card): boolean =>
  (was.rule.id === card.rule.id || was.category === card.category) &&
  tierRank(was.tier) >= tierRank(card.tier) &&
  card.orders.every((order) => was.orders.includes(order));

function tooMany(count: number | string, look: Look): Conclusion {
  const { patient, atMs, library, change } = look;
  const resource: Task = {
    resourceType: 'Task',
    id: namedUuid('medication-safety', 'not-rechecked', change.type, change.id),
    status: 'requested',
    intent: 'order',
    priority: 'urgent',
    code: { coding: [{ system: taskSystem, code: 'recheck' }], text: 'Standing orders could not be checked again' },
    description: `${count} orders stand for this patient, more than ${ordersMax}: end those that are over; they were not checked again.`,
    for: { reference: `Patient/${patient}` },
    authoredOn: new Date(atMs).toISOString(),
    performerType: [{ text: 'pharmacist' }],
  };
  return { resource, basis: [`${change.type}/${change.id}`], knowledge: knowledgeOf(library) };
}

/** "Will monitor" was promised when an alert was overridden: the value that was awaited is here. */
async function monitored(observation: Observation, { patient, chart, library }: Look): Promise<Conclusion[]> {
  const takenAt = takenMs(observation);
  const names = laboratoriesOf(observation, library);
  if (names.length === 0 || takenAt === undefined || !usable.has(observation.status)) return [];
  const open = await chart.search(
    'Task',
    `patient=${encodeURIComponent(`Patient/${patient}`)}&code=${taskSystem}|monitor&status=requested,accepted,in-progress&_count=1000`,
  );
  if (!open.ok) throw new Error(open.problem.message);
  const reference = `Observation/${observation.id}`;
  return (open.value as Task[])
    .filter((task) => takenAt >= (momentOf(task.authoredOn) ?? Number.POSITIVE_INFINITY))
    .flatMap((task): Conclusion[] => {
      const resource = withResult(task, names, reference);
      return resource === undefined ? [] : [{ resource, basis: [reference], knowledge: knowledgeOf(library) }];
    });
}

const usable = new Set(['final', 'amended', 'corrected', 'preliminary']);
const body = new Set<string>(Object.values(bodyCodes).flat());
const loincsOf = (one: Observation): string[] =>
  [one.code, ...(one.component ?? []).map(({ code }) => code)]
    .flatMap(({ coding }) => coding ?? [])
    .filter(({ system }) => system === undefined || system === 'http://loinc.org')
    .map(({ code }) => code ?? '');
const laboratoriesOf = (one: Observation, library: Library): string[] =>
  loincsOf(one).flatMap((code) => library.laboratories.loinc(code)?.id ?? []);

/** Vital signs are many and seldom change what is right to order: the bedside and the early warning score look at those. */
const matters = (after: Resource, library: Library): boolean =>
  after.resourceType !== 'Observation' ||
  (usable.has(after.status) && loincsOf(after).some((code) => body.has(code) || library.laboratories.loinc(code) !== undefined));

const takenMs = (one: Resource): number | undefined =>
  one.resourceType === 'Observation'
    ? momentOf(one.effectiveDateTime ?? one.effectiveInstant ?? one.effectivePeriod?.end ?? one.effectivePeriod?.start ?? one.issued)
    : undefined;

function momentOf(text: string | undefined): number | undefined {
  const at = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(at) ? undefined : at;
}

/** The id of a relative reference, with a version dropped. */
function patientOf(one: Resource): string | undefined {
  const reference =
    one.resourceType === 'AllergyIntolerance'
      ? one.patient.reference
      : one.resourceType === 'Observation' || one.resourceType === 'Condition'
        ? one.subject?.reference
        : undefined;
  return /^Patient\/([A-Za-z0-9.-]{1,64})(?:$|\/_history\/)/.exec(reference ?? '')?.[1];
}
