// All subscriptions for those who run the installation: state, how far the receiver is, when something happened last, why it waits.
import type { Database } from '../../database/contract.ts';
import type { ChannelType, Definition, State } from './contract.ts';

export interface ListedSubscription {
  id: string;
  state: State;
  channel: ChannelType;
  /** Origin of the endpoint: the rest of the address may be a secret. */
  to?: string;
  /** Topic or criteria. */
  of: string;
  events: bigint;
  sent: bigint;
  lastEvent?: Date;
  /** Attempts in a row that failed, and when the next is made. */
  tries: number;
  nextTry?: Date;
  reason?: string;
}

export async function listSubscriptions(database: Pick<Database, 'query'>): Promise<ListedSubscription[]> {
  const { rows } = await database.query<{
    id: string;
    state: State;
    definition: string;
    events: bigint;
    sent: bigint;
    tries: number;
    due: Date;
    reason: string | null;
    last: Date | null;
  }>({
    text: `
select s.id, s.state, s.definition, s.events, s.sent, s.tries, s.due, s.reason,
  (select e.at from subscription_event e where e.subscription = s.id order by e.number desc limit 1) as last
from subscription_state s order by s.changed desc, s.id`,
  });
  return rows.map(({ definition: text, last, reason, due, ...row }) => {
    const definition = JSON.parse(text) as Definition;
    return {
      ...row,
      channel: definition.channel,
      ...(definition.endpoint === undefined ? {} : { to: new URL(definition.endpoint).origin }),
      of: definition.topic ?? definition.searches.join(', '),
      ...(last === null ? {} : { lastEvent: last }),
      ...(row.tries === 0 ? {} : { nextTry: due }),
      ...(reason === null ? {} : { reason }),
    };
  });
}
