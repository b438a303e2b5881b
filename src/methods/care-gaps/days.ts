// Arithmetic of days as text. A month later is the same day, or the last of a shorter month, as DuckDB's `day + to_months(n)` says; both have to agree.

const two = (n: number): string => String(n).padStart(2, '0');

/** 2026-01-31 and 1 gives 2026-02-28. Years from 1 to 9999; beyond, the last day there is. */
export function addMonths(day: string, months: number): string {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  const count = year * 12 + month - 1 + months;
  const [newYear, newMonth] = [Math.floor(count / 12), (count % 12) + 1];
  if (newYear > 9999) return '9999-12-31';
  const last = new Date(Date.UTC(newYear, newMonth, 0)).getUTCDate();
  return `${String(newYear).padStart(4, '0')}-${two(newMonth)}-${two(Math.min(date, last))}`;
}

export const daysBetween = (from: string, to: string): number => Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000);

/** The season (`08-01`) that began last, and whether a day lies in it; `until` is the first day after it and may be in the next year. */
export function seasonOf(day: string, from: string, until: string): { begins: string; next: string; within: boolean } {
  const year = Number(day.slice(0, 4));
  const begins = day.slice(5) >= from ? `${day.slice(0, 4)}-${from}` : `${String(year - 1).padStart(4, '0')}-${from}`;
  const next = addMonths(begins, 12);
  const ends = from < until ? `${begins.slice(0, 4)}-${until}` : `${next.slice(0, 4)}-${until}`;
  return { begins, next, within: day < ends };
}

/** The local day of a moment; exactly midnight of UTC is a day without a time (FHIR's `2026-03-02`), and stays what it says. */
export function localDay(timeZone: string): (moment: string) => string | null {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone });
  return (moment) => {
    const ms = Date.parse(moment);
    if (Number.isNaN(ms)) return null;
    return ms % 86_400_000 === 0 ? new Date(ms).toISOString().slice(0, 10) : format.format(ms);
  };
}
