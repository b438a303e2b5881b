// Outlines of what payers and providers tell one another about a claim: 835 (005010X221), 270/271 (005010X279), 276/277 (005010X212),
// 277CA (005010X214), 278 (005010X217), 834 (005010X220), and the acknowledgements 999 (005010X231) and 997.
import { outline } from '../outline.ts';

export const remittance = outline(`
| BPR! NTE TRN! CUR REF.2 DTM PLB.*
1000A! N1:PR | N3! N4! REF.4 PER.*
1000B! N1:PE | N3 N4 REF.* RDM
2000.* LX | TS3 TS2
 2100!.* CLP | CAS.99 NM1!.9 MIA MOA REF.15 DTM.9 PER.3 AMT.20 QTY.20
  2110.999 SVC | DTM.3 CAS.99 REF.24 AMT.20 QTY.20 LQ.99`);

const named = 'N2 REF.9 N3 N4 PER.3 AAA.9 PRV DMG INS HI MPI DTP.20';

export const eligibilityRequest = outline(`
| BHT!
2000A!.* HL:20
 2100A! NM1 | REF.9 PER.3
 2000B!.* HL:21
  2100B! NM1 | REF.9 N3 N4 PER.3 PRV
  2000C!.* HL:22 | TRN.2
   2100C! NM1:IL | ${named}
    2110C.99 EQ | AMT.2 III.10 REF DTP
   2000D.* HL:23 | TRN.2
    2100D! NM1:03 | ${named}
     2110D.99 EQ | AMT.2 III.10 REF DTP`);

const benefit = (letter: string, indent: string): string =>
  [
    `${indent}2110${letter}.* EB | HSD.9 REF.9 DTP.20 AAA.9 MSG.10`,
    `${indent} 2115${letter}.10 III`,
    `${indent} 2120${letter}.23 NM1 | N3 N4 PER.3 PRV`,
  ].join('\n');

export const eligibilityResponse = outline(`
| BHT!
2000A!.* HL:20 | AAA.9
 2100A! NM1 | REF.9 PER.3 AAA.9
 2000B.* HL:21
  2100B! NM1 | REF.9 N3 N4 PER.3 AAA.9 PRV
  2000C.* HL:22 | TRN.3
   2100C! NM1:IL | ${named}
${benefit('C', '    ')}
   2000D.* HL:23 | TRN.3
    2100D! NM1:03 | ${named}
${benefit('D', '     ')}`);

const asked = (letter: string, indent: string): string =>
  [`${indent}2200${letter}.* TRN | STC.* REF.9 AMT.2 DTP.2`, `${indent} 2210${letter}.* SVC | STC.* REF DTP`].join('\n');

const status = `
| BHT!
2000A!.* HL:20
 2100A! NM1:PR,AY | N2 PER
 2200A.* TRN | STC.* QTY.* AMT.* DTP.*
 2000B!.* HL:21
  2100B! NM1:41 | N2 PER
  2200B.* TRN | STC.* QTY.* AMT.* DTP.*
  2000C.* HL:19
   2100C!.* NM1:1P,85 | N2 PER
   2200C.* TRN | STC.* REF.* QTY.* AMT.* DTP.*
   2000D.* HL:22,PT | DMG
    2100D! NM1:IL,QC | N2 PER
${asked('D', '    ')}
    2000E.* HL:23 | DMG
     2100E! NM1:QC | N2 PER
${asked('E', '     ')}`;

export const claimStatus = outline(status);

export const authorization = outline(
  `
| BHT!
2000A!.* HL:20 | AAA.9
 2010A! NM1 | REF.9 PER.3 AAA.9
 2000B!.* HL:21 | AAA.9
  2010B!.* NM1 | REF.9 N3 N4 PER.3 AAA.9 PRV
  2000C!.* HL:22 | AAA.9
   2010C! NM1:IL | REF.9 N3 N4 AAA.9 DMG INS
   2000D.* HL:23 | AAA.9
    2010D! NM1:QC,03 | REF.9 N3 N4 AAA.9 DMG INS
    @event
   @event`.replaceAll(/^( *)@event$/gm, (_, indent: string) =>
    [
      `2000E.* HL:EV | TRN.3 AAA.9 UM HCR REF.9 DTP.9 HI HSD CRC.9 CL1 CR1 CR2 CR5 CR6 PWK.10 MSG`,
      ` 2010EA.14 NM1 | REF.9 N3 N4 PER.3 AAA.9 PRV`,
      ` 2000F.* HL:SS | TRN.3 AAA.9 UM HCR REF.9 DTP.9 HI SV1 SV2 SV3 TOO.32 HSD PWK.10 MSG`,
      `  2010F.12 NM1 | REF.9 N3 N4 PER.3 AAA.9 PRV`,
    ]
      .map((line) => indent + line)
      .join('\n'),
  ),
);

export const enrolment = outline(`
| BGN! REF.* DTP.* QTY.3
1000A! N1:P5 | N2 N3 N4
1000B! N1:IN | N2 N3 N4
1000C.2 N1:BO,TV
 1100C ACT
2000!.* INS | REF!.* DTP.24
 2100A! NM1:IL,74 | PER N3 N4 DMG EC.* ICM AMT.7 HLH LUI.*
 2100B NM1:70 | DMG
 2100C NM1:31 | N3 N4
 2100D.3 NM1:36 | PER N3 N4
 2100E.3 NM1:M8 | PER N3 N4
 2100F NM1:S3 | PER N3 N4
 2100G.13 NM1:6Y,9K,E1,EI,EXS,GB,GD,J6,QD,TZ,X4 | PER N3 N4
 2100H NM1:45 | N3 N4
 2200.* DSB | DTP.10
 2300.99 HD | DTP!.6 AMT.9 REF.12 IDC.3
  2310.30 LX | NM1 N2 N3.2 N4 PER.2 PLA
  2320.5 COB | REF.4 DTP.2
   2330.3 NM1 | N3 N4 PER
 2700 LS:2700
  2710.* LX
   2750 N1:75 | REF DTP`);

export const acknowledgement999 = outline(`
| AK1! AK9!
2000.* AK2 | IK5!
 2100.* IK3 | CTX.10
  2110.* IK4 | CTX.10`);

export const acknowledgement997 = outline(`
| AK1! AK9!
2000.* AK2 | AK5!
 2100.* AK3
  2110.* AK4`);
