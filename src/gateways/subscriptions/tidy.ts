// What time does to subscriptions: their end comes, accounts are closed, those in error are switched off after a while, and old events are given up.
import type { Database } from '../../database/contract.ts';
import type { SubscriptionSettings } from './contract.ts';
import type { Rights } from './rights.ts';
import { become, listening } from './state.ts';

const eventsAtOnce = 5_000;

export async function endLate(
  database: Database,
  rights: Rights,
  { keepDays, errorDays }: Pick<SubscriptionSettings, 'keepDays' | 'errorDays'>,
): Promise<void> {
  // Those whose account was closed end also where nothing happens that they would hear of.
  for (const one of await listening(database)) {
    const caller = await rights.of(one.account, one.id);
    if (!caller.ok) await become(database, one, 'off', caller.problem.message);
  }
  await database.query({
    name: 'subscriptions-end',
    text: `
update subscription_state set state = 'off', told = false, changed = now(), due = now(), tries = 0, owes = channel = 'rest-hook',
  reason = case when ends <= now() then 'Its end has come' else 'It was in error for ' || $1::int4 || ' days: ' || coalesce(reason, '') end
where state <> 'off' and (ends <= now() or (state = 'error' and changed < now() - $1::int4 * interval '1 day'))`,
    values: [errorDays],
  });
  await database.query({
    name: 'subscription-events-old',
    text: `
delete from subscription_event where (subscription, number) in (
  select subscription, number from subscription_event where at < now() - $1::int4 * interval '1 day' order by at limit $2)`,
    values: [keepDays, eventsAtOnce],
  });
}
