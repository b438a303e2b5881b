// The offset of a wall clock in an IANA zone at a moment that it shows, by the zone data of the engine.

interface Known {
  format: Intl.DateTimeFormat;
  /** By the quarter of an hour that the clock shows: a file of a million rows asks for few, and the engine is slow to answer. */
  offsets: Map<number, string>;
}
const zones = new Map<string, Known>();
const quarterMs = 15 * 60_000;
/** Since then every change of every zone is at a full quarter of an hour. */
const wholeSinceMs = Date.UTC(1973, 0, 1);
const offsetsMax = 20_000;

/** Milliseconds of `Z` or `+hh:mm`. */
export const msOfOffset = (offset: string): number =>
  offset === 'Z' ? 0 : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60_000;

/** `+hh:mm` or `Z`. `wallMs`: what the clock shows, as if it stood in UTC. */
export function offsetAt(zone: string, wallMs: number): string {
  if (zone === 'UTC') return 'Z';
  let known = zones.get(zone);
  if (known === undefined) {
    known = { format: new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' }), offsets: new Map() };
    zones.set(zone, known);
  }
  const { format, offsets } = known;
  if (!(wallMs >= wholeSinceMs)) return foundAt(format, wallMs);
  const quarter = Math.floor(wallMs / quarterMs);
  let offset = offsets.get(quarter);
  if (offset === undefined) {
    if (offsets.size >= offsetsMax) offsets.clear();
    offset = foundAt(format, wallMs);
    offsets.set(quarter, offset);
  }
  return offset;
}

function foundAt(format: Intl.DateTimeFormat, wallMs: number): string {
  const shiftAt = (instant: number): string =>
    (format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT').slice(3) || 'Z';
  // Twice: the offset at the instant to which the first guess leads is the right one but within the hour of a change.
  const guess = shiftAt(wallMs);
  return shiftAt(wallMs - msOfOffset(guess));
}
