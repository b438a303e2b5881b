// What a conclusion rests on and who drew it, as Provenance (http://hl7.org/fhir/R4/provenance.html): one for what a module
// concluded from one change by one item of knowledge. It names the versions that it is about, so it is never changed.
import type { Provenance } from '../../fhir/generated/types.ts';
import { namedUuid } from '../../methods/named-uuid.ts';

const participants = 'http://terminology.hl7.org/CodeSystem/provenance-participant-type';
const operations = 'http://terminology.hl7.org/CodeSystem/v3-DataOperation';

export interface Concluded {
  module: string;
  /** Position of the change that gave occasion. */
  position: bigint;
  /** Name and version, for example `news2 2017.1`. */
  knowledge: string;
  /** `Type/id/_history/version` of what was concluded. */
  targets: string[];
  /** `Type/id` of the facts. */
  basis: string[];
  recorded: Date;
  /** Whether every target is new. */
  created: boolean;
}

export function provenanceOf({ module, position, knowledge, targets, basis, recorded, created }: Concluded): Provenance & { id: string } {
  return {
    resourceType: 'Provenance',
    id: namedUuid('provenance', module, position.toString(), knowledge, ...targets),
    target: targets.map((reference) => ({ reference })),
    recorded: recorded.toISOString(),
    activity: { coding: [{ system: operations, code: created ? 'CREATE' : 'UPDATE' }] },
    agent: [
      {
        type: { coding: [{ system: participants, code: 'assembler', display: 'Assembler' }] },
        who: { type: 'Device', display: `Lamplight ${module}` },
      },
    ],
    entity: [
      { role: 'source', what: { display: `Knowledge: ${knowledge}` } },
      ...[...new Set(basis)].map((reference) => ({ role: 'derivation' as const, what: { reference } })),
    ],
  };
}
