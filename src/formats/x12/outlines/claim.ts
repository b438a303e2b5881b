// Outlines of health care claims: 005010X222 (professional), X223 (institutional), X224 (dental) and their 004010 forebears X098, X096,
// X097.
import { outline } from '../outline.ts';

const blocks: Record<string, string> = {
  top: `
1000A! NM1:41 | N2 PER!.2
1000B! NM1:40 | N2`,
  billing: `
2010AA! NM1:85 | N2 N3! N4! REF.16 PER.2
2010AB NM1:87 | N2 N3 N4 REF.5
2010AC NM1:PE | N3 N4 REF.2`,
  other: `
2320.10 SBR | CAS.5 AMT.15 DMG OI MIA MOA
 2330A! NM1:IL | N2 N3 N4 REF.3
 2330B! NM1:PR | N2 N3 N4 PER DTP.2 REF.6
 2330X.* NM1 | N3 N4 PRV REF.3`,
  professional: `
2300.100 CLM | DTP.* CL1 DN1 DN2 PWK.10 CN1 AMT.* REF.* K3.10 NTE.20 CR1 CR2 CR3 CR5 CR6 CRC.* HI.25 QTY.* HCP
 2305 CR7 | HSD.12
 2310A.2 NM1:DN,P3 | N2 PRV REF.20
 2310B NM1:82 | N2 PRV REF.20
 2310C NM1:77,FA,LI,TL | N2 N3 N4 REF.3 PER
 2310D NM1:DQ | N2 REF.4
 2310E NM1:PW | N3 N4
 2310F NM1:45 | N3 N4
 2310X NM1:QB | PRV REF.5
 @other
 2400!.50 LX | SV1! SV5 PWK.10 CR1 CR2 CR3 CR5 CRC.* DTP.* QTY.5 MEA.20 CN1 REF.* AMT.* K3.10 NTE.10 PS1 HSD HCP
  2410.25 LIN | CTP REF
  2420A NM1:82 | N2 PRV REF.20
  2420B NM1:QB | REF.20
  2420C NM1:77,FA,LI,TL | N2 N3 N4 REF.3
  2420D NM1:DQ | N2 REF.20
  2420E NM1:DK | N2 N3 N4 REF.20 PER
  2420F.2 NM1:DN,P3 | N2 PRV REF.20
  2420G NM1:PW | N3 N4
  2420H NM1:45 | N3 N4
  2430.15 SVD | CAS.5 DTP AMT
  2440.* LQ | FRM.*`,
  institutional: `
2300.100 CLM | DTP.* CL1 PWK.10 CN1 AMT.* REF.* K3.10 NTE.20 CR5 CR6 CRC.* HI.25 QTY.* HCP
 2305 CR7 | HSD.12
 2310A NM1:71 | N2 PRV REF.20
 2310B NM1:72 | N2 PRV REF.20
 2310C NM1:ZZ,73 | N2 PRV REF.20
 2310D NM1:82 | N2 PRV REF.20
 2310E NM1:77,FA,LI | N2 N3 N4 REF.5
 2310F NM1:DN | N2 REF.20
 @other
 2400!.999 LX | SV2! SV4 PWK.10 DTP.* QTY.5 REF.* AMT.* NTE.10 HCP
  2410.25 LIN | CTP REF
  2420A NM1:72,71 | N2 PRV REF.20
  2420B NM1:ZZ,73 | N2 PRV REF.20
  2420C NM1:82 | N2 PRV REF.20
  2420D NM1:DN | N2 PRV REF.20
  2430.15 SVD | CAS.5 DTP AMT
  2440.* LQ | FRM.*`,
  dental: `
2300.100 CLM | DTP.* DN1 DN2.35 PWK.10 CN1 AMT.* REF.* K3.10 NTE.20 HI.25 QTY.* HCP
 2310A.2 NM1:DN,P3 | PRV REF.20
 2310B NM1:82 | PRV REF.20
 2310C NM1:77,FA | N3 N4 REF.5
 2310D NM1:DD | PRV REF.20
 2310E NM1:DQ | PRV REF.20
 @other
 2400!.50 LX | SV3! TOO.32 PWK.10 DTP.* QTY.5 CN1 REF.* AMT.* K3.10 NTE.10 HCP
  2420A NM1:82 | PRV REF.20
  2420B NM1:DD | PRV REF.20
  2420C NM1:DQ | PRV REF.20
  2420D NM1:77 | N3 N4 REF.5
  2430.15 SVD | CAS.5 DTP AMT`,
};

const claimSet = (kind: string, insured: string): ReturnType<typeof outline> =>
  outline(
    `| BHT! REF
@top
2000A!.* HL:20 | PRV CUR
 @billing
 2000B!.* HL:22 | SBR! PAT
${insured}
  @${kind}
  2000C.* HL:23 | PAT!
   2010CA! NM1:QC | N2 N3 N4 DMG REF.5 PER
   @${kind}`,
    blocks,
  );

const insured = `  2010BA! NM1:IL | N2 N3 N4 DMG REF.5 PER
  2010BB! NM1:PR | N2 N3 N4 REF.5
  2010BC NM1:QD | N2 N3 N4
  2010BD NM1:AO | REF.2`;
/** 004010X096 lists the card holder before the payer. */
const insured4010Institutional = `  2010BA! NM1:IL | N2 N3 N4 DMG REF.5
  2010BB NM1:AO | REF.2
  2010BC! NM1:PR | N2 N3 N4 REF.5
  2010BD NM1:QD | N2 N3 N4`;

export const professionalClaim = claimSet('professional', insured);
export const institutionalClaim = claimSet('institutional', insured);
export const institutionalClaim4010 = claimSet('institutional', insured4010Institutional);
export const dentalClaim = claimSet('dental', insured);
