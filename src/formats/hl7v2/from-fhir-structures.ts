// Which structure a message has by its event (HL7 v2.8, table 0354): MSH-9.3, and by it which segments may stand in it.
import { bare } from './map/bare.ts';

export type OutKind = 'ADT' | 'ORU' | 'ORM' | 'OML' | 'RDE' | 'RDS' | 'RAS' | 'SIU' | 'VXU' | 'MDM' | 'DFT';

/** Those of ADT; of the other kinds each event has one structure. */
const ofAdt = bare({
  A01: 'ADT_A01',
  A02: 'ADT_A02',
  A03: 'ADT_A03',
  A04: 'ADT_A01',
  A05: 'ADT_A05',
  A06: 'ADT_A06',
  A07: 'ADT_A06',
  A08: 'ADT_A01',
  A09: 'ADT_A09',
  A10: 'ADT_A09',
  A11: 'ADT_A09',
  A12: 'ADT_A12',
  A13: 'ADT_A01',
  A14: 'ADT_A05',
  A28: 'ADT_A05',
  A31: 'ADT_A05',
  A38: 'ADT_A38',
  A40: 'ADT_A39',
});
/** Events by which each kind goes out. Empty: the events of `ofAdt`. */
const others: Readonly<Record<Exclude<OutKind, 'ADT'>, Readonly<Record<string, string>>>> = {
  ORU: bare({ R01: 'ORU_R01', R03: 'ORU_R01' }),
  ORM: bare({ O01: 'ORM_O01' }),
  OML: bare({ O21: 'OML_O21' }),
  RDE: bare({ O11: 'RDE_O11', O25: 'RDE_O11' }),
  RDS: bare({ O13: 'RDS_O13' }),
  RAS: bare({ O17: 'RAS_O17' }),
  SIU: bare(Object.fromEntries(['S12', 'S13', 'S14', 'S15', 'S16', 'S17', 'S26'].map((event) => [event, 'SIU_S12']))),
  VXU: bare({ V04: 'VXU_V04' }),
  MDM: bare({ T02: 'MDM_T02', T06: 'MDM_T02', T08: 'MDM_T02', T10: 'MDM_T02' }),
  DFT: bare({ P03: 'DFT_P03' }),
};

const all: Readonly<Record<OutKind, Readonly<Record<string, string>>>> = { ADT: ofAdt, ...others };

/** MSH-9.3; undefined: such a message is not written. */
export const structureOf = (kind: OutKind, event: string): string | undefined => all[kind][event];

/** All that are written, as in `ADT^A01`. */
export const outKinds: readonly string[] = Object.entries(all).flatMap(([kind, events]) =>
  Object.keys(events).map((event) => `${kind}^${event}`),
);

/** `ADT^A01` in its two parts; undefined: such a message is not written. */
export function readKind(text: string): { kind: OutKind; event: string } | undefined {
  if (!outKinds.includes(text)) return undefined;
  const [kind = '', event = ''] = text.split('^');
  return { kind: kind as OutKind, event };
}
