// Who tells which segment. A segment that is not here is kept as it stands.
import type { Teller } from './scene.ts';
import { al1, iam, iar } from './segments/allergy.ts';
import { con } from './segments/con.ts';
import { aut } from './segments/coverage-authorization.ts';
import { acc, dg1, drg, pda, pr1 } from './segments/dg1.ts';
import { ods } from './segments/diet.ts';
import { blg, ft1 } from './segments/ft1.ts';
import { gt1 } from './segments/gt1.ts';
import { in1, in2, in3 } from './segments/in1.ts';
import { inv } from './segments/inventory.ts';
import { loc, mfe, npu, pra, stf } from './segments/master-files.ts';
import { mrg } from './segments/mrg.ts';
import { err, msa } from './segments/msa.ts';
import { evn, msh, sft } from './segments/msh.ts';
import { nk1 } from './segments/nk1.ts';
import { nte } from './segments/nte.ts';
import { obr } from './segments/obr.ts';
import { obx } from './segments/obx.ts';
import { orc } from './segments/orc.ts';
import { arv, db1, pd1 } from './segments/pd1.ts';
import { pid } from './segments/pid.ts';
import { gol, prb, pth, varied } from './segments/problems.ts';
import { pv1, pv2 } from './segments/pv1.ts';
import { ctd, prd, rf1 } from './segments/referral.ts';
import { prt, rol } from './segments/roles.ts';
import { rxc, rxe, rxg, rxo } from './segments/rx.ts';
import { rxa, rxr } from './segments/rxa.ts';
import { rxd } from './segments/rxd.ts';
import { appointmentTellers } from './segments/sch.ts';
import { sac, spm } from './segments/spm.ts';
import { tq1 } from './segments/tq1.ts';
import { cti } from './segments/trials.ts';
import { txa } from './segments/txa.ts';
import { ub } from './segments/ub.ts';
import { zbe } from './segments/zbe.ts';

export const tellers: Readonly<Record<string, Teller>> = {
  MSH: msh,
  SFT: sft,
  EVN: evn,
  MSA: msa,
  ERR: err,
  PID: pid,
  PD1: pd1,
  ARV: arv,
  DB1: db1,
  NK1: nk1,
  MRG: mrg,
  PV1: pv1,
  PV2: pv2,
  ZBE: zbe,
  ROL: rol,
  PRT: prt,
  AL1: al1,
  IAM: iam,
  IAR: iar,
  DG1: dg1,
  DRG: drg,
  PR1: pr1,
  PDA: pda,
  ACC: acc,
  GT1: gt1,
  IN1: in1,
  IN2: in2,
  IN3: in3,
  CON: con,
  FT1: ft1,
  UB1: ub,
  UB2: ub,
  BLG: blg,
  AUT: aut,
  RF1: rf1,
  PRD: prd,
  CTD: ctd,
  PRB: prb,
  GOL: gol,
  PTH: pth,
  VAR: varied,
  MFE: mfe,
  STF: stf,
  PRA: pra,
  LOC: loc,
  NPU: npu,
  ...appointmentTellers,
  NTE: nte,
  OBR: obr,
  OBX: obx,
  ORC: orc,
  RXA: rxa,
  RXC: rxc,
  RXD: rxd,
  RXE: rxe,
  RXG: rxg,
  RXO: rxo,
  RXR: rxr,
  INV: inv,
  CTI: cti,
  CSR: cti,
  ODS: ods,
  SAC: sac,
  SPM: spm,
  TQ1: tq1,
  TXA: txa,
};
