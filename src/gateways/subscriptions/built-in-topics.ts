// The topics that every installation has: one for each resource type, and a few that wards and laboratories ask for.
import { type ResourceType, resourceTypes } from '../../fhir/generated/types.ts';
import type { Topic } from './topic.ts';

export const topicUrl = (name: string): string => `https://lamplight.dev/fhir/SubscriptionTopic/${name}`;

/** Types that a topic would say nothing good of: the trail is read as a trail. */
const withoutTopic: readonly string[] = ['AuditEvent', 'OperationOutcome', 'Parameters', 'SubscriptionStatus', 'Subscription'];

const topic = (id: string, title: string, description: string, resourceTrigger: Topic['resourceTrigger']): Topic => ({
  resourceType: 'SubscriptionTopic',
  id,
  url: topicUrl(id),
  version: '1.0.0',
  title,
  status: 'active',
  description,
  resourceTrigger,
});

const ofType = (type: ResourceType): Topic =>
  topic(type, `${type} created, updated or deleted`, `Each new version of each ${type}, and its deletion`, [
    { resource: type, supportedInteraction: ['create', 'update', 'delete'] },
  ]);

/** A state that begins: it was not so before, and is so now. */
const begins = (resource: ResourceType, state: string, description: string): Topic['resourceTrigger'][number] => ({
  description,
  resource,
  supportedInteraction: ['create', 'update'],
  queryCriteria: {
    previous: `status:not=${state}`,
    resultForCreate: 'test-passes',
    current: `status=${state}`,
    resultForDelete: 'test-fails',
    requireBoth: true,
  },
});

const reported = 'final,amended,corrected,appended';

export const builtInTopics: readonly Topic[] = [
  topic('encounter-start', 'An encounter begins', 'An Encounter comes into progress', [
    begins('Encounter', 'in-progress,onleave', 'It was planned, arrived or triaged, or there was none, and is in progress now'),
  ]),
  topic('encounter-end', 'An encounter ends', 'An Encounter is finished', [
    begins('Encounter', 'finished', 'It is finished and was not before'),
  ]),
  topic('new-result', 'A result is reported', 'A DiagnosticReport or an Observation becomes final', [
    begins('DiagnosticReport', reported, 'A report becomes final'),
    begins('Observation', 'final,amended,corrected', 'An observation becomes final'),
  ]),
  topic(
    'patient-deterioration',
    'A patient is getting worse',
    'An early warning score (NEWS2) reaches the threshold of an urgent response: 5 or more',
    [
      {
        description: 'A new or changed score of 5 or more',
        resource: 'Observation',
        supportedInteraction: ['create', 'update'],
        queryCriteria: {
          current: 'code=http://lamplight.example/CodeSystem/score|news2&value-quantity=ge5&status:not=entered-in-error',
          resultForDelete: 'test-fails',
        },
      },
    ],
  ),
  ...resourceTypes.filter((type) => !withoutTopic.includes(type)).map(ofType),
];
