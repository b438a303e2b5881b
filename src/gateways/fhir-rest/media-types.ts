// Which media types a client takes and sends: http://hl7.org/fhir/R4/http.html#mime-type, #version-parameter, and RFC 9110,
// section 12.5.1 for Accept. JSON is what is spoken here, in the words of R4 and in those that clients had before.

interface MediaRange {
  type: string;
  parameters: Map<string, string>;
}

/** Types and parameter names are the same in capitals and in small letters. */
export function mediaRange(text: string): MediaRange {
  const [type = '', ...rest] = text.split(';').map((part) => part.trim().toLowerCase());
  const parameters = rest.map((part): [string, string] => {
    const [name = '', value = ''] = part.split('=', 2);
    return [name.trim(), value.trim().replace(/^"(.*)"$/, '$1')];
  });
  return { type, parameters: new Map(parameters) };
}

/** Whether a version of FHIR that is named is the one spoken here: 4.0, whatever the correction. */
export const isOurVersion = ({ parameters }: MediaRange): boolean => /^(4\.0(\.\d+)?)?$/.test(parameters.get('fhirversion') ?? '');

/** Browsers ask for HTML first and get what there is. */
const given = /json|html|^\*\/\*$|^application\/\*$/;

/** Whether any range of an Accept header, or the value of _format, can be answered with FHIR JSON. */
export const takesJson = (accept: string): boolean =>
  accept
    .split(',')
    .map(mediaRange)
    .some((range) => given.test(range.type) && isOurVersion(range) && Number(range.parameters.get('q') ?? 1) !== 0);
