// Who tells which segment. A segment that is not here is kept as it stands.
import type { Teller } from './scene.ts';
import { evn, msa, msh, sft } from './segments/msh.ts';
import { pid } from './segments/pid.ts';

export const tellers: Readonly<Record<string, Teller>> = { MSH: msh, SFT: sft, EVN: evn, MSA: msa, PID: pid };
