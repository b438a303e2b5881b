// Who tells which segment. A segment that is not here is kept as it stands.
import type { Teller } from './scene.ts';
import { in1, in2, in3 } from './segments/in1.ts';
import { mrg } from './segments/mrg.ts';
import { evn, msa, msh, sft } from './segments/msh.ts';
import { nk1 } from './segments/nk1.ts';
import { arv, db1, pd1 } from './segments/pd1.ts';
import { pid } from './segments/pid.ts';
import { pv1, pv2 } from './segments/pv1.ts';

export const tellers: Readonly<Record<string, Teller>> = {
  MSH: msh,
  SFT: sft,
  EVN: evn,
  MSA: msa,
  PID: pid,
  PD1: pd1,
  ARV: arv,
  DB1: db1,
  NK1: nk1,
  MRG: mrg,
  PV1: pv1,
  PV2: pv2,
  IN1: in1,
  IN2: in2,
  IN3: in3,
};
