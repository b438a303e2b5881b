// Topics: what may be subscribed to. In the form of R5 (http://hl7.org/fhir/R5/subscriptiontopic.html), which R4 does not have as a
// resource; compiled to triggers once.
import type { Resource, ResourceType } from '../../fhir/generated/types.ts';
import { fail, ok, type Result } from '../../fhir/result.ts';
import type { Query } from '../../fhir/search/contract.ts';
import { isResourceType } from '../../fhir/search/references.ts';
import { isMatch, queryOf } from './criteria.ts';

export type Interaction = 'create' | 'update' | 'delete';
export const interactions: readonly Interaction[] = ['create', 'update', 'delete'];
type TestResult = 'test-passes' | 'test-fails';

/** SubscriptionTopic.resourceTrigger. */
export interface TopicTrigger {
  description?: string;
  resource: string;
  supportedInteraction?: Interaction[];
  queryCriteria?: {
    previous?: string;
    resultForCreate?: TestResult;
    current?: string;
    resultForDelete?: TestResult;
    requireBoth?: boolean;
  };
}

/** SubscriptionTopic, as far as it is used here. */
export interface Topic {
  resourceType: 'SubscriptionTopic';
  id: string;
  url: string;
  version?: string;
  title: string;
  status: string;
  description?: string;
  resourceTrigger: TopicTrigger[];
}

export interface Trigger {
  type: ResourceType;
  on: ReadonlySet<Interaction>;
  previous?: Query;
  current?: Query;
  /** What stands for the version that a create and a delete do not have; undefined: nothing was said of it. */
  forCreate: boolean | undefined;
  forDelete: boolean | undefined;
  both: boolean;
}

export interface CompiledTopic {
  topic: Topic;
  triggers: Trigger[];
}

export function compileTopic(topic: Topic): Result<CompiledTopic> {
  const triggers: Trigger[] = [];
  for (const [i, trigger] of topic.resourceTrigger.entries()) {
    const where = `SubscriptionTopic.resourceTrigger[${i}]`;
    const type = trigger.resource.replace('http://hl7.org/fhir/StructureDefinition/', '');
    if (!isResourceType(type)) return fail('invalid', 'resource must be a resource type of R4', `${where}.resource`);
    const { previous, current, resultForCreate, resultForDelete, requireBoth = false } = trigger.queryCriteria ?? {};
    const before = optional(type, previous, `${where}.queryCriteria.previous`);
    if (!before.ok) return before;
    const after = optional(type, current, `${where}.queryCriteria.current`);
    if (!after.ok) return after;
    triggers.push({
      type,
      on: new Set(trigger.supportedInteraction ?? interactions),
      ...(before.value === undefined ? {} : { previous: before.value }),
      ...(after.value === undefined ? {} : { current: after.value }),
      forCreate: resultForCreate === undefined ? undefined : resultForCreate === 'test-passes',
      forDelete: resultForDelete === undefined ? undefined : resultForDelete === 'test-passes',
      both: requireBoth,
    });
  }
  return ok({ topic, triggers });
}

function optional(type: ResourceType, text: string | undefined, where: string): Result<Query | undefined> {
  if (text === undefined) return ok(undefined);
  return queryOf(type, text.startsWith(`${type}?`) ? text.slice(type.length + 1) : text, where);
}

/** One change as triggers see it; the version before is only fetched where it is asked for. */
export interface Happened {
  operation: Interaction;
  type: ResourceType;
  after: Resource | undefined;
  before(): Promise<Resource | undefined>;
}

/** http://hl7.org/fhir/R5/subscriptiontopic-definitions.html#SubscriptionTopic.resourceTrigger.queryCriteria */
export async function fires(trigger: Trigger, happened: Happened): Promise<boolean> {
  const { operation, after } = happened;
  if (trigger.type !== happened.type || !trigger.on.has(operation)) return false;
  const current =
    after === undefined ? (trigger.forDelete ?? (trigger.current === undefined ? undefined : false)) : test(trigger.current, after);
  if (trigger.both && current === false) return false;
  const previous =
    operation === 'create'
      ? (trigger.forCreate ?? (trigger.previous === undefined ? undefined : false))
      : trigger.previous === undefined
        ? undefined
        : test(trigger.previous, await happened.before());
  if (trigger.both) return current !== false && previous !== false;
  return current === undefined && previous === undefined ? true : current === true || previous === true;
}

const test = (query: Query | undefined, resource: Resource | undefined): boolean | undefined =>
  query === undefined ? undefined : resource !== undefined && isMatch(query, resource);
