// Who tells which segment. A segment that is not here is kept as it stands.
import type { Teller } from './scene.ts';
import { pid } from './segments/pid.ts';

export const tellers: Readonly<Record<string, Teller>> = { PID: pid };
