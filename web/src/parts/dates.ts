// Dates as clinicians read them: 14-Jul-1945 (81y), never a month as a number (NHS Common User Interface, Date Display, 2007). What was
// recorded to the month is shown to the month.

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

/** A FHIR date, or the day of a dateTime in the reader's zone: `14-Jul-1945`, `Jul-1945`, `1945`. */
export function showDate(text: string | undefined): string {
  if (text === undefined) return '';
  const [year = '', month, day] = text.slice(0, 10).split('-');
  if (text.length > 10) {
    const at = new Date(text);
    if (!Number.isNaN(at.getTime())) return `${two(at.getDate())}-${months[at.getMonth()] ?? ''}-${at.getFullYear()}`;
  }
  const name = months[Number(month) - 1];
  return name === undefined ? year : day === undefined ? `${name}-${year}` : `${day}-${name}-${year}`;
}

/** `14-Jul-1945 09:30`; only the day where no time is known. */
export function showTime(text: string | undefined): string {
  if (text === undefined || text.length <= 10) return showDate(text);
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? text : `${showDate(text)} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

/** Age as it is said on a ward: days to four weeks, weeks to a year, months to two years, years (NHS CUI). Empty where it is not known. */
export function ageOf(born: string | undefined, on: Date = new Date(), died?: string): string {
  if (born === undefined || born.length < 4) return '';
  const birth = new Date(born.length >= 10 ? `${born.slice(0, 10)}T00:00:00` : `${born.slice(0, 7).padEnd(7, '-01')}-01T00:00:00`);
  const end = died === undefined ? on : new Date(died);
  if (Number.isNaN(birth.getTime()) || Number.isNaN(end.getTime()) || end < birth) return '';
  const days = Math.floor((end.getTime() - birth.getTime()) / 86_400_000);
  const whole =
    (end.getFullYear() - birth.getFullYear()) * 12 + end.getMonth() - birth.getMonth() - (end.getDate() < birth.getDate() ? 1 : 0);
  if (born.length === 4) return `about ${end.getFullYear() - birth.getFullYear()}y`;
  if (days < 28) return `${days}d`;
  if (whole < 12) return `${Math.floor(days / 7)}w`;
  if (whole < 24) return `${whole}m`;
  return `${Math.floor(whole / 12)}y`;
}

/** `in 5 min`, `2 h ago`: beside the time itself, never instead of it. */
export function sinceOf(text: string, on: Date = new Date()): string {
  const minutes = Math.round((on.getTime() - new Date(text).getTime()) / 60_000);
  const size = Math.abs(minutes);
  const words =
    size < 1
      ? 'now'
      : size < 60
        ? `${size} min`
        : size < 48 * 60
          ? `${Math.floor(size / 60)} h ${two(size % 60)}`
          : `${Math.floor(size / 1440)} d`;
  return words === 'now' ? words : minutes < 0 ? `in ${words}` : `${words} ago`;
}
