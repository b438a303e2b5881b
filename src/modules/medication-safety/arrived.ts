// An order that nobody signed here (a message, another program) is checked when it has come in; one that was signed here is looked
// at again, since two people may have signed at once and neither saw the other's. Silence is no answer: what is dangerous and what
// could not be understood becomes a Task of the pharmacist, what could not be checked for want of a fact stands in the record.
import type { DetectedIssue, MedicationRequest, Resource, Task } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Chart, Conclusion } from '../contract.ts';
import { advise } from './advise.ts';
import { categorySystem, ruleSystem, taskSystem } from './codes.ts';
import type { Answer, Card, CouldNot, Facts } from './contract.ts';
import { detectedIssue } from './detected-issue.ts';
import { gatherResources, standingOrders } from './facts/from-chart.ts';
import { factsOf } from './facts/from-resources.ts';
import type { Library } from './library.ts';
import { knowledgeOf, labelled, once, speaksOf, spokenOf } from './telling.ts';

/** Written so long before it became known here it is history that was loaded: it stands among what other orders are checked beside. */
const newsMs = 7 * 86_400_000;
/** As for standing orders that are checked again (follow.ts). */
const ordersMax = 200;
const notOrders = new Set(['proposal', 'option', 'plan']);

interface Arrival {
  order: MedicationRequest;
  ref: string;
  /** As the record shows it: without one nobody is asked about. */
  patient?: string;
  at: string;
  /** It was changed after it had come: said once is not said for the new dose. */
  changed: boolean;
  chart: Chart;
  library: Library;
  /** What a conclusion may rest on, for its labels. */
  resources: readonly Resource[];
}

export async function arrived(order: MedicationRequest, version: number, chart: Chart, library: Library): Promise<Conclusion[]> {
  if (order.status !== 'active' || notOrders.has(order.intent) || order.doNotPerform === true || order.id === undefined) return [];
  const atMs = Date.parse(order.meta?.lastUpdated ?? order.authoredOn ?? '');
  if (Number.isNaN(atMs) || (version === 1 && Date.parse(order.authoredOn ?? '') < atMs - newsMs)) return [];
  const patient = /^Patient\/([A-Za-z0-9.-]{1,64})(?:$|\/_history\/)/.exec(order.subject.reference ?? '')?.[1];
  const arrival: Arrival = {
    order,
    ref: `MedicationRequest/${order.id}`,
    ...(patient === undefined ? {} : { patient }),
    at: new Date(atMs).toISOString(),
    changed: version > 1,
    chart,
    library,
    resources: [order],
  };
  if (patient === undefined) return notChecked('it names no patient of the record', arrival);
  const answer = await checked(patient, atMs, arrival);
  if (!answer.ok) {
    // Ended, or its patient taken away, before anybody looked: nothing is left that could be given.
    return answer.problem.kind === 'gone' ? [] : notChecked(answer.problem.message, arrival);
  }
  return toldOf(answer.value.answer, patient, { ...arrival, resources: answer.value.resources });
}

async function checked(
  patient: string,
  atMs: number,
  { ref, chart, library }: Arrival,
): Promise<Result<{ answer: Answer; resources: Resource[] }>> {
  const standing = await chart.search('MedicationRequest', standingOrders(patient));
  if (!standing.ok && standing.problem.kind !== 'too-costly') throw new Error(standing.problem.message);
  const count = standing.ok ? standing.value.length : 'more than 1000';
  if (typeof count === 'string' || count > ordersMax)
    return fail('too-costly', `${count} orders stand for this patient, more than ${ordersMax}: end those that are over`);
  const gathered = await gatherResources(patient, chart, library);
  if (!gathered.ok) return gathered.problem.kind === 'not-found' ? fail('not-found', 'its patient is not in the record') : gathered;
  const { resources, notRead } = gathered.value;
  if (!resources.some((each) => each.resourceType === 'MedicationRequest' && ref === `MedicationRequest/${each.id}`))
    return fail('gone', 'it stands no more');
  try {
    const facts = factsOf({ asOfMs: atMs, resources, notRead }, library);
    const own = facts.orders.find(({ id }) => id === ref);
    if (own === undefined)
      return facts.notRead.some(({ part }) => part === 'medications')
        ? fail('invalid', 'it is not as FHIR has it')
        : fail('gone', 'it is over');
    if (own.state === 'past') return fail('gone', 'it is over');
    return ok({ answer: withNotRead(advise([own], facts, library.base), facts, ref), resources });
  } catch (error) {
    return fail('busy', `the check failed (${error instanceof Error ? error.message.slice(0, 80) : 'unknown'}): tell the administrator`);
  }
}

/** A part of the chart that did not answer may hold what makes the order dangerous. */
const withNotRead = (answer: Answer, { notRead }: Facts, order: string): Answer => ({
  ...answer,
  couldNot: [
    ...notRead.map(
      ({ part, why, partly }): CouldNot => ({
        category: 'drug-drug',
        order,
        why: `${part} (${why})`,
        ...(partly === true ? {} : { grave: true }),
      }),
    ),
    ...answer.couldNot,
  ],
});

