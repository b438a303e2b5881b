// Which media types a client takes and sends: http://hl7.org/fhir/R4/http.html#mime-type, #version-parameter, and RFC 9110,
// section 12.5.1 for Accept, in the words of R4 and in those that clients had before.

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

export type Format = 'json' | 'xml';

/** Who asks for anything, or is a browser, gets JSON. The blank is a plus sign that an address has lost. */
const formats: [of: RegExp, format: Format][] = [
  [/^(?:application\/(?:fhir[+ ])?json|application\/json[+ ]fhir|text\/json|json|text\/html|html|\*\/\*|application\/\*)$/, 'json'],
  [/^(?:application\/(?:fhir[+ ])?xml|application\/xml[+ ]fhir|text\/xml|xml)$/, 'xml'],
];

/** What an Accept header, or the value of _format, likes best of what there is; undefined where none of it is given here. */
export function formatOf(accept: string): Format | undefined {
  let best: Format | undefined;
  let bestQuality = 0;
  for (const range of accept.split(',').map(mediaRange)) {
    const format = formats.find(([of]) => of.test(range.type))?.[1];
    const quality = Number(range.parameters.get('q') ?? 1);
    if (format === undefined || !isOurVersion(range) || !(quality > bestQuality)) continue;
    best = format;
    bestQuality = quality;
  }
  return best;
}
