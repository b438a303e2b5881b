// Whether somebody is to be resuscitated, as the record says it: the newest of flags, orders, consents and observations, and whatever stands
// beside it. Nothing is concluded from silence.
import type { Resource } from '../../../../src/fhir/generated/types.ts';
import { ofConsent, ofFlag, ofObservation, ofOrder, type Statement } from './statements.ts';

export interface CodeStatus {
  /** The newest that says clearly what it means, else the newest; undefined: nobody has recorded one. */
  now: Statement | undefined;
  /** What stands beside it, the newest first. */
  others: Statement[];
  contradicts: boolean;
}

const timeOf = ({ at }: Statement): number => (at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(at));
const newestFirst = (a: Statement, b: Statement): number => (timeOf(a) === timeOf(b) ? 0 : timeOf(b) - timeOf(a));

/** Flags, orders and consents stand until somebody ends them; an observation was so at its time and gives way to what was said later. */
export function codeStatusOf(resources: readonly Resource[], now: Date): CodeStatus {
  const said: Statement[] = [];
  const seen: Statement[] = [];
  for (const one of resources) {
    if (one.resourceType === 'Flag') push(said, ofFlag(one, now));
    if (one.resourceType === 'ServiceRequest') push(said, ofOrder(one, now));
    if (one.resourceType === 'Consent') push(said, ofConsent(one, now));
    if (one.resourceType === 'Observation') push(seen, ofObservation(one));
  }
  said.sort(newestFirst);
  const [observed] = seen.sort(newestFirst);
  const latest = said.find(({ meaning }) => meaning !== 'unclear');
  // One without a date cannot be older than anything.
  const holds = observed !== undefined && (latest === undefined || observed.at === undefined || newestFirst(observed, latest) <= 0);
  const standing = (holds ? [...said, observed] : said).sort(newestFirst);
  const lead = standing.find(({ meaning }) => meaning !== 'unclear') ?? standing[0];
  const clear = new Set(standing.map(({ meaning }) => meaning).filter((one) => one !== 'unclear'));
  return { now: lead, others: standing.filter((one) => one !== lead), contradicts: clear.size > 1 };
}

function push(list: Statement[], one: Statement | undefined): void {
  if (one !== undefined) list.push(one);
}
