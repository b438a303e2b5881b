// Who submits a new transaction to whom: the Provenance of what it is about, or, where there is none, what the wish says.
import { codingOf } from '../codec.ts';
import type { Place, Roles } from '../heard.ts';
import type { Node } from '../node.ts';
import type { OutLoop, Wish } from '../speak.ts';
import { de } from '../systems.ts';
import { type Chart, listOf, out } from './plan.ts';

export function submissionOf(chart: Chart, subject: Place | undefined, wish: Wish, purpose = '00', reason?: string): Roles {
  const sent =
    subject === undefined
      ? undefined
      : chart
          .all('Provenance')
          .find((one) => !isOfMember(one) && listOf(one, 'target').some((target) => chart.refers(target, subject.ref)));
  return new Map([['submission', sent ?? ownSubmission(wish, purpose, reason)]]);
}

/** An enrolment says of each member what is changed, beside who sent it all. */
const isOfMember = ({ resource }: Place): boolean => codingOf(resource['activity'], de(875)) !== undefined;

function ownSubmission(wish: Wish, purpose: string, reason: string | undefined): Place {
  const resource: Node = {
    activity: { coding: [{ system: de(353), code: purpose }] },
    recorded: wish.at.toISOString(),
    entity: [{ what: { identifier: { value: wish.transactionControl } } }],
  };
  if (reason !== undefined) resource['reason'] = [{ coding: [{ system: de(640), code: reason }] }];
  return { ref: 'Provenance', resource, base: '' };
}

/** 1000A and 1000B of a claim. */
export function agentLoops(chart: Chart, root: Roles, wish: Wish): OutLoop[] {
  return (
    [
      ['1000A', '41', wish.sender],
      ['1000B', '40', wish.receiver],
    ] as const
  ).map(([id, code, side]) => out(id, [[`agent${code}`, chart.agent(root.get('submission'), code) ?? ownAgent(side)]]));
}

function ownAgent({ id, name, contact }: Wish['sender']): Place {
  const resource: Node = {
    resourceType: 'Organization',
    name: name ?? id,
    identifier: [{ type: { coding: [{ system: de(66), code: '46' }] }, value: id }],
  };
  if (contact !== undefined) {
    const purpose = { coding: [{ system: de(366), code: 'IC' }] };
    resource['contact'] = [{ purpose, name: { text: contact.name }, telecom: [{ system: 'phone', value: contact.phone }] }];
  }
  return { ref: 'Organization', resource, base: '' };
}
