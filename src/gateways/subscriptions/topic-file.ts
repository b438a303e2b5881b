// A SubscriptionTopic of R5 from its JSON (http://hl7.org/fhir/R5/subscriptiontopic.html). What would be passed over in silence, and so
// tell of more or less than its author meant, is refused: FHIRPath criteria, event triggers.
import { fail, ok, type Result } from '../../fhir/result.ts';
import { interactions, type Topic, type TopicTrigger } from './topic.ts';

type Fields = Record<string, unknown>;
const isFields = (value: unknown): value is Fields => typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const known = ['description', 'resource', 'supportedInteraction', 'queryCriteria', 'id'];
const knownCriteria = ['previous', 'resultForCreate', 'current', 'resultForDelete', 'requireBoth', 'id'];
const results = ['test-passes', 'test-fails'];

export function readTopic(text: string): Result<Topic> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return fail('invalid', 'It is no JSON');
  }
  if (!isFields(value) || value['resourceType'] !== 'SubscriptionTopic')
    return fail('invalid', 'It is no SubscriptionTopic', 'resourceType');
  const { id, url, version, title, status, description, resourceTrigger, eventTrigger } = value;
  if (!isText(url) || !URL.canParse(url)) return fail('invalid', 'A topic needs its address', 'SubscriptionTopic.url');
  if (eventTrigger !== undefined) return fail('unsupported', 'Triggers are changes of resources here', 'SubscriptionTopic.eventTrigger');
  if (!Array.isArray(resourceTrigger) || resourceTrigger.length === 0)
    return fail('invalid', 'A topic needs at least one trigger', 'SubscriptionTopic.resourceTrigger');
  const triggers: TopicTrigger[] = [];
  for (const [i, trigger] of resourceTrigger.entries()) {
    const fault = faultOf(trigger, `SubscriptionTopic.resourceTrigger[${i}]`);
    if (fault !== undefined) return fault;
    triggers.push(trigger as TopicTrigger);
  }
  return ok({
    resourceType: 'SubscriptionTopic',
    id: isText(id) ? id : (url.split('/').at(-1) ?? 'topic'),
    url: url.split('|')[0] ?? url,
    ...(isText(version) ? { version } : {}),
    title: isText(title) ? title : url,
    status: isText(status) ? status : 'active',
    ...(isText(description) ? { description } : {}),
    resourceTrigger: triggers,
  });
}

function faultOf(trigger: unknown, where: string): ReturnType<typeof fail> | undefined {
  if (!isFields(trigger) || !isText(trigger['resource'])) return fail('invalid', 'A trigger names its resource', where);
  const stranger = Object.keys(trigger).find((name) => !known.includes(name));
  if (stranger !== undefined)
    return fail('unsupported', 'A trigger is made of resource, supportedInteraction and queryCriteria here', `${where}.${stranger}`);
  const on = trigger['supportedInteraction'];
  if (on !== undefined && !(Array.isArray(on) && on.length > 0 && on.every((one) => interactions.some((known) => known === one))))
    return fail('invalid', `supportedInteraction is some of ${interactions.join(', ')}`, `${where}.supportedInteraction`);
  const criteria = trigger['queryCriteria'];
  if (criteria === undefined) return undefined;
  if (!isFields(criteria) || Object.keys(criteria).some((name) => !knownCriteria.includes(name)))
    return fail('invalid', `queryCriteria is made of ${knownCriteria.slice(0, 5).join(', ')}`, `${where}.queryCriteria`);
  for (const name of ['previous', 'current'])
    if (criteria[name] !== undefined && !isText(criteria[name]))
      return fail('invalid', `${name} is a search`, `${where}.queryCriteria.${name}`);
  for (const name of ['resultForCreate', 'resultForDelete'])
    if (criteria[name] !== undefined && !results.some((one) => one === criteria[name]))
      return fail('invalid', `${name} is ${results.join(' or ')}`, `${where}.queryCriteria.${name}`);
  if (criteria['requireBoth'] !== undefined && typeof criteria['requireBoth'] !== 'boolean')
    return fail('invalid', 'requireBoth is true or false', `${where}.queryCriteria.requireBoth`);
  return undefined;
}
