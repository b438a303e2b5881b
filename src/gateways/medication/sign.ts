// Orders signed: checked once more by the server, refused while a card that interrupts has no decision, and then committed as
// one unit with every alert (DetectedIssue, its reason as mitigation), the pharmacist's Task and what is to be monitored.
import type { DetectedIssue, MedicationRequest, Resource, ResourceType, Task } from '../../fhir/generated/types.ts';
import { ok, type Result } from '../../fhir/result.ts';
import { namedUuid } from '../../methods/named-uuid.ts';
import { reasonSystem, taskSystem } from '../../modules/medication-safety/codes.ts';
import type { Card, Order } from '../../modules/medication-safety/contract.ts';
import { detectedIssue } from '../../modules/medication-safety/detected-issue.ts';
import { awaitedInput, laboratoriesToMonitor } from '../../modules/medication-safety/monitored.ts';
import type { Caller, RecordStore, Write } from '../../record/contract.ts';
import { newId } from '../../record/uuid7.ts';
import { type Checked, checkOrders } from './check.ts';
import { resourceOf } from './order-resource.ts';
import type { Safety } from './safety.ts';
import type { CardDecision, SignWish } from './sign-wish.ts';

export type Signed =
  /** Nothing was written: these cards need a decision, those of tier stop in words. */
  | { signed: false; checked: Checked; undecided: Card[] }
  | { signed: true; checked: Checked; requests: string[]; issues: string[]; tasks: string[]; repeated?: true };

export async function signOrders(
  safety: Safety,
  record: Pick<RecordStore, 'commit'>,
  caller: Caller,
  wish: SignWish,
): Promise<Result<Signed>> {
  const checked = await checkOrders(safety, caller, wish.check);
  if (!checked.ok) return checked;
  const { answer, drafts } = checked.value;
  const idOf = idsOf(caller, wish);
  const before = wish.session === undefined ? undefined : await signedBefore(safety, caller, wish, idOf);
  if (before !== undefined && !before.ok) return before;
  if (before?.value !== undefined) return ok({ signed: true, checked: checked.value, ...before.value, repeated: true });
  if (safety.outside !== undefined) {
    const told = await safety.outside.ask(
      wish.check.patient,
      wish.encounter,
      caller.person.id,
      draftsOf(wish, drafts, safety),
      safety.chartFor(caller),
    );
    answer.cards.push(...told.cards);
    answer.couldNot.push(...told.couldNot);
  }
  const decisionOf = (card: Card) => decisionAbout(card, wish.decisions);
  const undecided = answer.cards.filter((card) => card.tier !== 'aside' && !isDecided(card, decisionOf(card)));
  if (undecided.length > 0) return ok({ signed: false, checked: checked.value, undecided });
  const now = safety.now().toISOString();
  const subject = { reference: `Patient/${wish.check.patient}` };
  const author = { display: caller.person.name };
  const head = {
    subject,
    ...(wish.encounter === undefined ? {} : { encounter: { reference: `Encounter/${wish.encounter}` } }),
    authoredOn: now,
    requester: author,
  };
  const ids = new Map<string, string>();
  const writes: Write[] = [];
  const create = (resource: Resource): string => {
    const id = idOf(writes.length);
    writes.push({ kind: 'create', resource, id });
    return `${resource.resourceType}/${id}`;
  };
  for (const [i, draft] of wish.check.orders.entries()) {
    const order = drafts[i]!;
    const resource: Resource = 'resourceType' in draft ? withHead(draft as Resource, head) : resourceOf(order, head, safety.library);
    ids.set(order.id, create(resource));
  }
  const referenceOf = (id: string) => ids.get(id) ?? (id.includes('/') ? id : undefined);
  const tasks: string[] = [];
  const issues = [
    ...answer.cards.map((card) => ({ card, seen: 'shown' })),
    ...answer.unseen.map((card) => ({ card, seen: `not shown: ${card.because}` })),
  ].map(({ card, seen }) => {
    const decision = seen === 'shown' && card.tier !== 'aside' ? decisionOf(card) : undefined;
    const issue = create(issueOf(card, seen, decision, { subject, author, now, referenceOf }));
    if (decision?.monitor)
      tasks.push(
        create(monitorTask(card, issue, laboratoriesToMonitor(card, safety.library.base), { subject, author, now }, safety.now())),
      );
    return issue;
  });
  for (const request of ids.values())
    if (request.startsWith('MedicationRequest/'))
      tasks.push(
        create(
          verifyTask(
            request,
            { subject, author, now },
            answer.cards.some((card) => card.tier !== 'aside' && card.orders.some((id) => ids.get(id) === request)),
          ),
        ),
      );
  const committed = await record.commit(caller, writes);
  if (!committed.ok) {
    // Sent twice at once: the other one was quicker.
    const other = wish.session === undefined ? undefined : await signedBefore(safety, caller, wish, idOf);
    return other?.ok && other.value !== undefined
      ? ok({ signed: true, checked: checked.value, ...other.value, repeated: true })
      : committed;
  }
  return ok({ signed: true, checked: checked.value, requests: [...ids.values()], issues, tasks });
}

