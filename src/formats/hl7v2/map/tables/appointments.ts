// Appointments: HL7 table 0278 (filler status) and the events of SIU and SRM in the words of http://hl7.org/fhir/appointmentstatus
// (HL7 v2.8, chapter 10; v2-to-FHIR concept map FillerStatusCodes[Appointment]).
import { bare } from '../bare.ts';

export const fillerStatuses: Readonly<Record<string, string>> = {
  Booked: 'booked',
  Pending: 'pending',
  Waitlist: 'waitlist',
  Started: 'checked-in',
  Complete: 'fulfilled',
  Cancelled: 'cancelled',
  Deleted: 'entered-in-error',
  Noshow: 'noshow',
  Canceled: 'cancelled',
  Discontinued: 'cancelled',
  Dc: 'cancelled',
  Overbook: 'booked',
  Blocked: 'booked',
};

/** What an event says where no status does, or more surely than it. */
export const eventStatuses = bare<string>({
  S12: 'booked',
  S13: 'booked',
  S14: 'booked',
  S15: 'cancelled',
  S16: 'cancelled',
  S17: 'entered-in-error',
  S18: 'booked',
  S19: 'booked',
  S20: 'booked',
  S21: 'booked',
  S22: 'booked',
  S26: 'noshow',
  S01: 'proposed',
  S02: 'proposed',
  S03: 'proposed',
  S04: 'cancelled',
  S05: 'cancelled',
  S06: 'entered-in-error',
});
/** Events after which nothing else can be so. */
export const decisive: ReadonlySet<string> = new Set(['S15', 'S16', 'S17', 'S26', 'S04', 'S05', 'S06']);

/** The same of one who takes part, http://hl7.org/fhir/participationstatus. */
export const participation: Readonly<Record<string, string>> = {
  Booked: 'accepted',
  Accepted: 'accepted',
  Confirmed: 'accepted',
  Complete: 'accepted',
  Started: 'accepted',
  Overbook: 'accepted',
  Pending: 'needs-action',
  Waitlist: 'tentative',
  Tentative: 'tentative',
  Cancelled: 'declined',
  Canceled: 'declined',
  Deleted: 'declined',
  Discontinued: 'declined',
  Declined: 'declined',
  Noshow: 'declined',
};
