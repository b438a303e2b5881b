// Who may read the messages of exchange, and decide about them. A message may speak of anyone and was stored before anybody knew of
// whom, so it is not for those who are bound to some patients or organisations. To read: administrators and records officers, who
// may read the audit trail likewise; to decide (resend, drop, pause, send): administrators, and other programs for what they send.
import type { Decision, Person } from './contract.ts';

export type MessageAction = 'read' | 'decide' | 'send';

const mayDo: Record<MessageAction, readonly Person['role'][]> = {
  read: ['administrator', 'records-officer'],
  decide: ['administrator'],
  send: ['administrator', 'system'],
};

export function decideMessages(person: Person, action: MessageAction): Decision {
  const bounded = person.organisations !== undefined || person.patients !== undefined || (person.restrictions ?? []).length > 0;
  if (!mayDo[action].includes(person.role))
    return { allowed: false, why: `The role ${person.role} may not ${words[action]}; ask an administrator` };
  if (bounded && action !== 'send')
    return {
      allowed: false,
      why: `Messages may speak of anyone: an account that is bound to some patients or organisations may not ${words[action]}`,
    };
  return { allowed: true, scope: {} };
}

const words: Record<MessageAction, string> = {
  read: 'read messages of other systems',
  decide: 'decide about messages of other systems',
  send: 'send messages',
};
