// Which function of src/fhir/search/values.ts turns an element of a type into index values, for each type of parameter.
// Rules: http://hl7.org/fhir/R4/search.html#table. A pair that is not listed stops the build.
import type { Place } from './compile.ts';

const converters: Record<string, Record<string, string>> = {
  string: { string: 'textString', markdown: 'textString', HumanName: 'humanNameString', Address: 'addressString' },
  phonetic: { HumanName: 'phoneticName', string: 'phoneticText' },
  token: {
    string: 'textToken',
    id: 'textToken',
    uri: 'textToken',
    code: 'codeToken',
    boolean: 'booleanToken',
    Coding: 'codingToken',
    CodeableConcept: 'conceptToken',
    Identifier: 'identifierToken',
    ContactPoint: 'contactToken',
  },
  reference: { Reference: 'reference', canonical: 'canonical', uri: 'canonical', Resource: 'bundled' },
  date: { date: 'date', dateTime: 'date', instant: 'date', Period: 'period', Timing: 'timing' },
  number: { integer: 'number', positiveInt: 'number', unsignedInt: 'number', decimal: 'number', Range: 'numberRange' },
  quantity: {
    Quantity: 'quantity',
    SimpleQuantity: 'quantity',
    Age: 'quantity',
    Duration: 'quantity',
    Count: 'quantity',
    Distance: 'quantity',
    Money: 'money',
    Range: 'quantityRange',
    SampledData: 'sampledData',
  },
  uri: { uri: 'uri', url: 'uri', canonical: 'uri', oid: 'uri', uuid: 'uri' },
};

/**
 * Types of a choice element that the parameter's type cannot hold, by `parameter type:element type`; they are not indexed.
 * The expressions name the whole choice (`Procedure.performed`), although a text is no date.
 */
const notIndexed = new Set([
  'date:string', // CarePlan.activity.detail.scheduled, Immunization.occurrence, Procedure.performed
  'date:Age', // Procedure.performed
  'date:Range', // Procedure.performed
  'reference:Attachment', // Consent.source
  'token:Quantity', // Group.characteristic.value in the composite characteristic-value
  'token:Range',
  'token:Reference',
]);

/** A statement that appends the index values of what is at `place` to the list called `out`. */
export function convert(parameterType: string, place: Place, out: string, targets: string[]): string {
  const converter = converters[parameterType]?.[place.type];
  if (notIndexed.has(`${parameterType}:${place.type}`)) return '';
  if (!converter) throw new Error(`a ${parameterType} parameter cannot index an element of type ${place.type}`);
  const args = [out, place.code];
  if (converter === 'codeToken' && place.impliedSystem) args.push(JSON.stringify(place.impliedSystem));
  if (converter === 'bundled') args.push(JSON.stringify(targets[0]));
  return `${converter}(${args.join(', ')});`;
}

export const converterNames: string[] = [...new Set(Object.values(converters).flatMap((byType) => Object.values(byType)))].sort();
