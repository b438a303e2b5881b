// What each transaction set means.
import type { TransactionMap } from '../stage.ts';
import type { TransactionKind } from '../transactions.ts';
import { dental, institutional, professional } from './claim.ts';
import { remittance } from './remittance.ts';

export const maps: Partial<Record<TransactionKind, TransactionMap>> = {
  '835': remittance,
  '837P': professional,
  '837I': institutional,
  '837D': dental,
};
