// A text with the code whose name it is, where there is one.
import type { CodeableConcept } from '../../../../src/fhir/generated/types.ts';
import type { Code } from '../../api/terminology.ts';

export const coded = (text: string, code: Code | undefined): CodeableConcept =>
  code === undefined || code.display.toLowerCase() !== text.toLowerCase()
    ? { text }
    : { coding: [{ system: code.system, code: code.code, display: code.display }], text };
