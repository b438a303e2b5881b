// Who sends a thing: whoever wrote its row, and after a minute without a message somebody else, since that one was stopped half-way. What
// goes out is not known again by the exchange as what comes in is, so that two at once would send it twice.
const leaseMs = 60_000;

/** A row without a message that is young: it is being sent just now. */
export const isBeingSent = ({ at, message }: { at: Date; message: string | null }, now: Date): boolean =>
  message === null && now.getTime() - at.getTime() < leaseMs;
