// A topic as R4 can carry it: a Basic whose extensions are the elements of R5
// (http://hl7.org/fhir/uv/subscriptions-backport/notifications.html, http://hl7.org/fhir/R5/versions.html#extensions).
import type { Basic, Extension } from '../../fhir/generated/types.ts';
import { parametersOf } from '../../fhir/search/parameters.ts';
import type { CompiledTopic, TopicTrigger } from './topic.ts';

const element = (path: string): string => `http://hl7.org/fhir/5.0/StructureDefinition/extension-SubscriptionTopic.${path}`;
const filterable = new Set(['token', 'string', 'date', 'number', 'quantity', 'uri', 'reference', 'composite']);

export function basicOf({ topic, triggers }: CompiledTopic): Basic {
  const { id, url, version, title, status, description, resourceTrigger } = topic;
  const types = [...new Set(triggers.map(({ type }) => type))];
  return {
    resourceType: 'Basic',
    id,
    extension: [
      { url: element('url'), valueUri: url },
      ...(version === undefined ? [] : [{ url: element('version'), valueString: version }]),
      { url: element('title'), valueString: title },
      { url: element('status'), valueCode: status },
      ...(description === undefined ? [] : [{ url: element('description'), valueMarkdown: description }]),
      ...resourceTrigger.map(triggerOf),
      ...types.flatMap((type) =>
        [...parametersOf(type).values()]
          .filter((parameter) => filterable.has(parameter.type))
          .map((parameter) => ({
            url: element('canFilterBy'),
            extension: [
              { url: 'resource', valueUri: `http://hl7.org/fhir/StructureDefinition/${type}` },
              { url: 'filterParameter', valueString: parameter.code },
            ],
          })),
      ),
    ],
    code: { coding: [{ system: 'http://hl7.org/fhir/fhir-types', code: 'SubscriptionTopic' }] },
  };
}

function triggerOf({ description, resource, supportedInteraction = [], queryCriteria }: TopicTrigger): Extension {
  return {
    url: element('resourceTrigger'),
    extension: [
      ...(description === undefined ? [] : [{ url: 'description', valueMarkdown: description }]),
      { url: 'resource', valueUri: `http://hl7.org/fhir/StructureDefinition/${resource}` },
      ...supportedInteraction.map((code) => ({ url: 'supportedInteraction', valueCode: code })),
      ...(queryCriteria === undefined ? [] : [{ url: 'queryCriteria', extension: criteriaOf(queryCriteria) }]),
    ],
  };
}

function criteriaOf({
  previous,
  resultForCreate,
  current,
  resultForDelete,
  requireBoth,
}: NonNullable<TopicTrigger['queryCriteria']>): Extension[] {
  const text: Extension[] = [];
  if (previous !== undefined) text.push({ url: 'previous', valueString: previous });
  if (resultForCreate !== undefined) text.push({ url: 'resultForCreate', valueCode: resultForCreate });
  if (current !== undefined) text.push({ url: 'current', valueString: current });
  if (resultForDelete !== undefined) text.push({ url: 'resultForDelete', valueCode: resultForDelete });
  if (requireBoth !== undefined) text.push({ url: 'requireBoth', valueBoolean: requireBoth });
  return text;
}
