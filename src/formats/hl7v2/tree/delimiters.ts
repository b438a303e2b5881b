// The characters that divide a message: declared by the message itself in MSH-1 and MSH-2 (HL7 v2.8, chapter 2, section 2.5.4).

export interface Delimiters {
  field: string;
  component: string;
  repetition: string;
  /** Empty where the message declares none: then nothing in it is escaped. */
  escape: string;
  /** Empty where the message declares none. */
  subcomponent: string;
}

export const usualDelimiters: Delimiters = { field: '|', component: '^', repetition: '~', escape: '\\', subcomponent: '&' };

/** Of a header segment (MSH, FHS, BHS); what it does not declare is as usual only where nothing at all is declared. */
export function delimitersOf(header: string): Delimiters {
  const field = header.charAt(3);
  if (field === '' || /[A-Za-z0-9\s]/.test(field)) return usualDelimiters;
  // A header that ends there declares nothing: what begins on the next line is no delimiter.
  const line = header.slice(4).split(/[\r\n]/, 1)[0] ?? '';
  const rest = line.split(field, 1)[0] ?? '';
  if (rest === '') return { ...usualDelimiters, field };
  return { field, component: rest.charAt(0), repetition: rest.charAt(1), escape: rest.charAt(2), subcomponent: rest.charAt(3) };
}
