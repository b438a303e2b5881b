// How the pharmacist is told of what was found after an order was written: a DetectedIssue for each card, a Task for each order,
// under ids that a replay gives again.
import type { Coding, DetectedIssue, Resource, Task } from '../../fhir/generated/types.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import type { Chart, Conclusion } from '../contract.ts';
import { ruleSystem, taskSystem } from './codes.ts';
import type { Card } from './contract.ts';
import { detectedIssue } from './detected-issue.ts';
import type { Tier } from './knowledge/contract.ts';
import type { Library } from './library.ts';
import { tierRank } from './present.ts';

const quietMs = 7 * 86_400_000;

export const knowledgeOf = ({ base }: Library): string => `lamplight-medication-safety ${base.version}`;

/** A change, and the record as it stands when it is looked at. */
export interface Look {
  change: { type: string; id: string };
  patient: string;
  atMs: number;
  chart: Chart;
  library: Library;
  /** What it was concluded from. */
  resources: readonly Resource[];
}

/** Labels of what a conclusion speaks of: whoever may not see an order must not read of it in an alert. */
export function labelled<R extends Resource>(made: R, references: readonly string[], resources: readonly Resource[]): R {
  const security = new Map<string, Coding>();
  for (const each of resources)
    if (references.includes(`${each.resourceType}/${each.id}`))
      for (const label of each.meta?.security ?? []) security.set(`${label.system}|${label.code}`, label);
  return security.size === 0 ? made : { ...made, meta: { security: [...security.values()] } };
}

/** The orders and facts that a card speaks of. */
export const spokenOf = (card: Card): string[] => [...card.orders, ...card.facts.flatMap(({ ref }) => ref ?? [])];

/** What the change brought becomes a DetectedIssue a card and a Task an order; nothing that was said within a week. */
export async function told(news: readonly Card[], look: Look): Promise<Conclusion[]> {
  const { patient, atMs, chart, library, change } = look;
  const since = new Date(atMs - quietMs).toISOString();
  const said = await chart.search(
    'DetectedIssue',
    `patient=${encodeURIComponent(`Patient/${patient}`)}&identified=ge${since}&_sort=-identified&_count=1000`,
  );
  if (!said.ok) throw new Error(said.problem.message);
  const issues = said.value as DetectedIssue[];
  const knowledge = knowledgeOf(library);
  const basis = [`${change.type}/${change.id}`];
  const conclusions: Conclusion[] = [];
  const byOrder = new Map<string, { card: Card; issue: string }[]>();
  for (const card of news) {
    const id = namedUuid('medication-safety', card.rule.id, card.tier, change.type, change.id, ...[...card.orders].sort());
    if (issues.some((each) => each.id === id || speaksOf(each, card))) continue;
    const at = new Date(atMs).toISOString();
    const issue = detectedIssue(card, 'found when the orders were checked again', { reference: `Patient/${patient}` }, at, card.orders);
    const resource = labelled({ ...issue, id }, [...basis, ...spokenOf(card)], look.resources);
    conclusions.push({ resource, basis: [...basis, ...card.orders], knowledge });
    const [order] = card.orders;
    if (order !== undefined) byOrder.set(order, [...(byOrder.get(order) ?? []), { card, issue: `DetectedIssue/${id}` }]);
  }
  for (const [order, cards] of byOrder) {
    const task = labelled(recheckTask(order, cards, look), [...basis, ...cards.flatMap(({ card }) => spokenOf(card))], look.resources);
    conclusions.push(...(await once({ resource: task, basis: [...basis, order], knowledge }, chart)));
  }
  return conclusions;
}

const tierOf: Record<string, Tier> = { high: 'stop', moderate: 'interrupt', low: 'aside' };

/** Said already, as seriously, about the same orders: when they were signed or by an earlier look. */
export function speaksOf(issue: DetectedIssue, card: Card): boolean {
  const rule = issue.identifier?.find(({ system }) => system === ruleSystem)?.value?.split('|')[0];
  const about = new Set(issue.implicated?.map(({ reference }) => reference));
  return (
    rule === card.rule.id &&
    tierRank(tierOf[issue.severity ?? 'low'] ?? 'aside') >= tierRank(card.tier) &&
    card.orders.every((order) => about.has(order))
  );
}

function recheckTask(order: string, found: readonly { card: Card; issue: string }[], { patient, atMs, change }: Look): Task {
  const at = new Date(atMs).toISOString();
  return {
    resourceType: 'Task',
    id: namedUuid('medication-safety', 'recheck', change.type, change.id, order),
    status: 'requested',
    intent: 'order',
    priority: found.some(({ card }) => card.tier === 'stop') ? 'stat' : 'urgent',
    code: { coding: [{ system: taskSystem, code: 'recheck' }], text: 'Look at a standing order again' },
    description: `Something new is known: ${found.map(({ card }) => card.summary).join(' ')}`.slice(0, 2000),
    focus: { reference: order },
    for: { reference: `Patient/${patient}` },
    authoredOn: at,
    performerType: [{ text: 'pharmacist' }],
    reasonReference: { reference: found[0]!.issue },
  };
}

/** A Task that is there may have been worked on since: it is not made again. */
export async function once(conclusion: Conclusion, chart: Chart): Promise<Conclusion[]> {
  const there = await chart.read(conclusion.resource.resourceType, conclusion.resource.id!);
  return there.ok ? [] : [conclusion];
}
