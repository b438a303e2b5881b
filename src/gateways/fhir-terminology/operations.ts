// The operations of the terminology module (http://hl7.org/fhir/R4/terminology-service.html), handed to the router by the wiring. Any
// signed-in caller may ask: what is answered is reference data, and resources of the record are read as the caller may read them.
import type { TerminologyRoom } from '../../terminology/service.ts';
import type { Operation } from '../fhir-rest/operations/contract.ts';
import { closureOperation } from './closure.ts';
import { expandOperation } from './expand.ts';
import { lookupOperation } from './lookup.ts';
import { subsumesOperation } from './subsumes.ts';
import { translateOperation } from './translate.ts';
import { validateCodeInSystem, validateCodeInValueSet } from './validate-code.ts';

export const terminologyOperations = (room: TerminologyRoom, now: () => Date): readonly Operation[] => [
  lookupOperation(room),
  subsumesOperation(room),
  validateCodeInSystem(room),
  validateCodeInValueSet(room),
  expandOperation(room, now),
  translateOperation(room),
  closureOperation(room, now),
];
