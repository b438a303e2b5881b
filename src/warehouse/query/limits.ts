// Within which a query works where nobody says otherwise.
import type { AskLimits } from '../contract.ts';

export const defaultAskLimits: AskLimits = { memoryMegabytes: 512, spillMegabytes: 1_024, threads: 2, timeMs: 30_000, rows: 10_000 };
