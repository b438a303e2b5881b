// Keeps this process at the changes of rules that are in force: loaded before the first check, again whenever one is told, and
// every half minute in case nobody was heard. What cannot be read leaves the last that was known at work.
import type { Database } from '../../database/contract.ts';
import type { KnowledgeBase } from '../../modules/medication-safety/knowledge/base.ts';
import { changesInForce, rulesChannel } from './governance-changes.ts';

const lookEveryMs = 30_000;

export interface RulesInForce {
  /** The knowledge with what is in force now. */
  base(): KnowledgeBase;
  /** At once, in this process; others hear of it. */
  refresh(): Promise<void>;
  close(): Promise<void>;
}

export async function keepRules(database: Database, base: KnowledgeBase, failed: (error: unknown) => void): Promise<RulesInForce> {
  let current = base;
  let last = 0;
  let applied = 0;
  const refresh = async (): Promise<void> => {
    const mine = ++last;
    const local = await changesInForce(database);
    // An older answer that comes later says nothing.
    if (mine < applied) return;
    applied = mine;
    current = local.size === 0 ? base : base.withLocal(local);
  };
  await refresh();
  const look = (): void => void refresh().catch(failed);
  const listening = await database.listen(rulesChannel, look);
  // What was changed between the first look and the listening.
  look();
  const timer = setInterval(look, lookEveryMs);
  timer.unref();
  return {
    base: () => current,
    refresh,
    async close() {
      clearInterval(timer);
      await listening.close();
    },
  };
}
