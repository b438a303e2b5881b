// The operations on the record itself that every installation offers; those of other subjects come from their own gateways.
import type { Operation } from './contract.ts';
import { documentsOfPatient, documentsOfThisPatient } from './docref.ts';
import { everything } from './everything.ts';
import { lastn } from './lastn.ts';
import { meta, metaAdd, metaDelete } from './meta.ts';

export const standardOperations: readonly Operation[] = [
  everything,
  lastn,
  documentsOfPatient,
  documentsOfThisPatient,
  meta,
  metaAdd,
  metaDelete,
];