/** As services of others read them: each with the id by which its cards name it. */
const draftsOf = ({ check }: SignWish, drafts: readonly Order[], { library, now }: Safety): Resource[] =>
  check.orders.map((draft, i) => {
    const { id } = drafts[i]!;
    const head = { subject: { reference: `Patient/${check.patient}` }, authoredOn: now().toISOString(), requester: {} };
    return 'resourceType' in draft ? ({ ...draft, id } as Resource) : { ...resourceOf(drafts[i]!, head, library), id, status: 'draft' };
  });

/** The decision that counts for a card: of its rule, and of what was in sight where that was told. */
export const decisionAbout = (card: Card, decisions: readonly CardDecision[]): CardDecision | undefined =>
  decisions.find(
    ({ rule, file, seen }) =>
      rule === card.rule.id && (file === undefined || file === card.rule.file) && (seen === undefined || seen.includes(card.summary)),
  );

/** Ids of what a signature writes, in order: with a session the same for the same orders, otherwise new ones. */
function idsOf({ person }: Caller, { session, check }: SignWish): (n: number) => string {
  if (session === undefined) return newId;
  const orders = JSON.stringify([check.patient, check.orders]);
  return (n) => namedUuid('medication-sign', person.id, session, orders, n);
}

/** What the session signed already; undefined: nothing. */
async function signedBefore(
  safety: Safety,
  caller: Caller,
  { check }: SignWish,
  idOf: (n: number) => string,
): Promise<Result<{ requests: string[]; issues: string[]; tasks: string[] } | undefined>> {
  const chart = safety.chartFor(caller);
  const requests = check.orders.map((draft, n) => `${'resourceType' in draft ? draft.resourceType : 'MedicationRequest'}/${idOf(n)}`);
  const [type, id] = requests[0]!.split('/') as [ResourceType, string];
  const first = await chart.read(type, id);
  if (!first.ok) return first.problem.kind === 'not-found' ? ok(undefined) : first;
  const about = `patient=Patient/${check.patient}&_count=1000`;
  const [issues, tasks] = await Promise.all([
    chart.search('DetectedIssue', `${about}&implicated=${requests.join(',')}`),
    chart.search('Task', `${about}&focus=${requests.join(',')}`),
  ]);
  const references = (found: Result<Resource[]>): string[] =>
    found.ok ? found.value.map((each) => `${each.resourceType}/${each.id}`) : [];
  return ok({ requests, issues: references(issues), tasks: references(tasks) });
}

/** A card that must stop needs words; one that interrupts a reason of the list or words. */
const isDecided = (card: Card, decision: CardDecision | undefined): boolean =>
  decision !== undefined && (card.tier !== 'stop' || (decision.reason ?? '').trim().length >= 5);

function withHead(draft: Resource, head: Pick<MedicationRequest, 'subject' | 'encounter' | 'authoredOn' | 'requester'>): Resource {
  if (draft.resourceType !== 'MedicationRequest')
    return { ...draft, ...('subject' in draft ? { subject: head.subject } : { patient: head.subject }) } as Resource;
  const { id: _, ...rest } = draft;
  return {
    ...rest,
    status: draft.status === 'draft' ? 'active' : draft.status,
    intent: draft.intent,
    subject: head.subject,
    authoredOn: draft.authoredOn ?? head.authoredOn,
    requester: draft.requester ?? head.requester,
    ...(draft.encounter || head.encounter ? { encounter: draft.encounter ?? head.encounter } : {}),
  } as MedicationRequest;
}

interface Around {
  subject: { reference: string };
  author: { display: string };
  now: string;
}

function issueOf(
  card: Card,
  seen: string,
  decision: CardDecision | undefined,
  { subject, author, now, referenceOf }: Around & { referenceOf(id: string): string | undefined },
): DetectedIssue {
  const orders = card.orders.map(referenceOf).filter((each) => each !== undefined);
  const issue = detectedIssue(card, seen, subject, now, orders);
  if (decision === undefined) return issue;
  const action = { coding: [{ system: reasonSystem, code: decision.reasonCode }], text: decision.reason ?? decision.reasonCode };
  return { ...issue, mitigation: [{ action, date: now, author }] };
}

function monitorTask(card: Card, issue: string, laboratories: readonly string[], { subject, author, now }: Around, at: Date): Task {
  const days = card.monitor?.withinDays ?? 3;
  const end = new Date(at.getTime() + days * 86_400_000).toISOString();
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: 'routine',
    code: { coding: [{ system: taskSystem, code: 'monitor' }], text: 'Monitor after an overridden alert' },
    description: `${laboratories.length > 0 ? `Look at ${laboratories.join(', ')}` : 'Monitor'} within ${days} days: ${card.summary}`,
    focus: { reference: issue },
    for: subject,
    authoredOn: now,
    requester: author,
    restriction: { period: { start: now, end } },
    // Looked for when results come: the Task is done by them.
    ...(laboratories.length > 0 ? { input: awaitedInput(laboratories) } : {}),
  };
}

function verifyTask(request: string, { subject, author, now }: Around, urgent: boolean): Task {
  return {
    resourceType: 'Task',
    status: 'requested',
    intent: 'order',
    priority: urgent ? 'urgent' : 'routine',
    code: { coding: [{ system: taskSystem, code: 'verify' }], text: 'Verify a medication order' },
    description: 'Pharmacist: verify this order before it is dispensed',
    focus: { reference: request },
    for: subject,
    authoredOn: now,
    requester: author,
    performerType: [{ text: 'pharmacist' }],
  };
}
