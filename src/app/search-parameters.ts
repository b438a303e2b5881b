// Keeps this process at the search parameters that the site has defined, and has the index of a new one made.
import type { Database } from '../database/contract.ts';
import type { Jobs } from '../jobs/contract.ts';
import type { RecordStore } from '../record/contract.ts';
import { parameterChannel } from '../record/parameters/registry.ts';
import { reindexJob, reindexKind } from '../record/parameters/reindex-job.ts';

/** Account of what the program does by itself; nobody signs in with it. */
export const ownAccount = '00000000-0000-8000-8000-000000000001';

/** `failed`: told of what will be tried again with the next notification. */
export async function keepParameters(
  database: Database,
  { registry }: RecordStore,
  jobs: Jobs,
  failed: (error: unknown) => void,
): Promise<{ close(): Promise<void> }> {
  const look = async (): Promise<void> => {
    await registry.refresh();
    const types = [...new Set([...registry.unready, ...registry.takeAbandoned()])];
    if (types.length > 0) await jobs.ask(reindexKind, { types }, ownAccount, { only: true });
  };
  jobs.work([reindexJob(database, registry)]);
  await look();
  return database.listen(parameterChannel, () => void look().catch(failed));
}
