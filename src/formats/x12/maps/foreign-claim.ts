// What an 837 must answer and a claim that was never X12 does not say: which diagnosis is the principal one, the total, and the usual
// answers about signatures, assignment and release (005010X222 and X223, loop 2300, CLM).
import type { Json } from '../../../fhir/json.ts';
import { amountOf, plus, textOfAmount, zero } from '../amount.ts';
import { codingOf, decimal, money } from '../codec.ts';
import type { Place } from '../heard.ts';
import { isNode, type Node } from '../node.ts';
import { de, systems } from '../systems.ts';
import type { ClaimKind } from './claim-rows.ts';
import { listOf } from './plan.ts';
import { about, carinInfo } from './words.ts';

const coded = (category: Node, system: string, code: string): Node => ({ category, code: { coding: [{ system, code }] } });
const placeAnswers: Record<ClaimKind, Node> = {
  // Place of service 99: another; type of bill 13: outpatient.
  professional: coded(about('place of service'), systems.placeOfService, '99'),
  oral: coded(about('place of service'), systems.placeOfService, '99'),
  institutional: coded(carinInfo('typeofbill'), systems.billType, '13'),
};
const usualAnswers: readonly Node[] = [
  coded(about('claim frequency'), de(1325), '1'),
  { category: about('provider signature on file'), valueBoolean: true },
  coded(about('assignment accepted'), de(1359), 'A'),
  coded(about('benefits assigned'), de(1073), 'Y'),
  coded(about('release of information'), de(1363), 'Y'),
];

/** Claims that came from X12 answer some of what CLM asks, or have diagnoses in its words. */
export const isForeign = (claim: Place): boolean =>
  !listOf(claim, 'diagnosis').some(hasKind) &&
  !listOf(claim, 'supportingInfo').some((one) => isNode(one) && isNode(one['category']) && answered.has(String(one['category']['text'])));

const answered = new Set(usualAnswers.map(({ category }) => (isNode(category) ? String(category['text']) : '')));
const hasKind = (one: Json): boolean =>
  isNode(one) && Array.isArray(one['type']) && one['type'].some((type) => codingOf(type, de(1270)) !== undefined);

export function completed(claim: Place, kind: ClaimKind): Place {
  if (!isForeign(claim)) return claim;
  const resource: Node = { ...claim.resource };
  const diagnoses = listOf(claim, 'diagnosis');
  resource['diagnosis'] = diagnoses.map((one, index) =>
    isNode(one) ? { ...one, type: [{ coding: [{ system: de(1270), code: diagnosisKind(one, index === 0) }] }] } : one,
  );
  resource['supportingInfo'] = [...listOf(claim, 'supportingInfo'), placeAnswers[kind], ...usualAnswers];
  resource['item'] = listOf(claim, 'item').map((one) => (isNode(one) ? { ...usualLine(diagnoses), ...one } : one));
  if (resource['total'] === undefined) {
    const nets = listOf(claim, 'item').map(
      (one) => amountOf(isNode(one) ? (money.write(one['net'] ?? null, plainCodecs) ?? '') : '') ?? zero,
    );
    resource['total'] = { value: decimal.read(textOfAmount(nets.reduce(plus, zero)), plainCodecs) ?? 0, currency: 'USD' };
  }
  return { ...claim, resource };
}
const plainCodecs = { timeZone: 'UTC', currency: 'USD', namespace: (): string => '' };

const usualLine = (diagnoses: readonly Json[]): Node => ({
  quantity: { value: 1, code: 'UN', system: systems.units },
  ...(diagnoses.length === 0 ? {} : { diagnosisSequence: [1] }),
});

function diagnosisKind(diagnosis: Node, principal: boolean): string {
  const old = codingOf(diagnosis['diagnosisCodeableConcept'], systems.icd9) !== undefined;
  return principal ? (old ? 'BK' : 'ABK') : old ? 'BF' : 'ABF';
}
