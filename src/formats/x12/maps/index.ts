// What each transaction set means.
import type { TransactionMap } from '../stage.ts';
import type { TransactionKind } from '../transactions.ts';
import { acknowledgement997, acknowledgement999 } from './acknowledgement.ts';
import { authorization } from './authorization.ts';
import { dental, institutional, professional } from './claim.ts';
import { claimAcknowledgement, statusRequest, statusResponse } from './claim-status.ts';
import { eligibilityRequest, eligibilityResponse } from './eligibility.ts';
import { enrolment } from './enrolment.ts';
import { remittance } from './remittance.ts';

export const maps: Partial<Record<TransactionKind, TransactionMap>> = {
  '270': eligibilityRequest,
  '271': eligibilityResponse,
  '276': statusRequest,
  '277': statusResponse,
  '277CA': claimAcknowledgement,
  '278': authorization,
  '834': enrolment,
  '835': remittance,
  '837P': professional,
  '837I': institutional,
  '837D': dental,
  '997': acknowledgement997,
  '999': acknowledgement999,
};
