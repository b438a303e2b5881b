// Which elements of a segment are composites or may repeat (X12.3 data element dictionary, X12.22 segment directory). In all others a
// component or repetition separator is a character of the text, since senders do put one there.

/** Element numbers with components. A segment that is not named here is of no interest to us: all its elements may have some. */
// biome-ignore format: a table
const composites: Record<string, readonly number[]> = {
  AAA: [], ACT: [], AK1: [], AK2: [], AK9: [], AMT: [], BGN: [], BHT: [], BPR: [], CAS: [], CL1: [], CLP: [], CN1: [], COB: [], CR1: [],
  CR2: [], CR3: [], CRC: [], CTP: [5], CUR: [], DMG: [5], DN1: [], DN2: [], DTM: [], DTP: [], EB: [13, 14], EQ: [2, 5], FRM: [], GE: [],
  GS: [], HCP: [], HCR: [], HD: [], HL: [], HLH: [], IEA: [], III: [], IK5: [], INS: [6], ISA: [], K3: [], LE: [], LQ: [], LS: [],
  LUI: [], LX: [], MEA: [4], MIA: [], MOA: [], MSG: [], N1: [], N2: [], N3: [], N4: [], NM1: [], NTE: [], OI: [], PAT: [], PER: [], PRV: [5],
  PS1: [], PWK: [], QTY: [3], RDM: [], REF: [4], SBR: [], SE: [], ST: [], TA1: [], TOO: [3], TRN: [], TS2: [], TS3: [], UM: [4, 5], HSD: [],
};

const repeating: Record<string, readonly number[]> = { COB: [4], DMG: [5], EB: [3], EQ: [1], SV3: [], SV4: [] };

export const mayHaveComponents = (tag: string, element: number): boolean => composites[tag]?.includes(element) ?? true;

/** Repetitions only where the dictionary has some, or where nothing is known of the segment. */
export const mayRepeat = (tag: string, element: number): boolean =>
  repeating[tag]?.includes(element) ?? (composites[tag] === undefined && !composedOnly.has(tag));

/** Composite, never repeated. */
const composedOnly = new Set(['CLM', 'HI', 'SV1', 'SV2', 'SV5', 'SVC', 'SVD', 'STC', 'PLB', 'IK3', 'IK4', 'CTX', 'LIN']);
