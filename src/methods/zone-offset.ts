// The offset of a wall clock in an IANA zone at a moment that it shows, by the zone data of the engine.

const formats = new Map<string, Intl.DateTimeFormat>();

/** Milliseconds of `Z` or `+hh:mm`. */
export const msOfOffset = (offset: string): number =>
  offset === 'Z' ? 0 : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(-2))) * 60_000;

/** `+hh:mm` or `Z`. `wallMs`: what the clock shows, as if it stood in UTC. */
export function offsetAt(zone: string, wallMs: number): string {
  if (zone === 'UTC') return 'Z';
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' });
    formats.set(zone, format);
  }
  const shiftAt = (instant: number): string =>
    (format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT').slice(3) || 'Z';
  // Twice: the offset at the instant to which the first guess leads is the right one but within the hour of a change.
  const guess = shiftAt(wallMs);
  return shiftAt(wallMs - msOfOffset(guess));
}
