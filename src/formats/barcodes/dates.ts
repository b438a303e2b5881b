// Dates of element strings: six digits YYMMDD, with an hour eight or ten. Day 00 is the last of the month, and the century is
// the one that lies nearest (GS1 General Specifications, sections 3.4 and 7.12).

/** Year of two digits as seen in `yearNow`: 51 to 99 years ahead is the century before, 50 to 99 behind the one after. */
export function fullYear(twoDigits: number, yearNow: number): number {
  const ahead = twoDigits - (yearNow % 100);
  const century = yearNow - (yearNow % 100) + (ahead >= 51 ? -100 : ahead <= -50 ? 100 : 0);
  return century + twoDigits;
}

/** `2026-12-31`, or `2026-12-31T14:00` of ten digits; undefined where there is no such day. */
export function dateOf(digits: string, yearNow: number): string | undefined {
  const [, yy, mm, dd, hh, mi] = /^(\d\d)(\d\d)(\d\d)(?:(\d\d)(\d\d))?$/.exec(digits) ?? [];
  if (yy === undefined || mm === undefined || dd === undefined) return undefined;
  const year = fullYear(Number(yy), yearNow);
  const month = Number(mm);
  if (month < 1 || month > 12) return undefined;
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const day = dd === '00' ? last : Number(dd);
  if (day > last || Number(hh ?? 0) > 23 || Number(mi ?? 0) > 59) return undefined;
  return `${year}-${mm}-${String(day).padStart(2, '0')}${hh === undefined ? '' : `T${hh}:${mi}`}`;
}
