// Code systems, and the short forms in which the simulator writes coded values.
import type { CodeableConcept, Coding, Quantity } from '../src/fhir/generated/types.ts';

export const system = {
  loinc: 'http://loinc.org',
  icd10cm: 'http://hl7.org/fhir/sid/icd-10-cm',
  rxnorm: 'http://www.nlm.nih.gov/research/umls/rxnorm',
  cvx: 'http://hl7.org/fhir/sid/cvx',
  ucum: 'http://unitsofmeasure.org',
  actCode: 'http://terminology.hl7.org/CodeSystem/v3-ActCode',
  participation: 'http://terminology.hl7.org/CodeSystem/v3-ParticipationType',
  interpretation: 'http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation',
} as const;

const hl7 = 'http://terminology.hl7.org/CodeSystem/';

/** A coding of one of HL7's own code systems, by its short name. */
export const hl7Coding = (name: string, code: string, display?: string): Coding => ({
  system: `${hl7}${name}`,
  code,
  ...(display ? { display } : {}),
});
export const hl7Concept = (name: string, code: string, display?: string): CodeableConcept => ({ coding: [hl7Coding(name, code, display)] });

/** `text` is what people read; without it, the display. */
export const concept = (codeSystem: string, code: string, display: string, text: string = display): CodeableConcept => ({
  coding: [{ system: codeSystem, code, display }],
  text,
});

/** A UCUM quantity; `unit` is what people read. */
export const quantity = (value: number, code: string, unit: string = code): Quantity => ({ value, unit, system: system.ucum, code });

/** To so many decimals, without binary tails. */
export const rounded = (value: number, decimals: number): number => Number(value.toFixed(decimals));
