// Type, length and use of the elements of the commonest segments, as facts of X12.3 and X12.22 in release 005010: what a 999 needs to know.
// `!` is required, `AN1-60` text of 1 to 60 characters, `R` and `N` numbers, `DT` a date, `TM` a time, `-` anything.

export interface ElementRule {
  type: string;
  min: number;
  max: number;
  required: boolean;
}

const table: Record<string, string> = {
  BHT: 'ID4! ID2! AN1-50 DT8 TM4-8 ID2',
  BPR: 'ID1-2! R1-18! ID1! ID3! ID1-10 ID2 AN3-12 ID1-3 AN1-35 AN10 AN9 ID2 AN3-12 ID1-3 AN1-35 DT8',
  CAS: 'ID1-2! ID1-5! R1-18! R1-15 ID1-5 R1-18 R1-15 ID1-5 R1-18 R1-15 ID1-5 R1-18 R1-15 ID1-5 R1-18 R1-15 ID1-5 R1-18 R1-15',
  CLM: 'AN1-38! R1-18 - - -! ID1 ID1 ID1 ID1 ID1 - ID2-3 ID1 ID1 ID1 ID1 ID1 ID1 ID1 ID1-2',
  CLP: 'AN1-38! ID1-2! R1-18! R1-18! R1-18 ID1-2 AN1-50 AN1-2 ID1 ID1-2 ID1-4 R1-15 R1-10',
  DMG: 'ID2-3 AN1-35 ID1',
  DTM: 'ID3! DT8',
  DTP: 'ID3! ID2-3! AN1-35!',
  EB: 'ID1-3! ID3 - ID1-3 AN1-50 ID1-2 R1-18 R1-10 ID2 R1-15 ID1 ID1',
  EQ: '- - ID3 ID1-3',
  HD: 'ID3! ID1-3 ID2-3 AN1-50 ID3',
  HL: 'AN1-12! AN1-12 ID1-2! ID1',
  INS: 'ID1! ID2! ID3 ID2-3 ID1 - ID1-2 ID2 ID1 ID1 ID2-3 AN1-35',
  LX: 'N1-6!',
  N1: 'ID2-3! AN1-60 ID1-2 AN2-80',
  N3: 'AN1-55! AN1-55',
  N4: 'AN2-30 ID2 ID3-15 ID2-3 ID1-2 AN1-30 ID1-3',
  NM1: 'ID2-3! ID1! AN1-60 AN1-35 AN1-25 AN1-10 AN1-10 ID1-2 AN2-80 ID2 ID2-3 AN1-60',
  PAT: 'ID2 ID1 ID2 ID1 ID2-3 AN1-35 ID2 R1-10 ID1',
  PER: 'ID2! AN1-60 ID2 AN1-256 ID2 AN1-256 ID2 AN1-256',
  PRV: 'ID1-3! ID2-3 AN1-50',
  REF: 'ID2-3! AN1-50',
  SBR: 'ID1! ID2 AN1-50 AN1-60 ID1-3 ID1 ID1 ID2 ID1-2',
  SV1: '-! R1-18 ID2 R1-15 AN1-2 ID1-2 - R1-18 ID1',
  SV2: 'AN1-48 - R1-18 ID2 R1-15 R1-10 R1-18',
  SV3: '-! R1-18 AN1-2',
  SVC: '-! R1-18! R1-18 AN1-48 R1-15 - R1-15',
  SVD: 'AN2-80! R1-18! - AN1-48 R1-15',
  TRN: 'ID1-2! AN1-50! AN10 AN1-50',
};

const rules = new Map(
  Object.entries(table).map(([tag, text]): [string, ElementRule[]] => [
    tag,
    text.split(' ').map((one) => {
      const [, type = '-', min = '0', max, required] = /^([A-Z]+|-)(?:(\d+)(?:-(\d+))?)?(!)?$/.exec(one)!;
      return {
        type,
        min: Number(min),
        max: type === '-' ? Number.POSITIVE_INFINITY : Number(max ?? min),
        required: required !== undefined,
      };
    }),
  ]),
);

export const elementRules = (tag: string): readonly ElementRule[] => rules.get(tag) ?? [];
