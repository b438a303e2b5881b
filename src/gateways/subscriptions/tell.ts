// Writes the state of a subscription into its resource (status, error), where the resource does not say it yet. The state is in the table
// first; what was not told before a kill is told after it.
import type { Database } from '../../database/contract.ts';
import type { Subscription } from '../../fhir/generated/types.ts';
import { resourceOf } from '../../modules/runner/parsed.ts';
import type { RecordStore } from '../../record/contract.ts';
import { ownCaller } from './admit.ts';
import type { State } from './contract.ts';

const atOnce = 50;

export async function tellStates(database: Database, record: Pick<RecordStore, 'read' | 'commit'>): Promise<void> {
  const { rows } = await database.query<{ id: string; version: number; state: State; reason: string | null }>({
    name: 'subscriptions-untold',
    text: 'select id, version, state, reason from subscription_state where not told order by changed limit $1',
    values: [atOnce],
  });
  for (const { id, version, state, reason } of rows) {
    const read = await record.read(ownCaller, 'Subscription', id);
    if (read.ok) {
      const { error: _, ...stored } = (await resourceOf(read.value.body)) as Subscription;
      // A client has written it since, and the feed has not come so far: what it asks for now comes first.
      if (stored.status === 'requested' && read.value.version !== version) continue;
      if (stored.status === 'off' && state !== 'off') continue;
      const resource: Subscription = { ...stored, status: state, ...(reason === null ? {} : { error: reason }) };
      const done = await record.commit(ownCaller, [{ kind: 'update', resource, ifVersion: read.value.version }]);
      if (!done.ok && done.problem.kind === 'precondition') continue;
    } else if (read.problem.kind === 'busy') continue;
    await database.query({
      name: 'subscription-told',
      text: 'update subscription_state set told = true where id = $1 and version = $2 and state = $3 and reason is not distinct from $4',
      values: [id, version, state, reason],
    });
  }
}
