// An operation ($name) of FHIR (http://hl7.org/fhir/R4/operations.html): where it may be called, and what it does. Operations
// live in the gateway of their subject and are handed to the router by the wiring; the CapabilityStatement lists what is there.
import type { Parameters, ParametersParameter, ResourceType } from '../../../fhir/generated/types.ts';
import type { FhirContext, FhirRequest, FhirResponse } from '../contract.ts';

/** Where it was called. */
export interface OperationPlace {
  /** Absent: at the base. */
  type?: ResourceType;
  id?: string;
}

export interface OperationCall {
  request: FhirRequest;
  context: FhirContext;
  place: OperationPlace;
  /** Of a POST its Parameters (a bare resource becomes the parameter `resource`), of a GET the query as strings. */
  parameters: Parameters;
  /** All parameters of a name, in order. */
  all(name: string): ParametersParameter[];
  /** Text of the first parameter of a name, whatever primitive it was given as. */
  text(name: string): string | undefined;
}

export interface Operation {
  /** Without the dollar. */
  name: string;
  /** Canonical of its OperationDefinition. */
  definition: string;
  /** At which levels it may be called; `types` for the type and the instance level. */
  system?: boolean;
  type?: boolean;
  instance?: boolean;
  types: readonly ResourceType[] | 'all';
  /** Whether it changes anything: then GET is refused (http://hl7.org/fhir/R4/operations.html#executing). */
  affectsState: boolean;
  /** Names of the parameters it knows; any other is refused with these. */
  parameters: readonly string[];
  /** Those of them that may be given several times; any other given twice is refused. Absent: the operation looks itself. */
  repeated?: readonly string[];
  answer(call: OperationCall): Promise<FhirResponse>;
}
