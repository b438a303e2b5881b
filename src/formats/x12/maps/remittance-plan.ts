// The loops of a new 835: the payment, its payer and payee, and the claims that it pays, as ExplanationOfBenefit or ClaimResponse.
import type { Resource } from '../../../fhir/generated/types.ts';
import type { Json } from '../../../fhir/json.ts';
import { fail, ok, type Result } from '../../../fhir/result.ts';
import { amountOf, plus, textOfAmount, zero } from '../amount.ts';
import { decimal } from '../codec.ts';
import type { Place } from '../heard.ts';
import { getAt, isNode, type Node } from '../node.ts';
import type { OutLoop, Wish } from '../speak.ts';
import { de } from '../systems.ts';
import { at, Chart, listOf, out, type Roled, valueAt } from './plan.ts';
import { about } from './words.ts';

export function remittancePlan(resources: readonly Resource[], wish: Wish): Result<OutLoop[]> {
  const chart = new Chart(resources);
  const stated = chart.all('PaymentReconciliation')[0];
  const claims = [...chart.all('ExplanationOfBenefit'), ...chart.all('ClaimResponse').map((one) => asBenefit(chart, one))];
  if (claims.length === 0 && stated === undefined)
    return fail('unsupported', 'Hand in a PaymentReconciliation, or ExplanationOfBenefit or ClaimResponse of the claims that are paid');
  const payment = stated ?? ownPayment(claims, wish);
  const payer = chart.follow(payment, 'paymentIssuer') ?? chart.follow(claims[0], 'insurer');
  const payee = chart.follow(payment, 'requestor') ?? chart.follow(claims[0], 'provider');
  if (payer === undefined || payee === undefined)
    return fail('invalid', 'Hand in who pays and who is paid, as the payment or its claims name them', `${payment.ref}#paymentIssuer`);
  const roles: Roled[] = [['payment', payment]];
  const details = listOf(payment, 'detail');
  const place = (claim: Place): number => details.findIndex((one) => isNode(one) && chart.refers(one['response'] ?? null, claim.ref));
  const ordered = [...claims].sort((a, b) => place(a) - place(b));
  const paid = out(
    '2000',
    roles,
    undefined,
    ordered.map((claim) => claimLoop(chart, claim, payment, place(claim), roles)),
  );
  return ok([
    out('', roles, undefined, [out('1000A', [['payer', payer]]), out('1000B', [['payee', payee]]), ...(claims.length === 0 ? [] : [paid])]),
  ]);
}

function claimLoop(chart: Chart, claim: Place, payment: Place, detail: number, around: readonly Roled[]): OutLoop {
  const patient = chart.follow(claim, 'patient');
  const coverage = chart.follow(claim, 'insurance[0].coverage');
  const subscriber = chart.follow(coverage, 'subscriber');
  const roles: Roled[] = [
    ...around,
    ['claim', claim],
    ['patient', patient],
    ['coverage', coverage],
    ['self', subscriber === undefined ? coverage : undefined],
    ['subscriber', subscriber?.ref === patient?.ref ? undefined : subscriber],
    ['carer', chart.follow(claim, 'careTeam[0].provider')],
    ['member', listOf(claim, 'careTeam').length > 0 ? at(claim, 'careTeam[0]') : undefined],
    ['paid', detail < 0 ? undefined : at(payment, `detail[${detail}]`)],
  ];
  const lines = listOf(claim, 'item').map((_, index) => out('2110', [...roles, ['line', at(claim, `item[${index}]`)]]));
  return out('2100', roles, undefined, lines);
}

/** A ClaimResponse in the words of an ExplanationOfBenefit: its lines say what the claim's lines are, where the claim is at hand. */
function asBenefit(chart: Chart, response: Place): Place {
  const claim = chart.follow(response, 'request');
  const claimed = claim === undefined ? [] : listOf(claim, 'item');
  const line = (one: Json): Json => {
    if (!isNode(one)) return one;
    const asked = claimed.find((item) => isNode(item) && item['sequence'] === one['itemSequence']);
    const { itemSequence, ...said } = one;
    return {
      ...(isNode(asked)
        ? pick(asked, ['productOrService', 'modifier', 'revenue', 'net', 'quantity', 'servicedDate', 'servicedPeriod'])
        : {}),
      ...said,
      sequence: itemSequence ?? 1,
    };
  };
  const { request, requestor, item: _, addItem: __, ...same } = response.resource;
  const resource: Node = { ...same, item: [...listOf(response, 'item'), ...listOf(response, 'addItem')].map(line) };
  const number = valueAt(claim, 'identifier[0].value') ?? getAt(request, 'identifier.value');
  // 1: processed as primary, the usual answer where the response does not say.
  resource['supportingInfo'] = [{ sequence: 1, category: about('claim status'), code: { coding: [{ system: de(1029), code: '1' }] } }];
  if (number !== undefined) resource['claim'] = { identifier: { value: number } };
  if (requestor !== undefined) resource['provider'] = requestor;
  else if (claim?.resource['provider'] !== undefined) resource['provider'] = claim.resource['provider'];
  if (resource['insurance'] === undefined && claim?.resource['insurance'] !== undefined)
    resource['insurance'] = claim.resource['insurance'];
  return { ref: response.ref, resource, base: '' };
}

const pick = (node: Node, names: readonly string[]): Node =>
  Object.fromEntries(names.flatMap((name) => (node[name] === undefined ? [] : [[name, node[name]] as const])));

/** A payment that is the sum of what its claims are paid. */
function ownPayment(claims: readonly Place[], wish: Wish): Place {
  const codecs = { timeZone: 'UTC', currency: 'USD', namespace: (): string => '' };
  const sum = claims
    .map((claim) => amountOf(decimal.write(valueAt(claim, 'payment.amount.value') ?? 0, codecs) ?? '') ?? zero)
    .reduce((all, amount) => plus(all, amount), zero);
  const day = wish.at.toISOString().slice(0, 10);
  const resource: Node = {
    paymentAmount: { value: decimal.read(textOfAmount(sum), codecs) ?? 0, currency: 'USD' },
    paymentDate: day,
    created: day,
    paymentIdentifier: { type: { coding: [{ system: de(591), code: 'NON' }] }, value: wish.transactionControl },
  };
  return { ref: 'PaymentReconciliation', resource, base: '' };
}
