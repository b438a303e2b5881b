// A card as the record keeps it (http://hl7.org/fhir/R4/detectedissue.html): the rule with its version, the orders it is about,
// the facts it rests on, in words what it said.
import type { DetectedIssue, Reference } from '../../fhir/generated/types.ts';
import { categorySystem, ruleSystem } from './codes.ts';
import type { Card } from './contract.ts';
import type { Tier } from './knowledge/contract.ts';

const severityOf: Record<Tier, DetectedIssue['severity']> = { stop: 'high', interrupt: 'moderate', aside: 'low' };

/** `orders` are references of the record; `how` stands behind the summary: shown, or why not. */
export function detectedIssue(card: Card, how: string, patient: Reference, at: string, orders: readonly string[]): DetectedIssue {
  const facts = card.facts.map((fact) => fact.ref).filter((each) => each !== undefined && /^[A-Za-z]+\/[A-Za-z0-9.-]{1,64}$/.test(each));
  return {
    resourceType: 'DetectedIssue',
    identifier: [{ system: ruleSystem, value: `${card.rule.id}|${card.rule.file}|${card.rule.version}` }],
    status: 'final',
    code: { coding: [{ system: categorySystem, code: card.category }], text: card.category },
    severity: severityOf[card.tier],
    patient,
    identifiedDateTime: at,
    implicated: [...new Set(orders)].map((reference) => ({ reference })),
    ...(facts.length > 0 ? { evidence: [{ detail: [...new Set(facts)].map((reference) => ({ reference })) }] } : {}),
    detail: `${card.summary} (${how}). ${card.detail} ${card.management}`,
  };
}
