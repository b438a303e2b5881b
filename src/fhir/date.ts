// Whether text is a FHIR date, dateTime, instant or time: the forms of http://hl7.org/fhir/R4/datatypes.html, and days that exist.

export type DateKind = 'date' | 'dateTime' | 'instant' | 'time';

const day = '((?!0000)[0-9]{4})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
const clock = '([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\\.[0-9]+)?';
const zone = '(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))';

const forms: Record<DateKind, { pattern: RegExp; says: string }> = {
  date: {
    pattern: new RegExp(`^(${day}|(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?)$`),
    says: 'Write the date as YYYY, YYYY-MM or YYYY-MM-DD',
  },
  dateTime: {
    pattern: new RegExp(`^(${day}(T${clock}${zone})?|(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?)$`),
    says: 'Write the date as YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss with Z or an offset such as +01:00',
  },
  instant: {
    pattern: new RegExp(`^${day}T${clock}${zone}$`),
    says: 'Write the instant in full: YYYY-MM-DDThh:mm:ss with Z or an offset such as +01:00',
  },
  time: { pattern: new RegExp(`^${clock}$`), says: 'Write the time as hh:mm:ss, without a time zone' },
};

/** What is wrong with the text as a value of this kind, in a sentence that says how to write it; undefined where nothing is. */
export function dateFault(kind: DateKind, text: string): string | undefined {
  const form = forms[kind];
  if (!form.pattern.test(text)) return form.says;
  if (kind === 'time' || text.length < 10) return undefined;
  const dayOfMonth = Number(text.slice(8, 10));
  if (dayOfMonth <= 28) return undefined;
  const month = Number(text.slice(5, 7));
  return dayOfMonth <= daysInMonth(Number(text.slice(0, 4)), month) ? undefined : 'There is no such day in the calendar; correct the date';
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