async function toldOf(answer: Answer, patient: string, arrival: Arrival): Promise<Conclusion[]> {
  const { ref, chart, at, changed, library, resources } = arrival;
  const about = await chart.search('DetectedIssue', `patient=${encodeURIComponent(`Patient/${patient}`)}&implicated=${ref}&_count=1000`);
  if (!about.ok) throw new Error(about.problem.message);
  const issues = about.value.flatMap((each) => (each.resourceType === 'DetectedIssue' ? [each] : []));
  const signed = await chart.search('Task', `focus=${ref}&code=${taskSystem}|verify&_count=10`);
  if (!signed.ok) throw new Error(signed.problem.message);
  const wasSigned = signed.value.length > 0 && !changed;
  const isSaid = (card: Card): boolean =>
    issues.some(
      (each) =>
        (speaksOf(each, card) && (!changed || (each.detail ?? '').startsWith(card.summary) || (each.identifiedDateTime ?? '') > at)) ||
        (wasSigned &&
          each.code?.text === card.category &&
          card.orders.every((order) => each.implicated?.some((one) => one.reference === order))),
    );
  const conclusions: Conclusion[] = [];
  const found: { card: Card; issue: string }[] = [];
  for (const card of answer.cards) {
    if (card.tier === 'aside' || isSaid(card)) continue;
    const id = namedUuid('medication-safety', 'arrived', card.rule.id, card.tier, card.summary, ...[...card.orders].sort());
    const issue = detectedIssue(card, 'found when it had come in', { reference: `Patient/${patient}` }, at, card.orders);
    const resource = labelled({ ...issue, id }, [ref, ...spokenOf(card)], resources);
    conclusions.push({ resource, basis: card.orders, knowledge: knowledgeOf(library) });
    found.push({ card, issue: `DetectedIssue/${id}` });
  }
  // Who signed here saw what could not be checked, and a pharmacist looks at the order.
  const couldNot = signed.value.length > 0 ? [] : answer.couldNot;
  const unread = couldNot.filter(({ grave }) => grave);
  const wanting = couldNot.filter(({ grave }) => !grave);
  if (wanting.length > 0) conclusions.push(...(await once(factsWanting(wanting, patient, arrival), chart)));
  if (found.length === 0 && unread.length === 0) return conclusions;
  const says = [...found.map(({ card }) => card.summary), ...unread.map(({ why }) => `Could not be checked: ${why}.`)].join(' ');
  const task = taskOf(
    says,
    found.some(({ card }) => card.tier === 'stop') ? 'stat' : 'urgent',
    found[0]?.issue,
    arrival,
    found.flatMap(({ card }) => spokenOf(card)),
  );
  return [...conclusions, ...(await once(task, chart))];
}

const notChecked = (why: string, arrival: Arrival): Promise<Conclusion[]> =>
  once(taskOf(`Could not be checked: ${why}.`, 'urgent', undefined, arrival), arrival.chart);

/** One for each order and what was said of it: changed to another dose it is told again. */
function taskOf(
  says: string,
  priority: NonNullable<Task['priority']>,
  issue: string | undefined,
  { ref, patient, at, library, resources }: Arrival,
  spoken: readonly string[] = [],
): Conclusion {
  const resource: Task = {
    resourceType: 'Task',
    id: namedUuid('medication-safety', 'arrived', ref, says),
    status: 'requested',
    intent: 'order',
    priority,
    code: { coding: [{ system: taskSystem, code: 'arrived' }], text: 'Look at an order that came from elsewhere' },
    description: says.slice(0, 2000),
    focus: { reference: ref },
    ...(patient === undefined ? {} : { for: { reference: `Patient/${patient}` } }),
    authoredOn: at,
    performerType: [{ text: 'pharmacist' }],
    ...(issue === undefined ? {} : { reasonReference: { reference: issue } }),
  };
  return { resource: labelled(resource, [ref, ...spoken], resources), basis: [ref], knowledge: knowledgeOf(library) };
}

/** What nobody has measured: in the record beside the order's alerts, and in nobody's queue, where it would bury the rest. */
function factsWanting(couldNot: readonly CouldNot[], patient: string, { ref, at, library, resources }: Arrival): Conclusion {
  const issue: DetectedIssue = {
    resourceType: 'DetectedIssue',
    id: namedUuid('medication-safety', 'could-not-check', ref),
    identifier: [{ system: ruleSystem, value: `could-not-check|built in|1` }],
    status: 'final',
    code: { coding: [{ system: categorySystem, code: 'could-not-check' }], text: 'could not check' },
    severity: 'low',
    patient: { reference: `Patient/${patient}` },
    identifiedDateTime: at,
    implicated: [{ reference: ref }],
    detail: `Could not be checked when it had come in: ${couldNot.map(({ why }) => why).join('; ')}`.slice(0, 4000),
  };
  return { resource: labelled(issue, [ref], resources), basis: [ref], knowledge: knowledgeOf(library) };
}
