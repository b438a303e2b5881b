// GET /medication/order-sets: orders that are often given together, as the screen offers them. They hold no patient's data.
import type { PlanDefinition, PlanDefinitionAction } from '../../fhir/generated/types.ts';
import type { OrderSetList, SetOrder } from './check-answers.ts';

const ordersOf = ({ action, title, description, precheckBehavior }: PlanDefinitionAction): SetOrder[] =>
  action === undefined || action.length === 0
    ? title === undefined
      ? []
      : [{ text: title, ticked: precheckBehavior === 'yes', note: description }]
    : action.flatMap(ordersOf);

/** Sections are the outer actions; an order that stands outside of any is a section of its own. */
export const shownOrderSets = (sets: readonly PlanDefinition[]): OrderSetList => ({
  sets: sets
    .map(({ id, title, name, version, status, description, relatedArtifact, action }) => ({
      id,
      title: title ?? name ?? id ?? '',
      version,
      status,
      description,
      sources: (relatedArtifact ?? []).flatMap(({ citation }) => citation ?? []),
      sections: (action ?? []).map((section) => ({
        title: section.action === undefined ? undefined : section.title,
        orders: ordersOf(section),
      })),
    }))
    .sort((a, b) => a.title.localeCompare(b.title)),
  notice: 'Clinical content is unreviewed: it needs review by the clinicians of the site that uses it.',
});
