// The operations on the record itself that every installation offers; those of other subjects come from their own gateways.
import type { Operation } from './contract.ts';

export const standardOperations: readonly Operation[] = [];
